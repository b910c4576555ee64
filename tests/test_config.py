"""The settings: their defaults, their bounds, their recipes."""

import dataclasses
import re
import typing

import pytest

from zhgen.config import (
    MAX_SEED,
    RECIPES,
    EmbedSettings,
    GenerateSettings,
    Recipe,
    SegmentSettings,
    Settings,
    TrainSettings,
    option_name,
    parse_bias,
    setting,
)
from zhgen.errors import RefusedError

ALL = [SegmentSettings, EmbedSettings, TrainSettings, GenerateSettings]
FIELDS = [pytest.param(kind, field, id=f"{kind.__name__}.{field.name}") for kind in ALL for field in dataclasses.fields(kind)]


@dataclasses.dataclass(frozen=True)
class Bounded(Settings):
    """One setting of every kind of bound, and one with none."""

    two_to_four: int = setting(3, "Help.", minimum=2, maximum=4)
    inside_one: float = setting(0.5, "Help.", above=0, below=1)
    maybe: int | None = setting(None, "Help.", minimum=1)
    free: str = setting("x", "Help.")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"two_to_four": 1}, "--two-to-four must be at least 2. Received: 1."),
        ({"two_to_four": 5}, "--two-to-four must be at most 4. Received: 5."),
        ({"inside_one": 0.0}, "--inside-one must be above 0. Received: 0.0."),
        ({"inside_one": 1.0}, "--inside-one must be below 1. Received: 1.0."),
        ({"inside_one": float("nan")}, "--inside-one must be a finite number. Received: nan."),
        ({"inside_one": float("inf")}, "--inside-one must be a finite number. Received: inf."),
        ({"maybe": 0}, "--maybe must be at least 1. Received: 0."),
    ],
)
def test_a_value_out_of_bounds_is_refused_in_the_spelling_of_the_option(given, message):
    """The refusal names the option as it is typed, its bound and the value received."""
    with pytest.raises(RefusedError) as caught:
        Bounded(**given)
    assert str(caught.value) == message


@pytest.mark.parametrize("given", [{"two_to_four": 2}, {"two_to_four": 4}, {"inside_one": 1e-9}, {"maybe": None}, {"maybe": 1}])
def test_a_value_on_the_bound_is_taken(given):
    """`minimum` and `maximum` belong to what is allowed, and None is no number to be compared."""
    assert dataclasses.asdict(Bounded(**given)) == {"two_to_four": 3, "inside_one": 0.5, "maybe": None, "free": "x", **given}


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


def test_option_name():
    """A setting is typed with hyphens."""
    assert option_name("vector_size") == "--vector-size"


def test_settings_cannot_be_changed():
    """Settings are frozen: what was checked stays as it was."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        EmbedSettings().seed = 2


def test_a_recipe_replaces_defaults_and_is_replaced_by_what_is_given():
    """Given settings win over the recipe, the recipe over the defaults; nothing else changes."""
    assert TrainSettings.recipe("default") == TrainSettings()
    seed = TrainSettings.recipe("seed", units=7)
    assert (seed.loss, seed.units, seed.epochs, seed.batch_size, seed.optimizer) == ("mse", 7, 500, 10, "sgd")
    untouched = {field.name for field in dataclasses.fields(TrainSettings)} - {*RECIPES["seed"], "members"}
    assert seed.members == 1
    assert untouched >= {"timesteps", "layers", "patience", "seed"}
    assert all(getattr(seed, name) == getattr(TrainSettings(), name) for name in untouched)


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


@pytest.mark.parametrize(
    ("value", "expected"), [("宝玉", ("宝玉",)), (["宝玉", "黛玉"], ("宝玉", "黛玉")), ((), ()), (("a b",), ("a b",))]
)
def test_a_setting_of_several_texts(value, expected):
    """One text is one and not its characters, and a list is as good as a tuple; settings stay hashable."""
    settings = GenerateSettings(ban=value)
    assert settings.ban == expected
    assert settings == GenerateSettings(ban=expected)
    hash(settings)


@pytest.mark.parametrize("mixed", [{"mix": True}, {"cache": True}])
def test_the_nearest_word_is_not_mixed(mixed):
    """What mixes probabilities does not go with the metric that has none."""
    with pytest.raises(RefusedError, match=r"^--metric cosine looks at the network's vector alone"):
        GenerateSettings(metric="cosine", **mixed)


@pytest.mark.parametrize("value", [None, 5, ["宝玉", 5], {"宝玉"}])
def test_what_is_no_text_is_refused_where_texts_belong(value):
    """A number, or one among texts, is refused by the option's name."""
    with pytest.raises(RefusedError) as caught:
        GenerateSettings(ban=value)
    assert str(caught.value) == f"--ban must be texts. Received: {value!r}."


@pytest.mark.parametrize(("text", "expected"), [("宝玉=+1", ("宝玉", 1)), ("笑=-0.5", ("笑", -0.5)), ("a=b=2e1", ("a=b", 20))])
def test_a_bias(text, expected):
    """What stands behind the last equals sign is the number."""
    assert parse_bias(text) == expected


@pytest.mark.parametrize("text", ["宝玉", "宝玉=", "=1", "宝玉=x", "宝玉=nan", "宝玉=inf", "宝玉=101", "", "宝玉1"])
def test_what_is_no_bias_is_refused(text):
    """A bias without a word or without a number within bounds is refused where it is set."""
    with pytest.raises(RefusedError) as caught:
        GenerateSettings(bias=text)
    assert str(caught.value) == (
        f"--bias must be WORD=NUMBER, the number from -100 to 100. Received: {text}. Write --bias 今日=+1, say."
    )
