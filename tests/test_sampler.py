"""What comes next in a text."""

import math
from collections import Counter

import numpy as np
import pytest
from chances import NO, logs
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from zhgen.config import GenerateSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.sampling.sampler import Sampler, identify
from zhgen.sampling.scores import probabilities

WORDS = Vocabulary(("宝玉", "黛玉", "笑"))
WITH_MARKS = Vocabulary(("</s>", "，", "宝玉", "黛玉", "▁"))
PLAIN = {"temperature": 1, "top_p": 1, "min_p": 0, "echo_penalty": 0}


def sampler(vocabulary=WORDS, prompt=(), **given_settings):
    """Return a sampler that draws from the model's own probabilities, but for what is given."""
    return Sampler(GenerateSettings(**{**PLAIN, **given_settings}), vocabulary, prompt)


def shares(scores, barred=(), said=(), vocabulary=WORDS, draws=4000, **given_settings):
    """Return how often each piece is chosen of many times, as a share."""
    chooser = sampler(vocabulary, said, **given_settings)
    counts = Counter(chooser.choose(scores.copy(), barred) for _ in range(draws))
    return [counts[identity] / draws for identity in range(len(scores))]


def shares_after(said, scores, vocabulary=WORDS, draws=4000, **given_settings):
    """Return how often each piece is chosen, as a share, after some were."""
    chooser = sampler(vocabulary, said, **given_settings)
    counts = Counter(chooser.choose(scores.copy()) for _ in range(draws))
    return [counts[identity] / draws for identity in range(len(scores))]


def close(*expected):
    """Return what shares of 4,000 draws are compared with: three standard errors at most."""
    return pytest.approx(expected, abs=0.024)


class TestProbability:
    """What is drawn how often."""

    def test_at_temperature_one_it_is_the_models_own_probability(self):
        """With nothing but temperature 1 each piece comes as often as the model says."""
        assert shares(logs(0.2, 0.3, 0.5)) == close(0.2, 0.3, 0.5)

    def test_scores_are_free_of_a_constant_and_of_their_type(self):
        """float32 scores far from 0 give the same choices as logarithms of probabilities."""
        scores = logs(0.2, 0.3, 0.5)
        one, other = sampler(), sampler()
        for _ in range(100):
            assert one.choose(scores.copy()) == other.choose((scores + 50).astype(np.float32))

    def test_temperature(self):
        """1/3 and 2/3 become 1/5 and 4/5 at one half."""
        assert shares(logs(1 / 3, 2 / 3, 0), temperature=0.5) == close(1 / 5, 4 / 5, 0)

    def test_what_may_be_drawn_is_decided_before_the_temperature(self):
        """1/3 and 2/3 are both within .7; at a temperature of one half the second alone would be."""
        assert shares(logs(1 / 3, 2 / 3, 0), temperature=0.5, top_p=0.7) == close(1 / 5, 4 / 5, 0)

    @pytest.mark.parametrize(
        "given_settings", [{"greedy": True}, {"temperature": 0}, {"temperature": 1e-9}, {"top_k": 1}, {"metric": "cosine"}]
    )
    def test_the_likeliest_alone(self, given_settings):
        """Greedy, temperature 0, nearly 0, the best of one and the nearest word all take the best; of equals the first."""
        assert shares(logs(0.2, 0.5, 0.3), draws=20, **given_settings) == [0, 1, 0]
        if given_settings != {"temperature": 1e-9}:
            assert shares(logs(0.2, 0.4, 0.4), draws=20, **given_settings) == [0, 1, 0]

    def test_one_of_the_nearest(self):
        """With the metric cosine top_k draws among the nearest words."""
        assert shares(logs(0.2, 0.4, 0.4), metric="cosine", top_k=2) == close(0, 0.5, 0.5)

    def test_the_seed_decides(self):
        """The same seed gives the same pieces, another seed others."""
        texts = []
        for seed in (5, 5, 6):
            chooser = sampler(seed=seed)
            texts.append([chooser.choose(logs(0.2, 0.3, 0.5)) for _ in range(40)])
        assert texts[0] == texts[1] != texts[2]


