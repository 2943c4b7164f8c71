"""One ONNX model with its tokenizer, read from a folder. Runs on Python 3.10 and later."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILES = ("model.onnx", "tokenizer.json")
MAX_TOKENS = 256


def can_run() -> bool:
    return find_spec("onnxruntime") is not None and find_spec("tokenizers") is not None


class OnnxModel:
    """A sentence encoder. Takes its threads from the caller: several may encode at once."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # 20 MB less, 1 ms more a text
        options.add_session_config_entry("session.disable_prepacking", "1")
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._inputs = {each.name for each in self._session.get_inputs()}
        self._takes_mean = takes_mean(folder)

    def encode(self, text: str) -> NDArray[np.float32]:
        """The vector of one text, not normalized."""
        pieces = self._tokenizer.encode(text)
        given = {
            "input_ids": pieces.ids,
            "attention_mask": pieces.attention_mask,
            "token_type_ids": pieces.type_ids,
        }
        fed = {name: np.array([given[name]], dtype=np.int64) for name in self._inputs}
        tokens: Any = self._session.run(None, fed)[0][0]
        vector = tokens.mean(axis=0) if self._takes_mean else tokens[0]
        return np.asarray(vector, dtype=np.float32)


def takes_mean(folder: Path) -> bool:
    """Whether a sentence is the mean of its tokens; else it is the first token."""
    return bool(_read(folder / "1_Pooling" / "config.json").get("pooling_mode_mean_tokens", False))


def width(folder: Path) -> int:
    """Numbers in a vector, from the model's description, else by trying."""
    told = _read(folder / "config.json").get("hidden_size")
    return int(told) if told else len(OnnxModel(folder).encode("a"))


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
