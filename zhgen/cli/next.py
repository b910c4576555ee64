"""`zhgen next`: a prompt in, the likeliest next words out."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhgen.cli.models import lexicon_options, load_generator, whole_prompt
from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import GenerateSettings, NextSettings

if TYPE_CHECKING:
    from zhgen.generation.follower import Candidate

PARAGRAPH_END = "¶ (a paragraph's end)"


@click.command("next")
@click.argument("model", metavar="models/NAME", type=FILE)
@click.option("--prompt", default="", help="What stands before the word; - reads it from stdin.")
@settings_options(NextSettings, short={"top": "n"})
@lexicon_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@quiet_option
def command(model: Path, prompt: str, as_json: bool, quiet: bool, **options: Any) -> None:
    """Name the words that are likeliest to follow a prompt.

    Each comes with the model's own probability, as with --temperature 1 and nothing left out, and with the cosine of its
    vector to the one that the network puts out.
    """
    settings = NextSettings(**given(NextSettings, options))
    reporter = make_reporter(quiet=quiet)
    prompt = whole_prompt(prompt, reporter)
    generator = load_generator(model, options, reporter)
    start = generator.read_prompt(prompt, reporter)
    start.tell(reporter)
    mixed = GenerateSettings(mix=settings.mix, cache=settings.cache)
    found = [fact(rank, one) for rank, one in enumerate(generator.next(start, settings.top, mixed, reporter=reporter), start=1)]
    if as_json:
        click.echo(json.dumps({"prompt": prompt, "candidates": found}, ensure_ascii=False, indent=2))
    else:
        click.echo(table(found))


def fact(rank: int, candidate: "Candidate") -> dict[str, Any]:
    """Return what is told of a candidate; a paragraph's end is a line's end, as in the words of a text."""
    from zhgen.corpus.vocabulary import PARAGRAPH_END as END
    from zhgen.corpus.whitespace import restore

    return {
        "rank": rank,
        "word": "\n" if candidate.piece == END else restore(candidate.piece),
        "probability": float(f"{candidate.probability:.6g}"),
        "cosine": round(candidate.cosine, 6),
    }


def table(facts: list[dict[str, Any]]) -> str:
    """Return candidates as a table; words come last because nobody knows how wide they are."""
    width = max(3, len(str(len(facts))))
    lines = [f"{'no.':>{width}}  probability  cosine  word"]
    for one in facts:
        word = PARAGRAPH_END if one["word"] == "\n" else one["word"] if one["word"].strip() else repr(one["word"])
        lines.append(f"{one['rank']:>{width}}  {_percent(one['probability']):>11}  {one['cosine']:>6.3f}  {word}")
    return "\n".join(lines)


def _percent(chance: float) -> str:
    """Return a probability with two digits at least, however small it is."""
    return f"{chance:.2%}" if chance >= 0.001 else f"{100 * chance:.2g}%"
