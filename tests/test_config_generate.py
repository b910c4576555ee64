"""The settings of generation: texts in them, and what goes with what."""

import pytest

from zhgen.config.generate import GenerateSettings, parse_bias
from zhgen.errors import RefusedError


@pytest.mark.parametrize(
    ("value", "expected"), [("宝玉", ("宝玉",)), (["宝玉", "黛玉"], ("宝玉", "黛玉")), ((), ()), (("a b",), ("a b",))]
)
def test_a_setting_of_several_texts(value, expected):
    """One text is one and not its characters, and a list is as good as a tuple; settings stay hashable."""
    settings = GenerateSettings(ban=value)
    assert settings.ban == expected
    assert settings == GenerateSettings(ban=expected)
    hash(settings)


@pytest.mark.parametrize("mixed", [{"mix": True}, {"cache": True}])
def test_the_nearest_word_is_not_mixed(mixed):
    """What mixes probabilities does not go with the metric that has none."""
    with pytest.raises(RefusedError, match=r"^--metric cosine looks at the network's vector alone"):
        GenerateSettings(metric="cosine", **mixed)


@pytest.mark.parametrize("value", [None, 5, ["宝玉", 5], {"宝玉"}])
def test_what_is_no_text_is_refused_where_texts_belong(value):
    """A number, or one among texts, is refused by the option's name."""
    with pytest.raises(RefusedError) as caught:
        GenerateSettings(ban=value)
    assert str(caught.value) == f"--ban must be texts. Received: {value!r}."


@pytest.mark.parametrize(("text", "expected"), [("宝玉=+1", ("宝玉", 1)), ("笑=-0.5", ("笑", -0.5)), ("a=b=2e1", ("a=b", 20))])
def test_a_bias(text, expected):
    """What stands behind the last equals sign is the number."""
    assert parse_bias(text) == expected


@pytest.mark.parametrize("text", ["宝玉", "宝玉=", "=1", "宝玉=x", "宝玉=nan", "宝玉=inf", "宝玉=101", "", "宝玉1"])
def test_what_is_no_bias_is_refused(text):
    """A bias without a word or without a number within bounds is refused where it is set."""
    with pytest.raises(RefusedError) as caught:
        GenerateSettings(bias=text)
    assert str(caught.value) == (
        f"--bias must be WORD=NUMBER, the number from -100 to 100. Received: {text}. Write --bias 今日=+1, say."
    )
