"""The flags of word2vec's own tool."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.config import EmbedSettings
from zhgen.errors import RefusedError
from zhgen.vectors.c_flags import read_c_flags

AUTHORS = "-cbow 1 -size 200 -window 8 -negative 25 -hs 0 -sample 1e-4 -threads 20 -binary 1 -iter 15 -min-count 5 -alpha 0.05"


def settings(flags):
    """Return all the settings that flags make."""
    asked, defaults = read_c_flags(flags)
    return {**defaults, **asked}


def test_every_flag_is_understood():
    """The flags that the tool's authors give for a large text make the settings of those names."""
    asked, defaults = read_c_flags(AUTHORS)
    assert asked == {
        "vector_size": 200,
        "window": 8,
        "negative": 25,
        "sample": 1e-4,
        "workers": 20,
        "epochs": 15,
        "min_count": 5,
        "alpha": 0.05,
    }
    assert defaults["sg"] is False
    assert EmbedSettings(**{**defaults, **asked}).window == 8


def test_what_is_not_given_is_the_tools_own():
    """Without flags the settings are those at the head of word2vec.c; the rate is that of CBOW."""
    assert settings("") == {
        "vector_size": 100,
        "window": 5,
        "sample": 1e-3,
        "negative": 5,
        "workers": 12,
        "epochs": 5,
        "min_count": 5,
        "sg": False,
        "alpha": 0.05,
    }


def test_skip_gram_has_its_own_rate():
    """With -cbow 0 the rate is .025 where none is given, as in the tool."""
    assert (settings("-cbow 0")["sg"], settings("-cbow 0")["alpha"]) == (True, 0.025)
    assert settings("-cbow 0 -alpha .1")["alpha"] == 0.1


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ("-sise 3", "-sise is no flag of the C tool. Did you mean -size?"),
        ("-mincount 3", "-mincount is no flag of the C tool. Did you mean -min-count?"),
        ("novel.txt", "novel.txt is no flag of the C tool. The flags are -size -window "),
        ("-train novel.txt", "-train has no meaning here. The text is named without a flag: zhgen embed SEG. Leave it out."),
        ("-output a.bin", "-output has no meaning here. Where the vectors go is said with -o. Leave it out."),
        ("-save-vocab a", "-save-vocab has no meaning here. "),
        ("-read-vocab a", "-read-vocab has no meaning here. "),
        ("-debug 2", "-debug has no meaning here. "),
        ("-classes 500", "-classes 500 cannot be had. Words are not sorted into classes here. Give 0, or leave it out."),
        ("-hs 1", "-hs 1 cannot be had. There is no hierarchical softmax here, only negative sampling. Give 0"),
        ("-binary 0", "-binary 0 cannot be had. Vectors are written in the binary format alone. Give 1"),
        ("-cbow 2", "-cbow 2 cannot be had. -cbow is 1 for CBOW and 0 for skip-gram. Give 0 or 1"),
        ("-size", "-size has no value. Write it after the flag"),
        ("-size -window 5", "-size has no value. "),
        ("-size 3 -size 4", "-size is given twice. "),
        ("-size 1e2", "-size must be a whole number. Received: 1e2."),
        ("-alpha x", "-alpha must be a number. Received: x."),
    ],
)
def test_what_cannot_be_is_refused_by_name(flags, said):
    """A flag that is unknown, has no meaning here or has a value it cannot have is named with the way out."""
    with pytest.raises(RefusedError) as caught:
        read_c_flags(flags)
    assert str(caught.value).startswith(f"--c-flags: {said}")


def test_quotes_are_a_shells():
    """A quote that is not closed is refused, closed ones are read as a shell reads them."""
    assert settings("'-size' \"7\"")["vector_size"] == 7
    with pytest.raises(RefusedError, match=r"^--c-flags cannot be read \(No closing quotation\)\. Close the quotes\.$"):
        read_c_flags("-size '7")


@given(st.lists(st.sampled_from(["-size", "-cbow", "-alpha", "1", "1e-4", "'", "nan", "\\"])) | st.lists(st.text(max_size=20)))
def test_anything_is_read_or_refused(parts):
    """No text of flags ends otherwise than in settings or a refusal."""
    with contextlib.suppress(RefusedError):
        read_c_flags(" ".join(parts))
