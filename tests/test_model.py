"""A segmented text and a table of vectors in, a trained model out."""

import re
import subprocess
import sys

import numpy as np
import pytest
from heard import Heard

from zhgen.bundle import save
from zhgen.config import GenerateSettings, TrainSettings
from zhgen.corpus.dictionary import parse_dictionary
from zhgen.corpus.segmented import Sidecar, open_segmented, write_segmented
from zhgen.corpus.segmenter import Segmenter
from zhgen.errors import RefusedError, ZhgenError
from zhgen.files import sha256
from zhgen.generation.generator import Generator
from zhgen.training.model import train, treatment_of
from zhgen.vectors.binary import write_vectors
from zhgen.vectors.table import Table

LONG = [f"{first}{second}" for first in "红楼梦里有金陵" for second in "十二钗"]  # 21 different words


def test_a_text_too_short_is_refused_before_anything_heavy_is_loaded(tmp_path):
    """Ten words and windows of twenty steps: refused, and neither Keras nor TensorFlow nor gensim was imported for it."""
    (tmp_path / "short.seg.txt").write_text("红 楼 " * 5 + "\n", "utf-8")
    write_vectors(tmp_path / "short.bin", Table(("红", "楼"), np.eye(2, dtype=np.float32)))
    code = """
import sys
from pathlib import Path
from zhgen.config import TrainSettings
from zhgen.corpus.segmented import Sidecar, open_segmented
from zhgen.errors import RefusedError
from zhgen.training.model import train, treatment_of
try:
    train(open_segmented(Path("short.seg.txt")), Path("short.bin"), TrainSettings())
except RefusedError as error:
    print(error)
print(sorted({"keras", "tensorflow", "gensim"} & set(sys.modules)))
"""
    run = subprocess.run((sys.executable, "-c", code), cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    refusal, loaded = run.stdout.splitlines()
    assert refusal.startswith(
        "The text is too short for one window: it has 11 pieces to learn and a window of 20 steps needs 21"
    )
    assert loaded == "[]"


@pytest.fixture(scope="module")
def first_recipe(tmp_path_factory):
    """Return what the recipe `seed` made of 21 different words, said meanwhile, and the folder it stood in."""
    folder = tmp_path_factory.mktemp("seed")
    dictionary = parse_dictionary([f"{word} 1000000" for word in LONG], "words.txt")
    (folder / "long.txt").write_text("".join(LONG), "utf-8")
    with (folder / "long.txt").open("rb") as file:
        write_segmented([("long.txt", file)], folder / "long.seg.txt", Segmenter(dictionary))
    vectors = np.random.default_rng(1).normal(size=(len(LONG), 8)).astype(np.float32)
    write_vectors(folder / "long.bin", Table(tuple(LONG), vectors))
    heard = Heard()
    settings = TrainSettings.recipe("seed", timesteps=4, units=24, epochs=400, learning_rate=1.0)
    made = train(open_segmented(folder / "long.seg.txt"), folder / "long.bin", settings, recipe="seed", reporter=heard)
    return made, heard.lines, folder


def test_the_seed_recipe_learns_the_first_windows(first_recipe):
    """It says what follows the first window before and after: afterwards that is the right word, as in all ten windows."""
    _, lines, _ = first_recipe
    before, after = (line for line in lines if line.startswith(("before:", "after:")))
    assert before.startswith(f"before: the first window is followed by {LONG[4]} (cosine ")
    assert not before.endswith("; 10 of the 10 first windows right")
    close = r"\(cosine (0\.9\d{4}|1\.0{5})\)"
    assert re.fullmatch(
        f"after: the first window is followed by {LONG[4]} {close}; predicted {LONG[4]} {close}; "
        "10 of the 10 first windows right",
        after,
    )


def test_what_the_bundle_of_the_seed_recipe_says(first_recipe):
    """Its state is zero before each window, the epoch kept is the last, and its table is the one that was given."""
    made, _, _ = first_recipe
    config = made.bundle.config
    assert (config["recipe"], config["state"], config["timesteps"]) == ("seed", "zero", 4)
    assert len(made.bundle.history) == 400
    assert config["best"] == made.bundle.history[-1]
    assert made.bundle.vocabulary.pieces == made.table.words == tuple(LONG)
    assert not made.interrupted


def test_where_a_model_came_from_is_written_down(first_recipe):
    """The hashes of text and vectors, the source, the sizes, the settings and the versions stand in the configuration."""
    made, _, folder = first_recipe
    config = made.bundle.config
    assert config["corpus"]["sha256"] == sha256(folder / "long.seg.txt")
    assert config["corpus"]["sources"][0]["sha256"] == sha256(folder / "long.txt")
    assert (config["corpus"]["words"], config["corpus"]["pieces"], config["corpus"]["validation_pieces"]) == (21, 21, 0)
    assert config["vectors"] == {"name": "long.bin", "sha256": sha256(folder / "long.bin")}
    assert (config["vector_size"], config["units"], config["layers"]) == (8, 24, 1)
    assert config["settings"]["epochs"] == 400
    assert config["settings"]["learning_rate"] == 1.0
    assert sorted(config["libraries"]) == ["gensim", "jieba", "keras", "numpy", "tensorflow"]


def test_the_user_dictionary_goes_into_the_bundle(first_recipe):
    """A prompt is cut with the dictionary that the text was cut with: three words of it are three pieces."""
    made, _, _ = first_recipe
    assert made.bundle.dictionary is not None
    prompt = Generator(made.bundle).read_prompt("".join(LONG[3:6]))
    assert prompt.ids == [3, 4, 5]
    assert not prompt.unseen


def test_the_numpy_generator_goes_on_with_the_windows_that_were_learnt(first_recipe):
    """After each of the ten windows the generator's likeliest word is the one that follows in the text."""
    made, _, _ = first_recipe
    generator = Generator(made.bundle)
    for start in range(10):
        scores = generator.decoder.scores(generator.reader().read([*range(start, start + 4)]))
        assert int(scores.argmax()) == start + 4


@pytest.mark.parametrize("recipe", ["softmax", "vmf", "cosine", "mse"])
def test_every_recipe_makes_a_model_that_goes_on_with_its_text(recipe, tmp_path, write_text, write_table):
    """Trained on a text that repeats four words, saved and loaded, NumPy's generator goes round with them."""
    text = open_segmented(write_text(tmp_path / "a.seg.txt", paragraphs=4))
    settings = TrainSettings.recipe(
        recipe, units=12, epochs=10, batch_size=2, timesteps=5, learning_rate=0.02, input_dropout=0.0, output_dropout=0.0
    )
    made = train(text, write_table(tmp_path / "a.bin"), settings, recipe=recipe)
    save(tmp_path / "a", made.bundle, made.table, "")
    generator = Generator.load(tmp_path / "a")
    written = "".join(generator.stream(generator.read_prompt("今天"), GenerateSettings(words=7, greedy=True)))
    assert written == "我们学习语文今天我们学习语文"
    readout = made.bundle.config["readout"]
    if recipe == "softmax":
        assert readout == {}
    else:
        assert set(readout) == {"scale", "prior", "perplexity"}
        assert readout["perplexity"] < 1.5


def test_what_was_counted_is_the_training_part_alone(tiny_bundle):
    """The n-grams of a model count the pieces it learnt, and none of those that it was validated on."""
    corpus, fitted = tiny_bundle.config["corpus"], tiny_bundle.config["mixture"]
    ngrams = tiny_bundle.ngrams()
    assert ngrams.counts.sum() == corpus["pieces"]
    assert ngrams.end == tiny_bundle.vocabulary.end
    assert fitted["mix"]["perplexity"] <= fitted["model"]["perplexity"]
    assert fitted["both"]["perplexity"] <= fitted["cache"]["perplexity"] + 1e-6


def test_the_seed_recipe_counts_nothing(first_recipe):
    """The first recipe learns ten windows, and its model has nothing to be mixed with."""
    bundle = first_recipe[0].bundle
    assert bundle.ngrams() is None
    assert "mixture" not in bundle.config


def test_without_validation_there_are_counts_and_no_shares(tmp_path, write_text, write_table):
    """What a mixture's shares would be fitted on is missing; the counts are there for `evaluate`."""
    settings = TrainSettings.recipe("mse", units=4, epochs=1, batch_size=2, timesteps=5, validation_split=0.0)
    bundle = train(open_segmented(write_text(tmp_path / "a.seg.txt")), write_table(tmp_path / "a.bin"), settings).bundle
    assert bundle.ngrams() is not None
    assert "mixture" not in bundle.config


def test_without_validation_the_read_out_is_fitted_on_the_training_part(tmp_path, write_text, write_table):
    """There is a read-out all the same, and it is said."""
    heard = Heard()
    settings = TrainSettings.recipe("cosine", units=4, epochs=1, batch_size=2, timesteps=5, validation_split=0.0)
    made = train(open_segmented(write_text(tmp_path / "a.seg.txt")), write_table(tmp_path / "a.bin"), settings, reporter=heard)
    assert made.bundle.config["readout"]["perplexity"] <= 5
    assert re.fullmatch(r"read out with -?[\d.]+ × cosine \+ -?[\d.]+ × log frequency: perplexity [\d.]+", heard.lines[-1])


def test_a_learning_rate_beyond_all_measure_fails_with_advice(tmp_path, write_text, write_table):
    """With the highest rate there is the loss is soon no number: an error that tells the way out, and no model."""
    text = open_segmented(write_text(tmp_path / "a.seg.txt"))
    settings = TrainSettings.recipe("seed", units=4, timesteps=2, epochs=30, learning_rate=100.0)
    with pytest.raises(
        ZhgenError, match=r"no longer a number in epoch \d+; nothing is kept\. Train again with a lower --learning-rate"
    ):
        train(text, write_table(tmp_path / "a.bin"), settings)


def test_vectors_of_nothing_but_nan_are_refused(tmp_path, write_text):
    """A table without one usable row is refused before training."""
    words = ("今天", "我们", "学习", "语文")
    write_vectors(tmp_path / "nan.bin", Table(words, np.full((4, 3), np.nan, dtype=np.float32)))
    text = open_segmented(write_text(tmp_path / "a.seg.txt"))
    with pytest.raises(RefusedError, match=r"^No row of .*nan\.bin can be used\."):
        train(text, tmp_path / "nan.bin", TrainSettings())


def test_what_was_done_to_the_text_is_kept_for_prompts():
    """The steps of the clean-up by name and the conversion of the characters; nothing where nothing was done."""
    facts = {"sources": [], "segmenter": {}, "dictionary": None, "paragraphs": 1, "words": 1, "characters": 1, "sha256": ""}
    conversion = {"engine": "opencc", "version": "1", "direction": "t2s"}
    treated = Sidecar(**facts, clean={"width": 3, "quotes": 0}, conversion=conversion)
    assert treatment_of(treated) == {"treatment": {"clean": ["width", "quotes"], "conversion": conversion}}
    assert treatment_of(Sidecar(**facts, clean={"width": 3})) == {"treatment": {"clean": ["width"]}}
    assert treatment_of(Sidecar(**facts)) == treatment_of(None) == {}
