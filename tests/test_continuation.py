"""Going on from another model."""

import dataclasses
import io

import keras
import numpy as np
import pytest

from zhgen.bundle import Bundle, load, save
from zhgen.config import RECIPES, TrainSettings
from zhgen.corpus.segmented import open_segmented, write_segmented
from zhgen.corpus.segmenter import Segmenter
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.evaluation.card import model_card
from zhgen.evaluation.description import describe
from zhgen.files import sha256
from zhgen.progress import Reporter
from zhgen.training.continuation import extend, extended_weights, read_rows, settings_from, warn_of_another_cut
from zhgen.training.model import train
from zhgen.training.objectives import make_objective
from zhgen.vectors.binary import write_vectors
from zhgen.vectors.table import Table, unit_rows

PIECES = ("</s>", *(chr(0x4E00 + number) for number in range(79)))


TURN = np.linalg.qr(np.random.default_rng(1).normal(size=(8, 8)))[0].astype(np.float32)


class _Told(Reporter):
    def __init__(self):
        self.lines = []

    def say(self, message):
        self.lines.append(message)


def _normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.fixture
def other(tmp_path):
    """Return a model of eighty pieces in eight dimensions whose rows are its word2vec vectors turned."""
    vectors = _normal(80, 8) + 1.5
    write_vectors(tmp_path / "vectors.bin", Table(PIECES, vectors))
    weights = {
        "output/bias": np.arange(8, dtype=np.float32),
        "input/scale": np.float32(8**0.5),
        "decoder/table": unit_rows(vectors @ TURN),
        "decoder/scale": np.float32(12),
        "decoder/bias": np.arange(80, dtype=np.float32),
    }
    config = {"state": "carried", "recipe": "default", "units": 6, "layers": 2, "members": 1, "attention": 0, "settings": {}}
    config["settings"] = dataclasses.asdict(
        TrainSettings(units=6, layers=2, members=1, attention=0, input_dropout=0.35, epochs=9, seed=3)
    )
    return Bundle(config, Vocabulary(PIECES), weights, path=tmp_path)


def test_the_settings_are_those_of_the_model(other):
    """Sizes and what regularises are taken over, what was given goes before; epochs and seed are the text's own."""
    recipe, settings = settings_from(other, None, {"learning_rate": 0.5, "table_rate": 0.3, "timesteps": 7, "units": 6})
    assert recipe == "default"
    expected = TrainSettings(
        units=6, layers=2, members=1, attention=0, input_dropout=0.35, learning_rate=0.5, table_rate=0.3, timesteps=7
    )
    assert settings == expected


def test_settings_of_another_zhgen_are_passed_over(other):
    """A model whose settings this zhgen does not know, or that lack one, is gone on from with the others."""
    other.config["settings"] = {"loss": "contrastive", "input_dropout": 0.35, "of_another_time": 1}
    del other.config["members"], other.config["attention"]  # once there were none
    settings = settings_from(other, None, {"learning_rate": 0.1, "table_rate": 0.3})[1]
    expected = TrainSettings(units=6, layers=2, members=1, attention=0, input_dropout=0.35, learning_rate=0.1, table_rate=0.3)
    assert settings == expected


def test_the_learning_rate_is_let_down_once(other):
    """What goes on learns at a fifth of the rate, and what goes on from that at the same."""
    other.config["settings"] |= {"learning_rate": 0.01, "table_rate": 0.5}
    settings = settings_from(other, None, {})[1]
    assert (settings.learning_rate, settings.table_rate) == pytest.approx((0.002, 0.1))
    other.config["from"] = {"name": "a", "sha256": "b"}
    settings = settings_from(other, None, {})[1]
    assert (settings.learning_rate, settings.table_rate) == (0.01, 0.5)


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe != "seed"])
def test_every_recipe_gives_its_settings(other, recipe):
    """Settings that are idle in a recipe and may not be given there do not stand in the way."""
    members = {"members": 1, "attention": 0} if recipe == "default" else {}
    settings = TrainSettings.recipe(recipe, units=6, layers=2, output_dropout=0.44, **members)
    other.config.update(recipe=recipe, settings=dataclasses.asdict(settings))
    other.config["from"] = {"name": "a", "sha256": "b"}
    assert settings_from(other, recipe, {}) == (recipe, settings)


