"""The gradient checker, on functions whose derivatives are known."""

import numpy as np
import pytest

from zhgen.recurrent.gradients import check_gradients, numerical_gradients


def loss(arrays):
    """Return Σa² + Σ sin b + a·b where they meet."""
    a, b = arrays["a"], arrays["b"]
    return float((a**2).sum() + np.sin(b).sum() + a[0, 0] * b[0])


def point():
    """Return arrays and the derivatives of the loss there: 2a (+ b₀ in the corner), cos b (+ a₀₀ at the start)."""
    arrays = {"a": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([0.5, -1.0, 2.0])}
    gradients = {"a": 2 * arrays["a"], "b": np.cos(arrays["b"])}
    gradients["a"][0, 0] += 0.5
    gradients["b"][0] += 1.0
    return arrays, gradients


def test_central_differences_are_the_derivatives():
    """Of every number of every array, to nine digits; the arrays are as they were."""
    arrays, expected = point()
    found = numerical_gradients(loss, arrays)
    for name, gradient in expected.items():
        np.testing.assert_allclose(found[name], gradient, rtol=1e-9)
    assert all((array == before).all() for array, before in zip(arrays.values(), point()[0].values(), strict=True))


def test_right_gradients_pass_and_a_wrong_number_shows():
    """Right ones are within 1e-9; with one number of four wrong by a tenth of their length the error says a tenth."""
    arrays, gradients = point()
    assert max(check_gradients(loss, arrays, gradients).values()) < 1e-9
    gradients["a"][1, 0] -= 0.1 * np.linalg.norm(gradients["a"])
    errors = check_gradients(loss, arrays, gradients)
    assert errors["a"] == pytest.approx(0.1, rel=0.1)
    assert errors["b"] < 1e-9


def test_no_gradient_at_all():
    """Zeros where there should be numbers are wrong by 1; zeros where the loss does not care are right."""
    arrays, gradients = point()
    gradients["b"][:] = 0
    arrays["idle"] = gradients["idle"] = np.zeros(2)
    assert check_gradients(loss, arrays, gradients)["b"] == 1
    assert check_gradients(loss, arrays, gradients)["idle"] == 0


def test_float32_is_differentiated_in_float64():
    """Arrays of float32 are checked as finely: the loss gets float64."""
    arrays, gradients = point()
    small = {name: array.astype(np.float32) for name, array in arrays.items()}
    assert max(check_gradients(loss, small, gradients).values()) < 1e-9


@pytest.mark.parametrize("gradients", [{"a": np.zeros((2, 2))}, {"a": np.zeros((2, 2)), "b": np.zeros(2)}])
def test_what_does_not_belong_together_is_refused(gradients):
    """A gradient that is missing or of another shape is named, not spread over the array."""
    with pytest.raises(ValueError, match=r"'b': \(3,\)"):
        check_gradients(loss, point()[0], gradients)


def test_a_gradient_that_is_no_number_is_infinitely_wrong():
    """So that the greatest error of several tells of it."""
    arrays, gradients = point()
    gradients["b"][0] = np.nan
    errors = check_gradients(loss, arrays, gradients)
    assert errors["b"] == np.inf
    assert errors["a"] < 1e-9
