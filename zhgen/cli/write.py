"""`zhgen write`: a text that a person and a model write in turns."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhgen.cli.models import is_unicode, lexicon_options, load_generator, open_stdin, whole_prompt
from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import GenerateSettings, WriteSettings
from zhgen.errors import PartlyFailedError, RefusedError

if TYPE_CHECKING:
    from zhgen.cli.dialogue import Dialogue

_PROMPT = "> "


@click.command("write")
@click.argument("model", metavar="models/NAME", type=FILE)
@click.option("--prompt", default="", help="What the text begins with.")
@settings_options(WriteSettings)
@settings_options(GenerateSettings, without=("words",))
@lexicon_options
@click.option("-o", "--output", type=FILE, help="Where the text goes at the end, unless it was saved.  [default: stdout]")
@quiet_option
def command(model: Path, prompt: str, output: Path | None, quiet: bool, **options: Any) -> None:
    """Write a text together with a model, in turns.

    The likeliest next words are shown with their numbers: type a number to take one, words of your own, or a command that
    begins with / (/help names them all; /go lets the model write, /undo takes a step back). The talk goes to stderr, and the
    text at the end to stdout, unless it was saved. Lines come from a terminal or through a pipe.
    """
    words = max(GenerateSettings.words, options["min_length"])  # none can be given: every run has its own
    settings = GenerateSettings(**given(GenerateSettings, options), words=words)
    shown = WriteSettings(**given(WriteSettings, options))
    if prompt == "-":
        raise RefusedError("The prompt cannot come from stdin: your lines do.", "Give it as the first line.")
    open_stdin()  # refuses one that is closed
    reporter = make_reporter(quiet=quiet)
    prompt = whole_prompt(prompt, reporter)
    if output is not None:
        _check_free(output)
    generator = load_generator(model, options, reporter)
    from zhgen.cli.dialogue import Dialogue
    from zhgen.generation.session import Session

    generator.writing(settings, [])  # refuses what does not fit the model before anything is typed
    session = Session(generator, settings, reporter)
    typed = sys.stdin.isatty()
    dialogue = Dialogue(session, settings, shown, _silent if quiet and not typed else _talk, _talk, _ask if typed else None)
    try:
        if prompt:
            session.type(prompt)
        _converse(dialogue, _typed_lines() if typed else _piped_lines(dialogue))
    finally:
        _hand_over(dialogue, output)
    if dialogue.refused and not typed:
        raise PartlyFailedError(f"{dialogue.refused:,} of the lines could not be done.", "The others were.")


def _check_free(output: Path) -> None:
    from zhgen.files import check_output_file, refuse_existing

    check_output_file(output)
    refuse_existing(output, "Choose another output with -o; nothing was changed.")


def _converse(dialogue: "Dialogue", lines: Iterator[str]) -> None:
    """Do what lines say until there is none, or until the end is asked for."""
    dialogue.say("Type a number, words of your own, or /help.\n")
    dialogue.show()
    for line in lines:
        dialogue.do(line)
        if dialogue.over:
            return


def _hand_over(dialogue: "Dialogue", output: Path | None) -> None:
    """Write what is not saved to the output, or where that fails to stdout: nothing is lost."""
    from zhgen.cli.dialogue import save_text

    text = dialogue.session.text
    if not text or text == dialogue.saved:
        return
    if output is not None:
        try:
            _check_free(output)  # it may have come while the text was written
            save_text(output, text)
        except (RefusedError, OSError):
            sys.stdout.write(f"{text}\n")
            raise
        return
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _typed_lines() -> Iterator[str]:
    """Yield what is typed at a terminal, where lines can be edited; Ctrl-C leaves a line, Ctrl-D ends."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  `input` uses it
    while True:
        try:
            line = input(_PROMPT) if sys.stdout.isatty() else _read_line()
        except EOFError:
            _talk("\n")
            return
        except KeyboardInterrupt:
            _talk("\nCtrl-D or /quit ends.\n")
            continue
        if is_unicode(line):
            yield line
        else:
            _talk("That is not UTF-8. Set your terminal to UTF-8.\n")


def _read_line() -> str:
    """Return a line where stdout is no terminal, to which `input` would print its prompt."""
    _talk(_PROMPT)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def _piped_lines(dialogue: "Dialogue") -> Iterator[str]:
    """Yield the lines of a pipe, which are UTF-8 whatever the locale says."""
    for number, content in enumerate(sys.stdin.buffer, start=1):
        try:
            yield content.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            dialogue.refused += 1
            dialogue.complain(f"Line {number:,} is not UTF-8 and is passed over.\n")


def _talk(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _silent(text: str) -> None:
    """Say nothing."""


def _ask(question: str) -> bool:
    _talk(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes")
