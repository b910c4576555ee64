"""The model's probabilities with those of counts and of a cache mixed in."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.config import GenerateSettings
from zhgen.errors import RefusedError
from zhgen.generation.cache import Cache
from zhgen.generation.generator import Generator, Prompt
from zhgen.generation.mixture import NAMES, Said, Shares, Sources, name_of, shares_at, sources_of
from zhgen.ngrams.kneser_ney import KneserNey

MODEL, COUNTS, CACHE = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.1, 0.8]), np.array([0.0, 1.0, 0.0])
shares = st.floats(0, 0.5)


def write(bundle, prompt=(1, 2), words=60, **settings):
    """Return what a model writes."""
    return list(Generator(bundle).stream(Prompt(list(prompt)), GenerateSettings(words=words, **settings)))


def with_shares(bundle, counts, cache):
    """Return a model whose mixtures all have the same shares."""
    fitted = {**bundle.config["mixture"], **{name: {"counts": counts, "cache": cache} for name in NAMES}}
    return dataclasses.replace(bundle, config={**bundle.config, "mixture": fitted})


class TestShares:
    """One formula."""

    def test_by_hand(self):
        """Half of the model, .2 of the counts, .3 of the cache."""
        assert Shares(0.2, 0.3).combine(MODEL, Said(COUNTS, CACHE)) == pytest.approx([0.27, 0.47, 0.26])

    @given(counts=shares, cache=shares, missing=st.sampled_from([(), (1,), (2,), (1, 2)]))
    def test_the_sum_is_one(self, counts, cache, missing):
        """Whatever the shares, and whichever source says nothing, the probabilities are 1 together."""
        said = [None if number in missing else source for number, source in ((1, COUNTS), (2, CACHE))]
        assert Shares(min(counts, 0.49), cache).combine(MODEL, Said(*said)).sum() == pytest.approx(1)

    def test_a_source_that_says_nothing(self):
        """Its share goes to the model."""
        assert Shares(0.2, 0.5).combine(MODEL, Said(COUNTS)) == pytest.approx(0.8 * MODEL + 0.2 * COUNTS)
        assert Shares(0.2, 0.5).combine(MODEL, Said()).tolist() == MODEL.tolist()

    def test_shares_of_nothing_leave_the_model(self):
        """With shares of 0 the model's own probabilities come out."""
        assert Shares().combine(MODEL, Said(COUNTS, CACHE)).tolist() == MODEL.tolist()


class TestSharesThatFollow:
    """Shares that are not the same everywhere."""

    def test_by_hand(self):
        """Heights of ln 2 and ln 3 beside the model's 0 are shares of a third and a half; what is not there has none."""
        signs, weights = np.array([[1.0, 0, 0, 0, 0]]), np.zeros((2, 5))
        weights[:, 0] = np.log([2, 3])
        np.testing.assert_allclose(shares_at(signs, weights, [True, True]), [[1 / 3, 1 / 2]])
        np.testing.assert_allclose(shares_at(signs, weights, [True, False]), [[2 / 3, 0]])
        np.testing.assert_allclose(shares_at(signs * 1000, weights, [True, True]), [[0, 1]], atol=1e-9)

    def test_each_sign(self):
        """The signs are the logs of the highest probabilities, and what the cache has to go by."""
        for number, expected in enumerate([1, np.log(0.5), np.log(0.8), 0.0, 2.5]):
            weights = np.zeros((2, 5))
            weights[0, number], weights[1, 0] = 1, -np.inf
            share = np.exp(expected) / (1 + np.exp(expected))
            mixed = Shares(0.1, 0.1, weights).combine(MODEL, Said(COUNTS, CACHE, 2.5))
            np.testing.assert_allclose(mixed, (1 - share) * MODEL + share * COUNTS)

    def test_a_source_that_says_nothing(self):
        """It has no share, and neither has one that the mixture does without."""
        weights = np.full((2, 5), 0.3)
        assert Shares(0.1, 0.1, weights).combine(MODEL, Said()).tolist() == MODEL.tolist()
        alone = Shares(0.1, 0.0, weights).combine(MODEL, Said(COUNTS, CACHE, 1.0))
        np.testing.assert_allclose(alone, Shares(0.1, 0.1, weights).combine(MODEL, Said(COUNTS)))


