"""The settings of training: what goes with what, and the recipes."""

import dataclasses
import typing

import pytest

from zhgen.config.settings import option_name
from zhgen.config.train import RECIPES, Recipe, TrainSettings
from zhgen.errors import RefusedError


def test_a_recipe_replaces_defaults_and_is_replaced_by_what_is_given():
    """Given settings win over the recipe, the recipe over the defaults; nothing else changes."""
    assert TrainSettings.recipe("default") == TrainSettings()
    seed = TrainSettings.recipe("seed", units=7)
    assert (seed.loss, seed.units, seed.epochs, seed.batch_size, seed.optimizer) == ("mse", 7, 500, 10, "sgd")
    untouched = {field.name for field in dataclasses.fields(TrainSettings)} - {*RECIPES["seed"], "members"}
    assert seed.members == 1
    assert untouched >= {"timesteps", "layers", "patience", "seed"}
    assert all(getattr(seed, name) == getattr(TrainSettings(), name) for name in untouched)


@pytest.mark.parametrize(
    ("given", "members"),
    [({"max_minutes": 1}, 1), ({"max_minutes": 2}, 2), ({"max_minutes": 1, "members": 3}, 3), ({}, 2)],
    ids=str,
)
def test_in_a_hurry_there_is_one_network(given, members):
    """With less than two minutes one network is taught, unless more are asked for."""
    assert TrainSettings.recipe("default", **given).members == members


def test_every_recipe_is_a_choice_and_every_choice_a_recipe():
    """What `--recipe` offers and what there is are the same names."""
    assert set(RECIPES) == set(typing.get_args(Recipe))


@pytest.mark.parametrize("loss", ["mse", "cosine", "vmf"])
def test_a_loss_that_aims_at_the_table_does_not_learn_it(loss):
    """Such a loss with the default's learnt table is refused, and the recipe that does it right named; a frozen one is not."""
    with pytest.raises(RefusedError, match=rf"^--loss {loss} cannot learn the table: .* Give --recipe {loss}, or --table raw"):
        TrainSettings(loss=loss)
    with pytest.raises(RefusedError, match="cannot learn the table"):
        TrainSettings.recipe(loss, table="learnt")
    assert {TrainSettings(loss=loss, table=table).table for table in ("raw", "centred", "whitened")} == {
        "raw",
        "centred",
        "whitened",
    }


@pytest.mark.parametrize("given", [{}, {"loss": "mse", "table": "centred"}, {"loss": "cosine", "table": "raw"}])
def test_the_first_windows_are_for_the_first_recipe(given):
    """Only the squared error onto raw vectors learns the first windows alone."""
    with pytest.raises(RefusedError, match=r"^--windows first goes with --loss mse and --table raw alone\. Received: --loss "):
        TrainSettings(windows="first", **given)


@pytest.mark.parametrize("given", [{"negatives": 64}, {"characters": True}, {"table_rate": 2.0}], ids=str)
def test_what_only_one_loss_knows_is_refused_with_the_others(given):
    """A setting that would change nothing is refused by its option's name, unless the loss is the one that knows it."""
    option = option_name(next(iter(given)))
    with pytest.raises(RefusedError, match=rf"^{option} goes with --loss contrastive alone\. Received: --loss softmax\."):
        TrainSettings.recipe("softmax", **given)
    settings = TrainSettings.recipe("softmax", loss="contrastive", **given)
    assert given.items() <= dataclasses.asdict(settings).items()


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_is_within_the_bounds(name):
    """A recipe is made of settings that exist and are allowed."""
    assert {**RECIPES[name]}.items() <= dataclasses.asdict(TrainSettings.recipe(name)).items()


def test_a_recipe_does_not_let_a_bad_value_through():
    """What is given beside a recipe is checked like any other value."""
    with pytest.raises(RefusedError, match=r"^--units must be at least 1\. Received: 0\.$"):
        TrainSettings.recipe("seed", units=0)


def test_a_value_that_is_no_choice_is_refused_with_the_choices() -> None:
    """A choice is checked in the library too, not by the command line alone."""
    with pytest.raises(RefusedError) as caught:
        TrainSettings(loss="perceptron")  # type: ignore[arg-type]
    assert str(caught.value) == "--loss must be one of contrastive, softmax, mse, cosine, vmf. Received: perceptron."
