"""jieba, kept private."""

import os
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from heard import Heard
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus import segmenter as segmenter_module
from zhgen.corpus.dictionary import Dictionary, Entry, parse_dictionary
from zhgen.corpus.engines import JiebaCutter, is_installed
from zhgen.corpus.segmenter import Segmenter
from zhgen.corpus.whitespace import restore

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
SENTENCE = "此开卷第一回也．作者自云：因曾历过一番梦幻之后，故将真事隐去，而借“通灵”之说，撰此《石头记》一书也。"
OWN = "甄士隐梦 5 nr\n石头记一书\n云因曾"
in_a_paragraph = st.characters(exclude_categories=["Cs"], exclude_characters="\n")
needs_rjieba = pytest.mark.skipif(not is_installed("rjieba"), reason="rjieba is installed on demand: zhgen[rjieba]")
paragraphs = st.text(st.one_of(in_a_paragraph, st.sampled_from(" \t\r\u3000\u2028\x85▁9abc．，红楼梦宝玉笑道")))


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """A cache folder of the tests' own, with jieba's cache in it after the first use."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def segmenter(cache):
    """The segmenter as it is for long texts, with jieba and its cache loaded."""
    made = Segmenter(long_text=True)
    assert list(made.words("梦")) == ["梦"]
    return made


@pytest.fixture(scope="module")
def make_jieba(cache, segmenter):
    """A function that gives a tokenizer of jieba's own, called as its documentation says."""
    import jieba

    def make():
        tokenizer = jieba.Tokenizer()
        tokenizer.tmp_dir, tokenizer.cache_file = str(cache / "zhgen"), segmenter._cutter.tokenizer.cache_file
        return tokenizer

    return make


def run(code, env, *options):
    """Run Python code in a process of its own and return (exit status, stdout, stderr)."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", **{k: str(v) for k, v in env.items()}}
    command = [sys.executable, *options, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


def names(folder):
    """Return the names of what is in a folder, in order."""
    return sorted(path.name for path in folder.iterdir())


CUT = """
    from zhgen.corpus.segmenter import Segmenter
    print("/".join(Segmenter(long_text=True).words("我们都是读书人")))
