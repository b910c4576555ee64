"""The errors of zhgen."""

import pytest

from zhgen.errors import RefusedError, ZhgenError


@pytest.mark.parametrize(("kind", "exit_code"), [(ZhgenError, 1), (RefusedError, 2)])
def test_an_error_is_a_problem_and_a_remedy(kind, exit_code):
    """An error reads as two sentences, what is wrong and the way out, and knows its exit code."""
    error = kind("It is empty.", "Fill it.")
    assert (str(error), error.problem, error.remedy, error.exit_code) == (
        "It is empty. Fill it.",
        "It is empty.",
        "Fill it.",
        exit_code,
    )


def test_an_error_without_a_remedy_has_no_space_at_its_end():
    """The remedy may be left out."""
    assert str(ZhgenError("It is empty.")) == "It is empty."


def test_what_is_refused_is_an_error_of_zhgen():
    """Whoever catches ZhgenError catches what is refused too."""
    assert issubclass(RefusedError, ZhgenError)
    assert not issubclass(ZhgenError, (OSError, ValueError))
