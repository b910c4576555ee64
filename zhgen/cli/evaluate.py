"""`zhgen evaluate`: a model and a text in, or a text and a corpus, figures out."""

import json
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import TextSettings, option_name
from zhgen.errors import RefusedError


@click.command("evaluate")
@click.argument("model", metavar="[models/NAME", required=False, type=FILE)
@click.argument("texts", metavar="TEXT...]", nargs=-1, type=FILE)
@click.option("--alone", is_flag=True, help="With a model: leave out what is compared with it, which takes most of the time.")
@click.option("--text", type=FILE, help="Say what this text is like, raw or segmented, in place of a model.")
@click.option("--against", type=FILE, metavar="CORPUS", help="With --text: where copies are looked for, raw or segmented.")
@click.option("--human", type=FILE, help="With --text: human text that is not in CORPUS, in place of its last part.")
@settings_options(TextSettings)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@quiet_option
@click.pass_context
def command(
    context: click.Context,
    /,
    model: Path | None,
    texts: tuple[Path, ...],
    alone: bool,
    text: Path | None,
    against: Path | None,
    human: Path | None,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Say how well a model predicts texts, or what a text is like.

    Each TEXT is raw or segmented, - is raw text from stdin; a raw one is cut as the model's corpus was. Beside the model stand
    baselines that need no training: how often each piece occurs, and a Kneser-Ney 5-gram; and what comes of mixing it with the
    5-gram and with what was just said, as `zhgen generate` does with --mix and --cache.

    With --text FILE --against CORPUS the text in FILE (- is stdin) is measured in place of a model: how it repeats itself, how
    many of its n-grams are new, the longest run it copies and from where, how long its sentences are; beside it stands human
    text of the same length. That is the last part of CORPUS, or --human FILE; what is new is what the rest of CORPUS lacks.
    """
    reporter = make_reporter(quiet=quiet)
    if text is None:
        from zhgen.evaluation.prediction import evaluate
        from zhgen.evaluation.prediction_table import show

        figures = evaluate(*_model_and_texts(context, model, texts), reporter, alone=alone)
        shown = show
    else:
        from zhgen.evaluation.text import evaluate_text
        from zhgen.evaluation.text_table import show_text

        corpus = _corpus(context, model, against)
        figures = evaluate_text(text, corpus, TextSettings(**given(TextSettings, options)), human, reporter)
        shown = show_text
    click.echo(json.dumps(figures, ensure_ascii=False, indent=2) if as_json else shown(figures))


def _model_and_texts(context: click.Context, model: Path | None, texts: tuple[Path, ...]) -> tuple[Path, tuple[Path, ...]]:
    """Return the model and what it is evaluated on; refuse options that measure a text."""
    for name in ("against", "human", "validation_split"):
        if name in _typed(context):
            raise RefusedError(f"{option_name(name)} goes with --text alone.", "Leave it out, or add --text FILE.")
    if model is None:
        raise RefusedError("There is nothing to evaluate.", "Give a model and a text: zhgen evaluate models/novel test.txt")
    if not texts:
        raise RefusedError(f"There is no text to evaluate {model} on.", "Name one that it was not trained on after it.")
    return model, texts


def _corpus(context: click.Context, model: Path | None, against: Path | None) -> Path:
    """Return the corpus that a text is compared with; refuse what does not go with --text."""
    if model is not None:
        raise RefusedError(f"--text is measured without a model, and {model} was given.", "Leave out one of them.")
    if "alone" in _typed(context):
        raise RefusedError("--alone goes with a model.", "Leave it out.")
    if against is None:
        raise RefusedError("--text needs --against.", "Name the corpus: zhgen evaluate --text FILE --against novel.seg.txt")
    if {"human", "validation_split"} <= _typed(context):
        raise RefusedError("--validation-split holds nothing out where --human is given.", "Leave out one of them.")
    return against


def _typed(context: click.Context) -> set[str]:
    """Return the names of the options that stand on the command line."""
    return {name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