"""


class TestWords:
    """What a paragraph is cut into."""

    @given(paragraphs)
    @settings(deadline=None, max_examples=200)
    def test_give_any_paragraph_back(self, segmenter, text):
        """The words, restored and joined, are the paragraph; no word is empty or holds white space."""
        paragraph = text.strip()
        words = list(segmenter.words(paragraph))
        assert "".join(map(restore, words)) == paragraph
        assert all(word.split() == [word] for word in words)
        assert " ".join(words).split(" ") == words or not words

    @pytest.mark.parametrize("hmm", [True, False])
    def test_give_the_whole_of_the_basic_plane_back(self, hmm):
        """Every character up to U+FFFF survives, forwards and mixed with Chinese."""
        characters = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
        cut = Segmenter(hmm=hmm).words
        for paragraph in ("".join(characters), "梦".join(characters[:0x3400])):
            words = list(cut(paragraph))
            assert "".join(map(restore, words)) == paragraph
            assert all(word.split() == [word] for word in words)

    def test_are_those_of_jieba(self, segmenter, make_jieba):
        """On text without white space the words are what jieba cuts, with and without its guesses."""
        expected = list(make_jieba().cut(SENTENCE))
        assert list(segmenter.words(SENTENCE)) == expected
        assert expected[:6] == ["此", "开卷", "第一回", "也", "．", "作者"]
        assert list(Segmenter(hmm=False).words("小明来到了网易杭研大厦")) == list(
            make_jieba().cut("小明来到了网易杭研大厦", HMM=False)
        )

    def test_hmm_is_what_guesses(self, segmenter):
        """杭研 is in no dictionary: it is a word with the guesses and two characters without."""
        assert "杭研" in list(segmenter.words("他来到了网易杭研大厦"))
        assert list(Segmenter(hmm=False).words("他来到了网易杭研大厦"))[-3:] == ["杭", "研", "大厦"]

    @given(st.text(st.sampled_from([*SENTENCE, *"aZ09+#.-_%&·é𠀀！"]), max_size=30))
    @settings(deadline=None, max_examples=200)
    def test_are_those_of_jieba_on_any_text_without_white_space(self, segmenter, text):
        """Letters, digits, symbols and rare characters are cut as jieba cuts them."""
        assert list(segmenter.words(text)) == list(segmenter._cutter.tokenizer.cut(text))

    def test_white_space_comes_as_stand_ins(self, segmenter):
        """Each white-space character inside a paragraph is a word of its own, CRLF is two."""
        assert list(segmenter.words("我们 读书\u3000\r\n▁")) == ["我们", "▁", "读书", "▁3000▁", "▁d▁", "▁a▁", "▁2581▁"]

    def test_of_nothing_are_none(self, segmenter):
        """An empty paragraph has no words."""
        assert list(segmenter.words("")) == []

    @pytest.mark.corpora
    @pytest.mark.skipif(not CORPORA.is_dir(), reason="the novels are not part of the project")
    def test_give_a_novel_back_and_are_those_of_jieba(self, segmenter, make_jieba):
        """Every paragraph of some chapters comes back, and is cut as jieba cuts it where it has no white space."""
        tokenizer, compared = make_jieba(), 0
        lines = (CORPORA / "红楼梦.valid.txt").read_text("utf-8").split("\n")
        for line in filter(None, map(str.strip, lines[:100])):
            words = list(segmenter.words(line))
            assert "".join(map(restore, words)) == line
            if line.split() == [line]:
                compared += 1
                assert words == list(tokenizer.cut(line))
        assert compared > 20


class TestDictionary:
    """A user dictionary belongs to one segmenter."""

    def test_words_are_cut_whole_and_do_not_leak(self, segmenter):
        """A word of one segmenter's is none of another's, be it made before or after, nor of jieba's own functions."""
        import jieba

        text = "他把灵玉说放下"
        before = list(segmenter.words(text))
        own = Segmenter(parse_dictionary(["灵玉说 9999"], "own.txt"))
        assert list(own.words(text)) == ["他", "把", "灵玉说", "放下"]
        assert before == list(segmenter.words(text)) == list(Segmenter().words(text))
        assert "灵玉说" not in before
        assert "灵玉说" not in jieba.dt.FREQ

    def test_reads_as_jieba_reads_it(self, make_jieba, tmp_path):
        """The same file given to jieba's load_userdict gives the same words."""
        path = tmp_path / "own.txt"
        path.write_text(OWN, "utf-8")
        tokenizer = make_jieba()
        with path.open("rb") as file:  # given a name it leaves the file open
            tokenizer.load_userdict(file)
        own = Segmenter(parse_dictionary(OWN.split("\n"), "own.txt"))
        text = SENTENCE.replace("：", "") + "甄士隐梦幻识通灵石头记一书"
        assert list(own.words(text)) == list(tokenizer.cut(text))
        assert "石头记一书" in list(own.words(text))
        loaded = own._cutter.tokenizer
        assert (loaded.FREQ["甄士隐梦"], loaded.user_word_tag_tab["甄士隐梦"]) == (5, "nr")

    def test_can_be_cut_says_what_jieba_does(self):
        """`can_be_cut` says of each word whether jieba alone cuts it whole; zhgen does so with all of them."""
        words = ["红红绿绿的", "灵a1", "b+c灵", "阿·灵", "灵！玉"]
        made = parse_dictionary([f"{word} 9999999" for word in words], "own.txt")
        alone = JiebaCutter(made.entries)
        assert [list(alone.cut(word, hmm=True)) == [word] for word in words] == [entry.can_be_cut for entry in made.entries]
        assert [entry.can_be_cut for entry in made.entries] == [True, True, True, False, False]
        whole = Segmenter(made)
        assert [list(whole.words(word)) for word in words] == [[word] for word in words]


def own(*words, **settings):
    """Return a segmenter with words of one's own."""
    return Segmenter(Dictionary(tuple(map(Entry, words)), "\n".join(words)), **settings)


class TestWordsThatNoEngineJoins:
    """`·`, a space and the like in a word of one's own."""

    def test_come_out_whole(self):
        """The longest of several is taken, and what is around them is cut as ever."""
        cut = own("阿·里", "阿·里·斯", "New York").words
        assert list(cut("我们读阿·里·斯和阿·里")) == ["我们", "读", "阿·里·斯", "和", "阿·里"]
        assert list(cut("去New York读书")) == ["去", "New▁York", "读书"]

    def test_not_out_of_a_longer_word_in_letters(self):
        """New York is not in New Yorker, nor in aNew York; 阿·a is in 阿·a里."""
        cut = own("New York", "阿·a").words
        assert list(map(restore, cut("New Yorker aNew York"))) == ["New", " ", "Yorker", " ", "aNew", " ", "York"]
        assert list(cut("阿·a里")) == ["阿·a", "里"]

    def test_hold_nothing_that_reads_otherwise(self):
        """A space that would read like another stand-in is written by its code: a word is what it was."""
        (word,) = own("a b c").words("a b c")
        assert word == "a▁20▁b▁20▁c"
        assert restore(word) == "a b c"

    @given(st.text(st.sampled_from("a b·9▁\u3000\t里阿+."), min_size=1, max_size=6), paragraphs)
    @settings(deadline=None, max_examples=100)
    def test_any_word_in_any_paragraph_gives_it_back(self, segmenter, word, text):
        """Whatever the word, the paragraph comes back, and no word is empty or holds white space."""
        made = own(word)
        made._cutter = segmenter._cutter  # spares the loading; what jieba itself joins is not the matter here
        paragraph = f"{text}{word}里{word}".strip()
        words = list(made.words(paragraph))
        assert "".join(map(restore, words)) == paragraph
        assert all(part.split() == [part] for part in words)

    @pytest.mark.parametrize("engine", ["jieba", pytest.param("rjieba", marks=needs_rjieba)])
    def test_with_every_engine(self, engine):
        """The engines do not know of them, and cut alike around them."""
        assert list(own("阿·里", "读书人", engine=engine).words("读书人阿·里")) == ["读书人", "阿·里"]


