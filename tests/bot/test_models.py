"""Which model serves: pointers that never point to what cannot be read."""

import io
import tarfile
from pathlib import Path

import pytest

from bot.models import Models, NoSuchModel


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
