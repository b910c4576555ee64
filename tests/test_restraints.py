"""What a text has said."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.corpus.vocabulary import Vocabulary
from zhgen.sampling.restraints import Echoes, NGramGuard, SaidLately, is_mark

PIECES = ("</s>", "，", "宝玉", "笑", "道", "▁", "▁3000▁", "a", "7", "……", "。”")
texts = st.lists(st.integers(0, 4), max_size=40)


@pytest.mark.parametrize("mark", ["</s>", "，", "▁", "▁3000▁", "……", "。”"])
def test_marks(mark):
    """Punctuation, white space and a paragraph's end are marks."""
    assert is_mark(mark)


@pytest.mark.parametrize("word", ["宝玉", "a", "7", "Ａ", "〇"])
def test_words_are_no_marks(word):
    """Chinese characters, letters and digits are none."""
    assert not is_mark(word)


def counts(last_n, *pieces):
    """Return how often each piece was said lately, by id."""
    said = SaidLately(Vocabulary(PIECES), last_n)
    for piece in pieces:
        said.add(piece)
    ids, numbers = said.counts()
    return dict(zip(ids.tolist(), numbers.tolist(), strict=True))


class TestSaidLately:
    """The last pieces, counted."""

    def test_by_eye(self):
        """Of 2 3 2 4 the last three have each once, all have 2 twice, and none of the last 0 counts."""
        assert counts(3, 2, 3, 2, 4) == {2: 1, 3: 1, 4: 1}
        assert counts(-1, 2, 3, 2, 4) == {2: 2, 3: 1, 4: 1}
        assert counts(0, 2, 3, 2, 4) == {}

    def test_marks_take_their_place_but_are_not_told_of(self):
        """A comma pushes a word out of the last two, and is not punished itself."""
        assert counts(2, 2, 3, 1) == {3: 1}

    @given(pieces=texts, last_n=st.integers(-1, 10))
    def test_a_naive_count_agrees(self, pieces, last_n):
        """What is remembered is the count of the last pieces, marks left out."""
        last = pieces if last_n < 0 else pieces[len(pieces) - min(last_n, len(pieces)) :]
        assert counts(last_n, *pieces) == Counter(piece for piece in last if piece > 1)


def barred(size, *pieces):
    """Return the pieces barred after some."""
    guard = NGramGuard(Vocabulary(PIECES), size)
    for piece in pieces:
        guard.add(piece)
    return guard.barred()


class TestNGramGuard:
    """No n-gram twice."""

    def test_by_eye(self):
        """After 2 3 4 2 3 the trigram 2 3 4 must not come again, of bigrams 3 4; of single words none that was said."""
        assert barred(3, 2, 3, 4, 2, 3) == {4}
        assert barred(2, 2, 3, 4, 2, 3) == {4}
        assert barred(1, 2, 3, 4, 2, 3) == {2, 3, 4}
        assert barred(4, 2, 3, 4, 2, 3) == set()

    def test_marks_alone_may_come_again(self):
        """A comma and a paragraph's end may follow each other twice, and a comma may come twice."""
        assert barred(2, 0, 1, 0) == set()
        assert barred(1, 1) == set()

    @given(pieces=texts, size=st.integers(1, 4))
    def test_a_naive_search_agrees(self, pieces, size):
        """What is barred is what would make an n-gram that stands in the text, one of marks alone left out."""
        grams = [tuple(pieces[start : start + size]) for start in range(len(pieces) - size + 1)]
        last = tuple(pieces[len(pieces) - size + 1 :]) if size > 1 else ()
        expected = {gram[-1] for gram in grams if gram[:-1] == last and max(gram) > 1}
        assert barred(size, *pieces) == expected


class TestEchoes:
    """What was said a moment ago, or again and again."""

    def after(self, *pieces, vocabulary=None):
        """Return how strong an echo each piece would be after some, by its id."""
        echoes = Echoes(vocabulary or Vocabulary(tuple("，>的一二三四五六七八九")))
        for piece in pieces:
            echoes.add(piece)
        return echoes.strengths()

    def test_the_last_four_pieces(self):
        """Each of the last four would be one, be it said once or twice; the fifth from the end would not."""
        assert self.after() == {}
        assert self.after(3, 4, 5, 6, 4) == {4: 1, 5: 1, 6: 1}

    def test_what_comes_again_and_again(self):
        """Each time beyond the fourth among the last 32 makes it stronger; what lies further back is forgotten."""
        others = [3, 4, 5, 6, 7, 8, 9]
        assert self.after(*[2] * 6, *others) == {6: 1, 7: 1, 8: 1, 9: 1, 2: 2}
        assert self.after(*[2] * 6) == {2: 3}
        assert 2 not in self.after(*[2] * 6, *others * 4)

    def test_common_punctuation_is_none(self):
        """A comma may come as often as it likes; a sign that no sentence needs may not."""
        assert self.after(*[0] * 20) == {}
        assert self.after(*[1] * 6) == {1: 3}
        marks = Vocabulary(("</s>", "▁", "……", "好"))
        assert self.after(0, 1, 2, 3, vocabulary=marks) == {3: 1}
