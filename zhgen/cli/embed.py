"""`zhgen embed`: words in, vectors out."""

from pathlib import Path
from typing import Any

import click

from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import EmbedSettings


@click.command("embed")
@click.argument("segmented", metavar="SEG", type=FILE)
@click.option("-o", "--output", type=FILE, help="Vectors, in the binary word2vec format.  [default: SEG with .vectors.bin]")
@settings_options(EmbedSettings)
@quiet_option
def command(segmented: Path, output: Path | None, quiet: bool, **options: Any) -> None:
    """Place each word in space, with gensim's word2vec.

    Words seen less often than --min-count are spelled by their characters, and </s> stands at each paragraph's end, so that
    nothing in the text is unknown. The end of the text is left out because `train` validates on it; with a validation file of
    its own use --validation-split 0.
    """
    from zhgen.corpus.segmented import SUFFIX, open_segmented
    from zhgen.files import check_output_file
    from zhgen.vectors.binary import write_vectors
    from zhgen.vectors.word2vec import embed

    settings = EmbedSettings(**given(EmbedSettings, options))
    reporter = make_reporter(quiet=quiet)
    if output is None:
        output = segmented.with_name(segmented.name.removesuffix(SUFFIX).removesuffix(".txt") + ".vectors.bin")
    text = open_segmented(segmented)
    check_output_file(output, inputs=[segmented])
    if settings.workers > 1:
        reporter.say(f"{settings.workers} threads: the vectors will differ a little from run to run.")
    made = embed(text, settings, reporter)
    write_vectors(output, made.table)
    why = "" if settings.min_count or made.min_count == 5 else " (the text is short)"
    reporter.say(
        f"{output}: {len(made.table.words):,} pieces in {made.table.vector_size} dimensions, from {made.words:,} words; "
        f"words seen fewer than {made.min_count} times are spelled by their characters{why}"
    )