class TestSources:
    """What was read so far."""

    def test_they_say_what_their_parts_say(self):
        """The n-grams see the last pieces and what stands before the text; the cache each piece with the output before it."""
        ngrams, outputs = KneserNey.fit(np.array([1, 2, 0, 1, 1, 0] * 4), 3, 0), np.eye(3, 2, dtype=np.float32)
        sources, alone = Sources(ngrams, Cache(3, 2, 4.0), [0]), Cache(3, 2, 4.0)
        assert sources.look(outputs[0])[0].tolist() == ngrams.after([0]).tolist()
        assert sources.look(outputs[0])[1] is None
        for piece, output in zip([1, 2, 0, 1, 1], [0, 1, 2, 1, 0], strict=True):
            sources.add([piece], outputs[[output]])
            alone.add([piece], outputs[[output]])
        counts, cache, evidence = sources.look(outputs[0])
        assert counts.tolist() == ngrams.after([0, 1, 1]).tolist()
        assert (cache.tolist(), evidence) == (alone.after(outputs[0])[0].tolist(), alone.after(outputs[0])[1])

    def test_what_is_left_out_says_nothing(self):
        """Without n-grams and without a cache both are None."""
        sources = Sources(None, None, [0])
        sources.add([1], np.ones((1, 2), np.float32))
        assert sources.look(np.ones(2, np.float32)) == (None, None, 0)


class TestGenerating:
    """Text that is written with a mixture."""

    @pytest.mark.parametrize(
        ("settings", "name"),
        [({}, None), ({"mix": True}, "mix"), ({"cache": True}, "cache"), ({"mix": True, "cache": True}, "both")],
    )
    def test_the_name_of_a_mixture(self, settings, name):
        """Two switches name one of three mixtures, or none."""
        assert name_of(GenerateSettings(**settings)) == name

    @pytest.mark.parametrize("settings", [{"mix": True}, {"cache": True}, {"mix": True, "cache": True}], ids=str)
    def test_shares_of_nothing_write_what_the_model_writes(self, tiny_bundle, settings):
        """With shares of 0 the text is the model's own, with one seed and another."""
        pure = with_shares(tiny_bundle, 0.0, 0.0)
        for seed in (1, 2):
            assert write(pure, seed=seed, temperature=2, **settings) == write(tiny_bundle, seed=seed, temperature=2)

    @pytest.mark.parametrize("settings", [{"mix": True}, {"cache": True}, {"mix": True, "cache": True}], ids=str)
    def test_the_same_seed_gives_the_same_text(self, tiny_bundle, settings):
        """Twice the same settings give the same words; without a prompt, too."""
        mixed = with_shares(tiny_bundle, 0.4, 0.4)
        assert write(mixed, **settings) == write(mixed, **settings)
        (result,) = Generator(mixed).generate([""], words=20, **settings)
        assert len(result.words) == 20

    def test_counts_alone_write_what_was_counted(self, tiny_bundle):
        """With a share of all but nothing for the counts the greedy text goes on as the training text does."""
        mixed = with_shares(tiny_bundle, 1 - 1e-9, 0.0)
        pieces = tiny_bundle.vocabulary.index
        words = write(mixed, prompt=[pieces["学习"]], words=4, greedy=True, mix=True)
        assert words == ["语文", "今天", "我们", "学习"]

    def test_a_cache_alone_repeats(self, tiny_bundle):
        """With a share of all but nothing for the cache no piece comes that was not in the prompt."""
        mixed = with_shares(tiny_bundle, 0.0, 1 - 1e-9)
        pieces = tiny_bundle.vocabulary.index
        assert set(write(mixed, prompt=[pieces["学习"]] * 5, words=9, cache=True, leave_loops=False)) == {"学习"}

    @pytest.mark.parametrize("settings", [{"mix": True}, {"cache": True}], ids=str)
    @pytest.mark.parametrize("fitted", [None, "missing"])
    def test_a_model_without_shares_is_refused(self, tiny_bundle, settings, fitted):
        """A model of an older zhgen, or one without validation text, says what to do."""
        config = {**tiny_bundle.config, "mixture": fitted}
        if fitted:
            del config["mixture"]
        with pytest.raises(RefusedError, match=r"no shares for --mix and --cache.* train the model again"):
            write(dataclasses.replace(tiny_bundle, config=config), **settings)


def test_sources_of_a_model(tiny_bundle):
    """Each mixture has the sources it needs, with the shares that were fitted."""
    for name, (counts, cache) in {"mix": (True, False), "cache": (False, True), "both": (True, True)}.items():
        found, sources = sources_of(tiny_bundle, name)
        assert (found.counts > 0, found.cache > 0) <= (counts, cache)
        assert (sources.ngrams is not None, sources.cache is not None) == (counts, cache)
        assert sources.context == [tiny_bundle.vocabulary.end]
