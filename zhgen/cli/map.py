"""`zhgen map`: a picture of words, or files for an embedding projector."""

from pathlib import Path
from typing import Any

import click

from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import MapSettings
from zhgen.wording import counted

_STDOUT = Path("-")


@click.command("map")
@click.argument("source", metavar="models/NAME|FILE.bin", type=FILE)
@click.argument("words", metavar="[WORD...]", nargs=-1)
@click.option("--words", "words_file", metavar="FILE", type=FILE, help="Draw the words in this text, parted by white space.")
@click.option("-o", "--output", type=FILE, help="The picture, an SVG; - is stdout.  [default: NAME.map.svg beside it]")
@click.option(
    "--projector",
    metavar="DIR",
    type=FILE,
    help="Write the vectors and words as TSV files for an embedding projector; a picture is drawn with -o alone then.",
)
@settings_options(MapSettings)
@quiet_option
def command(
    source: Path,
    words: tuple[str, ...],
    words_file: Path | None,
    output: Path | None,
    projector: Path | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Draw the words of a model or of a file of vectors in a plane, near ones near each other.

    Without words it takes the most frequent ones. The colour is the kind of word, as jieba has it; the size is how often it
    occurs; a browser shows more when the pointer rests on a word. A file of vectors is binary or text, gzipped or not.
    """
    from zhgen.evaluation.space import open_space
    from zhgen.evaluation.word_map import WORDS_DRAWN, choose_rows, export, picture, read_words
    from zhgen.files import atomic_file, check_output_file
    from zhgen.vectors.projection import check_projection
    from zhgen.vectors.projector import check_projector_output

    settings = MapSettings(**given(MapSettings, options))
    reporter = make_reporter(quiet=quiet)
    wanted = [*words, *(read_words(words_file) if words_file else ())]
    space = open_space(source, settings.table, settings.limit, reporter)
    if output is None and projector is None:
        output = _beside(source)
    drawn = choose_rows(space, wanted, settings.top or (None if wanted else WORDS_DRAWN), reporter)
    if output:
        check_projection(settings.method, len(drawn))
        if output != _STDOUT:
            check_output_file(output, inputs=[path for path in (source, words_file) if path])
    if projector:
        check_projector_output(projector)
        exported = choose_rows(space, wanted, settings.top)
        export(space, exported, projector)
        reporter.say(
            f"{projector}: {counted(len(exported), 'word')} in {counted(space.table.vector_size, 'dimension')}, "
            "for an embedding projector"
        )
    if not output:
        return
    made = picture(space, drawn, settings, reporter)
    if output == _STDOUT:
        click.echo(made.svg, nl=False)
        return
    with atomic_file(output) as file:
        file.write(made.svg.encode())
    dots = f"; {made.dots:,} are dots, for want of room" if made.dots else ""
    reporter.say(f"{output}: {counted(len(drawn), 'word')}{dots}. Open it in a browser.")


def _beside(source: Path) -> Path:
    """Return where the picture of a model or of a file goes when nobody says."""
    place = source if source.name else source.resolve()
    name = place.name
    for suffix in (".gz", ".bin", ".txt", ".vec", ".vectors"):
        name = name.removesuffix(suffix)
    return place.with_name(f"{name}.map.svg")
