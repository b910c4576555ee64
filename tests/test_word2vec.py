"""word2vec by gensim."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from heard import Heard

from zhgen.config import EmbedSettings
from zhgen.corpus.segmented import SegmentedText, open_segmented
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.progress import Reporter
from zhgen.vectors import word2vec
from zhgen.vectors.binary import read_vectors, write_vectors
from zhgen.vectors.c_flags import read_c_flags
from zhgen.vectors.table import Table
from zhgen.vectors.word2vec import LONGEST_SENTENCE, Sentences, embed

TINY = EmbedSettings(vector_size=4, epochs=2, negative=2, min_count=1, sample=0, validation_split=0)

EMBED = """
import hashlib, sys
from pathlib import Path
from zhgen.config import EmbedSettings
from zhgen.corpus.segmented import open_segmented
from zhgen.vectors.word2vec import embed
embedding = embed(open_segmented(Path(sys.argv[1])), EmbedSettings(vector_size=20, epochs=3))
print(hashlib.sha256(repr(embedding.table.words).encode() + embedding.table.vectors.tobytes()).hexdigest())
"""


class Recorder(Reporter):
    """Writes down what is tracked and how it goes on."""

    def __init__(self):
        self.heard = []

    @contextmanager
    def track(self, title, total, unit):
        """Write down the title, the total and the unit."""
        self.heard.append((title, total, unit))
        yield self

    def advance(self, amount):
        """Write down how far it went."""
        self.heard.append(amount)


@pytest.fixture
def write(tmp_path):
    """Return a function that writes paragraphs of words and opens them."""

    def written(*paragraphs: str) -> SegmentedText:
        path = tmp_path / "novel.seg.txt"
        path.write_text("".join(f"{paragraph}\n" for paragraph in paragraphs), encoding="utf-8")
        return open_segmented(path)

    return written


def encode(vocabulary, *paragraphs):
    """Return the ids of paragraphs, `</s>` after each."""
    return vocabulary.encode_paragraphs(paragraph.split() for paragraph in paragraphs)


class TestSentences:
    """What gensim goes through."""

    VOCABULARY = Vocabulary(["</s>", "风", "月", "花"])

    def test_a_sentence_a_paragraph(self):
        """Each paragraph comes with its end, as pieces."""
        sentences = Sentences(encode(self.VOCABULARY, "风 月", "花", "月 月 风"), self.VOCABULARY)
        assert list(sentences) == [["风", "月", "</s>"], ["花", "</s>"], ["月", "月", "风", "</s>"]]

    def test_can_be_iterated_again(self):
        """gensim goes through the text once to count and once an epoch; it is the same each time, also side by side."""
        sentences = Sentences(encode(self.VOCABULARY, "风 月", "花"), self.VOCABULARY)
        first, second = iter(sentences), iter(sentences)
        assert next(first) == next(second) == ["风", "月", "</s>"]
        assert list(sentences) == list(sentences) == [["风", "月", "</s>"], ["花", "</s>"]]

    @pytest.mark.parametrize(
        ("words", "lengths"),
        [
            (LONGEST_SENTENCE - 1, [10_000]),
            (LONGEST_SENTENCE, [10_000, 1]),
            (LONGEST_SENTENCE + 1, [10_000, 2]),
            (2 * LONGEST_SENTENCE + 345, [10_000, 10_000, 346]),
        ],
    )
    def test_a_long_paragraph_is_split(self, words, lengths):
        """A paragraph longer than gensim takes comes in parts, and no piece is lost between them or beyond them."""
        ids = np.array([*(1 + np.arange(words) % 3), 0, 3, 0], dtype=np.int32)
        sentences = list(Sentences(ids, self.VOCABULARY))
        assert [len(sentence) for sentence in sentences] == [*lengths, 2]
        assert [self.VOCABULARY.index[piece] for sentence in sentences for piece in sentence] == ids.tolist()


class TestEmbed:
    """Vectors of a text."""

    def test_a_row_a_piece_the_most_frequent_first(self, write):
        """Of five paragraphs `</s>` is the most frequent piece but for 月, seen six times; equals come in code point order."""
        embedding = embed(write("月 月 花", "月 风", "月 花", "月", "月 风"), TINY)
        assert embedding.table.words == ("月", "</s>", "花", "风")
        assert embedding.table.vectors.shape == (4, 4)
        assert embedding.table.vectors.dtype == np.float32
        assert (embedding.min_count, embedding.words, embedding.pieces) == (1, 10, 15)

    def test_rare_words_are_spelled(self, write):
        """A word seen once, where two are asked for, is trained on as its characters."""
        text = write("明月 清风", "明月 清风", "明月 清风", "明月 清风", "清月")
        embedding = embed(text, EmbedSettings(vector_size=4, epochs=1, min_count=2, validation_split=0))
        assert embedding.table.words == ("</s>", "明月", "清风", "月", "清")
        assert (embedding.words, embedding.pieces) == (9, 15)

    def test_the_training_part_alone(self, write):
        """What is left out for validation has no vector."""
        text = write(*["风 月"] * 18, *["花 雪"] * 2)
        embedding = embed(text, EmbedSettings(vector_size=4, epochs=1, min_count=1, validation_split=0.1))
        assert set(embedding.table.words) == {"</s>", "风", "月"}
        assert (embedding.words, embedding.pieces) == (36, 54)

    def test_gensim_counts_every_word_of_a_long_paragraph(self, write, monkeypatch):
        """In a paragraph of 25,000 words with its end all 25,001 pieces reach the training, every epoch."""
        import gensim.models

        trained = []

        class Observed(gensim.models.Word2Vec):
            def train(self, *arguments, **settings):
                trained.append((super().train(*arguments, **settings)[1], self.epochs, self.corpus_count))

        monkeypatch.setattr(gensim.models, "Word2Vec", Observed)
        embedding = embed(write(" ".join(["风", "月", "花", "雪", "梅"] * 5000)), TINY)
        assert trained == [(2 * 25_001, 2, 3)]
        assert (embedding.words, embedding.pieces) == (25_000, 25_001)

    def test_the_vectors_were_trained(self, write):
        """Another number of epochs and another seed each give other vectors, and none is zero or NaN."""
        text = write(*["风 花 雪 月 梅 兰 竹 菊"] * 20)
        first = embed(text, TINY).table.vectors
        longer = embed(text, EmbedSettings(**{**vars(TINY), "epochs": 9})).table.vectors
        other = embed(text, EmbedSettings(**{**vars(TINY), "seed": 2})).table.vectors
        assert np.isfinite(first).all()
        assert first.any(axis=1).all()
        assert not np.allclose(first, longer)
        assert not np.allclose(first, other)

    def test_words_used_alike_are_near(self, write):
        """Two words that stand in the same places are nearer to each other than to one that does not."""
        text = write(*["黑 猫 跑 了", "黑 狗 跑 了", "一 座 大 山"] * 100)
        table = embed(text, EmbedSettings(vector_size=8, epochs=20, min_count=1, window=2, sample=0, alpha=0.05)).table
        units = table.vectors / np.linalg.norm(table.vectors, axis=1, keepdims=True)
        cat, dog, mountain = (units[table.words.index(word)] for word in "猫狗山")
        assert cat @ dog > 0.9 > cat @ mountain

    def test_a_text_that_is_too_short_is_refused(self, write):
        """Nine pieces are refused with the number of words; ten are enough."""
        with pytest.raises(RefusedError, match=r"has only 8 words\. Give a longer text"):
            embed(write("一 二 三 四 五 六 七 八"), TINY)
        assert embed(write("一 二 三 四 五 六 七 八 九"), TINY).pieces == 10

    def test_each_epoch_is_reported(self, write):
        """The progress goes on by the ten pieces of the text at the end of each of two epochs."""
        reporter = Recorder()
        embed(write("一 二 三 四 五 六 七 八 九"), TINY, reporter)
        assert reporter.heard == [("embed", 20, "words"), 10, 10]

    def test_is_what_gensim_makes_when_it_is_called_directly(self, write):
        """The vectors are bit for bit those of gensim's own constructor with the same sentences and settings."""
        from gensim.models import Word2Vec

        text = write(*["风 花 雪 月 梅 兰 竹 菊"] * 20)
        table = embed(text, TINY).table
        sentences = [[*"风花雪月梅兰竹菊", "</s>"]] * 20
        direct = Word2Vec(sentences, vector_size=4, window=8, min_count=1, negative=2, sample=0, epochs=2, seed=1, workers=1)
        assert table.vectors.tobytes() == direct.wv[list(table.words)].tobytes()

    def test_two_workers_train_too(self, write):
        """With two workers each piece is trained, and none of its numbers is lost."""
        table = embed(write(*["风 花 雪 月"] * 50), EmbedSettings(**{**vars(TINY), "workers": 2})).table
        assert len(table.words) == 5
        assert np.isfinite(table.vectors).all()

    def test_the_same_bytes_in_every_process(self, write):
        """Two processes with different hash seeds make the same words and the same bits of one text and one seed."""
        rng = np.random.default_rng(3)
        text = write(*(" ".join(chr(0x4E00 + int(n)) for n in rng.geometric(0.05, size=30)) for _ in range(60)))
        made = {
            subprocess.check_output(
                [sys.executable, "-c", EMBED, str(text.path)], env={**os.environ, "PYTHONHASHSEED": seed}, text=True
            ).strip()
            for seed in ("1", "2")
        }
        here = embed(text, EmbedSettings(vector_size=20, epochs=3)).table
        assert made == {hashlib.sha256(repr(here.words).encode() + here.vectors.tobytes()).hexdigest()}


