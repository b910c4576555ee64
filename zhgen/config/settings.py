"""What the settings of all commands share: a frozen dataclass, whose fields have an explanation and bounds.

An option of the command line is made from a field, so that a default and its explanation exist once.
"""

import dataclasses
import math
import operator
import typing
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from zhgen.errors import RefusedError

DEFAULT_SEED = 1
MAX_SEED = 2**32 - 1


def setting(
    default: Any,
    help: str,  # noqa: A002  the name it has in dataclasses, click and argparse
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> Any:
    """Return a dataclass field with its explanation and its bounds.

    Args:
        default: The value when nothing is given.
        help: What the setting does, with its unit.
        minimum: The least value allowed.
        maximum: The greatest value allowed.
        above: A value that the setting must exceed.
        below: A value that the setting must stay under.
    """
    bounds = {"minimum": minimum, "maximum": maximum, "above": above, "below": below}
    return dataclasses.field(default=default, metadata={"help": help, "bounds": bounds})


def option_name(field_name: str) -> str:
    """Return the command-line spelling of a setting: `vector_size` is `--vector-size`."""
    return "--" + field_name.replace("_", "-")


@dataclass(frozen=True)
class Settings:
    """What the settings of all commands share: values out of bounds are refused in the option's own spelling."""

    def __post_init__(self) -> None:
        types = self.types()
        for field in dataclasses.fields(self):
            if is_several(types[field.name]):
                object.__setattr__(self, field.name, _several(field, getattr(self, field.name)))
                continue
            value = getattr(self, field.name)
            if value is not None:
                _check(field, value)
            if typing.get_origin(types[field.name]) is Literal and value not in typing.get_args(types[field.name]):
                choices = ", ".join(typing.get_args(types[field.name]))
                raise RefusedError(f"{option_name(field.name)} must be one of {choices}.", f"Received: {value}.")

    @classmethod
    @cache
    def types(cls) -> dict[str, Any]:
        """Return the type of every setting, by name; found once, as that takes longer than all else here."""
        return typing.get_type_hints(cls)


def is_several(annotation: Any) -> bool:
    """Return whether a setting's type is `tuple[str, ...]`: any number of texts, whose option may be given several times."""
    return typing.get_origin(annotation) is tuple


def _several(field: "dataclasses.Field[Any]", value: Any) -> tuple[str, ...]:
    """Return what was given for a setting of several texts: one of them alone, or any of them in a list, say.

    Raises:
        RefusedError: It is something else.
    """
    texts = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else (None,)
    if not all(isinstance(text, str) for text in texts):
        raise RefusedError(f"{option_name(field.name)} must be texts.", f"Received: {value!r}.")
    return typing.cast("tuple[str, ...]", texts)


def _check(field: "dataclasses.Field[Any]", value: Any) -> None:
    """Refuse a value outside the field's bounds.

    Raises:
        RefusedError: It names the option, its bound and the value received.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise RefusedError(f"{option_name(field.name)} must be a finite number.", f"Received: {value}.")
    for name, bound in field.metadata.get("bounds", {}).items():
        words, holds = _BOUNDS[name]
        if bound is not None and not holds(value, bound):
            raise RefusedError(f"{option_name(field.name)} must be {words} {bound}.", f"Received: {value}.")


_BOUNDS = {
    "minimum": ("at least", operator.ge),
    "maximum": ("at most", operator.le),
    "above": ("above", operator.gt),
    "below": ("below", operator.lt),
}
