"""What the commands share that write with a model: how it is loaded, with which words, and how a prompt is read."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from zhgen.cli.options import FILE
from zhgen.errors import RefusedError
from zhgen.progress import Reporter
from zhgen.threads import ONE_THREAD

if TYPE_CHECKING:
    from zhgen.generation.generator import Generator

F = TypeVar("F", bound=Callable[..., Any])


def lexicon_options(function: F) -> F:
    """Add the options that give a model other words to write with."""
    for name, text in (
        ("--lexicon", "Write with the words of this file alone, one a line; those that the model has never seen, too."),
        ("--vectors", "Write with the words of these vectors alone, also those that the model has never seen."),
    ):
        function = click.option(name, type=FILE, help=text)(function)
    return function


def load_generator(model: Path, options: Mapping[str, Any], reporter: Reporter) -> "Generator":
    """Return what writes with a model, with the words that the options `vectors` and `lexicon` ask for.

    Raises:
        RefusedError: There is no model, it is damaged, or it cannot write with these words.
    """
    compute_in_one_thread()
    from zhgen.generation.generator import Generator

    vectors, lexicon = options["vectors"], options["lexicon"]
    if vectors is None and lexicon is None:
        return Generator.load(model)
    from zhgen import bundle
    from zhgen.generation.exchange import open_lexicon

    return Generator(open_lexicon(bundle.load(model), vectors, lexicon, reporter))


def compute_in_one_thread() -> None:
    """Have NumPy compute in one thread, if it is not imported yet: the products are too small for more to pay."""
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)


def whole_prompt(prompt: str, reporter: Reporter) -> str:
    """Return a prompt as it was given, from stdin for `-`.

    Raises:
        RefusedError: It is not text.
    """
    if prompt == "-":
        from zhgen.raw.encoding import TextReader

        prompt = "\n".join(TextReader(open_stdin(), "stdin", reporter=reporter).paragraphs())
    if not is_unicode(prompt):
        raise RefusedError(
            "The prompt is not UTF-8.", "Set your terminal to UTF-8, or save the prompt as UTF-8 and give --prompt -."
        )
    return prompt


def open_stdin() -> BinaryIO:
    """Return stdin as bytes.

    Raises:
        RefusedError: It is closed.
    """
    if sys.stdin is None:
        raise RefusedError("Stdin is closed.", "Give a file, or a text on the command line.")
    return sys.stdin.buffer


def is_unicode(text: str) -> bool:
    """Return whether a text can be written out: bytes of an argument that could not be decoded stand in it as surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
