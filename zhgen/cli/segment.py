"""`zhgen segment`: text in, words out."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from zhgen.cli import dictionaries
from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import SegmentSettings
from zhgen.errors import RefusedError
from zhgen.progress import Reporter
from zhgen.wording import counted

if TYPE_CHECKING:
    from zhgen.raw.treatment import Treatment

_EXAMPLES = 5  # changes that --dry-run shows for each step


@click.command("segment")
@click.argument("inputs", metavar="INPUT...", nargs=-1, type=FILE)
@click.option(
    "-o",
    "--output",
    type=FILE,
    help="Segmented text; - is stdout.  [default: INPUT with .seg.txt for .txt, stdout for stdin]",
)
@click.option(
    "--clean",
    multiple=True,
    metavar="STEPS",
    help="Clean the texts first: all, or some of adverts, titles, pages, width, stops, quotes, with commas between.",
)
@click.option("--dry-run", is_flag=True, help="Show what --clean would change, a few lines a step, and write nothing.")
@settings_options(SegmentSettings)
@dictionaries.options
@quiet_option
def command(
    inputs: tuple[Path, ...], output: Path | None, clean: tuple[str, ...], dry_run: bool, quiet: bool, **options: Any
) -> None:
    """Cut texts into words with jieba.

    Each INPUT is a text, or a folder whose .txt files are read in the order of the numbers in their names, Chinese ones
    too; - is stdin. Several are joined in the order given. The result is UTF-8 with a paragraph a line and one space between
    words; beside it a .seg.json says where it came from.

    The steps of --clean leave out adverts of download sites, titles said again and page numbers, and write full-width
    letters and digits as ASCII, the stop ． as 。 and straight quotes as curly ones. What is not clear stays as it is.
    """
    from zhgen.corpus.inputs import default_output, find_inputs

    settings = SegmentSettings(**given(SegmentSettings, options))
    reporter = make_reporter(quiet=quiet)
    if dictionaries.checks(inputs, output, reporter, **options):
        return
    treatment = _treatment(settings, clean, dry_run=dry_run)
    paths = find_inputs(inputs, reporter)
    if dry_run:
        _show_cleaning(paths, treatment, reporter)
        return
    if options["suggest_names"]:
        with _opened(paths) as sources:
            dictionaries.suggest(sources, inputs, output, treatment, reporter, hmm=settings.hmm)
        return
    _segment(paths, default_output(inputs) if output is None else output, settings, treatment, reporter)


def _segment(
    paths: Sequence[Path], output: Path, settings: SegmentSettings, treatment: "Treatment", reporter: Reporter
) -> None:
    """Cut the texts, write the words, and say what was made and what came of the clean-up and the dictionary."""
    from zhgen.corpus.dictionary import describe_use, read_dictionary
    from zhgen.corpus.inputs import STDIN, are_long
    from zhgen.corpus.segmented import stream_segmented, write_segmented
    from zhgen.corpus.segmenter import Segmenter
    from zhgen.corpus.uses import Uses
    from zhgen.files import check_output_file

    if output != STDIN:
        check_output_file(output, paths)
    dictionary = read_dictionary(Path(settings.user_dict)) if settings.user_dict else None
    segmenter = Segmenter(dictionary, engine=settings.engine, hmm=settings.hmm, long_text=are_long(paths))
    uses = Uses(dictionary.entries) if dictionary else None
    how: dict[str, Any] = {"workers": settings.workers, "uses": uses, "treatment": treatment}
    made = None
    with _opened(paths) as sources:
        if output == STDIN:
            stream_segmented(sources, sys.stdout.buffer, segmenter, reporter, **how)
        else:
            made = write_segmented(sources, output, segmenter, reporter, **how)
    for line in treatment.cleaner.report():
        reporter.say(line)
    for line in describe_use(dictionary.entries, uses.counts, uses.present) if dictionary and uses else ():
        reporter.say(line)
    if made is not None:
        reporter.say(
            f"{output}: {counted(made.paragraphs, 'paragraph')}, {counted(made.words, 'word')}, "
            f"{counted(made.characters, 'character')} "
            f"({segmenter.engine} {segmenter.version})"
        )


def _treatment(settings: SegmentSettings, clean: tuple[str, ...], *, dry_run: bool) -> "Treatment":
    """Return how the texts are decoded, cleaned and converted."""
    from zhgen.raw.cleaning import Cleaner, find_steps
    from zhgen.raw.conversion import Converter
    from zhgen.raw.encoding_names import find_encoding
    from zhgen.raw.treatment import Treatment

    steps = find_steps(clean)
    if dry_run and not steps:
        raise RefusedError("--dry-run shows what --clean would change.", "Add --clean all.")
    return Treatment(
        encoding=find_encoding(settings.encoding),
        cleaner=Cleaner(steps, examples=_EXAMPLES if dry_run else 0),
        converter=Converter("t2s") if settings.t2s else Converter("s2t") if settings.s2t else None,
        option="--encoding",
    )


@contextmanager
def _opened(paths: Sequence[Path]) -> Iterator[list[tuple[str, IO[bytes]]]]:
    """Open the texts, and yield the name and the open file of each."""
    from zhgen.corpus.inputs import STDIN

    with ExitStack() as stack:
        yield [
            ("stdin", sys.stdin.buffer) if path == STDIN else (str(path), stack.enter_context(path.open("rb")))
            for path in paths
        ]


def _show_cleaning(paths: Sequence[Path], treatment: "Treatment", reporter: Reporter) -> None:
    """Print what the clean-up would change."""
    with _opened(paths) as sources:
        treatment.run(sources, reporter)
    for line in treatment.cleaner.report():
        click.echo(line)
