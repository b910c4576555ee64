"""What cuts: jieba and rjieba, which have to agree."""

import importlib.metadata
import io
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus import engines, jieba_cache
from zhgen.corpus.dictionary import Entry
from zhgen.corpus.engines import JiebaCutter, engine_version, load_engine
from zhgen.errors import RefusedError

ROOT = Path(__file__).parents[1]
CORPORA = ROOT.parent / "shared" / "corpora"
OWN = (Entry("宝二爷", 5, "nr"), Entry("的时候"), Entry("我们", 9), Entry("灵石头"), Entry("玉"))
MIXED = st.text(
    st.sampled_from([*"宝玉黛笑道的了一是不我们时候石头灵说，·。", *"aATtcC+&.#%_-09 é𠀀]^\\[\n\ud83d"]), max_size=20
)
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


@pytest.fixture(scope="module")
def wholes(cache):
    """jieba with its whole dictionary, and with words of one's own beside it."""
    return JiebaCutter(whole=True), JiebaCutter(OWN, whole=True)


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


@pytest.fixture
def loadings(monkeypatch):
    """Return a list that has an item for each time the whole dictionary was loaded."""
    loaded, initialize = [], jieba_cache.initialize

    def note(tokenizer):
        initialize(tokenizer)
        loaded.append(tokenizer)

    monkeypatch.setattr(jieba_cache, "initialize", note)
    return loaded


def characters(number):
    """Return a text of so many different characters."""
    return "".join(chr(ord("一") + code) for code in range(number))


class TestParts:
    """A short text is cut with part of jieba's dictionary as with the whole."""

    @given(st.lists(MIXED, max_size=4), st.booleans())
    @settings(deadline=None, max_examples=40)
    def test_give_the_same_words(self, wholes, texts, hmm):
        """Text after text, with words of one's own and without, with and without guesses, the cut is the same."""
        for whole, part in zip(wholes, (JiebaCutter(), JiebaCutter(OWN)), strict=True):
            assert differing((whole, part), texts, hmm) == 0
            assert part._characters is not None

    @given(st.lists(st.builds(Entry, MIXED.filter(bool), st.none() | st.integers(1, 10**6)), min_size=1, max_size=5), MIXED)
    @settings(deadline=None, max_examples=25)
    def test_give_any_word_of_ones_own_the_same_count(self, wholes, entries, text):
        """What jieba suggests, what it counts twice and its total are as with the whole dictionary, and so are the words."""
        part, whole = JiebaCutter(entries), JiebaCutter()
        whole._tokenizer.FREQ = dict(wholes[0]._tokenizer.FREQ)
        whole._tokenizer.total, whole._characters = wholes[0]._tokenizer.total, None
        before = [whole._add(entry) for entry in entries]
        assert [part.count(entry) for entry in entries] == [whole.count(entry) for entry in entries]
        assert (part.counted_twice, part._tokenizer.total) == (sum(before), whole._tokenizer.total)
        assert differing((part, whole), [text, *(entry.word for entry in entries)]) == 0

    def test_are_loaded_without_the_cache(self, loadings):
        """Short texts are cut without the whole dictionary; before the first nothing is loaded."""
        cutter = JiebaCutter()
        assert (cutter._tokenizer.FREQ, list(cutter.cut("", hmm=True))) == ({}, [])
        for text in ("我们读书", characters(900)):
            assert "".join(cutter.cut(text, hmm=True)) == text
        assert {word[0] for word in cutter._tokenizer.FREQ} <= {*characters(900), *"我们读书"}
        assert loadings == []

    def test_give_way_to_the_whole_where_they_are_many(self, loadings, wholes):
        """Beyond a thousand characters, in one text or several, the whole is loaded, once, and words of one's own stay."""
        for texts in (
            [characters(1001)],
            [characters(990), "宝二爷的时候说灵石头玉\ue000"],
            [characters(2000), "宝二爷", "灵石头"],
        ):
            loadings.clear()
            cutter = JiebaCutter(OWN)
            assert differing((cutter, wholes[1]), texts) == 0
            assert len(loadings) == 1
            assert cutter._tokenizer.FREQ == wholes[1]._tokenizer.FREQ
            assert cutter._tokenizer.total == wholes[1]._tokenizer.total

    def test_give_way_to_the_whole_for_whom_it_is_asked(self, loadings, wholes):
        """Who takes the tokenizer, or says that a text is long, has the whole dictionary."""
        for cutter in (JiebaCutter(), JiebaCutter(whole=True)):
            assert cutter.tokenizer.FREQ == wholes[0].tokenizer.FREQ
            assert cutter.tokenizer.total == wholes[0].tokenizer.total
        cutter = JiebaCutter(OWN)
        assert (cutter.tokenizer.FREQ, cutter.tokenizer.total) == (wholes[1].tokenizer.FREQ, wholes[1].tokenizer.total)
        assert len(loadings) == 3

    def test_do_not_change_a_text_that_is_being_cut(self, wholes):
        """Words are found when they are asked for, and are the same when the whole dictionary is loaded in between."""
        text = "宝二爷说话的时候，我们都是读书人。"
        cutter = JiebaCutter(OWN)
        cut = cutter.cut(text, hmm=True)
        words = [next(cut)]
        list(cutter.cut("黛玉笑道", hmm=True))
        words.append(next(cut))
        assert cutter.tokenizer.FREQ
        assert [*words, *cut] == list(wholes[1].cut(text, hmm=True))

    def test_are_loaded_by_several_threads(self, wholes):
        """Threads that share a cutter get the words that each would get alone."""
        texts = [characters(1200)[start : start + 60] for start in range(0, 1200, 20)]
        expected = [list(wholes[1].cut(text, hmm=True)) for text in texts]
        cutter, found = JiebaCutter(OWN), [[] for _ in range(4)]

        def cut(own):
            own += [list(cutter.cut(text, hmm=True)) for text in texts]

        threads = [threading.Thread(target=cut, args=(own,)) for own in found]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [expected] * 4

    def test_of_a_dictionary_of_another_form(self, loadings, monkeypatch):
        """Where the dictionary has not the form of today jieba reads it, as a whole."""
        import jieba

        monkeypatch.setattr(jieba.Tokenizer, "get_dict_file", lambda _: Named("读书 5\n我们 5\n".encode()))
        assert list(JiebaCutter().cut("我们读书", hmm=False)) == ["我们", "读书"]
        assert len(loadings) == 1

    @pytest.mark.corpora
    @pytest.mark.skipif(not CORPORA.is_dir(), reason="the novels are not part of the project")
    def test_on_a_novel(self, wholes):
        """Paragraphs of 红楼梦, a few to a cutter, are cut alike, with and without guesses."""
        lines = [line.strip() for line in (CORPORA / "红楼梦.txt").read_text("utf-8").split("\n") if line.strip()]
        for start in range(0, 200, 10):
            pair, chosen = (JiebaCutter(OWN), wholes[1]), lines[start * 12 :: 12][:10]
            assert differing(pair, chosen) + differing(pair, chosen, hmm=False) == 0


class Named(io.BytesIO):
    """A file in memory that has a name, as jieba asks for."""

    name = "dict.txt"


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
