"""How well a model predicts texts."""

import dataclasses
import gc
import math
import tracemalloc

import numpy as np
import pytest
from heard import Heard

from zhgen import bundle as bundles
from zhgen.config import TrainSettings
from zhgen.corpus.segmented import open_segmented
from zhgen.errors import RefusedError
from zhgen.evaluation import prediction
from zhgen.evaluation.prediction import evaluate

KEYS = ["perplexity", "bits_per_char", "top1", "top5", "mrr", "mean_cosine", "top1_cosine", "pieces", "chars", "unseen_chars"]
WORDS = ("今天", "我们", "学习", "语文")


def write(path, text):
    """Write a text and return its path."""
    path.write_text(text, "utf-8")
    return path


def muddle(paragraphs, words=30):
    """Return a segmented text of the four words in random order."""
    chance = np.random.default_rng(4)
    return "".join(" ".join(chance.choice(WORDS, words)) + "\n" for _ in range(paragraphs))


def test_a_text_that_the_model_knows_by_heart(tiny_model, tmp_path):
    """On the cycle it learnt the model is nearly always right, the n-gram too, and the unigram cannot be."""
    figures = evaluate(tiny_model, [write(tmp_path / "a.txt", "今天我们学习语文" * 25 + "\n")])
    assert (figures["pieces"], figures["chars"], figures["unseen_chars"]) == (101, 201, 0)
    assert figures["top1"] > 0.95
    assert figures["perplexity"] < 1.5
    assert figures["baselines"]["kneser_ney"]["top1"] > 0.95
    assert 3.5 < figures["baselines"]["unigram"]["perplexity"] < 4.5
    assert [text["name"] for text in figures["texts"]] == [str(tmp_path / "a.txt")]


def test_what_is_returned(tiny_model, tmp_path):
    """The model's figures are at the top, and every baseline has the same ones beside it, without cosines."""
    figures = evaluate(tiny_model, [write(tmp_path / "a.seg.txt", muddle(5))])
    assert list(figures)[2 : 3 + len(KEYS)] == [*KEYS, "seconds"]
    for row in (*figures["baselines"].values(), *figures["mixtures"].values()):
        assert list(row) == [*KEYS, "seconds"]
    assert list(figures["mixtures"]) == ["mix", "cache", "both"]
    assert {name: row["mean_cosine"] for name, row in figures["baselines"].items()} == {"unigram": None, "kneser_ney": None}
    assert sum(row["pieces"] for row in figures["by_frequency"]) == figures["pieces"]
    assert sum(row["pieces"] for row in figures["calibration"]["bins"]) == figures["pieces"]
    assert figures["calibration"]["perplexity_at_best_temperature"] <= figures["perplexity"] * (1 + 1e-6)


def test_bits_are_those_of_a_code_for_the_whole_text(tiny_model, tmp_path):
    """Bits per character are the known pieces' and the unseen characters' bits over characters and paragraphs."""
    figures = evaluate(tiny_model, [write(tmp_path / "a.seg.txt", "今天 我们 史\n学习 语文\n")])
    once = figures["unseen_probability"]
    assert (figures["pieces"], figures["chars"], figures["unseen_chars"]) == (6, 11, 1)
    bits = 6 * math.log2(figures["perplexity"]) - 6 * math.log2(1 - once) - math.log2(once) + math.log2(20_992)
    assert figures["bits_per_char"] == pytest.approx(bits / 11)


def test_the_probability_of_the_unseen(tiny_bundle):
    """It is the share of pieces seen once, at least one piece's and at most a half; without counts it is one piece's."""
    run = prediction.Evaluation(prediction.Generator(tiny_bundle))
    for counts, expected in (([90, 8, 1, 1, 0], 2 / 100), ([90, 10, 0, 0, 0], 1 / 100), ([1, 1, 1, 1, 1], 1 / 2)):
        run.counts = np.array(counts)
        assert run._unseen_probability() == expected
    run.counts = None
    assert run._unseen_probability() == 1 / tiny_bundle.config["corpus"]["pieces"]


def test_several_texts_are_read_as_one(tiny_model, tmp_path):
    """Two texts give what the two written in one file give, and a row each whose pieces add up."""
    whole = muddle(9)
    lines = whole.splitlines(keepends=True)
    one = evaluate(tiny_model, [write(tmp_path / "one.seg.txt", whole)])
    parts = ("a.seg.txt", lines[:4]), ("b.seg.txt", lines[4:])
    two = evaluate(tiny_model, [write(tmp_path / name, "".join(part)) for name, part in parts])
    for key in KEYS:
        assert two[key] == pytest.approx(one[key], rel=1e-6)
    for kind in ("baselines", "mixtures"):
        for name, row in one[kind].items():
            assert two[kind][name]["perplexity"] == pytest.approx(row["perplexity"], rel=1e-6)
    assert [text["pieces"] for text in two["texts"]] == [4 * 31, 5 * 31]
    nats = sum(text["pieces"] * math.log(text["perplexity"]) for text in two["texts"])
    assert math.exp(nats / two["pieces"]) == pytest.approx(two["perplexity"])


