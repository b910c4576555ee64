"""What stands out in a text, in sentences."""

import numpy as np

from zhgen.evaluation.verdict import stands_out

HUMAN = {
    "rep_4": 0.02,
    "distinct_1": 0.5,
    "recent_32": 0.3,
    "novelty_2": 0.2,
    "novelty_4": 0.8,
    "sentence_length": 18.0,
    "zipf": 1.0,
    "longest_run": 9.0,
}


def _spread(figures, windows=20, width=0.05):
    """Return values in stretches that differ by about `width` of the figure."""
    wave = 1 + width * np.resize([-1.0, 1.0], windows)
    return {name: value * wave for name, value in figures.items()}


def _verdict(windows=20, **changed):
    own = {**HUMAN, **changed}
    return stands_out(own, HUMAN, _spread(own, windows), _spread(HUMAN, windows))


def test_nothing_stands_out_in_human_text():
    """A text whose measures are those of human text, or nearly, is passed over."""
    assert _verdict() == []
    assert _verdict(rep_4=0.0205, distinct_1=0.48, zipf=1.05, longest_run=11.0) == []


def test_each_measure_has_its_sentence():
    """What repeats, copies or is too long is said with both figures."""
    assert _verdict(rep_4=0.12) == ["4-grams repeat 6.0 times as often as in human text (0.120 against 0.020)."]
    assert _verdict(distinct_1=0.3) == ["Fewer different words than in human text (0.300 against 0.500)."]
    assert _verdict(novelty_4=0.4) == [
        "Fewer 4-grams are new than in human text, so it keeps closer to the corpus (0.400 against 0.800)."
    ]
    assert _verdict(sentence_length=36.0) == ["Sentences are 2.0 times as long as in human text (36.0 against 18.0)."]
    assert _verdict(longest_run=40.0) == ["It copies 40 pieces in a row, human text 9."]
    assert _verdict(zipf=1.3) == ["Frequent words take more of the text than in human text (Zipf 1.30 against 1.00)."]


def test_chance_is_passed_over():
    """A difference that stretches of human text have among themselves does not stand out; in more of them it does."""
    own = {**HUMAN, "distinct_1": 0.4}
    few, many = _spread(HUMAN, 4, 0.3), _spread(HUMAN, 400, 0.3)
    assert stands_out(own, HUMAN, few, few) == []
    assert len(stands_out(own, HUMAN, many, many)) == 1


def test_a_small_difference_is_passed_over():
    """Less than a tenth does not stand out, however many stretches say it."""
    assert _verdict(windows=10_000, distinct_1=0.46) == []
    assert len(_verdict(windows=10_000, distinct_1=0.44)) == 1


def test_too_little_human_text_gives_no_verdict_on_stretches():
    """Three stretches say nothing of how stretches differ; a copied run stands out all the same."""
    assert _verdict(windows=3, rep_4=0.5) == []
    assert len(_verdict(windows=3, longest_run=99.0)) == 1


def test_human_text_that_never_repeats():
    """There is no ratio to nothing."""
    human = {**HUMAN, "rep_4": 0.0}
    own = {**HUMAN, "rep_4": 0.1}
    assert stands_out(own, human, _spread(own), _spread(human)) == [
        "4-grams repeat more often than in human text (0.100 against 0)."
    ]