class TestStart:
    """Training that starts from given vectors."""

    @pytest.fixture
    def given(self, tmp_path):
        """Return a function that writes vectors of some words, each 10, 20, 30, … in all of its four numbers."""

        def written(*words, size=4):
            path = tmp_path / "given.vectors.bin"
            rows = 10 * np.arange(1, len(words) + 1, dtype=np.float32)
            write_vectors(path, Table(words, np.repeat(rows[:, None], size, axis=1)))
            return path

        return written

    STILL = EmbedSettings(**{**vars(TINY), "alpha": 1e-30})
    """At this rate vectors move by less than a thousandth."""

    def test_rows_start_where_the_file_has_them(self, write, given):
        """Words of the text start at their rows, `</s>` too, others where they always do; words of the file alone stay out."""
        text = write(*["风 花 雪"] * 10)
        table = embed(text, self.STILL, start=given("雪", "海", "</s>", "风")).table
        rows = dict(zip(table.words, table.vectors.tolist(), strict=True))
        assert set(rows) == {"风", "花", "雪", "</s>"}
        for word, number in {"雪": 10, "</s>": 30, "风": 40}.items():
            assert rows[word] == pytest.approx([number] * 4, abs=1e-3)
        assert rows["花"] == pytest.approx(embed(text, self.STILL).table.vectors[table.words.index("花")].tolist(), abs=1e-3)
        assert 0 < max(map(abs, rows["花"])) <= 1 / 4 + 1e-3

    def test_is_trained_on(self, write, given):
        """From there on the vectors are trained on the text."""
        made = embed(write(*["风 花 雪"] * 30), EmbedSettings(**{**vars(TINY), "alpha": 0.5}), start=given("雪"))
        row = made.table.vectors[made.table.words.index("雪")]
        assert np.isfinite(row).all()
        assert not np.allclose(row, 10)

    def test_says_how_much_of_the_text_it_has(self, write, given):
        """The pieces that were found are counted, as are the places in the text where they stand."""
        reporter = Heard()
        path = given("风", "花", "海")
        embed(write(*["风 风 花 雪"] * 10), TINY, reporter, start=path)
        assert reporter.lines == [f"{path}: 2 of the text's 4 pieces, 60.0% of its length"]

    def test_says_what_is_left_out_of_the_file(self, write, given):
        """A row that cannot be used is told of."""
        path, reporter = given("风", "花"), Heard()
        path.write_bytes(path.read_bytes().replace(np.float32(20).tobytes(), np.float32(np.nan).tobytes()))
        embed(write(*["风 花"] * 10), TINY, reporter, start=path)
        assert reporter.lines == [
            f"{path}: 1 of the text's 3 pieces, 33.3% of its length; dropped: 1 with NaN or infinite numbers"
        ]

    def test_of_another_dimension_is_refused(self, write, given):
        """Both dimensions are named."""
        path = given("风", size=3)
        with pytest.raises(RefusedError) as caught:
            embed(write(*["风 花"] * 10), TINY, start=path)
        assert str(caught.value) == (
            f"The vectors in {path} have 3 dimensions and --vector-size is 4. Leave out --vector-size to have the file's."
        )

    def test_without_a_word_of_the_text_is_refused(self, write, given):
        """Vectors that have no piece of the text are those of another language, or of traditional characters."""
        with pytest.raises(RefusedError, match="has no vector of any piece of the text"):
            embed(write(*["风 花"] * 10), TINY, start=given("風"))