class TestOrder:
    """Bias, penalties, exclusions, top_k, top_p, min_p, temperature."""

    def test_bias_is_added_before_any_is_left_out(self):
        """ln 4 makes .2, .3, .5 to .8, .3, .5, of which the best two are the first and the last."""
        assert shares(logs(0.2, 0.3, 0.5), bias=f"宝玉={math.log(4)}", top_k=2) == close(8 / 13, 0, 5 / 13)

    def test_biases_of_a_word_add_up(self):
        """Twice ln 2 is ln 4."""
        assert shares(logs(0.2, 0.3, 0.5), bias=[f"宝玉={math.log(2)}"] * 2) == close(0.5, 0.1875, 0.3125)

    def test_penalties_are_applied_before_any_is_left_out(self):
        """A word said before falls from the first place to the last and so out of the best two."""
        assert shares(logs(0.2, 0.3, 0.5), said=[2], presence_penalty=2, top_k=2) == close(0.4, 0.6, 0)

    def test_what_is_banned_leaves_its_share_to_the_others(self):
        """Without the likeliest the best two are the others."""
        assert shares(logs(0.2, 0.3, 0.5), ban="笑", top_k=2) == close(0.4, 0.6, 0)


class TestPenalties:
    """What was said lately gets rarer."""

    def test_repeat(self):
        """Of three the one at 3/4 is 9/4 as likely as chance; its root is taken, and 3/2 stand against 1/2 and 1/4."""
        assert shares(logs(1 / 6, 1 / 12, 3 / 4), said=[2], repeat_penalty=2) == close(2 / 9, 1 / 9, 6 / 9)

    def test_presence_and_frequency(self):
        """Said twice, a word loses ln 2 once by presence and twice by frequency."""
        half = math.log(2)
        assert shares(logs(0.25, 0.25, 0.5), said=[2, 2], presence_penalty=half) == close(1 / 3, 1 / 3, 1 / 3)
        assert shares(logs(0.25, 0.25, 0.5), said=[2, 2], frequency_penalty=half) == close(0.4, 0.4, 0.2)

    def test_what_was_said_long_ago_is_forgotten(self):
        """With one word that counts as lately the one before it is free."""
        scores = logs(0.25, 0.25, 0.5)
        assert shares(scores, said=[2, 0], presence_penalty=9, repeat_last_n=1) == close(0, 1 / 3, 2 / 3)
        assert shares(scores, said=[2, 0], presence_penalty=9, repeat_last_n=-1) == close(0, 1, 0)

    def test_what_is_written_counts(self):
        """A piece that was added is punished like one of the prompt."""
        chooser = sampler(greedy=True, presence_penalty=9)
        chooser.add(2)
        assert chooser.choose(logs(0.2, 0.3, 0.5)) == 1

    def test_marks_are_spared(self):
        """Comma, paragraph's end and space are as likely as before when they were said, words are not."""
        scores = logs(0.2, 0.2, 0.2, 0.2, 0.2)
        found = shares(scores, said=[0, 1, 2, 4], vocabulary=WITH_MARKS, presence_penalty=50, repeat_penalty=1.5)
        assert found == close(0.25, 0.25, 0, 0.25, 0.25)

    def test_no_ngram_twice(self):
        """After 宝玉 黛玉 宝玉 the bigram 宝玉 黛玉 does not come again."""
        assert shares(logs(0.2, 0.3, 0.5), said=[0, 1, 0], no_repeat_ngram=2) == close(2 / 7, 0, 5 / 7)


