"""Which words lie near words."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.errors import RefusedError
from zhgen.vectors.neighbours import Neighbourhood, parse_queries
from zhgen.vectors.table import unit_rows

WORDS = ("国王", "王后", "男", "女", "宝玉", "王")
VECTORS = np.array([[2, 0, 2], [0, 3, 3], [1, 0, 0], [0, 1, 0], [0, 0, -1], [0, 0, 0]], dtype=np.float32)
"""On the axes man, woman and rank; the last word has no vector."""


@pytest.fixture
def court():
    """Return a neighbourhood that can be worked out by eye."""
    return Neighbourhood(WORDS, unit_rows(VECTORS), "court.bin")


def ask(neighbourhood, typed, count=10):
    """Return the words of the answer to a single question."""
    (query,) = parse_queries([typed])
    return [neighbourhood.words[row] for row, _ in neighbourhood.answer(query, count)]


class TestParsing:
    """From what is typed to questions."""

    @pytest.mark.parametrize(
        "typed",
        [
            ["国王", "-", "男", "+", "女"],
            ["国王 - 男 + 女"],
            ["国王", "-男", "+女"],
            ["国王-男+女"],
            ["国王－男＋女"],
            [" 国王  −男 ", "+", "女"],
        ],
    )
    def test_one_question_however_it_is_typed(self, typed):
        """In one string or several, with spaces or without, with full-width signs: the same question."""
        (query,) = parse_queries(typed)
        assert query.terms == (("国王", 1), ("男", -1), ("女", 1))
        assert query.text == "国王 - 男 + 女"

    def test_words_side_by_side_are_questions_of_their_own(self):
        """A sign joins its word to the one before; without a sign a new question begins."""
        queries = parse_queries(["宝玉", "国王", "+", "女", "王后"])
        assert [query.text for query in queries] == ["宝玉", "国王 + 女", "王后"]

    def test_a_sign_may_stand_first(self):
        """What is less a word is a question too."""
        (query,) = parse_queries(["- 男 + 女"])
        assert query.text == "- 男 + 女"
        assert query.terms == (("男", -1), ("女", 1))

    def test_a_word_with_a_sign_in_it_stays_whole_where_it_is_known(self):
        """`A-B` is one word of a table that has it, and two of one that has not; a lone sign is never a word."""
        assert parse_queries(["A-B"], {"A-B", "-"})[0].terms == (("A-B", 1),)
        assert parse_queries(["A - B"], {"A-B", "-"})[0].terms == (("A", 1), ("B", -1))

    @pytest.mark.parametrize("typed", [[], [""], ["-"], ["国王", "-"], ["国王", "-", "+", "女"], ["国王--女"]])
    def test_signs_without_words_are_refused(self, typed):
        """A missing word is not guessed."""
        with pytest.raises(RefusedError, match=r"国王 - 男 \+ 女"):
            parse_queries(typed)

    @given(
        st.lists(st.tuples(st.text("国王男女宝玉", min_size=1, max_size=3), st.sampled_from([1, -1])), min_size=1, max_size=5)
    )
    def test_what_is_shown_can_be_typed(self, terms):
        """A question's text, typed, is the same question."""
        typed = " ".join(f"{'+' if sign > 0 else '-'} {word}" for word, sign in terms)
        (query,) = parse_queries([typed])
        assert parse_queries([query.text]) == [query]
        assert query.terms == tuple(terms)


