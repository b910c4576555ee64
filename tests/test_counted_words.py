"""jieba's dictionary, read by what words begin with."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.corpus.counted_words import CountedWords

LINES = """\
B超 3 n
C++ 3 nz
一 217830 m
一下 50 m
一下子 70 d
B超 4 n
江南style 3 n
]^-\\ 5 x
一石二鸟 9 i
𠀀玉 12 nr
"""
in_a_word = st.characters(exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(33)])
words = st.text(st.one_of(st.sampled_from("宝玉一B\u3000\x85\u2028"), in_a_word), min_size=1, max_size=4)
lines = st.lists(st.tuples(words, st.integers(0, 10**12)), min_size=1, max_size=30)


def gen_pfdict(data):
    """Return what jieba makes of a dictionary: its words and what they begin with, and the total."""
    import jieba

    file = io.BytesIO(data)
    file.name = "dict.txt"
    return jieba.Tokenizer.gen_pfdict(file)


def test_words_that_begin_with_some_characters():
    """They come with their counts, what they begin with counts 0, of two equal words the last counts; nothing else comes."""
    counted = CountedWords(LINES.encode())
    assert counted.beginning_with("一B") == {
        "B": 0,
        "B超": 4,
        "一": 217830,
        "一下": 50,
        "一下子": 70,
        "一石": 0,
        "一石二": 0,
        "一石二鸟": 9,
    }
    assert counted.beginning_with("]") == {"]": 0, "]^": 0, "]^-": 0, "]^-\\": 5}
    assert counted.beginning_with("𠀀") == {"𠀀": 0, "𠀀玉": 12}
    assert counted.beginning_with("") == counted.beginning_with("b宝\n \ud83d") == {}


def test_total():
    """It is the sum of all counts, both of a word that stands twice."""
    assert CountedWords(LINES.encode()).total == 217989


@given(lines)
@settings(deadline=None, max_examples=200)
def test_any_dictionary_as_jieba_reads_it(entries):
    """Asked for all characters, one after the other, it gives what jieba makes of the whole."""
    data = "".join(f"{word} {count} n\n" for word, count in entries).encode()
    counted, found = CountedWords(data), {}
    for character in dict.fromkeys(word[0] for word, _ in entries):
        part = counted.beginning_with(character)
        assert not part.keys() & found.keys()
        found |= part
    assert (found, counted.total) == gen_pfdict(data)


def test_the_dictionary_of_jieba():
    """Its total is jieba's, and so are the words that begin with some characters."""
    import jieba

    with jieba.Tokenizer().get_dict_file() as file:
        data = file.read()
    whole, total = gen_pfdict(data)
    counted = CountedWords(data)
    assert counted.total == total
    for characters in ("话说宝玉听了这话", "ABcC", "一"):
        assert counted.beginning_with(characters) == {word: n for word, n in whole.items() if word[0] in characters}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"a 1 n",
        b"a 1 n\nb 2 n",
        b"a 1 n\nb",
        b"a 1 n\r\n",
        b"a 1\nb 2 n x\n",
        b"a\t1\tn\n",
        b"a 1 n\n\nb 2 n\n",
        b"a b n\n",
        b"a 1.5 n\n",
        b"a -1 n\n",
        "a ١ n\n".encode(),
        b" 1 n\n",
        b"a  n\n",
        b"\xb1\xa6 1 n\n",
    ],
)
def test_another_form(data):
    """It is not guessed at."""
    with pytest.raises(ValueError, match=r".+"):
        CountedWords(data)