class TestLike:
    """A text is cut as one was before."""

    def test_with_all_that_decides(self):
        """The engine, the guesses and the dictionary are those of before, and nothing is said."""
        said = Heard()
        first = own("灵玉说", hmm=False)
        again = Segmenter.like(first.identity, first.dictionary, said)
        assert (again.identity, said.lines) == (first.identity, [])

    @pytest.mark.parametrize("engine", ["rjieba", "from the future", 7])
    def test_jieba_takes_the_place_of_an_engine_that_is_not_installed(self, monkeypatch, engine):
        """It cuts the same words, so that nothing is refused; a line says that it is slower."""
        monkeypatch.setattr(segmenter_module, "is_installed", lambda name: name == "jieba")
        said = Heard()
        again = Segmenter.like({"engine": engine, "version": "1", "hmm": False}, None, said)
        assert (again.engine, again.hmm) == ("jieba", False)
        assert said.lines == [f"{engine}, which cut the text before, is not installed: jieba cuts the same words, but slower."]

    def test_what_nobody_wrote_down_is_the_default(self):
        """An identity without an engine is jieba's."""
        assert Segmenter.like({}, None).identity == Segmenter().identity


def test_can_be_sent_to_another_process(segmenter):
    """A copy cuts alike; the engine is not sent, it would be 100 MB."""
    sent = pickle.dumps(segmenter)
    assert len(sent) < 1000
    assert list(pickle.loads(sent).words(SENTENCE)) == list(segmenter.words(SENTENCE))  # noqa: S301  our own bytes


def test_identity_says_what_decides_the_cut(segmenter):
    """The engine, its version, the guesses and the dictionary's hash: what a bundle needs to cut a prompt alike."""
    import jieba

    base = {"engine": "jieba", "version": jieba.__version__, "hmm": True, "dictionary_sha256": None}
    assert segmenter.identity == base
    made = parse_dictionary(["红 5"], "own.txt")
    assert Segmenter(made, hmm=False).identity == {**base, "hmm": False, "dictionary_sha256": made.sha256}


class TestProcess:
    """What a process that cuts text says and leaves."""

    def test_says_nothing_on_the_first_run_and_on_the_next(self, tmp_path):
        """Compiling jieba, building its cache and reading it print nothing, and raise nothing where warnings are errors."""
        env = {"XDG_CACHE_HOME": tmp_path / "cache", "PYTHONPYCACHEPREFIX": tmp_path / "compiled"}
        assert run(CUT, env, "-W", "error") == (0, "我们/都/是/读书人\n", "")
        assert len(names(tmp_path / "cache" / "zhgen")) == 1
        assert run(CUT, env, "-W", "error") == (0, "我们/都/是/读书人\n", "")

    def test_works_silently_where_no_cache_can_be_written(self, tmp_path):
        """Where the cache folder cannot be made all goes on as ever, silently, and no temporary folder is left."""
        (tmp_path / "file").touch()
        (tmp_path / "tmp").mkdir()
        env = {"XDG_CACHE_HOME": tmp_path / "file", "TMPDIR": tmp_path / "tmp"}
        assert run(CUT, env, "-W", "error") == (0, "我们/都/是/读书人\n", "")
        assert names(tmp_path / "tmp") == []

    @pytest.mark.parametrize("code", [CUT, CUT.replace("long_text=True", "")])
    @pytest.mark.usefixtures("segmenter")
    def test_writes_nothing_to_the_shared_temporary_folder(self, tmp_path, cache, code):
        """The cache that jieba makes in the folder that everybody writes to is neither made nor read."""
        (tmp_path / "jieba.cache").write_bytes(b"a trap")
        assert run(code, {"XDG_CACHE_HOME": cache, "TMPDIR": tmp_path}) == (0, "我们/都/是/读书人\n", "")
        assert names(tmp_path) == ["jieba.cache"]
        assert (tmp_path / "jieba.cache").read_bytes() == b"a trap"

    def test_leaves_pkg_resources_as_it_was(self, cache):
        """The import is done without pkg_resources, and whoever has or wants it finds it as before."""
        code = """
            import sys
            from types import ModuleType
            mine = sys.modules["pkg_resources"] = ModuleType("pkg_resources")
            from zhgen.corpus.segmenter import Segmenter
            list(Segmenter().words("梦"))
            print("jieba" in sys.modules, sys.modules["pkg_resources"] is mine)
        """
        assert run(code, {"XDG_CACHE_HOME": cache}) == (0, "True True\n", "")

    def test_imports_jieba_when_it_is_needed(self):
        """Importing the module does not import jieba."""
        assert run("import sys, zhgen.corpus.segmented; print('jieba' in sys.modules)", {}) == (0, "False\n", "")
