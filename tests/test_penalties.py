"""What makes single pieces likelier or rarer."""

import math

import numpy as np
import pytest
from chances import NO, logs
from hypothesis import given
from hypothesis import strategies as st

from zhgen.sampling.penalties import add_bias, exclude, penalise_frequency, penalise_presence, penalise_repeats, weaken
from zhgen.sampling.scores import probabilities


def ids(*numbers):
    """Return the numbers as ids."""
    return np.array(numbers, dtype=np.intp)


class TestBias:
    """An amount is added."""

    def test_by_eye(self):
        """ln 2 on the first of 1/3, 2/3 makes both as likely."""
        assert probabilities(add_bias(logs(1 / 3, 2 / 3), ids(0), np.array([math.log(2)]))) == pytest.approx([0.5, 0.5])


class TestRepeats:
    """Heights above chance are divided, depths below it multiplied."""

    def test_by_eye(self):
        """Of four pieces 1/2 is twice as likely as chance: a penalty of 2 takes the root, and of 1/16 it makes the square."""
        given_scores = logs(1 / 2, 1 / 4, 3 / 16, 1 / 16)
        result = penalise_repeats(given_scores, ids(0, 1, 3), 2)
        relative = np.exp(result - math.log(1 / 4))  # to chance
        assert relative == pytest.approx([2**0.5, 1, 3 / 4, 1 / 16])

    def test_one_changes_nothing(self):
        """A penalty of 1 leaves all scores."""
        scores = logs(1 / 2, 1 / 4, 1 / 8, 1 / 8)
        assert penalise_repeats(scores, ids(0, 3), 1) == pytest.approx(scores)

    @given(shift=st.floats(-80, 80), penalty=st.floats(0.5, 3))
    def test_from_where_scores_count_does_not_matter(self, shift, penalty):
        """A constant added to all scores, so that they have either sign, leaves the probabilities."""
        scores = logs(0.6, 0.3, 0.06, 0.04)
        shifted = penalise_repeats(scores + shift, ids(0, 2), penalty)
        assert probabilities(shifted) == pytest.approx(probabilities(penalise_repeats(scores, ids(0, 2), penalty)))

    def test_what_is_excluded_stays_excluded(self):
        """A piece at −inf is not made NaN."""
        assert penalise_repeats(logs(0, 1 / 2, 1 / 2), ids(0), 2)[0] == NO

    def test_a_likely_piece_is_punished_more(self):
        """At a penalty of 1.2 a piece at .9 among 10,000 loses five sixths' worth, one at 1/10,000 nothing."""
        chances = np.full(10_000, 0.1 / 9999)
        chances[0] = 0.9
        scores = np.log(chances)
        result = penalise_repeats(scores, ids(0), 1.2)
        assert scores[0] - result[0] == pytest.approx(math.log(9000) / 6)


class TestPresenceAndFrequency:
    """A constant is taken, once or as many times as a piece was said."""

    def test_by_eye(self):
        """With 1/2 on 4, 2, 0 for the first two, said three times and once: 3.5, 1.5, 0 and 2.5, 1.5, 0."""
        scores = np.array([4.0, 2, 0])
        assert penalise_presence(scores, ids(0, 1), 0.5).tolist() == [3.5, 1.5, 0]
        assert penalise_frequency(scores, ids(0, 1), np.array([3, 1]), 0.5).tolist() == [2.5, 1.5, 0]


class TestWeaken:
    """What echoes is weakened."""

    @given(st.lists(st.sampled_from([2.0, -1.5, 0.25, NO]), min_size=3, max_size=5), st.sampled_from([0.5, 1.5]))
    def test_it_is_the_frequency_penalty(self, scores, penalty):
        """The same comes out, in the place of what was given, and what is excluded stays so."""
        given, expected = np.array(scores, np.float32), np.array(scores, np.float32)
        expected = penalise_frequency(expected, ids(0, 2), np.array([3, 1]), penalty)
        result = weaken(given, {0: 3, 2: 1}, penalty)
        assert result is given
        assert result.tolist() == expected.tolist()


class TestExclude:
    """Some cannot come."""

    def test_by_eye(self):
        """Two of three are at −inf, for one reason or for two."""
        assert exclude(np.array([1.0, 2, 3]), [{0, 2}]).tolist() == [NO, 2, NO]
        assert exclude(np.array([1.0, 2, 3]), [(), [2], {0: 1}]).tolist() == [NO, 2, NO]

    def test_something_is_left(self):
        """When nothing would be left all stay as they are."""
        assert exclude(np.array([1.0, NO]), [[0]]).tolist() == [1, NO]

    def test_of_two_reasons_the_later_gives_way(self):
        """Where both together would leave nothing the first counts, and what fits beside it."""
        assert exclude(np.array([1.0, 2, 3]), [[0], [1, 2]]).tolist() == [NO, 2, 3]
        assert exclude(np.array([1.0, 2, 3]), [[0], [1, 2], [1]]).tolist() == [NO, NO, 3]


@pytest.mark.parametrize(
    "change",
    [
        lambda scores: add_bias(scores, ids(0), np.array([1.0])),
        lambda scores: penalise_repeats(scores, ids(0), 2),
        lambda scores: penalise_presence(scores, ids(0), 1),
        lambda scores: penalise_frequency(scores, ids(0), np.array([2]), 1),
    ],
)
def test_what_is_given_is_not_changed(change):
    """Scores stay as they were, and what comes out is as precise."""
    scores = np.array([3, 1, NO], np.float32)
    assert change(scores).dtype == np.float32
    assert scores.tolist() == [3, 1, NO]
