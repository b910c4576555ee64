"""`zhgen train`: words and vectors in, a model out."""

import typing
from pathlib import Path
from typing import Any

import click

from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import Recipe, TrainSettings


@click.command("train")
@click.argument("segmented", metavar="SEG", type=FILE)
@click.option("--vectors", type=FILE, required=True, help="Vectors in the binary word2vec format, of any dimension.")
@click.option("-o", "--output", type=FILE, required=True, metavar="models/NAME", help="Where the model goes.")
@click.option(
    "--recipe",
    type=click.Choice(typing.get_args(Recipe)),
    default="default",
    show_default=True,
    help="default: the right piece against drawn ones, with the table learnt further; seed: ten windows, squared error.",
)
@click.option("--validation", type=FILE, help="A text to validate on, raw or segmented, instead of the end of SEG.")
@settings_options(TrainSettings, inherit=True)
@quiet_option
def command(
    segmented: Path, vectors: Path, output: Path, recipe: Recipe, validation: Path | None, quiet: bool, **options: Any
) -> None:
    """Train a model on a segmented text.

    The state that validates best is kept. Ctrl-C ends the training and keeps the best so far.
    """
    from zhgen.bundle import check_bundle_output, save
    from zhgen.corpus.segmented import open_segmented
    from zhgen.evaluation.card import model_card
    from zhgen.training.model import train

    settings = TrainSettings.recipe(recipe, **given(TrainSettings, options))
    reporter = make_reporter(quiet=quiet)
    text = open_segmented(segmented)
    check_bundle_output(output)
    made = train(text, vectors, settings, recipe=recipe, validation=validation, reporter=reporter)
    save(output, made.bundle, made.table, model_card(made.bundle, output.name))
    reporter.say(f"{output}: the model is written. Type: zhgen generate {output}")
    if made.interrupted:
        raise KeyboardInterrupt
