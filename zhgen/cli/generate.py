"""`zhgen generate`: a model in, text out."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhgen.cli.models import compute_in_one_thread, lexicon_options, load_generator, open_stdin, whole_prompt
from zhgen.cli.options import FILE, given, make_reporter, quiet_option, settings_options
from zhgen.config import BatchSettings, GenerateSettings
from zhgen.errors import RefusedError
from zhgen.progress import SILENT, LineReporter, Reporter

if TYPE_CHECKING:
    from zhgen.batches.output import Format, Output
    from zhgen.batches.prompts import Prompts
    from zhgen.generation.generator import Generator

_STREAM = Path("-")  # stdin or stdout


@click.command("generate")
@click.argument("model", metavar="models/NAME", type=FILE)
@click.option("--prompt", default="", help="What the text begins with; - reads it from stdin.")
@click.option("--prompts", type=FILE, metavar="FILE", help="Many prompts, one a line or JSON lines; - reads them from stdin.")
@settings_options(GenerateSettings, short={"words": "n"})
@settings_options(BatchSettings)
@lexicon_options
@click.option("-o", "--output", type=FILE, metavar="FILE", help="Where the texts go; - is stdout.  [default: stdout]")
@click.option(
    "--format",
    type=click.Choice(("text", "jsonl")),
    help="text: the prompt and what follows it, a blank line between texts; jsonl: a JSON object a line.  "
    "[default: jsonl for -o FILE.jsonl, else text]",
)
@click.option("--resume", is_flag=True, help="Keep what the output holds, and write what is missing.")
@click.option("--force", is_flag=True, help="Replace the output.")
@quiet_option
def command(model: Path, prompt: str, prompts: Path | None, output: Path | None, quiet: bool, **options: Any) -> None:
    """Write text in the manner of the text a model was trained on.

    The prompt and what follows it go to stdout. The same model, prompt and settings give the same text, whatever is written
    beside it.

    A line of --prompts is a prompt, or in a .jsonl file a JSON object with "prompt", "id" and any setting by its name, such as
    "top_p". On stdin the first line decides: it is JSON when it begins with a brace. A line that cannot be used is told and
    passed over, and the exit code is 3 then.
    """
    settings = GenerateSettings(**given(GenerateSettings, options))
    batch = BatchSettings(**given(BatchSettings, options))
    if prompt and prompts is not None:
        raise RefusedError("--prompt and --prompts contradict each other.", "Leave out one of them.")
    compute_in_one_thread()
    reporter = make_reporter(quiet=quiet)
    output = None if output == _STREAM else output
    if output is None and (options["resume"] or options["force"]):
        raise RefusedError("--resume and --force go with -o FILE.", "Leave them out, or say where the texts go.")
    if prompts is None and output is None and options["format"] != "jsonl" and batch.samples == 1:
        prompt = whole_prompt(prompt, reporter)
        _stream(load_generator(model, options, reporter), prompt, settings, reporter)
        return
    from zhgen.batches.output import check_texts_file, format_of
    from zhgen.batches.prompts import Prompts

    kind = options["format"] or format_of(output)
    if output is not None:
        inputs = [path for path in (prompts, options["lexicon"], options["vectors"]) if path is not None]
        inputs += model.iterdir() if model.is_dir() else ()
        check_texts_file(output, kind, inputs, resume=options["resume"], force=options["force"])
    source = whole_prompt(prompt, reporter) if prompts is None else open_stdin() if prompts == _STREAM else prompts
    asked = Prompts(source, settings, batch.samples)
    generator = load_generator(model, options, reporter)
    with _opened(output, kind, generator, resume=options["resume"]) as texts:
        _batch(generator, asked, texts, batch, reporter, quiet=quiet)


def _batch(
    generator: "Generator", prompts: "Prompts", texts: "Output", settings: BatchSettings, reporter: Reporter, *, quiet: bool
) -> None:
    """Write a text for every prompt."""
    from zhgen.batches.batch import Batch

    Batch(
        generator,
        prompts,
        texts,
        batch_size=settings.batch_size,
        workers=settings.workers,
        reporter=reporter,
        tracker=reporter if texts.name or not sys.stdout.isatty() else SILENT,  # a bar would stand in the way of the texts
        complain=LineReporter().warn if quiet else reporter.warn,  # errors are said all the same
    ).run()


def _stream(generator: "Generator", prompt: str, settings: GenerateSettings, reporter: Reporter) -> None:
    """Write a text to stdout, on a terminal word by word."""
    start = generator.read_prompt(prompt, reporter)
    start.tell(reporter)
    words = generator.stream(start, settings, reporter=reporter)
    output = sys.stdout
    output.write(prompt)
    empty = not prompt
    for word in words:
        output.write(word)
        empty = empty and not word
        if output.isatty():
            output.flush()
    output.write("" if empty else "\n")


@contextmanager
def _opened(output: Path | None, kind: "Format", generator: "Generator", *, resume: bool) -> Iterator["Output"]:
    """Open the file or stdout for texts."""
    from zhgen.batches.output import file_output, stream_output

    model = generator.bundle.sha256
    if output is None:
        yield stream_output(sys.stdout, kind, model)
    else:
        with file_output(output, kind, model, resume=resume) as texts:
            yield texts
