"""What cuts: jieba and rjieba, which have to agree."""

import importlib.metadata
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus import engines
from zhgen.corpus.dictionary import Entry
from zhgen.corpus.engines import JiebaCutter, engine_version, load_engine
from zhgen.errors import RefusedError

ROOT = Path(__file__).parents[1]
CORPORA = ROOT.parent / "shared" / "corpora"
OWN = (Entry("宝二爷", 5, "nr"), Entry("的时候"), Entry("我们", 9), Entry("灵石头"), Entry("玉"))
CHINESE = st.text(st.sampled_from("宝玉黛笑道的了一是不我们时候石头灵说，。"), max_size=40)

needs_rjieba = pytest.mark.skipif(not engines.is_installed("rjieba"), reason="rjieba is installed on demand: zhgen[rjieba]")


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """A cache folder of the tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def both(cache):
    """Both engines with the same words of one's own, some counted and some not."""
    return load_engine("jieba", OWN), load_engine("rjieba", OWN)


@pytest.fixture(scope="module")
def plain(cache):
    """Both engines as they are."""
    return tuple(load_engine(engine, ()) for engine in ("jieba", "rjieba") if engines.is_installed(engine))


def differing(cutters, lines, hmm=True):
    """Return how many lines the engines cut otherwise."""
    one, other = cutters
    return sum(list(one.cut(line, hmm=hmm)) != list(other.cut(line, hmm=hmm)) for line in lines)


def test_an_engine_that_is_not_installed_is_refused(monkeypatch):
    """The refusal says what to type, before any time is spent."""

    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(engines.importlib.metadata, "version", missing)
    with pytest.raises(RefusedError) as caught:
        engine_version("rjieba")
    assert str(caught.value) == ("--engine rjieba is not installed. Type: pip install 'zhgen[rjieba]', or use --engine jieba.")


def test_the_version_is_that_of_the_library():
    """The version that is written down is jieba's own."""
    import jieba

    assert engine_version("jieba") == jieba.__version__


def test_a_word_without_a_count_gets_what_jieba_suggests():
    """A word is given the count that jieba's own functions would give it, one that is counted keeps it."""
    own, plain = JiebaCutter(OWN), JiebaCutter()
    plain.tokenizer.add_word("宝二爷", 5)
    assert own.count(OWN[1]) == plain.tokenizer.suggest_freq("的时候")
    assert own.count(OWN[0]) == 5


def test_rjieba_is_given_the_counts_that_jieba_has(monkeypatch):
    """Every word comes with jieba's count, and what jieba counts twice is made up for by a word that is in no text."""
    added = []

    class Recorder:
        def add_word(self, *arguments):
            added.append(arguments)

    monkeypatch.setitem(sys.modules, "rjieba", SimpleNamespace(Jieba=Recorder))
    jieba, plain = JiebaCutter(OWN), JiebaCutter().tokenizer
    engines.RjiebaCutter(OWN)
    twice = sum(plain.FREQ.get(entry.word, 0) for entry in OWN)
    counted = [(entry.word, jieba.count(entry), entry.tag or "") for entry in OWN]
    assert added == [*counted, ("\uffff", twice, "")]
    assert jieba.tokenizer.total == plain.total + sum(count for _, count, _ in counted)


def test_nothing_is_installed_by_jieba(plain):
    """jieba can run pip for paddle when it is asked to; it is not asked to."""
    import jieba

    assert list(plain[0].cut("我们读书", hmm=True)) == ["我们", "读书"]
    assert jieba.check_paddle_install == {"is_paddle_installed": False}


@needs_rjieba
class TestAgreement:
    """rjieba cuts what jieba cuts."""

    @given(CHINESE, st.booleans())
    @settings(deadline=None, max_examples=200)
    def test_with_words_of_ones_own(self, both, text, hmm):
        """The same words of one's own, counted and uncounted, give the same cut, with and without guesses."""
        assert differing(both, [text], hmm) == 0

    def test_on_the_demo_text(self, plain):
        """The text that comes with the project is cut alike, paragraph by paragraph."""
        lines = (ROOT / "data" / "palace.txt").read_text("utf-8").split("\n")[:150]
        assert differing(plain, lines) == 0
        assert differing(plain, lines, hmm=False) == 0

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
    @settings(deadline=None, max_examples=200)
    def test_no_engine_loses_a_character(self, plain, text):
        """Whatever the text, the words of each engine joined are the text."""
        for cutter in plain:
            assert "".join(cutter.cut(text, hmm=True)) == text

    def test_where_a_decision_is_close(self, both):
        """A word of one's own that was in the dictionary before weighs twice in jieba's total, and here it decides a cut."""
        for cutter in both:
            assert list(cutter.cut("有话不明说", hmm=True)) == ["有话", "不明说"]

    @pytest.mark.corpora
    @pytest.mark.skipif(not CORPORA.is_dir(), reason="the novels are not part of the project")
    def test_on_a_novel(self, plain):
        """All paragraphs of 红楼梦 are cut alike."""
        lines = [line.strip() for line in (CORPORA / "红楼梦.txt").read_text("utf-8").split("\n") if line.strip()]
        assert len(lines) == 2654
        assert differing(plain, lines) == 0
