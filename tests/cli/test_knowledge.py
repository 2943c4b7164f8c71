"""`helpdesk kb` and `helpdesk search`, as other programs call them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import Helpdesk

REFUND = """---
slug: refund
title: When will I get my refund
lang: en
category: money
status: published
phrasings:
  - where is my money
---

We pay refunds within **five days**.
"""
POLE = REFUND.replace("refund", "pole").replace("When will I get my pole", "Repair a tent pole")
POLE = POLE.replace("We pay poles within **five days**.", "Push the sleeve over the break.")
SECRET = REFUND.replace("slug: refund", "slug: goodwill\nvisibility: agents").replace(
    "When will I get my refund", "Goodwill limits"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    for name, text in (
        ("en/refund.md", REFUND),
        ("en/pole.md", POLE),
        ("en/goodwill.md", SECRET),
        ("zh/refund.md", "---\ntitle: 退款什么时候到账\nstatus: published\n---\n五天内退款。\n"),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_what_is_published_can_be_found_when_the_import_returns(
    helpdesk: Helpdesk, folder: Path
) -> None:
    assert "4 articles taken in." in helpdesk("kb", "import", str(folder)).stdout
    (row,) = helpdesk("search", "when will I get my refund", "--lang", "en", "--json").rows
    assert set(row) == {"query", "ms", "hits", "answer"}
    assert set(row["hits"][0]) == {"slug", "title", "score", "confidence"}
    assert row["hits"][0]["slug"] == "refund"
    assert row["answer"] is None or set(row["answer"]) == {"slug", "text"}
    (row,) = helpdesk("search", "退款什麼時候到帳", "--lang", "zh", "--json").rows
    assert row["hits"][0]["slug"] == "refund"


def test_customers_and_search_do_not_see_what_is_for_agents(
    helpdesk: Helpdesk, folder: Path
) -> None:
    helpdesk("kb", "import", str(folder))
    (row,) = helpdesk("search", "goodwill limits", "--json").rows
    assert "goodwill" not in {hit["slug"] for hit in row["hits"]}
    (row,) = helpdesk("search", "goodwill limits", "--json", "--agents").rows
    assert row["hits"][0]["slug"] == "goodwill"


def test_a_file_of_questions_is_answered_in_its_order(
    helpdesk: Helpdesk, folder: Path, tmp_path: Path
) -> None:
    helpdesk("kb", "import", str(folder))
    asked = ["repair a tent pole", "", "zzzz qqqq", "where is my money", "😀"]
    file = tmp_path / "questions.txt"
    file.write_text("\n".join(asked) + "\n")
    rows = helpdesk("search", "--lang", "en", "--from-file", str(file), "--json").rows
    assert [row["query"] for row in rows] == asked
    assert rows[0]["hits"][0]["slug"] == "pole"
    assert rows[1]["hits"] == rows[2]["hits"] == []
    assert rows[1]["answer"] is rows[2]["answer"] is None
    assert all(len(row["hits"]) <= 10 and row["ms"] >= 0 for row in rows)


def test_bad_files_are_named_with_the_reason_and_the_others_taken_in(
    helpdesk: Helpdesk, folder: Path
) -> None:
    (folder / "broken.md").write_text("---\ntitle: [\n---\nText")
    (folder / "open.md").write_text("---\ntitle: No end\n")
    (folder / "french.md").write_text("---\ntitle: Remboursement\nlang: fr\n---\nDix jours.")
    (folder / "bytes.md").write_bytes(b"\xff\xfe\x00")
    (folder / "bomb.md").write_text("---\na: &a [1]\nb: *a\ntitle: T\n---\nText")
    (folder / "nameless.md").write_text("---\nslug: nameless\n---\n")
    said = helpdesk("kb", "import", str(folder), code=1)
    assert "4 articles taken in, 6 refused." in said.stdout
    for name in ("broken", "open", "french", "bytes", "bomb", "nameless"):
        assert f"{name}.md: " in said.stderr
    assert helpdesk("search", "repair a tent pole", "--json").rows[0]["hits"]


def test_out_and_in_again_is_the_same(helpdesk: Helpdesk, folder: Path, tmp_path: Path) -> None:
    helpdesk("kb", "import", str(folder))
    helpdesk("kb", "export", str(tmp_path / "out"))
    helpdesk("kb", "export", str(tmp_path / "out.csv"))
    files = {p.name for p in (tmp_path / "out" / "en").iterdir()}
    assert files == {"refund.md", "pole.md", "goodwill.md"}
    fresh = {"HELPDESK_DATABASE_URL": "", "HELPDESK_DATA_DIR": str(tmp_path / "fresh")}
    helpdesk("kb", "import", str(tmp_path / "out.csv"), **fresh)
    helpdesk("kb", "export", str(tmp_path / "again"), **fresh)
    assert_same(tmp_path / "out", tmp_path / "again", but=("categories.yaml",))


CATEGORIES = """- slug: trips
  position: 3
  names:
    en: Trips
    zh: 旅行
