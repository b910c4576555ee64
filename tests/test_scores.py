"""Scores, probabilities, and a piece drawn."""

import math

import numpy as np
import pytest
from chances import NO, logs

from zhgen.sampling.scores import apply_temperature, probabilities


class TestTemperature:
    """Scores are divided by the temperature."""

    def test_by_eye(self):
        """At temperature 2 differences are halved, at one half doubled; an excluded piece stays excluded."""
        scores = np.array([1, 3, 5, NO])
        for temperature, apart in ((2, 1), (1, 2), (0.5, 4)):
            divided = apply_temperature(scores, temperature)
            assert (divided[1] - divided[0], divided[2] - divided[1], divided[3]) == (apart, apart, NO)

    def test_probabilities_are_raised_to_its_inverse(self):
        """Chances of 1 to 2 become 1 to 4 at one half, and 4 to 9 become 2 to 3 at two."""
        np.testing.assert_allclose(probabilities(apply_temperature(logs(1 / 3, 2 / 3), 0.5)), [1 / 5, 4 / 5])
        np.testing.assert_allclose(probabilities(apply_temperature(logs(4 / 13, 9 / 13), 2)), [2 / 5, 3 / 5])

    @pytest.mark.parametrize("temperature", [1e-3, 1e-50, 1e-310, 5e-324])
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_towards_zero_it_is_the_likeliest(self, temperature, dtype):
        """However low the temperature the likeliest piece has all the probability, and equals share it; nothing is NaN."""
        scores = np.array([-30, 30, 29, NO, 30], dtype=dtype)
        assert probabilities(apply_temperature(scores, temperature)).tolist() == [0, 0.5, 0, 0, 0.5]

    def test_without_bound_it_is_chance(self):
        """At a temperature of 1e300 all pieces that are not excluded are equally likely."""
        assert probabilities(apply_temperature(np.array([-30, 30, NO, 0, 7], np.float32), 1e300)).tolist() == [
            *(0.25, 0.25, 0, 0.25, 0.25)
        ]


class TestProbabilities:
    """The softmax."""

    def test_by_eye(self):
        """Scores of ln 1, ln 2 and ln 5 have chances of 1/8, 2/8 and 5/8, shifted or not; an excluded piece has none."""
        for shift in (0, 900, -900):
            chances = probabilities(np.array([0, math.log(2), NO, math.log(5)]) + shift)
            np.testing.assert_allclose(chances, [0.125, 0.25, 0, 0.625], rtol=1e-12)

    def test_is_float64(self):
        """A vocabulary of float32 scores is summed up in float64."""
        assert probabilities(np.zeros(3, np.float32)).dtype == np.float64
