"""`zhgen train`: words and vectors in, a model out."""

import typing
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import Recipe, TrainSettings
from zhgen.errors import RefusedError
from zhgen.progress import Reporter

if TYPE_CHECKING:
    from zhgen.bundle import Bundle
    from zhgen.training.model import Trained


@click.command("train")
@click.argument("segmented", metavar="SEG", type=FILE)
@click.option(
    "--vectors",
    type=FILE,
    help="Vectors in the word2vec format, binary or text, gzipped or not, of any dimension. Needed where there is no --from.",
)
@click.option("--from", type=FILE, metavar="models/OTHER", help="Go on from this model, its settings, weights and words.")
@click.option("-o", "--output", type=FILE, required=True, metavar="models/NAME", help="Where the model goes.")
@click.option(
    "--recipe",
    type=click.Choice(typing.get_args(Recipe)),
    default="default",
    show_default=True,
    help="default: the right piece against drawn ones, with the table learnt further; softmax: an ordinary language model, as "
    "the control; vmf, cosine, mse: straight at the vectors, which stay as they are; seed: ten windows, squared error.",
)
@click.option("--validation", type=FILE, help="A text to validate on, raw or segmented, instead of the end of SEG.")
@click.option("--resume", is_flag=True, help="Go on with the training that was interrupted, exactly where it was.")
@click.option("--samples", is_flag=True, help="Write a few lines now and then while the model learns, to stderr.")
@click.option("--sample-prompt", multiple=True, metavar="TEXT", help="What a sample begins with; may be given more than once.")
@click.option("--keep-text", is_flag=True, help="Keep the training text in the model, for zhgen generate --max-copy.")
@settings_options(TrainSettings, inherit=True)
@quiet_option
@click.pass_context
def command(
    context: click.Context,
    /,
    segmented: Path,
    vectors: Path | None,
    output: Path,
    recipe: Recipe,
    validation: Path | None,
    resume: bool,
    samples: bool,
    sample_prompt: tuple[str, ...],
    keep_text: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Train a model on a segmented text.

    The state that validates best is kept. Ctrl-C ends the training and keeps the best so far; the same command with --resume
    goes on, and so it does after a crash, with what models/NAME.checkpoint holds.

    With --from the training goes on from another model: one book from several, say. The model keeps its words, and what is new
    in the text is added; --vectors say where the new words lie, and without them their characters do.
    """
    from zhgen.bundle import check_bundle_output, load
    from zhgen.corpus.segmented import open_segmented
    from zhgen.training.checkpoint import checkpoint_folder
    from zhgen.training.model import train

    other = load(options["from"]) if options["from"] is not None else None
    if other is None and vectors is None:
        raise RefusedError("--vectors is needed.", "Make them with zhgen embed, or give --from a model to go on from.")
    typed = context.get_parameter_source("recipe") is not ParameterSource.DEFAULT
    recipe, settings = _recipe_and_settings(recipe, other, options, typed=typed)
    reporter = make_reporter(quiet=quiet)
    text = open_segmented(segmented)
    check_bundle_output(output)
    made = train(
        text,
        vectors,
        settings,
        recipe=recipe,
        validation=validation,
        other=other,
        checkpoint=checkpoint_folder(output),
        resume=resume,
        keep_text=keep_text,
        prompts=sample_prompt if samples or sample_prompt else None,
        reporter=reporter,
    )
    _write(made, output, reporter)
    if made.interrupted:
        raise KeyboardInterrupt
    if made.checkpoint is not None:
        made.checkpoint.remove()


def _recipe_and_settings(
    recipe: Recipe, other: "Bundle | None", options: Mapping[str, Any], *, typed: bool
) -> tuple[Recipe, TrainSettings]:
    """Return what is trained by: the recipe, or another model's unless one was typed, with the given options in its place."""
    from zhgen.training.continuation import settings_from

    asked = given(TrainSettings, options)
    if other is None:
        return recipe, TrainSettings.recipe(recipe, **asked)
    return settings_from(other, recipe if typed else None, asked)


def _write(made: "Trained", output: Path, reporter: Reporter) -> None:
    """Write the model, and say what to type next; where it fails, how it can be written later."""
    from zhgen.bundle import save
    from zhgen.evaluation.card import model_card
    from zhgen.training.curve import draw_curve

    try:
        save(output, made.bundle, made.table, model_card(made.bundle, output.name), draw_curve(made.bundle.history))
    except OSError:
        if made.checkpoint is not None and made.checkpoint.current:
            reporter.warn("The model could not be written. When it can, the same command with --resume writes it at once.")
        raise
    reporter.say(f"{output}: the model is written. Type: zhgen generate {output}")
