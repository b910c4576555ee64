"""`zhgen similar`: words in, the words nearest to them out."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import SimilarSettings

if TYPE_CHECKING:
    from zhgen.evaluation.space import Space

_SIGNED_WORD = re.compile(r"([-+])([^\x00-\x7f].*)", re.DOTALL)


_HELP = """Name the words nearest to words.

\b
  zhgen similar models/novel 宝玉 黛玉             a list for each
  zhgen similar models/novel 国王 - 男 + 女        one for what they come to

Near is what has a high cosine; the words asked for are left out. A file of vectors is binary or text, gzipped or not.
"""


class _Signed(click.Command):
    """Takes `-男` for a sign and a word, as `- 男` is, and not for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        parted: list[str] = []
        for argument in args:
            match = _SIGNED_WORD.fullmatch(argument)
            parted += match.groups() if match else [argument]
        return super().parse_args(ctx, parted)


@click.command("similar", cls=_Signed, help=_HELP)
@click.argument("source", metavar="models/NAME|FILE.bin", type=FILE)
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
@settings_options(SimilarSettings, short={"top": "n"})
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@quiet_option
def command(source: Path, words: tuple[str, ...], as_json: bool, quiet: bool, **options: Any) -> None:
    """Print the words nearest to words, or to their sums and differences."""
    from zhgen.evaluation.space import open_space
    from zhgen.vectors.neighbours import Neighbourhood, parse_queries

    settings = SimilarSettings(**given(SimilarSettings, options))
    parse_queries(words)  # what is wrong in it is said before a large file is read
    reporter = make_reporter(quiet=quiet)
    space = open_space(source, settings.table, settings.limit, reporter)
    neighbourhood = Neighbourhood(space.table.words, space.unit_vectors, space.name, spell=settings.spell)
    queries = parse_queries(words, neighbourhood.index)
    neighbourhood.check(queries)
    answers = []
    for query in queries:
        if spelled := neighbourhood.spelled(query):
            reporter.say(f"{', '.join(spelled)}: not there, the mean of the characters stands for it.")
        answers.append({"query": query.text, "nearest": _facts(neighbourhood.answer(query, settings.top), space)})
    if as_json:
        click.echo(json.dumps({"vectors": space.name, "answers": answers}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(map(_shown, answers)))


def _facts(found: list[tuple[int, float]], space: "Space") -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [{"word": space.table.words[row], "cosine": round(cosine, 6)} for row, cosine in found]
    if space.counts is not None:
        for fact, (row, _) in zip(facts, found, strict=True):
            fact["count"] = space.count(row)
    return facts


def _shown(answer: dict[str, Any]) -> str:
    """Return an answer as a table; words come last because nobody knows how wide they are."""
    counted = any("count" in fact for fact in answer["nearest"])
    lines = [answer["query"], f"  cosine{'      count' if counted else ''}  word"]
    for fact in answer["nearest"]:
        count = f"  {fact['count']:>9,}" if counted else ""
        lines.append(f"{fact['cosine']:>8.3f}{count}  {fact['word']}")
    return "\n".join(lines)