class TestEchoes:
    """Words that were said a moment ago."""

    def test_a_word_among_the_last_four_pieces_gets_rarer(self):
        """With a penalty of ln 2 it is half as likely beside the others, said once or twice; after four it is as before."""
        half, even = {"echo_penalty": math.log(2)}, logs(0.25, 0.25, 0.5)
        assert shares_after([2], even, **half) == close(1 / 3, 1 / 3, 1 / 3)
        assert shares_after([2, 2, 0, 0], even, **half) == close(0.2, 0.4, 0.4)
        assert shares_after([2, 0, 0, 0, 0], even, **half) == close(1 / 7, 2 / 7, 4 / 7)

    def test_marks_are_no_echoes(self):
        """A comma may follow a comma's word as before."""
        scores = logs(0, 0.5, 0.5, 0, 0)
        assert shares_after([1, 1], scores, vocabulary=WITH_MARKS, echo_penalty=9) == close(0, 0.5, 0.5, 0, 0)

    @pytest.mark.parametrize("best", [{"greedy": True}, {"temperature": 0}, {"metric": "cosine"}])
    def test_what_takes_the_best_takes_the_best(self, best):
        """Where nothing is drawn the likeliest word may come again at once."""
        assert shares_after([2], logs(0.2, 0.3, 0.5), echo_penalty=9, **best) == [0, 0, 1]


class TestLoops:
    """Loops are left, or told of."""

    def test_greedy_goes_on_and_says_so(self):
        """The likeliest word for ever is a loop, which is told and not left."""
        chooser = sampler(greedy=True)
        for _ in range(50):
            chooser.add(chooser.choose(logs(0.2, 0.3, 0.5)))
        (loop,) = chooser.loops
        assert (loop.start, loop.length, loop.open) == (0, 50, True)

    def test_drawing_leaves_it(self):
        """A model that says one word alone is turned away from it when it has said it seven times, and for long."""
        chooser = sampler()
        text = []
        for _ in range(7 + 64):
            text.append(chooser.choose(logs(1e-9, 1e-9, 1)))
            chooser.add(text[-1])
        assert text[:7] == [2] * 7
        assert 2 not in text[7:20]
        loop = chooser.loops[0]
        assert (loop.start, loop.length, loop.open) == (0, 7, False)

    def test_what_it_left_comes_again_later(self):
        """The words of a loop do not come for 64 pieces from where it began on; then they come again."""
        chooser = sampler()
        for piece in [2] * 7:
            chooser.add(piece)
        came = []
        for number in range(70):
            came.append(chooser.choose(logs(1e-9, 1e-9, 1)) == 2)
            chooser.add(number.bit_count() % 2)  # Thue and Morse's sequence never repeats a stretch and goes on
        assert came.index(True) == 64

    def test_marks_of_a_loop_come_meanwhile(self):
        """Of a loop of a word and a comma the word is left out for long, and the comma for one piece."""
        chooser = sampler(WITH_MARKS)
        for piece in [2, 1] * 5:
            chooser.add(piece)
        assert chooser.choose(logs(0, 0.5, 0.5, 1e-9, 0)) == 1
        chooser.add(3)
        chooser.add(3)
        assert {chooser.choose(logs(0, 0.5, 0.5, 0, 0)) for _ in range(50)} == {1}

    def test_after_a_loop_it_is_bolder_for_a_while(self):
        """Near temperature 0 the likelier word comes alone, but for sixteen words from where a loop began on."""
        chooser = sampler(temperature=1e-9)
        text = []
        for _ in range(7 + 16):
            text.append(chooser.choose(logs(0, 0.4, 0.6)))
            chooser.add(text[-1])
        assert text[:8] == [2] * 7 + [1]
        assert Counter(text[8:])[1] > 2
        assert shares(logs(0, 0.4, 0.6), draws=50, temperature=1e-9) == [0, 0, 1]

    def test_leaving_can_be_switched_off(self):
        """Without leaving the loop goes on and is told."""
        chooser = sampler(leave_loops=False)
        for _ in range(20):
            chooser.add(chooser.choose(logs(0, 0, 1)))
        assert [loop.length for loop in chooser.loops] == [20]

    def test_a_prompt_that_repeats_itself_is_no_loop(self):
        """Loops are looked for in what is written, not in what was given."""
        assert sampler(prompt=[2] * 50).loops == []


