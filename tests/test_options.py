"""Options made from the fields of a settings class."""

import importlib
import sys
from dataclasses import dataclass, fields
from typing import Literal

import click
import pytest
from click.testing import CliRunner

from zhgen.cli.options import given, make_reporter, settings_options
from zhgen.config import (
    EmbedSettings,
    GenerateSettings,
    MapSettings,
    SegmentSettings,
    Settings,
    SimilarSettings,
    TrainSettings,
    option_name,
    setting,
)
from zhgen.progress import SILENT, LineReporter, TerminalReporter


@dataclass(frozen=True)
class Brewing(Settings):
    """Settings with a field of every kind."""

    cups: int = setting(2, "How many.", minimum=1)
    strength: float = setting(1e-4, "How strong.")
    leaf: Literal["green", "black"] = setting("green", "Which leaf.")
    minutes: int | None = setting(None, "How long.")
    lid: bool = setting(True, "Put the lid on.")
    sweet: bool = setting(False, "Add sugar.")
    guests: tuple[str, ...] = setting((), "Who comes.")


def brew(*arguments, **how):
    """Return the options that a command with those settings receives, or what it says when they are refused."""
    received = {}

    @click.command()
    @settings_options(Brewing, **how)
    def command(**options):
        received.update(options)

    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    return received or result.output


def test_nothing_given_is_the_defaults():
    """Without options a command receives the defaults that stand in the settings, and they make the settings."""
    options = brew()
    expected = {"cups": 2, "strength": 1e-4, "leaf": "green", "minutes": None, "lid": True, "sweet": False, "guests": ()}
    assert options == expected
    assert Brewing(**given(Brewing, options)) == Brewing()


def test_every_kind_is_read():
    """Whole numbers, numbers, choices, optional numbers and flags come as what they are."""
    options = brew("-c", 3, "--strength", 0.5, "--leaf", "black", "--minutes", 4, "--no-lid", "--sweet", short={"cups": "c"})
    expected = {"cups": 3, "strength": 0.5, "leaf": "black", "minutes": 4, "lid": False, "sweet": True, "guests": ()}
    assert options == expected


def test_what_may_be_given_several_times():
    """Each time adds a text; spaces and commas in it part nothing. From the environment come texts parted by spaces."""
    assert brew("--guests", "林 黛玉", "--guests", "a,b")["guests"] == ("林 黛玉", "a,b")
    assert given(Brewing, brew("--guests", "x")) == {**given(Brewing, brew()), "guests": ("x",)}
    assert "guests" not in given(Brewing, brew())

    @click.command()
    @settings_options(Brewing)
    def command(guests, **others):
        click.echo("|".join(guests))

    result = CliRunner().invoke(command, [], auto_envvar_prefix="TEA", env={"TEA_GUESTS": "宝玉 黛玉"})
    assert result.output == "宝玉|黛玉\n"


def test_inherited_options_that_are_not_given_are_left_out():
    """Where a recipe fills in, only what was given is handed on, a False and a 0 included."""
    assert given(Brewing, brew(inherit=True)) == {}
    assert given(Brewing, brew("--no-lid", "--cups", 0, inherit=True)) == {"lid": False, "cups": 0}
    assert given(Brewing, {"cups": 1, "output": "x"}) == {"cups": 1}


def test_a_field_can_do_without_an_option():
    """A field that is left out has no option."""
    assert "cups" not in brew(without=("cups",))
    assert "No such option" in brew("--cups", 3, without=("cups",))


def test_the_help_is_that_of_the_settings():
    """Every option's help is its field's, with the default where it has one."""
    text = " ".join(brew("--help").split())
    assert "--cups INTEGER How many. [default: 2]" in text
    assert "--leaf [green|black] Which leaf. [default: green]" in text
    assert "--minutes INTEGER How long. --lid" in text
    assert "--lid / --no-lid Put the lid on." in text
    assert "--sweet Add sugar." in text
    assert "--guests TEXT Who comes. --help" in text
    inherited = " ".join(brew("--help", inherit=True).split())
    assert "--strength FLOAT How strong. [default: 0.0001, or what the recipe says]" in inherited


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("segment", SegmentSettings),
        ("embed", EmbedSettings),
        ("train", TrainSettings),
        ("generate", GenerateSettings),
        ("similar", SimilarSettings),
        ("map", MapSettings),
    ],
)
def test_every_setting_is_an_option_of_its_command(name, settings):
    """No setting of a command is without an option, in its spelling."""
    command = importlib.import_module(f"zhgen.cli.{name}").command
    spelled = {opt for param in command.params for opt in param.opts}
    assert {option_name(field.name) for field in fields(settings)} <= spelled


def test_who_reports(monkeypatch):
    """Quiet is silent, a pipe gets lines and a terminal a bar."""
    assert make_reporter(quiet=True) is SILENT
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert type(make_reporter(quiet=False)) is LineReporter
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert type(make_reporter(quiet=False)) is TerminalReporter
