"""`zhgen generate`: a model in, text out."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import GenerateSettings
from zhgen.errors import RefusedError


@click.command("generate")
@click.argument("model", metavar="models/NAME", type=FILE)
@click.option("--prompt", default="", help="What the text begins with; - reads it from stdin.")
@settings_options(GenerateSettings, short={"words": "n"})
@quiet_option
def command(model: Path, prompt: str, quiet: bool, **options: Any) -> None:
    """Write text in the manner of the text a model was trained on.

    The prompt and what follows it go to stdout. The same model, prompt and settings give the same text.
    """
    settings = GenerateSettings(**given(GenerateSettings, options))
    # The products are too small for more threads to pay; NumPy reads this when it is imported.
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    from zhgen.corpus.vocabulary import describe_unseen
    from zhgen.generation.generator import Generator
    from zhgen.raw.encoding import TextReader

    reporter = make_reporter(quiet=quiet)
    if prompt == "-":
        prompt = "\n".join(TextReader(sys.stdin.buffer, "stdin", reporter=reporter).paragraphs())
    if not _is_unicode(prompt):
        raise RefusedError(
            "The prompt is not UTF-8.", "Set your terminal to UTF-8, or save the prompt as UTF-8 and give --prompt -."
        )
    generator = Generator.load(model)
    start = generator.read_prompt(prompt, reporter)
    if start.unseen:
        reporter.warn(f"The model has never seen {describe_unseen(start.unseen)} and passes over it.")
    words = generator.stream(start, settings)
    output = sys.stdout
    output.write(prompt)
    for word in words:
        output.write(word)
        if output.isatty():
            output.flush()
    output.write("\n")


def _is_unicode(text: str) -> bool:
    """Return whether a text can be written out: bytes of an argument that could not be decoded stand in it as surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