class TestRestraints:
    """What must not come does not, and something always does."""

    def test_what_is_barred_does_not_come(self):
        """Of three two are barred."""
        assert shares(logs(0.2, 0.3, 0.5), barred=[0, 2], draws=20) == [0, 1, 0]

    @pytest.mark.parametrize("given_settings", [{}, {"greedy": True}, {"top_k": 1}])
    def test_when_all_are_barred_one_comes_all_the_same(self, given_settings):
        """With everything barred the choice is among those that are not banned."""
        found = shares(logs(0.2, 0.3, 0.5), barred=[0, 1, 2], ban="笑", draws=50, **given_settings)
        assert found[2] == 0
        assert sum(found) == 1

    def test_a_repeated_ngram_gives_way_before_what_is_barred(self):
        """Where the words that are left are all said, one of them comes again and not a barred one."""
        assert shares(logs(0.2, 0.3, 0.5), barred=[2], said=[0, 1], no_repeat_ngram=1)[2] == 0

    @given(
        scores=st.lists(st.floats(-50, 50, width=32) | st.just(NO), min_size=3, max_size=3).filter(lambda s: max(s) > NO),
        barred=st.sets(st.integers(0, 2)),
        said=st.lists(st.integers(0, 2), max_size=30),
        given_settings=st.fixed_dictionaries(
            {},
            optional={
                "temperature": st.sampled_from([0.0, 1e-300, 0.5, 1e300]),
                "top_k": st.integers(0, 4),
                "top_p": st.sampled_from([1e-300, 0.5, 1.0]),
                "min_p": st.sampled_from([0.0, 0.5, 1.0]),
                "repeat_penalty": st.sampled_from([0.01, 1.0, 5.0, 100.0]),
                "presence_penalty": st.sampled_from([-100.0, 0.0, 2.0, 100.0]),
                "frequency_penalty": st.sampled_from([-100.0, 0.0, 2.0, 100.0]),
                "no_repeat_ngram": st.integers(0, 2),
                "ban": st.sampled_from([(), ("宝玉",), ("宝玉", "笑")]),
                "bias": st.sampled_from([(), ("黛玉=+100",), ("黛玉=-100",)]),
                "metric": st.sampled_from(["probability", "cosine"]),
            },
        ),
    )
    @hypothesis_settings(deadline=None)
    def test_whatever_the_settings(self, scores, barred, said, given_settings):
        """A piece comes that has a score and is not banned, where there is one."""
        array = np.array(scores, np.float32)
        chooser = sampler(**given_settings)
        for piece in said:
            chooser.add(piece)
        chosen = chooser.choose(array, barred)
        assert type(chosen) is int
        allowed = {i for i, piece in enumerate(WORDS.pieces) if piece not in given_settings.get("ban", ())}
        possible = {i for i in allowed if scores[i] > NO}
        assert chosen in (possible - barred or possible or {i for i in range(3) if scores[i] > NO})


class TestIdentify:
    """A word's id."""

    def test_by_eye(self):
        """A word, a space, a paragraph's end by its name and as a line's end are found."""
        assert [identify(word, WITH_MARKS, "ban") for word in ("宝玉", " ", "</s>", "\n")] == [2, 4, 0, 0]

    @pytest.mark.parametrize("given_settings", [{"ban": "贾宝玉"}, {"bias": "贾宝玉=1"}])
    def test_an_unknown_word_is_refused_with_near_ones(self, given_settings):
        """What the model has no word for is refused by the option's name."""
        with pytest.raises(RefusedError) as caught:
            sampler(**given_settings)
        option = next(iter(given_settings))
        assert str(caught.value) == f"--{option} has '贾宝玉', which is no word of the model. Did you mean 宝玉, 黛玉?"

    def test_nothing_near(self):
        """Where no word is like it the way to the words is told."""
        with pytest.raises(RefusedError, match=r"^--ban has 'x', which is no word .* Give a word that stands in its vocab"):
            sampler(ban="x")

    def test_all_words_banned(self):
        """A model that may say nothing is refused."""
        with pytest.raises(RefusedError, match=r"^Every word of the model is banned\."):
            sampler(ban=WORDS.pieces)


def test_a_tail_that_is_cut_keeps_the_proportions():
    """What is left shares the probability as before."""
    scores = logs(0.02, 0.28, 0.7)
    kept = probabilities(scores[1:])
    assert shares(scores, min_p=0.1) == close(0, *kept)
