"""What `zhgen segment` does about dictionaries instead of cutting: it checks one, or drafts one from a text."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from zhgen.cli.options import FILE, F
from zhgen.errors import RefusedError
from zhgen.progress import Reporter
from zhgen.wording import counted

if TYPE_CHECKING:
    from zhgen.raw.treatment import Treatment

STDIN = Path("-")


def options(function: F) -> F:
    """Add the options that ask for it."""
    suggested = click.option(
        "--suggest-names", is_flag=True, help="Write a draft of --user-dict instead: the names that INPUT repeats."
    )
    checked = click.option(
        "--check-dict", metavar="FILE", type=FILE, help="Say what to mend in a --user-dict instead; -o writes it mended."
    )
    return checked(suggested(function))


def checks(
    inputs: Sequence[Path], output: Path | None, reporter: Reporter, *, check_dict: Path | None, **others: object
) -> bool:
    """Check a dictionary if that was asked for, and return whether it was.

    Raises:
        RefusedError: A dictionary is checked beside texts.
        click.UsageError: There is neither a dictionary to check nor a text.
    """
    if check_dict is None:
        if not inputs:
            raise click.UsageError("Missing argument 'INPUT...'.", click.get_current_context())
        return False
    if inputs or others["suggest_names"]:
        raise RefusedError("--check-dict is about a dictionary alone.", "Leave out INPUT and --suggest-names.")
    check(check_dict, output, reporter)
    return True


def check(path: Path, output: Path | None, reporter: Reporter) -> None:
    """Print what is to be mended in a dictionary, and write it mended where an output is given.

    Raises:
        RefusedError: Something is to be mended and no output is given: `segment` would refuse or misread it.
    """
    from zhgen.corpus.dictionary_check import check_dictionary
    from zhgen.files import check_input_file, check_output_file

    check_input_file(path)
    if output == STDIN:
        raise RefusedError("What is to be mended goes to stdout.", "Give -o the name of a file.")
    if output is not None:
        check_output_file(output, [path])
    found = check_dictionary(path)
    entries = counted(found.entries, "entry", "entries")
    for finding in found.findings:
        click.echo(f"{path}:{finding.line}: {finding}" if finding.line else f"{path}: {finding}")
    if output is not None:
        found.write(output)
        reporter.say(f"{output}: {entries}, {counted(len(found.findings), 'thing')} mended")
    elif found.findings:
        raise RefusedError(
            f"{path} has {counted(len(found.findings), 'thing')} to mend.",
            f"To write it mended, type: zhgen segment --check-dict {path} -o {path.stem}.mended.txt",
        )
    else:
        reporter.say(f"{path}: {entries}, nothing to mend")


def suggest(
    sources: Sequence[tuple[str, IO[bytes]]],
    inputs: Sequence[Path],
    output: Path | None,
    treatment: "Treatment",
    reporter: Reporter,
    *,
    hmm: bool,
) -> None:
    """Write a draft of a dictionary: the names that texts repeat, once treated as they are before they are cut.

    Raises:
        RefusedError: A text cannot be read, has no names, or has a draft already that may have been edited.
    """
    from zhgen.files import atomic_file, check_output_file
    from zhgen.names.draft import draft_dictionary

    output = _draft_path(inputs) if output is None else output
    if output != STDIN:
        check_output_file(output, [path for path in inputs if path.is_file()])
    with ExitStack() as stack:
        files = [(name, file if file.seekable() else stack.enter_context(_copied(file))) for name, file in sources]

        def paragraphs() -> Iterator[str]:
            for name, file in files:
                file.seek(0)
                yield from treatment.paragraphs(treatment.open(file, name))

        text, names = draft_dictionary(paragraphs, ", ".join(name for name, _ in files), reporter, hmm=hmm)
    if output == STDIN:
        click.echo(text, nl=False)
        return
    with atomic_file(output) as draft:
        draft.write(text.encode())
    reporter.say(f"{output}: {counted(names, 'name')}. Delete the lines that are none, then type: {_next_step(inputs, output)}")


def _draft_path(inputs: Sequence[Path]) -> Path:
    """Return where a draft goes by default: never over one that a person may have edited."""
    from zhgen.corpus.dictionary import DRAFT_SUFFIX
    from zhgen.corpus.inputs import default_output
    from zhgen.corpus.segmented import SUFFIX
    from zhgen.files import refuse_existing

    beside = default_output(inputs)
    if beside == STDIN:
        return beside
    path = beside.with_name(beside.name.removesuffix(SUFFIX) + DRAFT_SUFFIX)
    refuse_existing(path, "It may have been edited: name another draft with -o.")
    return path


def _copied(file: IO[bytes]) -> IO[bytes]:
    """Return a temporary file with what comes out of a pipe, because a text is read several times."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
    shutil.copyfileobj(file, copy)
    return copy


def _next_step(inputs: Sequence[Path], output: Path) -> str:
    return f"zhgen segment {' '.join(map(str, inputs))} --user-dict {output}"
