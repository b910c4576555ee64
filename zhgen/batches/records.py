"""Written texts as they stand in a file: as blocks of text, or as JSON, one object a line, which can be gone on with."""

import dataclasses
import hashlib
import json
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from zhgen.batches.prompts import Item
from zhgen.errors import RefusedError
from zhgen.files import check_input_file
from zhgen.generation.request import Result
from zhgen.wording import excerpt

_START = b'{"id": "'  # of every line
_HASH_SHOWN = 12  # digits
_VALUE_SHOWN = 40  # characters
_TYPES = {"id": str, "sample": int, "prompt": str, "text": str, "seed": int, "settings": dict, "model": str}


class TextForm:
    """Writes each text, its prompt first, as a block of lines; blank lines part the blocks, and there is none within one."""

    def __init__(self) -> None:
        self._between = ""

    def __call__(self, item: Item, result: Result) -> str:
        """Return what to write for a text."""
        lines = (item.prompt + result.text).split("\n")
        block = "".join(f"{line}\n" for line in lines if line.strip())
        if not block:  # the text was to stop at once
            return ""
        between, self._between = self._between, "\n"
        return between + block


class JSONForm:
    """Writes each text as a JSON object on a line.

    Args:
        model: The hash of the model that writes.
    """

    def __init__(self, model: str) -> None:
        self.model = model

    def __call__(self, item: Item, result: Result) -> str:
        """Return what to write for a text."""
        settings = dataclasses.asdict(item.settings)
        entry = {
            "id": item.id,
            "sample": item.sample,
            "prompt": item.prompt,
            "text": result.text,
            "words": list(result.words),
            "seed": settings.pop("seed"),
            "settings": settings,
            "finish_reason": result.finish_reason,
            "model": self.model,
            "loops": list(result.loops),
            "longest_copy": None if result.longest_copy is None else dataclasses.asdict(result.longest_copy),
        }
        return json.dumps(entry, ensure_ascii=False) + "\n"


class Written:
    """The texts that a file of JSON lines holds; 16 bytes a text are in memory.

    Args:
        path: The file; one that is not there holds none.
        model: The hash of the model that goes on with it.

    Attributes:
        size: How many bytes its whole lines have; behind them may be one that was cut short.
        texts: How many there are.

    Raises:
        RefusedError: It cannot be read, or another program or another model wrote it.
    """

    def __init__(self, path: Path, model: str) -> None:
        self.path, self.size = path, 0
        keys, offsets = array("Q"), array("q")
        for number, line in enumerate(_lines(path), start=1):
            if not line.endswith(b"\n") and line[: len(_START)] == _START[: len(line)]:
                break  # it was cut short
            entry = self._entry(line, number)
            self._check_model(entry["model"], model)
            keys.append(_key(entry["id"], entry["sample"]))
            offsets.append(self.size)
            self.size += len(line)
        self.texts = len(keys)
        order = np.argsort(np.frombuffer(keys, dtype=np.uint64), kind="stable")
        self._keys = np.frombuffer(keys, dtype=np.uint64)[order]
        self._offsets = np.frombuffer(offsets, dtype=np.int64)[order]

    def holds(self, item: Item) -> bool:
        """Return whether a text is there.

        Raises:
            RefusedError: It is there from another prompt or with other settings; what differs is named.
        """
        key = np.uint64(_key(item.id or "", item.sample))
        place = int(np.searchsorted(self._keys, key))
        if place == self.texts or self._keys[place] != key:
            return False
        with self.path.open("rb") as file:
            file.seek(int(self._offsets[place]))
            entry = self._entry(file.readline(), 0)
        for name, there, now in _differences(entry, item):
            raise RefusedError(
                f"{self.path} holds id {item.id} written with {name} {_shown(there)}, and now it is {_shown(now)}.",
                "Give the same prompts and settings, or -o another name.",
            )
        return True

    def _entry(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            entry = json.loads(line)
            if all(type(entry[name]) is kind for name, kind in _TYPES.items()):
                return dict(entry)
        except (ValueError, KeyError, TypeError, RecursionError):
            pass
        raise RefusedError(
            f"{self.path} is not what zhgen generate --format jsonl writes (line {number:,}).",
            "Give -o another name, or --force to replace it.",
        )

    def _check_model(self, there: str, model: str) -> None:
        if there != model:
            raise RefusedError(
                f"{self.path} was written by another model (sha256 {there[:_HASH_SHOWN]}…, this one is "
                f"{model[:_HASH_SHOWN]}…).",
                "Give that model, or -o another name.",
            )


def _lines(path: Path) -> Iterator[bytes]:
    if path.exists() and path.stat().st_size:
        check_input_file(path)
        with path.open("rb") as file:
            yield from file


def _key(identity: str, sample: int) -> int:
    """Return a number for a text of a batch, which another has once in 2^64."""
    digest = hashlib.blake2b(f"{sample} {identity}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _differences(entry: dict[str, Any], item: Item) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name of everything that decides a text and differs, what it is in an entry, and what it is now."""
    now = json.loads(json.dumps({"prompt": item.prompt, **dataclasses.asdict(item.settings)}))
    there = {"prompt": entry["prompt"], "seed": entry["seed"], **entry["settings"]}
    for name in {**now, **there}:
        if there.get(name) != now.get(name):
            yield name, there.get(name), now.get(name)


def _shown(value: Any) -> str:
    return excerpt(json.dumps(value, ensure_ascii=False), _VALUE_SHOWN)