- slug: money
  position: 7
  names:
    en: Money matters
    zh: 钱款
"""


def test_a_folder_out_and_in_again_keeps_the_names_of_its_categories(
    helpdesk: Helpdesk, folder: Path, tmp_path: Path
) -> None:
    (folder / "categories.yaml").write_text(CATEGORIES)
    helpdesk("kb", "import", str(folder))
    helpdesk("kb", "export", str(tmp_path / "out"))
    assert (tmp_path / "out" / "categories.yaml").read_text() == CATEGORIES
    fresh = {"HELPDESK_DATABASE_URL": "", "HELPDESK_DATA_DIR": str(tmp_path / "fresh")}
    helpdesk("kb", "import", str(tmp_path / "out"), **fresh)
    helpdesk("kb", "export", str(tmp_path / "again"), **fresh)
    assert_same(tmp_path / "out", tmp_path / "again")


def assert_same(folder: Path, other: Path, but: tuple[str, ...] = ()) -> None:
    def files(path: Path) -> dict[str, str]:
        return {
            file.relative_to(path).as_posix(): file.read_text()
            for file in path.rglob("*")
            if file.is_file() and file.name not in but
        }

    assert files(other) == files(folder)


def test_a_csv_names_its_bad_rows(helpdesk: Helpdesk, tmp_path: Path) -> None:
    file = tmp_path / "articles.csv"
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["slug", "title", "lang", "category", "status", "body", "phrasings"])
        rows.writerow(["pole", "Repair a pole", "en", "", "published", "Push.\n\nTape.", "a|b"])
        rows.writerow(["", "", "en", "", "published", "No title", ""])
        rows.writerow(["x", "Status", "en", "", "ready", "Text", ""])
    said = helpdesk("kb", "import", str(file), code=1)
    assert "1 articles taken in, 2 refused." in said.stdout
    assert "status is 'ready'" in said.stderr


def test_a_repeated_import_changes_nothing(helpdesk: Helpdesk, folder: Path) -> None:
    helpdesk("kb", "import", str(folder))
    first = helpdesk("search", "repair a tent pole", "--json").rows[0]["hits"]
    helpdesk("kb", "import", str(folder))
    assert helpdesk("search", "repair a tent pole", "--json").rows[0]["hits"] == first


def test_search_rebuilds_what_is_lost(
    helpdesk: Helpdesk, folder: Path, environment: dict[str, str]
) -> None:
    import shutil

    helpdesk("kb", "import", str(folder))
    shutil.rmtree(Path(environment["HELPDESK_DATA_DIR"]) / "knowledge")
    assert helpdesk("search", "repair a tent pole", "--json").rows[0]["hits"][0]["slug"] == "pole"
    assert "4 articles indexed" in helpdesk("kb", "reindex").stdout


def test_a_wrong_encoder_is_a_sentence(helpdesk: Helpdesk, folder: Path) -> None:
    said = helpdesk("kb", "import", str(folder), code=2, HELPDESK_ENCODER="/nowhere")
    assert "HELPDESK_ENCODER is wrong" in said.sentence
    helpdesk("search", code=2)
