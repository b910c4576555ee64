"""What the settings of all commands share: bounds, spelling, choices."""

import dataclasses

import pytest

from zhgen.config.settings import Settings, option_name, setting
from zhgen.errors import RefusedError


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


def test_option_name():
    """A setting is typed with hyphens."""
    assert option_name("vector_size") == "--vector-size"
