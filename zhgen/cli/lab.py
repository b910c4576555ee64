"""`zhgen lab`: a lesson's name in, its figures and its picture out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from zhgen.cli.options import FILE, make_reporter, quiet_option, settings_options
from zhgen.config import LabSettings
from zhgen.errors import RefusedError


@click.command("lab")
@click.argument("name", metavar="[LESSON]", required=False)
@click.option("-o", "--output", type=FILE, metavar="PICTURE", help="Draw the lesson's picture, an .svg or a .png.")
@click.option(
    "--data", type=FILE, metavar="FOLDER", help="For images: CIFAR-10's binary archive.  [default: pictures that it makes]"
)
@settings_options(LabSettings)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@quiet_option
@click.pass_context
def command(
    context: click.Context,
    /,
    name: str | None,
    output: Path | None,
    seed: int | None,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Run a lesson: a small system that is built, trained and looked at.

    Without a name it lists the lessons. A lesson says what it does, runs, and prints what came out beside the figures of the
    source that it was first described in.
    """
    settings = LabSettings(seed=seed)
    from zhgen.labs.catalogue import find
    from zhgen.labs.picture import check_picture, draw_picture
    from zhgen.labs.table import show_figures

    if name is None:
        _list_lessons(as_json=as_json, given={"-o": output, "--seed": seed, "--data": options["data"]})
        return
    lesson = find(name)
    own = _own_options(context, lesson.name, lesson.options, options)
    lesson.check(**own)
    if output is not None:
        check_picture(output)
    if not as_json:
        click.echo(f"{lesson.title}\n\n{click.wrap_text(lesson.about, _columns())}\n")
    reporter = make_reporter(quiet=quiet)
    outcome = lesson.run(lesson.seed if settings.seed is None else settings.seed, reporter, False, **own)
    if as_json:
        document = {"lesson": lesson.name, "figures": outcome.figures, "source": lesson.source}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo(show_figures(outcome.figures, lesson.source, _columns()))
    if output is not None:
        draw_picture(lambda figure: lesson.draw(outcome, figure), output)
        reporter.say(f"{output}: the picture")


def _list_lessons(*, as_json: bool, given: Mapping[str, Any]) -> None:
    from zhgen.labs.catalogue import LESSONS, find

    for option, value in given.items():
        if value is not None:
            raise RefusedError(f"{option} is for a lesson, and none was named.", f"Type: zhgen lab LESSON {option} …")
    titles = {name: find(name).title for name in LESSONS}
    if as_json:
        click.echo(json.dumps({"lessons": titles}, ensure_ascii=False, indent=2))
        return
    width = max(map(len, titles))
    for name, title in titles.items():
        click.echo(click.wrap_text(title, _columns(), f"{name:<{width}}  ", " " * (width + 2)))
    click.echo("\nType: zhgen lab LESSON")


def _own_options(context: click.Context, name: str, allowed: tuple[str, ...], options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of the lesson's own that were given; one that it does not know is refused where it was typed."""
    for option in options:
        if option not in allowed and context.get_parameter_source(option) is ParameterSource.COMMANDLINE:
            raise RefusedError(f"The lesson {name} has no --{option}.", "Leave it out.")
    return {option: value for option, value in options.items() if option in allowed and value is not None}


def _columns() -> int:
    import shutil

    return min(shutil.get_terminal_size().columns, 100)