def test_chunks_make_no_difference(tiny_model, tmp_path, monkeypatch):
    """The figures do not depend on how many pieces are looked at together."""
    text = write(tmp_path / "a.seg.txt", muddle(9))
    whole = evaluate(tiny_model, [text])
    monkeypatch.setattr(prediction, "CHUNK", 7)
    parts = evaluate(tiny_model, [text])
    assert {key: parts[key] for key in KEYS} == pytest.approx({key: whole[key] for key in KEYS}, rel=1e-5)


def test_raw_and_segmented_agree(tiny_model, tmp_path):
    """A raw text has the figures of the same text cut beforehand."""
    raw = evaluate(tiny_model, [write(tmp_path / "a.txt", "今天我们学习语文\n学习语文\n")])
    cut = evaluate(tiny_model, [write(tmp_path / "a.seg.txt", "今天 我们 学习 语文\n学习 语文\n")])
    assert [raw[key] for key in KEYS] == [cut[key] for key in KEYS]


def test_keras_and_numpy_agree(tmp_path, write_table, monkeypatch):
    """The perplexity that the read-out reached, on outputs of Keras in float32, is what NumPy measures on the same text."""
    from zhgen.training import layout
    from zhgen.training.model import train

    monkeypatch.setattr(layout, "_VALIDATION_STREAMS", 1)  # so that the state is carried through the whole text
    text = open_segmented(write(tmp_path / "train.seg.txt", muddle(40)))
    # The trainer does not predict the first piece; among so many it cannot be told.
    valid = write(tmp_path / "valid.seg.txt", muddle(150))
    settings = TrainSettings(units=6, epochs=1, batch_size=3, timesteps=20, learning_rate=0.02)
    made = train(text, write_table(tmp_path / "v.bin"), settings, validation=valid)
    bundles.save(tmp_path / "model", made.bundle, made.table, "card")
    figures = evaluate(tmp_path / "model", [valid])
    assert figures["perplexity"] == pytest.approx(made.bundle.config["readout"]["perplexity"], rel=1e-3)


def test_a_model_without_counts(tiny_bundle, tiny_model, tmp_path):
    """A model of an older zhgen is evaluated alone, and that is said."""
    kept = {name: value for name, value in tiny_bundle.config.items() if name not in ("format", "vocabulary_size", "parts")}
    bundle = dataclasses.replace(tiny_bundle, config=kept, counted=None, path=None)
    bundles.save(tmp_path / "old", bundle, tiny_bundle.table(), "card")
    text, heard = write(tmp_path / "a.seg.txt", muddle(3)), Heard()
    figures = evaluate(tmp_path / "old", [text], heard)
    assert (figures["baselines"], figures["mixtures"], figures["by_frequency"]) == ({}, {}, [])
    assert figures["perplexity"] == evaluate(tiny_model, [text])["perplexity"]
    assert len(heard.lines) == 1
    assert heard.lines[0].startswith(f"Warning: {tmp_path / 'old'} has no counts")


def test_a_text_that_the_model_does_not_know_is_refused(tiny_model, tmp_path):
    """A text of which paragraph ends are all that is known is refused; beside one that is known it is costed."""
    foreign, known = write(tmp_path / "a.seg.txt", "史 册\n"), write(tmp_path / "b.seg.txt", "今天\n")
    with pytest.raises(RefusedError, match=r"The model knows no piece of .*a\.seg\.txt"):
        evaluate(tiny_model, [foreign])
    figures = evaluate(tiny_model, [foreign, known])
    assert [text["unseen_chars"] for text in figures["texts"]] == [2, 0]
    assert figures["texts"][0]["bits_per_char"] > 10


def test_memory_does_not_grow_with_the_text(tiny_model, tmp_path):
    """A text ten times as long needs no more memory than the lengths of its paragraphs."""
    peaks = []
    for paragraphs in (10, 10, 100):  # the first time modules and caches are loaded
        text = write(tmp_path / f"{paragraphs}.seg.txt", muddle(paragraphs))
        gc.collect()
        tracemalloc.start()
        evaluate(tiny_model, [text], alone=True)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < peaks[1] + 40_000
