"""A prompt as a JSON object, with settings of its own."""

import dataclasses
import difflib
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any

from zhgen.config import GenerateSettings, is_several
from zhgen.errors import RefusedError
from zhgen.wording import excerpt

_OWN_KEYS = ("prompt", "id")
_CALLED = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
_LARGEST_EXACT = 2**53  # whole number that a float holds, and all below it
_SHOWN = 60  # characters of a value that is refused


@dataclass(frozen=True)
class Entry:
    """What a line of JSON asks for.

    Attributes:
        prompt: What the text begins with.
        id: What it is called, None where the line does not say.
        settings: How it is written.
    """

    prompt: str
    id: str | None
    settings: GenerateSettings


def parse_entry(text: str, base: GenerateSettings) -> Entry:
    """Return what a JSON object with `prompt`, `id` and settings by their names asks for.

    Args:
        text: The object.
        base: The settings that it does not name.

    Raises:
        RefusedError: It is no JSON object, a key is unknown, or a value has another type or is out of bounds.
    """
    values = _parse_object(text)
    prompt, identity = values.get("prompt", ""), values.get("id")
    if not isinstance(prompt, str):
        raise RefusedError("prompt must be a text.", _received(prompt))
    if "id" in values and (type(identity) not in (str, int) or identity == ""):
        raise RefusedError("id must be a text or a whole number.", _received(identity))
    settings = read_settings(base, {name: value for name, value in values.items() if name not in _OWN_KEYS})
    return Entry(prompt, None if identity is None else str(identity), settings)


def read_settings(base: GenerateSettings, values: Mapping[str, Any]) -> GenerateSettings:
    """Return settings with values of a JSON object in their place.

    Raises:
        RefusedError: A key is no setting, or a value has another type or is out of bounds.
    """
    types = base.types()
    fitting = {}
    for name, value in values.items():
        if name not in types:
            near = difflib.get_close_matches(name, [*_OWN_KEYS, *types], n=1)
            remedy = f"Did you mean {near[0]}?" if near else f"There are {', '.join((*_OWN_KEYS, *types))}."
            raise RefusedError(f"{name!r} is no setting.", remedy)
        fitting[name] = _fitting(name, types[name], value)
    return dataclasses.replace(base, **fitting)


def _fitting(name: str, annotation: Any, value: Any) -> Any:
    """Return a JSON value if it has the type of a setting; a whole number is a number too."""
    if is_several(annotation):
        return value  # which the settings check
    literal = typing.get_origin(annotation) is typing.Literal
    kind = str if literal else next(iter(typing.get_args(annotation)), annotation)  # of X | None the first
    if value is None and NoneType in typing.get_args(annotation):
        return None
    if kind is float and type(value) is int and abs(value) <= _LARGEST_EXACT:
        return float(value)
    if type(value) is not kind:
        raise RefusedError(f"{name} must be {_CALLED[kind]}.", _received(value))
    return value


def _received(value: Any) -> str:
    return f"Received: {excerpt(json.dumps(value, ensure_ascii=False), _SHOWN)}."


def _parse_object(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except json.JSONDecodeError as error:
        raise RefusedError(f"It is not JSON ({error.msg}, character {error.pos + 1:,}).") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets a thousand deep
        raise RefusedError(f"It is not JSON that can be read ({error}).") from None
    if not isinstance(parsed, dict):
        raise RefusedError("It is JSON, but not an object.", 'Write {"prompt": "…"}.')
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise RefusedError("It has half a character: an escape such as \\ud83d without the other half.") from None
    return parsed
