"""What may come next in one text."""

import numpy as np
import pytest
from random_models import MIXTURE, PIECES, random_bundle

from zhgen.config import GenerateSettings
from zhgen.generation.follower import Candidate, Follower
from zhgen.generation.generator import Generator
from zhgen.sampling.scores import probabilities

TEXT = [1, 0, 3, 4, 5, 0]


def follow(generator, ids, **settings):
    """Return a follower that has read ids."""
    follower = Follower(generator.exact, generator.voice(GenerateSettings(**settings)))
    for piece in ids:
        follower.read(piece)
    return follower


def test_candidates():
    """They are the likeliest first, with the probabilities and cosines of the model as it was trained, but for rounding."""
    generator = Generator(random_bundle())
    output = generator.reader().read(TEXT)
    chances = probabilities(generator.decoder.scores(output)[0])
    cosines = generator.decoder.cosines(output)[0]
    found = follow(generator, TEXT).candidates(generator.vocabulary, 99)
    assert sum(candidate.probability for candidate in found) == pytest.approx(1)
    assert [candidate.probability for candidate in found] == sorted((c.probability for c in found), reverse=True)
    for candidate in found:
        place = PIECES.index(candidate.piece)
        assert candidate == Candidate(
            PIECES[place], pytest.approx(chances[place], abs=0.02), pytest.approx(cosines[place], abs=0.01)
        )


def test_before_anything_was_read():
    """The bias alone decides, and no piece has a cosine."""
    generator = Generator(random_bundle())
    best, *_ = follow(generator, []).candidates(generator.vocabulary, 3)
    place = int(np.argmax(generator.decoder.bias))
    assert (best.piece, best.cosine) == (PIECES[place], 0)


@pytest.mark.parametrize("cache", [False, True])
def test_a_copy_is_undone(cache):
    """What is read later does not change a copy, with a cache and without."""
    generator = Generator(random_bundle())
    follower = follow(generator, TEXT, cache=cache)
    before, copied = follower.scores(), follower.copy()
    follower.read(2)
    follower.read(2)
    assert (copied.scores() == before).all()
    copied.read(2)
    copied.read(2)
    assert (copied.scores() == follower.scores()).all()


def test_a_cache_is_mixed_in():
    """With a share of all for the cache no piece is likely that was not said."""
    bundle = random_bundle()
    bundle.config["mixture"] = {**MIXTURE, "cache": {"counts": 0, "cache": 1 - 1e-12}}
    generator = Generator(bundle)
    said = follow(generator, TEXT, cache=True).candidates(generator.vocabulary, 4)
    assert {candidate.piece for candidate in said} == {PIECES[piece] for piece in TEXT[1:]}
