"""`zhgen train`: words and vectors in, a model out."""

import typing
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import Recipe, TrainSettings
from zhgen.errors import RefusedError


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
    from zhgen.bundle import check_bundle_output, load, save
    from zhgen.corpus.segmented import open_segmented
    from zhgen.evaluation.card import model_card
    from zhgen.training.checkpoint import checkpoint_folder
    from zhgen.training.continuation import settings_from
    from zhgen.training.curve import draw_curve
    from zhgen.training.model import train

    asked, other = given(TrainSettings, options), None
    if options["from"] is not None:
        other = load(options["from"])
        typed = context.get_parameter_source("recipe") is not ParameterSource.DEFAULT
        recipe, settings = settings_from(other, recipe if typed else None, asked)
    elif vectors is None:
        raise RefusedError("--vectors is needed.", "Make them with zhgen embed, or give --from a model to go on from.")
    else:
        settings = TrainSettings.recipe(recipe, **asked)
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
    try:
        save(output, made.bundle, made.table, model_card(made.bundle, output.name), draw_curve(made.bundle.history))
    except OSError:
        if made.checkpoint is not None and made.checkpoint.current:
            reporter.warn("The model could not be written. When it can, the same command with --resume writes it at once.")
        raise
    reporter.say(f"{output}: the model is written. Type: zhgen generate {output}")
    if made.interrupted:
        raise KeyboardInterrupt
    if made.checkpoint is not None:
        made.checkpoint.remove()