@pytest.mark.parametrize(
    ("recipe", "given", "words"),
    [
        (None, {"units": 7}, r"--units 7 does not go with --from .*, which has 6\. Leave out --units"),
        (None, {"attention": 9}, r"--attention 9 does not go with --from .*, which has 0\."),
        (None, {"layers": 1}, r"--layers 1 does not go with --from .*, which has 2\."),
        (None, {"table": "whitened"}, r"--table whitened does not go with"),
        (None, {"loss": "softmax"}, r"--loss softmax does not go with"),
        ("vmf", {}, r"--recipe vmf does not go with --from .*, which has default\."),
    ],
)
def test_what_contradicts_the_weights_is_refused(other, recipe, given, words):
    """The option is named, with both values."""
    with pytest.raises(RefusedError, match=words):
        settings_from(other, recipe, given)


def test_a_model_of_single_windows_is_refused(other):
    """The recipe `seed` learns ten windows and nothing to go on with."""
    other.config.update(state="zero", recipe="seed")
    with pytest.raises(RefusedError, match="has the recipe seed"):
        settings_from(other, None, {})


def test_the_vocabulary_is_the_union(other):
    """Old pieces keep their ids and rows; new words with a vector follow by frequency, then new characters of the others."""
    words = {PIECES[1]: 9, "新词": 3, "甲乙": 5, "奇怪奇": 1}
    made = extend(other, words, Table(("新词", "甲乙"), _normal(2, 5)), seed=1)
    assert made.vocabulary.pieces == (*PIECES, "甲乙", "新词", "奇", "怪")
    assert made.table.words == made.vocabulary.pieces
    assert (made.rows[:80] == other.weights["decoder/table"]).all()
    assert (made.table.vectors[:80] == other.table().vectors).all()
    assert np.linalg.norm(made.rows, axis=1).tolist() == pytest.approx([1] * 84, abs=1e-5)


def test_a_new_word_lies_where_its_vector_is_mapped(other):
    """Vectors that are the model's turned into eleven dimensions are turned back, for a word that none of them is."""
    place = _normal(1, 8, seed=5) + 1.5
    own = np.concatenate([other.table().vectors, place])
    turned = own @ np.linalg.qr(_normal(11, 11, seed=2))[0].astype(np.float32)[:8]
    made = extend(other, dict.fromkeys((*PIECES, "新"), 10), Table((*PIECES, "新"), turned), seed=1)
    assert float(unit_rows(made.table.vectors)[80] @ unit_rows(place)[0]) > 0.99
    assert float(made.rows[80] @ unit_rows(place @ TURN)[0]) > 0.99


def test_without_vectors_a_new_word_lies_where_its_characters_are(other):
    """A word seen often enough is a piece between its characters; a rarer one is spelled, and its new character drawn."""
    first, second = PIECES[5:7]
    made = extend(other, {first + second: 2, second + "奇": 1}, None, seed=1)
    assert made.vocabulary.pieces[80:] == (first + second, "奇")
    table = other.weights["decoder/table"]
    assert made.rows[80] == pytest.approx(unit_rows(table[5:7].mean(axis=0, keepdims=True))[0], abs=1e-6)
    assert np.isfinite(made.rows).all()
    assert (extend(other, {"奇": 2}, None, seed=1).rows == extend(other, {"奇": 2}, None, seed=1).rows).all()
    assert extend(other, {"奇": 2}, None, seed=1).rows[80].tolist() != extend(other, {"奇": 2}, None, seed=2).rows[80].tolist()


def test_weights_of_the_extended_vocabulary(other):
    """The layers stay; a new piece's bias is its log count, plus what the biases of old ones lie above theirs."""
    rows = _normal(82, 8)
    counts = np.array([100] * 80 + [100, 0])
    weights = extended_weights(other, rows, counts)
    assert set(weights) == set(other.weights)
    assert (weights["output/bias"] == other.weights["output/bias"]).all()
    assert (weights["decoder/table"] == unit_rows(rows)).all()
    assert weights["decoder/bias"][:80].tolist() == list(range(80))
    assert weights["decoder/bias"][80:].tolist() == pytest.approx([39.5, 39.5 - np.log(100)], rel=1e-5)


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe != "seed"])
def test_a_network_takes_over_what_another_exports(recipe):
    """What is exported after a restoration is what was restored, whatever the recipe; read-outs are fitted anew."""
    settings = TrainSettings.recipe(recipe, units=4, layers=2)
    pieces = ("</s>", "甲", "乙", "甲乙", "丙")

    def make(seed):
        keras.utils.set_random_seed(seed)
        return make_objective(_normal(5, 3, seed=seed), np.array([4, 3, 2, 1, 1]), pieces, settings)

    first, second = make(1), make(2)
    expected, before = first.exported(), second.exported()
    second.restore(expected)
    found = second.exported()
    fitted = {"decoder/scale", "decoder/bias"} if recipe in ("mse", "cosine", "vmf") else set()
    for name in set(expected) - fitted:
        assert found[name] == pytest.approx(expected[name], abs=1e-6)
    assert not np.allclose(before["decoder/table"], expected["decoder/table"])
    assert read_rows(found).shape == (5, 3)


