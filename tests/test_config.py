"""The tables of settings, a command each: their defaults, their bounds, their help."""

import dataclasses
import re

import pytest

from zhgen import config
from zhgen.cli.application import COMMANDS
from zhgen.config import MAX_SEED, EmbedSettings, GenerateSettings, Settings, TrainSettings, option_name
from zhgen.errors import RefusedError

ALL = [kind for kind in vars(config).values() if isinstance(kind, type) and issubclass(kind, Settings) and kind is not Settings]
FIELDS = [pytest.param(kind, field, id=f"{kind.__name__}.{field.name}") for kind in ALL for field in dataclasses.fields(kind)]


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (EmbedSettings, {"vector_size": 0}, "--vector-size must be at least 1. Received: 0."),
        (EmbedSettings, {"vector_size": 10_001}, "--vector-size must be at most 10000. Received: 10001."),
        (EmbedSettings, {"min_count": 0}, "--min-count must be at least 1. Received: 0."),
        (EmbedSettings, {"validation_split": 1.0}, "--validation-split must be below 1. Received: 1.0."),
        (TrainSettings, {"seed": 2**32}, "--seed must be at most 4294967295. Received: 4294967296."),
        (TrainSettings, {"seed": -1}, "--seed must be at least 0. Received: -1."),
        (TrainSettings, {"input_dropout": 1.0}, "--input-dropout must be below 1. Received: 1.0."),
        (TrainSettings, {"learning_rate": 0.0}, "--learning-rate must be above 0. Received: 0.0."),
        (GenerateSettings, {"top_p": 1.5}, "--top-p must be at most 1. Received: 1.5."),
        (GenerateSettings, {"temperature": -0.5}, "--temperature must be at least 0. Received: -0.5."),
        (GenerateSettings, {"min_p": 1.5}, "--min-p must be at most 1. Received: 1.5."),
        (GenerateSettings, {"repeat_last_n": -2}, "--repeat-last-n must be at least -1. Received: -2."),
    ],
)
def test_the_settings_of_a_command_have_bounds(kind, given, message):
    """A bound is written out in full, large ones too."""
    with pytest.raises(RefusedError) as caught:
        kind(**given)
    assert str(caught.value) == message


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_every_bound_of_every_setting_is_kept(kind, field):
    """Whatever bound a field states, a value beyond it is refused by the option's name."""
    beyond = {"minimum": lambda b: b - 1, "maximum": lambda b: b + 1, "above": lambda b: b, "below": lambda b: b}
    for name, bound in field.metadata["bounds"].items():
        if bound is not None:
            with pytest.raises(RefusedError, match=f"^{re.escape(option_name(field.name))} must be "):
                kind(**{field.name: beyond[name](bound)})


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_every_setting_says_what_it_does(kind, field):
    """Every field has a help text that ends as a sentence or as a note on its default, and a type."""
    assert re.search(r"[.\]]$", field.metadata["help"])
    assert field.name in kind.types()


def test_the_numbers_that_everything_is_made_for():
    """200 dimensions in, 20 steps of memory, and one seed everywhere."""
    assert (EmbedSettings().vector_size, TrainSettings().timesteps) == (200, 20)
    assert {kind().seed for kind in (EmbedSettings, TrainSettings, GenerateSettings)} == {1}
    assert EmbedSettings().validation_split == TrainSettings().validation_split
    assert MAX_SEED == 4294967295


def test_settings_cannot_be_changed():
    """Settings are frozen: what was checked stays as it was."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        EmbedSettings().seed = 2


def test_a_command_has_its_settings_in_a_module_of_its_name():
    """Whoever looks for a command's settings knows where they are, and all of them can be imported from the package."""
    places = {kind.__module__.rpartition(".")[2] for kind in Settings.__subclasses__() if kind.__module__.startswith("zhgen.")}
    assert places == {kind.__module__.rpartition(".")[2] for kind in ALL}
    assert places <= set(COMMANDS)