class TestAnswers:
    """From questions to words."""

    def test_the_word_itself_is_left_out(self, court):
        """To 国王 half-way between man and rank, 男 is nearer than 王后, which shares the rank alone."""
        assert ask(court, "国王", 3) == ["男", "王后", "女"]

    def test_an_analogy(self, court):
        """国王 less 男 and with 女 is 王后, and none of the three is in the answer."""
        found = ask(court, "国王 - 男 + 女")
        assert found[0] == "王后"
        assert len(found) == 3

    def test_words_without_a_vector_give_no_nan(self, court):
        """A row of zeros has cosine 0 to all, and they come in their order."""
        (query,) = parse_queries(["王"])
        assert court.answer(query, 9) == [(row, 0.0) for row in range(5)]

    def test_words_that_cancel_out(self, court):
        """宝玉 less itself is no direction."""
        (query,) = parse_queries(["宝玉 - 宝玉"])
        assert court.answer(query, 1) == [(0, 0.0)]

    def test_of_equal_ones_the_more_frequent_comes_first(self):
        """Three words in one place come in their order."""
        same = Neighbourhood(("甲", "乙", "丙", "丁"), np.ones((4, 1), np.float32), "same")
        assert ask(same, "乙") == ["甲", "丙", "丁"]

    @settings(deadline=None, max_examples=25)
    @given(st.integers(0, 10**6), st.lists(st.sampled_from([1, -1]), min_size=1, max_size=4))
    def test_gensim_agrees(self, seed, signs):
        """most_similar names the same words with the same cosines."""
        vectors = np.random.default_rng(seed).normal(size=(30, 5)).astype(np.float32)
        words = [chr(0x4E00 + row) for row in range(30)]
        other = KeyedVectors(5)
        other.add_vectors(words, vectors)
        terms = list(zip(words, signs, strict=False))
        (query,) = parse_queries(["".join(f"{'+' if sign > 0 else '-'}{word}" for word, sign in terms)])
        ours = Neighbourhood(words, unit_rows(vectors), "x").answer(query, 8)
        theirs = other.most_similar(
            positive=[word for word, sign in terms if sign > 0], negative=[word for word, sign in terms if sign < 0], topn=8
        )
        assert [words[row] for row, _ in ours] == [word for word, _ in theirs]
        assert [cosine for _, cosine in ours] == pytest.approx([cosine for _, cosine in theirs], abs=1e-5)


class TestMissingWords:
    """Words that a table does not have."""

    def test_all_are_named_with_what_is_written_alike(self, court):
        """Two missing words in two questions are named in one message, each with its offers."""
        with pytest.raises(RefusedError, match=r"court\.bin has no '宝王', '黛玉'") as caught:
            court.check(parse_queries(["宝王 - 男", "黛玉", "宝王"]))
        assert "for 宝王: 国王 王后 宝玉; 黛玉: 宝玉" in str(caught.value)

    def test_nothing_is_offered_where_nothing_is_alike(self, court):
        """No character in common, no offer."""
        assert court.alike("林") == []
        with pytest.raises(RefusedError, match=r"has no '林'\. Check how it is written"):
            court.check(parse_queries(["林"]))

    def test_as_long_and_in_order_is_more_alike(self):
        """Of words with as many characters in common the one as long as the word asked for comes first, then the frequent."""
        other = Neighbourhood(("宝", "宝天地玄王", "贾宝玉", "宝玉", "宝钗", "宝琴"), np.eye(6, dtype=np.float32), "x")
        assert other.alike("宝王") == ["宝玉", "宝钗", "宝琴"]
        assert other.alike("贾宝王")[0] == "贾宝玉"

    def test_many_are_counted(self, court):
        """A line stays a line."""
        with pytest.raises(RefusedError, match="'h' and 5 more"):
            court.check(parse_queries([" ".join("abcdefghijklm")]))

    def test_the_mean_of_the_characters(self):
        """When asked, 男女 is half-way between its characters, which are left out; without asking it is offered."""
        words, vectors = ("男", "女", "人", "天"), np.array([[5, 0, 0], [0, 1, 0], [1, 1, 0], [1, 0, 1]], np.float32)
        with pytest.raises(RefusedError, match="Or add --spell"):
            Neighbourhood(words, unit_rows(vectors), "x").check(parse_queries(["男女"]))
        spelling = Neighbourhood(words, unit_rows(vectors), "x", spell=True)
        queries = parse_queries(["男女", "人"])
        spelling.check(queries)
        assert [spelling.spelled(query) for query in queries] == [["男女"], []]
        assert spelling.answer(queries[0], 9) == [(2, pytest.approx(1)), (3, pytest.approx(0.5))]
        # As long as 1, as a word is: (√½ − 1, √½, 0) has cosine √½ · (√2 − 1) / 0.7654 to 人; half as long it had cosine 0.
        (less,) = parse_queries(["男女 - 男"])
        assert spelling.answer(less, 1) == [(2, pytest.approx(0.38268, abs=1e-5))]
        with pytest.raises(RefusedError, match=r"has no '男地'\. Written alike are, for 男地: 男\.$"):
            spelling.check(parse_queries(["男地"]))
