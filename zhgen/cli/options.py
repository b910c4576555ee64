"""Options made from the fields of a settings class, and what every command shares."""

import dataclasses
import sys
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar

import click

from zhgen.config import Settings, is_several, option_name
from zhgen.progress import SILENT, LineReporter, Reporter, TerminalReporter

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)
"""A path; whether it can be read or written is checked by the library, which says more about it than click does."""

quiet_option = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")


def settings_options(
    settings: type[Settings],
    *,
    without: tuple[str, ...] = (),
    inherit: bool = False,
    short: Mapping[str, str] | None = None,
) -> Callable[[F], F]:
    """Return a decorator that adds an option for every field of a settings class.

    Args:
        settings: The class.
        without: Fields that get no option of their own here.
        inherit: Leave what is not given at None, for a recipe to fill in.
        short: One-letter names by field.
    """

    def decorate(function: F) -> F:
        types = settings.types()
        for field in reversed(dataclasses.fields(settings)):
            if field.name not in without:
                letter = (short or {}).get(field.name)
                function = _option(field, types[field.name], inherit=inherit, letter=letter)(function)
        return function

    return decorate


def _option(field: "dataclasses.Field[Any]", annotation: Any, *, inherit: bool, letter: str | None) -> Callable[[F], F]:
    name = option_name(field.name)
    if annotation is bool and field.default:
        name = f"{name}/--no-{name[2:]}"
    kind = _click_type(annotation)
    shown = field.default not in (None, ()) and annotation is not bool
    text = field.metadata["help"]
    if shown and inherit:
        text = f"{text}  [default: {_plain(field.default)}, or what the recipe says]"
    names = [f"-{letter}", name] if letter else [name]
    return click.option(
        *names,
        field.name,
        type=kind,
        multiple=is_several(annotation),
        is_flag=annotation is bool or None,
        default=None if inherit else field.default,
        show_default=shown and not inherit,
        help=text,
    )


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _click_type(annotation: Any) -> Any:
    """Return the click type of a field's annotation: a choice for a Literal, and `type` for `type | None` and several."""
    if typing.get_origin(annotation) is typing.Literal:
        return click.Choice(typing.get_args(annotation))
    kinds = [kind for kind in typing.get_args(annotation) if kind is not NoneType]
    return kinds[0] if kinds else annotation


def given(settings: type[Settings], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are fields of a settings class and were given."""
    names = {field.name for field in dataclasses.fields(settings)}
    return {name: value for name, value in options.items() if name in names and value not in (None, ())}


def make_reporter(*, quiet: bool) -> Reporter:
    """Return what tells the user how it goes on: a bar on a terminal, lines elsewhere, nothing when quiet."""
    if quiet:
        return SILENT
    return TerminalReporter() if sys.stderr.isatty() else LineReporter()