@pytest.fixture
def continued(tmp_path, tiny_model, write_text):
    """Return a text of the small model's words and two more, and a function that trains on it."""
    path = write_text(tmp_path / "new.seg.txt", 6)
    path.write_text(path.read_text("utf-8").replace("语文", "数学") + "今天 我们 学习 语文\n", "utf-8")
    write_vectors(tmp_path / "new.bin", Table(("</s>", "今天", "我们", "学习", "语文", "数学"), _normal(6, 6, seed=9)))
    base = {"units": 6, "layers": 2, "timesteps": 5, "batch_size": 3, "epochs": 1}

    def run(other, vectors=tmp_path / "new.bin", reporter=_Told(), **given):  # noqa: B008
        settings = settings_from(other, None, {**base, **given})[1] if other else TrainSettings(**base, **given)
        return train(open_segmented(path), vectors, settings, other=other, reporter=reporter)

    return run


def test_training_begins_better_than_from_nothing(continued, tiny_bundle):
    """After one epoch at a rate that changes nothing the model that goes on predicts better than one from nothing."""
    told = _Told()
    ahead = continued(tiny_bundle, learning_rate=1e-9, table_rate=1e-9, reporter=told)
    nothing = continued(None, learning_rate=1e-9, table_rate=1e-9)
    assert ahead.bundle.config["best"]["validation_loss"] < nothing.bundle.config["best"]["validation_loss"] - 0.3
    assert f"{tiny_bundle.path} knows 75% of the text's words; its 5 pieces go on, and 1 more" in told.lines


def test_the_rows_of_the_bundle_stand_under_the_right_words(continued, tiny_bundle, tiny_model, tmp_path):
    """Saved and loaded, the old words have the old rows and biases, and where they came from is on record."""
    made = continued(tiny_bundle, learning_rate=1e-9, table_rate=1e-9, vectors=None)
    save(tmp_path / "continued", made.bundle, made.table, model_card(made.bundle, "continued"))
    loaded = load(tmp_path / "continued")
    assert loaded.vocabulary.pieces[:5] == tiny_bundle.vocabulary.pieces
    assert set(loaded.vocabulary.pieces[5:]) == {"数学"}
    for name in ("decoder/table", "decoder/bias"):
        assert loaded.weights[name][:5] == pytest.approx(tiny_bundle.weights[name], abs=1e-4)
    for name in ("lstm_1/kernel", "lstm_2/recurrent_kernel", "output/kernel", "decoder/scale"):
        assert loaded.weights[name] == pytest.approx(tiny_bundle.weights[name], abs=1e-4)
    assert (loaded.table().vectors[:5] == tiny_bundle.table().vectors).all()
    assert loaded.config["from"] == {"name": "tiny", "sha256": sha256(tiny_model / "config.json")}
    assert loaded.config["vectors"] is None
    assert "It goes on from `tiny`." in (tmp_path / "continued" / "README.md").read_text("utf-8")
    assert describe(tmp_path / "continued")["goes_on_from"] == "tiny"


def test_another_cut_is_told(tmp_path, tiny_bundle):
    """A text cut without HMM is trained on, and the user is told what that means."""
    told = _Told()
    write_segmented([("a.txt", io.BytesIO("今天学习".encode()))], tmp_path / "a.seg.txt", Segmenter(hmm=False))
    warn_of_another_cut(open_segmented(tmp_path / "a.seg.txt"), tiny_bundle, told)
    assert len(told.lines) == 1
    assert "(hmm)" in told.lines[0]
    tiny = {**tiny_bundle.config, "segmenter": Segmenter(hmm=False).identity}
    warn_of_another_cut(open_segmented(tmp_path / "a.seg.txt"), dataclasses.replace(tiny_bundle, config=tiny), told)
    assert len(told.lines) == 1


def test_the_command_line_refuses_what_cannot_be(refuses, write_text, write_table, tmp_path, tiny_model):
    """No vectors and no model; a model that is not there; an option that contradicts it; a recipe that it has not."""
    write_text(tmp_path / "a.seg.txt")
    write_table(tmp_path / "a.bin")
    assert refuses("train", "a.seg.txt", "-o", "m").startswith("--vectors is needed.")
    assert refuses("train", "a.seg.txt", "-o", "m", "--from", "nowhere").startswith("There is no model nowhere.")
    assert refuses("train", "a.seg.txt", "-o", "m", "--from", tiny_model, "--units", 9).startswith("--units 9 does not go")
    assert refuses("train", "a.seg.txt", "-o", "m", "--from", tiny_model, "--recipe", "vmf").startswith("--recipe vmf does not")
