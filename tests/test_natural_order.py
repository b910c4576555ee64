"""The order in which a person would put files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.corpus.natural_order import natural_key, numeral_value


@pytest.mark.parametrize(
    "names",
    [
        ["第2回.txt", "第10回.txt", "第100回.txt"],
        ["第二回.txt", "第十回.txt", "第十一回.txt", "第二十回.txt", "第九十九回.txt", "第一百二十回.txt"],
        ["第一回.txt", "第2回.txt", "第三回.txt", "第０４回.txt"],
        ["上册.txt", "中册.txt", "下册.txt"],
        ["红楼梦上.txt", "红楼梦中.txt", "红楼梦下.txt"],
        ["卷一 第九章.txt", "卷一 第十章.txt", "卷二 第一章.txt"],
        ["chapter 9.txt", "chapter 10.txt"],
        ["01.txt", "1.txt", "2.txt"],
    ],
)
def test_numbers_count_by_their_value(names):
    """Digits, full-width ones, Chinese numerals and the names of volumes."""
    backwards = names[::-1]
    assert sorted(backwards, key=natural_key) == names


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("零", 0),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("廿三", 23),
        ("九十九", 99),
        ("一百零五", 105),
        ("百二十", 120),
        ("三千二百", 3200),
        ("一二〇", 120),
        ("一九八四", 1984),
        ("二万", 20_000),
        ("万", 10_000),
        ("十二万三千", 123_000),
    ],
)
def test_the_value_of_a_numeral(numeral, value):
    """With units and without, with 零 and 〇."""
    assert numeral_value(numeral) == value


@given(st.lists(st.text(st.sampled_from("第一二十百万〇回上中下a1９.册"), max_size=8), max_size=6))
def test_any_names_have_an_order(names):
    """Keys of any names can be compared, and names that differ have keys that differ."""
    assert sorted(sorted(names), key=natural_key) == sorted(names, key=natural_key)
    assert len({natural_key(name) for name in names}) == len(set(names))
