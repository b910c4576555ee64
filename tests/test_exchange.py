"""Other words for a model."""

import dataclasses

import numpy as np
import pytest
from heard import Heard

from zhgen.bundle import Bundle
from zhgen.config import GenerateSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.generation.exchange import Account, exchange, open_lexicon, read_words
from zhgen.generation.generator import Generator
from zhgen.generation.placement import Fit
from zhgen.vectors.binary import write_vectors
from zhgen.vectors.table import Table, unit_rows

PIECES = ("</s>", "东", "西", "南方")
D, H = 3, 2


def normal(seed, *shape):
    """Return normal float32 numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def model(**changes):
    """Return a bundle of four pieces on three axes, the last between the first two, with a random network."""
    rows = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [0.6, 0.8, 0]], np.float32)
    weights = {
        "lstm_1/kernel": normal(1, D, 4 * H),
        "lstm_1/recurrent_kernel": normal(2, H, 4 * H),
        "lstm_1/bias": normal(3, 4 * H),
        "output/kernel": normal(4, H, D),
        "output/bias": normal(5, D),
        "input/scale": np.array(2, np.float32),
        "decoder/table": rows,
        "decoder/scale": np.array(2, np.float32),
        "decoder/bias": np.array([-1, -2, -3, -4], np.float32),
    }
    config = {"timesteps": 3, "state": "carried", "segmenter": {"hmm": True}, "mixture": {"model": 1}}
    return Bundle(config, Vocabulary(PIECES), {**weights, **changes})


def table(**rows):
    """Return a table of words and vectors."""
    return Table(tuple(rows), np.array([*rows.values()], np.float32))


def test_a_list_of_known_words_bars_the_others():
    """They keep their ids, rows and biases; of the others, but for the paragraph's end, the bias is −∞."""
    other, account = exchange(model(), ["西", "南方"], None)
    assert account == Account(known=2)
    assert other.vocabulary.pieces == PIECES
    assert other.weights["decoder/bias"].tolist() == [-1, -np.inf, -3, -4]
    np.testing.assert_array_equal(other.weights["decoder/table"], model().weights["decoder/table"])


@pytest.mark.parametrize("metric", ["probability", "cosine"])
@pytest.mark.parametrize("top_k", [0, 3])
def test_no_other_word_is_written(metric, top_k):
    """Two hundred words of a text are those of the list; its prompt may have any."""
    other, _ = exchange(model(), ["西", "南方"], None)
    text = "".join(Generator(other).stream("东", GenerateSettings(words=200, metric=metric, top_k=top_k, temperature=2)))
    assert set(text) <= set("西南方\n")


def test_what_follows_a_prompt_is_no_other_word_either():
    """Candidates are those of the list, with probabilities that come to 1."""
    found = Generator(exchange(model(), ["西", "南方"], None)[0]).next("东", 10)
    assert {one.piece for one in found} == {"西", "南方", "</s>"}
    assert sum(one.probability for one in found) == pytest.approx(1)


def test_a_word_of_another_table_is_placed_beside_its_neighbour():
    """晨 lies with 东 in the other table, which is turned against the model's, and 暮 with 西: so they do in the model's."""
    turned = table(东=[0, 1, 0], 西=[0, 0, 1], 南方=[0, 0.6, 0.8], 晨=[0.02, 1, 0.05], 暮=[0.02, 0.05, 1])
    other, account = exchange(model(), None, turned)
    assert dataclasses.replace(account, fit=Fit()) == Account(known=3, placed=2, fit=Fit())
    assert other.vocabulary.pieces == (*PIECES, "晨", "暮")
    rows = other.weights["decoder/table"]
    assert np.argmax(rows[4] @ rows[:4].T) == 1
    assert np.argmax(rows[5] @ rows[:4].T) == 2
    np.testing.assert_allclose(np.linalg.norm(rows[4:], axis=1), 1, rtol=1e-5)
    assert np.isfinite(other.weights["decoder/bias"]).all()


def test_a_word_is_placed_by_its_characters():
    """Without vectors 东西 lies between its characters; of 鬼神 nothing is known."""
    other, account = exchange(model(), ["东", "东西", "鬼神"], None)
    assert account == Account(known=1, spelled=1, dropped=("鬼神",), fit=account.fit)
    assert other.vocabulary.pieces == (*PIECES, "东西")


def test_the_tables_that_are_read_grow_too():
    """What the network reads has a row for every word, and so have the lengths of rows."""
    lengths, read = np.arange(1, 5, dtype=np.float32), normal(9, 4, D)
    weights = {name: array for name, array in model().weights.items() if name not in ("decoder/scale", "input/scale")}
    bundle = dataclasses.replace(model(), weights=weights | {"decoder/lengths": lengths, "input/table": read})
    other, _ = exchange(bundle, ["东西"], None)
    np.testing.assert_array_equal(other.weights["decoder/lengths"][:4], lengths)
    np.testing.assert_array_equal(other.weights["input/table"][:4], read)
    assert len(other.weights["decoder/lengths"]) == len(other.weights["input/table"]) == 5
    assert "".join(Generator(other).stream("", GenerateSettings(words=3))) != ""


