"""`zhgen info`: what a model, a segmented text or a file of vectors is and where it came from."""

import json
from pathlib import Path

import click

from zhgen.cli.options import FILE


@click.command("info")
@click.argument("path", metavar="models/NAME|FILE.seg.txt|FILE.bin", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(path: Path, as_json: bool) -> None:
    """Say what a file or a model is and where it came from.

    Of vectors it says, too, how they fill their space: in how many directions, as if each carried as much of the variance; how
    near the nearest word is; and how near two words are that are drawn at random.
    """
    from zhgen.evaluation.description import describe
    from zhgen.evaluation.description_table import show_description

    facts = describe(path)
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else show_description(facts))
