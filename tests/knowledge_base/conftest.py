"""Libraries over a few small articles, and one over the demo articles with real vectors."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.documents import Document
from knowledge_base.encoder import Encoder, load
from knowledge_base.library import Library


def document(slug: str, title: str, text: str = "", **more: object) -> Document:
    lang = str(more.pop("lang", "en"))
    return Document(f"{slug}:{lang}", slug, lang, title, text, **more)  # type: ignore[arg-type]


SHOP = (
    document("returns", "Return a product", "Send it back within 60 days.", phrasings=("undo it",)),
    document("stoves", "Stoves on planes", "A clean stove may fly, gas canisters never."),
    document("boots", "Boot care", "Brush off the mud and let the leather dry slowly."),
    document("secret", "Refund limits for agents", "Up to fifty pounds.", public=False),
    document("returns", "退货", "六十天内可以把商品寄回。", lang="zh", phrasings=("不想要了",)),
    document("stoves", "带炉具坐飞机", "干净的炉头可以托运，气罐不行。", lang="zh"),
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """By words alone."""
    library = Library(tmp_path / "kb", None)
    library.rebuild(SHOP)
    return library


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The real one, with all its parts."""
    encoder = load("both")
    assert encoder
    assert encoder.name == "both", "requirements-models.txt is not installed: make setup"
    return encoder
