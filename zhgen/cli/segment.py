"""`zhgen segment`: text in, words out."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import SegmentSettings
from zhgen.errors import RefusedError


@click.command("segment")
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=FILE)
@click.option(
    "-o",
    "--output",
    type=FILE,
    help="Segmented text; - is stdout.  [default: INPUT with .seg.txt for .txt, stdout for stdin]",
)
@settings_options(SegmentSettings)
@quiet_option
def command(inputs: tuple[Path, ...], output: Path | None, quiet: bool, **options: Any) -> None:
    """Cut texts into words with jieba.

    Each INPUT is a UTF-8 text, - is stdin; several are joined in the order given. The result has a paragraph a line
    and one space between words; beside it a .seg.json says where it came from.
    """
    from zhgen.corpus.dictionary import read_dictionary
    from zhgen.corpus.segmented import SUFFIX, stream_segmented, write_segmented
    from zhgen.corpus.segmenter import Segmenter
    from zhgen.files import check_input_file, check_output_file

    settings = SegmentSettings(**given(SegmentSettings, options))
    reporter = make_reporter(quiet=quiet)
    if inputs.count(Path("-")) > 1:
        raise RefusedError("stdin is named twice.", "Give - once.")
    for path in inputs:
        if path != Path("-"):
            check_input_file(path)
    if output is None:
        output = Path("-") if inputs[0] == Path("-") else inputs[0].with_name(inputs[0].stem + SUFFIX)
    if output != Path("-"):
        check_output_file(output, inputs)
    dictionary = read_dictionary(Path(settings.user_dict)) if settings.user_dict else None
    segmenter = Segmenter(dictionary, hmm=settings.hmm)
    for entry in dictionary.entries if dictionary else ():
        if not entry.can_be_cut:
            reporter.warn(f"jieba cannot cut {entry.word!r} whole: it has characters that jieba never joins.")
    with ExitStack() as stack:
        sources = [
            ("stdin", sys.stdin.buffer) if path == Path("-") else (str(path), stack.enter_context(path.open("rb")))
            for path in inputs
        ]
        if output == Path("-"):
            stream_segmented(sources, sys.stdout.buffer, segmenter, reporter)
            return
        made = write_segmented(sources, output, segmenter, reporter)
    reporter.say(
        f"{output}: {made.paragraphs:,} paragraphs, {made.words:,} words, {made.characters:,} characters "
        f"(jieba {segmenter.version})"
    )
