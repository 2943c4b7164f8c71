"""Promise 8 for the article index: whatever happens to its folder, search goes on and it is made
anew from the database."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk.actions import knowledge, knowledge_index
from helpdesk.desk import Desk
from helpdesk.jobs.indexer import Indexer
from tests.library import plant_library

QUESTION = "when will I get my refund"


def lose(folder: Path) -> None:
    shutil.rmtree(folder)


def cut_files(folder: Path) -> None:
    for file in [one for one in folder.rglob("*") if one.is_file()]:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty_files(folder: Path) -> None:
    for file in [one for one in folder.rglob("*") if one.is_file()]:
        file.write_bytes(b"")


def keep_no_file(folder: Path) -> None:
    for file in [one for one in folder.rglob("*") if one.is_file()]:
        file.unlink()


def fill_with_noise(folder: Path) -> None:
    for file in [one for one in folder.rglob("*") if one.is_file()]:
        file.write_bytes(b"\xff\x00nothing that anybody wrote" * 20)


@pytest.mark.parametrize(
    "harm", [lose, cut_files, empty_files, keep_no_file, fill_with_noise], ids=lambda f: f.__name__
)
def test_promise_8_a_lost_or_half_written_index_is_made_anew(
    desk: Desk, harm: Callable[[Path], None]
) -> None:
    plant_library(desk)
    harm(desk.settings.knowledge_dir)
    during = knowledge.ask(desk, QUESTION, "en", place="help", public_only=True)
    assert during.articles[0].slug == "refund"
    assert "goodwill" not in {one.slug for one in during.articles}
    assert knowledge_index.due(desk) == "rebuild"
    Indexer(desk).look()
    assert knowledge_index.due(desk) == ""
    hits = desk.library.search(QUESTION, "en")
    assert hits[0].slug == "refund"


def test_promise_8_what_was_written_while_the_index_was_lost_is_in_it(desk: Desk) -> None:
    plant_library(desk, indexed=False)
    knowledge_index.catch_up_now(desk)
    shutil.rmtree(desk.settings.knowledge_dir)
    plant_more = knowledge.search(desk, "my pole snapped", "en", public_only=True)
    assert plant_more[0].slug == "pole"
    knowledge_index.rebuild(desk)
    assert desk.library.search("my pole snapped", "en")[0].slug == "pole"


def test_promise_8_synonyms_come_back_with_the_index(desk: Desk) -> None:
    from helpdesk.actions.shelves import set_synonyms
    from helpdesk.rules.actor import SYSTEM

    plant_library(desk)
    set_synonyms(desk, SYSTEM, "en", [["strut", "pole"]])
    shutil.rmtree(desk.settings.knowledge_dir)
    knowledge_index.catch_up_now(desk)
    assert desk.library.search("strut", "en")[0].slug == "pole"
