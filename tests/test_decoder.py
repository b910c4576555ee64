"""From an output vector to a score for every piece."""

from types import MappingProxyType

import numpy as np
import pytest

from zhgen.generation.decoder import Decoder
from zhgen.sampling.scores import probabilities

AXES = np.eye(3, dtype=np.float32)
OUTPUTS = np.array([[4, -4, 2], [0, 3, 4]], dtype=np.float32)


def decoder(scale=10.0, bias=(0, 0, 0)):
    """Return a decoder of three words on three axes."""
    return Decoder(AXES, scale, np.array(bias, dtype=np.float32))


class TestCosines:
    """The cosine of every piece."""

    def test_three_words_on_three_axes(self):
        """Outputs of lengths 6 and 5 have the cosines of their directions."""
        outputs = np.array([[4, -4, 2], [0, 3, 4]], dtype=np.float32)
        np.testing.assert_allclose(decoder().cosines(outputs), [[2 / 3, -2 / 3, 1 / 3], [0, 0.6, 0.8]], rtol=1e-6)

    def test_an_output_of_zeros(self):
        """Every cosine to it is 0, and none is NaN."""
        assert decoder().cosines(np.zeros((2, 3), np.float32)).tolist() == [[0, 0, 0]] * 2

    def test_a_row_of_zeros(self):
        """A piece without a direction has cosine 0 to everything."""
        table = np.array([[0, 0], [0, 1]], dtype=np.float32)
        assert Decoder(table, 1.0, np.zeros(2, np.float32)).cosines(np.array([[0, 5]], np.float32)).tolist() == [[0, 1]]


class TestScores:
    """scale · cosine + bias."""

    def test_by_eye(self):
        """With a scale of 10 and biases of 1, 2 and 3 cosines of 0, 0.6 and 0.8 become 1, 8 and 11."""
        scores = decoder(bias=(1, 2, 3)).scores(np.array([[0, 3, 4]], dtype=np.float32))
        np.testing.assert_allclose(scores, [[1, 8, 11]], rtol=1e-6)
        assert scores.dtype == np.float32

    def test_the_length_of_the_output_makes_no_difference(self):
        """An output a thousand times as long has the same scores."""
        outputs = np.array([[1, 2, 3]], dtype=np.float32)
        np.testing.assert_allclose(decoder().scores(outputs * 1000), decoder().scores(outputs), rtol=1e-6)

    def test_of_means_of_directions_the_length_counts(self):
        """A mean half as long as a direction, because its members disagree, has half the score without bias."""
        made = Decoder(AXES, 10.0, np.array([1, 2, 3], dtype=np.float32), of_means=True)
        np.testing.assert_allclose(made.scores(np.array([[0, 0.3, 0.4]], np.float32)), [[1, 5, 7]], rtol=1e-6)

    def test_an_output_of_zeros_leaves_the_bias(self):
        """Without a direction frequency alone decides."""
        assert decoder(bias=(1, 2, 3)).scores(np.zeros((1, 3), np.float32)).tolist() == [[1, 2, 3]]

    def test_nothing_given_is_changed(self):
        """Table, bias and outputs are as they were."""
        made, outputs = decoder(bias=(1, 2, 3)), np.array([[0, 3, 4]], dtype=np.float32)
        made.scores(outputs)
        assert (made.table.tolist(), made.bias.tolist(), outputs.tolist()) == (AXES.tolist(), [1, 2, 3], [[0, 3, 4]])

    def test_plain_products_by_eye(self):
        """With lengths of 2, 3 and 5 in place of a scale outputs count at their own lengths; cosines stay what they were."""
        made = Decoder(AXES, np.array([2, 3, 5], np.float32), np.array([1, 2, 3], np.float32))
        np.testing.assert_allclose(made.scores(OUTPUTS), [[8 + 1, -12 + 2, 10 + 3], [0 + 1, 9 + 2, 20 + 3]])
        np.testing.assert_allclose(made.cosines(OUTPUTS), decoder().cosines(OUTPUTS))

    @pytest.mark.parametrize(("scale", "chance"), [(1.0, 1 / 30_000 * np.e), (20.0, 1.0)])
    def test_why_there_is_a_scale(self, scale, chance):
        """Among 30,000 pieces a cosine of 1 is lost at a scale of 1 and all but certain at one of 20."""
        table = np.zeros((30_000, 2), np.float32)
        table[:, 1] = 1
        table[7] = 1, 0
        made = Decoder(table, scale, np.zeros(30_000, np.float32))
        assert probabilities(made.scores(np.array([[5, 0]], np.float32))[0])[7] == pytest.approx(chance, rel=1e-3)


class TestOfWeights:
    """A bundle's weights."""

    WEIGHTS = MappingProxyType(
        {"decoder/table": AXES, "decoder/bias": np.array([1, 2, 3], np.float32), "output/kernel": np.zeros((4, 3), np.float32)}
    )

    def test_members(self):
        """Where there are linear layers of several members, outputs are means of directions."""
        scale = {"decoder/scale": np.array(10, np.float32)}
        assert not Decoder.of(self.WEIGHTS | scale).of_means
        assert Decoder.of(self.WEIGHTS | scale | {"output/kernel": np.zeros((2, 2, 3), np.float32)}).of_means

    def test_a_scale(self):
        """With a scale the rows are those of length 1."""
        made = Decoder.of(self.WEIGHTS | {"decoder/scale": np.array(10, np.float32)})
        np.testing.assert_allclose(made.scores(OUTPUTS), decoder(bias=(1, 2, 3)).scores(OUTPUTS))
        assert made.rows is made.table

    def test_lengths(self):
        """With lengths the rows have them again."""
        made = Decoder.of(self.WEIGHTS | {"decoder/lengths": np.array([2, 3, 5], np.float32)})
        assert made.rows.tolist() == [[2, 0, 0], [0, 3, 0], [0, 0, 5]]
        np.testing.assert_allclose(made.scores(OUTPUTS), OUTPUTS @ made.rows.T + [1, 2, 3])


class TestOnAGrid:
    """A decoder whose cosines do not depend on what is computed beside them."""

    @pytest.mark.parametrize("of_means", [False, True])
    @pytest.mark.parametrize("scale", [10.0, np.array([2, 3, 5], np.float32)])
    def test_it_scores_as_the_other_does(self, scale, of_means):
        """Cosines and scores are the same but for rounding, and so is the nearness that some rows have in their place."""
        made = Decoder(AXES, scale, np.array([1, 2, 3], np.float32), of_means)
        outputs = OUTPUTS / 8
        for rows in ([], [1]):
            np.testing.assert_allclose(made.on_grid().scores(outputs, rows), made.scores(outputs, rows), atol=5e-3)
        np.testing.assert_allclose(made.on_grid().cosines(outputs), made.cosines(outputs), atol=5e-4)
        cosines = made.cosines(outputs)
        np.testing.assert_allclose(made.scores(outputs, [1])[1], made.nearness(cosines)[1], rtol=1e-6)
        np.testing.assert_allclose(made.scores_of(cosines, outputs), made.scores(outputs), rtol=1e-5)
