"""`zhgen info`: what a model, a segmented text or a file of vectors is and where it came from."""

import json
from pathlib import Path

import click

from zhgen.cli.options import FILE


@click.command("info")
@click.argument("path", metavar="models/NAME|FILE.seg.txt|FILE.bin", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(path: Path, as_json: bool) -> None:
    """Say what a file or a model is and where it came from."""
    from zhgen.evaluation.description import describe

    facts = describe(path)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    width = max(map(len, facts))
    for name, value in facts.items():
        shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
        click.echo(f"{name.replace('_', ' '):<{width}}  {shown}")
