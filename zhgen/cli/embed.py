"""`zhgen embed`: words in, vectors out."""

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from zhgen.cli.options import FILE, make_reporter, quiet_option, settings_options
from zhgen.config import EmbedSettings
from zhgen.wording import counted


@click.command("embed")
@click.argument("segmented", metavar="SEG", type=FILE)
@click.option("-o", "--output", type=FILE, help="Vectors, in the binary word2vec format.  [default: SEG with .vectors.bin]")
@click.option("--from", metavar="VECTORS", type=FILE, help="Start from the vectors in this file, and train on.")
@click.option(
    "--c-flags",
    metavar="FLAGS",
    help="Settings as word2vec's own tool takes them, with its defaults: '-cbow 1 -size 200'. Options beside it go first.",
)
@settings_options(EmbedSettings)
@quiet_option
@click.pass_context
def command(
    context: click.Context,
    /,
    segmented: Path,
    output: Path | None,
    c_flags: str | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Place each word in space, with gensim's word2vec.

    Words seen less often than --min-count are spelled by their characters, and </s> stands at each paragraph's end, so that
    nothing in the text is unknown. The end of the text is left out because `train` validates on it; with a validation file of
    its own use --validation-split 0.
    """
    start: Path | None = options.pop("from")  # a word of Python's own
    settings = _settings(context, options, start, c_flags)
    from zhgen.corpus.segmented import SUFFIX, open_segmented
    from zhgen.files import check_output_file
    from zhgen.vectors.binary import write_vectors
    from zhgen.vectors.word2vec import embed

    reporter = make_reporter(quiet=quiet)
    if output is None:
        output = segmented.with_name(segmented.name.removesuffix(SUFFIX).removesuffix(".txt") + ".vectors.bin")
    text = open_segmented(segmented)
    check_output_file(output, inputs=[segmented, start] if start else [segmented])
    if settings.workers > 1:
        reporter.say(f"{settings.workers} threads: the vectors will differ a little from run to run.")
    made = embed(text, settings, reporter, start=start)
    write_vectors(output, made.table)
    spelled = "no words are" if made.min_count == 1 else f"words seen fewer than {made.min_count} times are"
    why = "" if settings.min_count or made.min_count == 5 else " (the text is short)"
    reporter.say(
        f"{output}: {counted(len(made.table.words), 'piece')} in {counted(made.table.vector_size, 'dimension')}, "
        f"from {counted(made.words, 'word')}; {spelled} spelled by their characters{why}"
    )


def _settings(context: click.Context, options: dict[str, Any], start: Path | None, c_flags: str | None) -> EmbedSettings:
    """Return the settings: what is typed, then the C tool's flags, then the file to start from, then whatever else is set."""
    from zhgen.vectors.binary import read_header
    from zhgen.vectors.c_flags import read_c_flags

    sources = {name: context.get_parameter_source(name) for name in options}
    typed = {name: options[name] for name, source in sources.items() if source is ParameterSource.COMMANDLINE}
    asked, defaults = ({}, {}) if c_flags is None else read_c_flags(c_flags)
    of_file: dict[str, Any] = {}
    if start is not None and (c_flags is not None or sources["vector_size"] is ParameterSource.DEFAULT):
        of_file["vector_size"] = read_header(start)[1]
    return EmbedSettings(**{**options, **defaults, **of_file, **asked, **typed})