class TestGensim:
    """What gensim does that is worked around; when one of these fails a way around can go."""

    def test_a_long_list_is_cut(self):
        """Of a sentence of 10,001 words gensim trains on 10,000, without a word."""
        from gensim.models import Word2Vec

        model = Word2Vec(vector_size=2, min_count=1, sample=0, negative=1)
        model.build_vocab([["风"] * 10_001])
        assert model.train([["风"] * 10_001], total_examples=1, epochs=1) == (10_000, 10_001)

    def test_an_iterator_that_ends_leaves_the_vectors_as_they_were(self):
        """gensim takes a one-shot iterator for the training and trains nothing: ours can be gone through again."""
        from gensim.models import Word2Vec

        words = [list("风花雪月")] * 50
        model = Word2Vec(vector_size=2, min_count=1)
        model.build_vocab(words)
        before = model.wv.vectors.copy()
        model.train(iter([]), total_examples=50, epochs=1)
        assert (model.wv.vectors == before).all()
        assert not isinstance(Sentences(np.zeros(1, dtype=np.int32), Vocabulary(["</s>"])), Iterator)

    def test_other_ways_of_giving_the_text_give_other_vectors(self, tmp_path):
        """A file and its sentences do not give the same numbers; zhgen gives sentences always."""
        from gensim.models import Word2Vec

        path = tmp_path / "text"
        path.write_text("风 花 雪 月 梅\n" * 50, "utf-8")
        settings = {"vector_size": 4, "min_count": 1, "workers": 1, "seed": 1}
        by_file, by_list = Word2Vec(corpus_file=str(path), **settings), Word2Vec([list("风花雪月梅")] * 50, **settings)
        assert not np.array_equal(by_file.wv["风"], by_list.wv["风"])

    def test_its_rate_is_not_the_tools(self):
        """CBOW's rate is .025 in gensim and so in zhgen; the C tool's is .05."""
        from gensim.models import Word2Vec

        assert Word2Vec().alpha == EmbedSettings().alpha == 0.025
        assert read_c_flags("-cbow 1")[1]["alpha"] == 0.05

    def test_its_loss_stalls(self):
        """What gensim tells of its loss adds up in float32 and stands still at 134,217,728: nothing here asks for it."""
        stalled = np.float32(134_217_728)
        assert stalled + np.float32(1) == stalled
        package = Path(word2vec.__file__).parents[1]
        assert not [path for path in package.rglob("*.py") if "training_loss" in path.read_text("utf-8")]

    def test_an_address_is_a_path_like_any_other(self, tmp_path, monkeypatch):
        """gensim's helpers fetch what looks like an address; here it is a file that is not there."""
        monkeypatch.chdir(tmp_path)
        for address in ("http://127.0.0.1:9/vectors.bin", "s3://bucket/vectors.bin"):
            with pytest.raises(RefusedError, match="There is no"):
                read_vectors(Path(address))