def test_a_table_in_the_space_of_the_model(tiny_bundle):
    """Where a few words show that two tables are one space, all of the model's words tell where a new one belongs."""
    own = tiny_bundle.table()
    row = own.words.index("学习")
    other, _ = exchange(tiny_bundle, None, Table(("今天", "新词"), own.vectors[[own.words.index("今天"), row]]))
    rows, index = other.weights["decoder/table"], other.vocabulary.index
    assert np.argmax(rows[index["新词"]] @ rows[: len(tiny_bundle.vocabulary)].T) == index["学习"]


def test_another_list_is_another_model(tiny_bundle):
    """Texts written with other words have another hash of the model beside them."""
    hashes = {exchange(tiny_bundle, words, None)[0].sha256 for words in (["今天"], ["我们"], ["今天", "我们"], ["今天"])}
    assert len(hashes | {tiny_bundle.sha256}) == 4


def test_what_was_counted_is_not_mixed_in(tiny_bundle):
    """Counts are of the model's own words: they are refused, by the names of the options."""
    generator = Generator(exchange(tiny_bundle, ["今天"], None)[0])
    for name in ("mix", "cache"):
        with pytest.raises(RefusedError, match="--mix and --cache know the model's own words alone"):
            generator.stream("", GenerateSettings(**{name: True}))


@pytest.mark.parametrize(
    ("words", "vectors", "said"),
    [
        (["鬼", "神"], None, "None of the words can be written"),
        (None, {"鬼": [1, 0, 0], "</s>": [1, 1, 1]}, "other.bin has no word of the model"),
    ],
)
def test_words_that_cannot_be_written_are_refused(words, vectors, said):
    """By what is wrong with them."""
    with pytest.raises(RefusedError, match=said):
        exchange(model(), words, table(**vectors) if vectors else None, "other.bin")


def test_other_dimensions_are_refused(tmp_path):
    """Both are named, before the file is read."""
    write_vectors(tmp_path / "four.bin", table(东=[1, 2, 3, 4]))
    with pytest.raises(RefusedError, match=r"four.bin have 4 dimensions, and those of the model 3.*--vector-size 3"):
        open_lexicon(model(), tmp_path / "four.bin", None)


def test_vectors_that_are_no_numbers_are_refused(tmp_path):
    """A file that has nothing else."""
    write_vectors(tmp_path / "nan.bin", table(东=[np.nan] * 3))
    with pytest.raises(RefusedError, match=r"No row of .*nan.bin can be used"):
        open_lexicon(model(), tmp_path / "nan.bin", None)


def test_a_list_and_vectors_together(tmp_path):
    """Words of the list alone may come; those that the model does not know are placed by the vectors. All of it is said."""
    said = Heard()
    write_vectors(tmp_path / "v.bin", table(东=[1, 0, 0], 西=[0, 1, 0], 晨=[1, 0.1, 0], 夜=[0, 0, 1]))
    (tmp_path / "words.txt").write_text("西\n晨\n东西\n鬼\n")
    other = open_lexicon(model(), tmp_path / "v.bin", tmp_path / "words.txt", said)
    assert other.vocabulary.pieces == (*PIECES, "晨", "东西")
    assert [one.piece for one in Generator(other).next("", 10) if one.piece == "东"] == []
    (line,) = said.lines
    assert line == (
        f"{tmp_path / 'words.txt'}: 1 word the model knows; 1 that it has never seen, placed by their vectors and characters; "
        "1 that it has never seen, placed by their characters; left out, since nothing is known of them: 鬼."
    )


def test_words_that_are_hardly_placed_are_warned_of(tmp_path):
    """Where vectors say nothing of where words stand it is said."""
    said = Heard()
    words = tuple(f"词{chr(0x4E00 + number)}" for number in range(400))
    rows = unit_rows(normal(7, 400, D))
    weights = {**model().weights, "decoder/table": rows, "decoder/bias": normal(8, 400)}
    write_vectors(tmp_path / "v.bin", Table((*words, "东边"), normal(9, 401, D)))
    open_lexicon(dataclasses.replace(model(), vocabulary=Vocabulary(words), weights=weights), tmp_path / "v.bin", None, said)
    assert "hardly more than guesses" in said.lines[-1]
    assert "of 40 known words placed likewise" in said.lines[0]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-8-sig"])
def test_a_file_of_words(tmp_path, encoding):
    """One a line, each once, white space around them and blank lines left out."""
    path = tmp_path / "words.txt"
    path.write_bytes("宝玉\r\n\n　黛玉 \n宝玉\n</s>\nNew York\n我们今天学习语文\n".encode(encoding))
    assert read_words(path) == ["宝玉", "黛玉", "New▁York", "我们今天学习语文"]


@pytest.mark.parametrize(("content", "said"), [("", "is empty"), ("\n \n", "There is no word in"), ("</s>\n", "no word in")])
def test_a_file_without_words_is_refused(tmp_path, content, said):
    """By name."""
    (tmp_path / "words.txt").write_text(content)
    with pytest.raises(RefusedError, match=said):
        read_words(tmp_path / "words.txt")
