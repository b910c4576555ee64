"""What is said of a text's next piece, with what is mixed in."""

import numpy as np

from zhgen.generation.cache import Cache
from zhgen.generation.mixture import Shares, Sources
from zhgen.generation.voice import Voice
from zhgen.sampling.scores import probabilities

SCORES = np.array([1, 0, -1, 2], np.float32)
OUTPUTS = np.eye(3, dtype=np.float32)
CACHE_SHARE = 0.5


def voice_after(*pieces):
    """Return a voice with a cache that heard pieces, of which each was followed by another direction."""
    cache = Cache(len(SCORES), OUTPUTS.shape[1], sharpness=5.0, decay=1e9, memory=10)
    voice = Voice(Shares(cache=CACHE_SHARE), Sources(None, cache, []))
    for number, piece in enumerate(pieces):
        voice.hear(piece, OUTPUTS[number])
    return voice


def test_before_anything_was_read():
    """There is nothing to be mixed in: the scores are the model's."""
    assert voice_after().mix(SCORES) is SCORES


def test_the_first_piece_is_no_part_of_the_text():
    """It was not foretold by an output, so the cache does not know it, and the model says everything."""
    np.testing.assert_allclose(voice_after(3).mix(SCORES), np.log(probabilities(SCORES)))


def test_what_was_said_comes_in():
    """The one piece that was said since has the cache's whole share beside its own from the model."""
    expected = (1 - CACHE_SHARE) * probabilities(SCORES)
    expected[2] += CACHE_SHARE
    np.testing.assert_allclose(np.exp(voice_after(3, 2).mix(SCORES)), expected)


def test_what_cannot_come_has_a_finite_score():
    """A piece that no source gives a probability can still be excluded and penalised without a NaN."""
    mixed = voice_after(3, 2).mix(np.array([1, -np.inf, 0, 0], np.float32))
    assert np.isfinite(mixed).all()
    assert mixed[1] < -700
