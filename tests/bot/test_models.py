"""Which model serves: pointers that never point to what cannot be read."""

import io
import shutil
import tarfile
from pathlib import Path

import pytest

from bot import models as bot_models
from bot.models import Models, NoSuchModel, fingerprint, training_inputs


@pytest.fixture
def models(tmp_path: Path) -> Models:
    for name in ("first", "second", "third"):
        write_model(tmp_path / f"{name}.tar.gz")
    models = Models(tmp_path)
    models.switch("first")
    return models


def write_model(path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("weights")
        entry.size = 200_000
        archive.addfile(entry, io.BytesIO(bytes(range(250)) * 800))


def test_the_earlier_model_comes_back_once_and_the_one_that_was_left_is_known(
    models: Models,
) -> None:
    models.switch("second")
    assert models.roll_back() == "first"
    assert (models.current, models.left) == ("first", "second")
    with pytest.raises(NoSuchModel, match="no earlier model"):
        models.roll_back()
    models.switch("third")
    assert models.roll_back() == "first"
    models.switch("second")
    assert (models.current, models.previous, models.left) == ("second", "first", "third")


def test_with_one_model_there_is_nothing_to_go_back_to(models: Models) -> None:
    with pytest.raises(NoSuchModel):
        models.roll_back()
    assert models.current == "first"


@pytest.mark.parametrize("length", [0, 30, 1000])
def test_a_model_that_is_cut_short_is_not_switched_to(models: Models, length: int) -> None:
    whole = models.path("second").read_bytes()
    assert len(whole) > length
    models.path("second").write_bytes(whole[:length])
    with pytest.raises(NoSuchModel, match="damaged"):
        models.switch("second")
    assert models.current == "first"


def test_a_candidate_is_kept_while_it_waits_and_none_once_it_serves(models: Models) -> None:
    models.propose("second")
    for number in range(9):
        write_model(models.path(f"m{number}"))
        models.switch(f"m{number}")
    assert models.candidate == "second"
    models.switch("second")
    assert (models.current, models.candidate) == ("second", None)


def test_what_lies_beside_a_model_goes_with_it(models: Models) -> None:
    models.write_learnt("first", "what customers wrote")
    assert models.beside("first", ".yml").stat().st_mode & 0o077 == 0
    for number in range(9):
        write_model(models.path(f"m{number}"))
        models.switch(f"m{number}")
    assert not models.path("first").exists()
    assert not models.beside("first", ".yml").exists()


def test_since_when_a_model_serves_outlives_a_restart(models: Models) -> None:
    models.note_in_service("first")
    noted = (models.folder / "in-service.json").read_text()
    models.note_in_service("first")
    assert (models.folder / "in-service.json").read_text() == noted
    models.note_in_service("second")
    assert "second" in (models.folder / "in-service.json").read_text()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bot in a folder of its own, where its files can be changed."""
    folder = tmp_path / "checkout"
    without = shutil.ignore_patterns("__pycache__", ".venv")
    shutil.copytree(bot_models.HERE, folder / "bot", ignore=without)
    shutil.copytree(bot_models.ROOT / "knowledge_base", folder / "knowledge_base", ignore=without)
    monkeypatch.setattr(bot_models, "ROOT", folder)
    monkeypatch.setattr(bot_models, "HERE", folder / "bot")
    return folder


def test_a_model_is_trained_anew_when_any_byte_that_it_is_made_of_changes(checkout: Path) -> None:
    inputs = {path.relative_to(checkout).as_posix() for path in training_inputs()}
    assert inputs >= {
        "bot/config.yml", "bot/domain.yml", "bot/data/nlu/en.yml", "bot/data/nlu/zh.yml",
        "bot/data/rules.yml", "bot/data/stories.yml", "bot/components/featurizer.py",
        "bot/entry.py", "bot/language.py", "bot/trust.py", "bot/requirements.txt",
        "knowledge_base/encoder.py",
    }  # fmt: skip
    before = fingerprint()
    assert fingerprint() == before
    for path in training_inputs():
        kept = path.read_bytes()
        path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]) if kept else b"x")
        assert fingerprint() != before, path
        path.write_bytes(kept)
    assert fingerprint() == before
    (checkout / "bot" / "data" / "more.yml").write_text('version: "3.1"\n')
    assert fingerprint() != before, "a new file counts"


def test_what_makes_no_difference_to_a_model_does_not_train_it_anew(checkout: Path) -> None:
    before = fingerprint()
    for name in ("serve.py", "actions/orders.py", "tests/conversations/orders.yml"):
        path = checkout / "bot" / name
        path.write_text(path.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")
    assert fingerprint() == before


def test_what_it_learns_beside_the_shipped_examples_makes_it_another_model() -> None:
    assert len({fingerprint(), fingerprint("one"), fingerprint("other")}) == 3
