"""The figures as a person reads them."""

import copy

import pytest

from zhgen.evaluation.prediction_table import show

ROW = {
    "perplexity": 1234.56,
    "bits_per_char": 5.4321,
    "top1": 0.2345,
    "top5": 0.5,
    "mrr": 0.3214,
    "mean_cosine": 0.25,
    "top1_cosine": 0.1,
    "pieces": 1000,
    "chars": 2000,
    "unseen_chars": 3,
    "seconds": 1.26,
}
BASELINE = {**ROW, "perplexity": 90.0, "mean_cosine": None, "top1_cosine": None}
EMPTY = {"pieces": 0, "probability": None, "right": None}
TEXT = {"name": "test.txt", "perplexity": 1234.56, "bits_per_char": 5.4321, "pieces": 1000, "chars": 2000, "unseen_chars": 3}
FIGURES = {
    "model": "models/novel",
    **ROW,
    "baselines": {"unigram": BASELINE, "kneser_ney": BASELINE},
    "mixtures": {},
    "by_frequency": [{"least": 1000, "most": 9999, "pieces": 1000, "perplexity": 24.04, "top1": 0.333}],
    "calibration": {
        "expected_error": 0.0321,
        "bins": [{"from": 0.0, "to": 0.1, **EMPTY}, {"from": 0.1, "to": 0.2, "pieces": 9, "probability": 0.15, "right": 0.5}],
        "best_temperature": 1.084,
        "perplexity_at_best_temperature": 1200.0,
    },
    "texts": [TEXT],
}


def changed(**changes):
    """Return what is shown when some figures are others."""
    return show({**copy.deepcopy(FIGURES), **changes})


def test_the_whole_page():
    """Tables are aligned, shares are percentages, what cannot be known is a dash, and empty bins are left out."""
    last = (
        "The temperature that would have predicted this text best is 1.08, with perplexity 1,200.0 in place of 1,234.6: "
        "it is too sure of itself."
    )
    assert show(FIGURES).splitlines() == [
        "models/novel on test.txt: 1,000 pieces, 2,000 characters, 3 of them never seen",
        "",
        "            perplexity  bits per char  top 1  top 5    mrr  cosine  top 1 by cosine  seconds",
        "model          1,234.6          5.432  23.4%  50.0%  0.321   0.250            10.0%      1.3",
        "unigram           90.0          5.432  23.4%  50.0%  0.321       –                –      1.3",
        "Kneser-Ney        90.0          5.432  23.4%  50.0%  0.321       –                –      1.3",
        "",
        "times in training  pieces  perplexity  top 1",
        "1,000 to 9,999      1,000        24.0  33.3%",
        "",
        "first guess  pieces  probability  right",
        "10% to 20%        9        15.0%  50.0%",
        "",
        "The probability of a first guess and how often it is right differ by 3.2 points in the mean.",
        last,
    ]


@pytest.mark.parametrize(
    ("temperature", "said"),
    [
        (1.01, "1.01, with perplexity 1,200.0 in place of 1,234.6: it is as sure of itself as it should be."),
        (0.9, "0.90, with perplexity 1,200.0 in place of 1,234.6: it is too unsure of itself."),
        (4.0, "4.00 or more, with perplexity 1,200.0 in place of 1,234.6: it is too sure of itself."),
        (0.5, "0.50 or less, with perplexity 1,200.0 in place of 1,234.6: it is too unsure of itself."),
    ],
)
def test_what_the_best_temperature_says(temperature, said):
    """Above 1 the model is too sure, below too unsure, and at the search's edge the figure is a bound."""
    assert changed(calibration=FIGURES["calibration"] | {"best_temperature": temperature}).endswith(said)


def test_several_texts_have_a_row_each():
    """With more than one text each has its own row; one without known pieces has dashes."""
    shown = changed(texts=[TEXT, TEXT | {"name": "b.txt", "pieces": 0, "perplexity": None, "bits_per_char": None}])
    assert shown.splitlines()[-3:] == [
        "text      pieces  perplexity  bits per char",
        "test.txt   1,000    1,234.56           5.43",
        "b.txt          0           –              –",
    ]


def test_without_counts():
    """An older model has no baselines and no frequencies: their tables are not shown; nothing unseen is not spoken of."""
    shown = changed(baselines={}, by_frequency=[], unseen_chars=0)
    assert "unigram" not in shown
    assert "times in training" not in shown
    assert shown.splitlines()[0].endswith("2,000 characters")


def test_mixtures_stand_between_model_and_baselines():
    """What is mixed in is named by its option."""
    shown = changed(mixtures={"mix": BASELINE, "cache": BASELINE, "both": BASELINE})
    assert [line.split("  ")[0] for line in shown.splitlines()[3:9]] == [
        *("model", "with --mix", "with --cache", "with both", "unigram", "Kneser-Ney")
    ]
