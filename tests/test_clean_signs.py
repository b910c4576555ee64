"""Clean-up steps that change signs within a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.raw.clean_signs import FullStops, curly_quotes, has_unclear_quotes, narrow

texts = st.text(st.sampled_from("红楼梦ab1 “”‘’\"'＂＇。．，：Ａ１"), max_size=14)


class TestWidth:
    """Full-width letters and digits."""

    def test_become_ascii(self):
        """All of them, and the point between two digits; the signs of Chinese stay."""
        assert narrow("他在２００８年买了ＡｚＺａ股，涨了３．１４％。（）１．") == "他在2008年买了AzZa股，涨了3.14％。（）1．"

    @given(texts)
    def test_nothing_else_changes(self, text):
        """A line keeps its length, and a narrowed line stays as it is."""
        assert len(narrow(text)) == len(text)
        assert narrow(narrow(text)) == narrow(text)


class TestStops:
    """`．` for 。."""

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("话说此开卷第一回也．作者自云如此．", "话说此开卷第一回也。作者自云如此。"),
            ("黛玉道：“我不去了罢．”", "黛玉道：“我不去了罢。”"),
            ("“我不去．”她说完，就走了。", "“我不去。”她说完，就走了。"),
            ("我在这里等你．卡尔．马克思来了没有．", "我在这里等你。卡尔．马克思来了没有。"),
            ("他们都说完了．“好”．", "他们都说完了。“好”。"),
        ],
    )
    def test_become_what_they_mean(self, line, expected):
        """At the end, beside closing quotes, and then within the paragraph; in a foreign name they stay."""
        assert FullStops()(line) == expected

    @pytest.mark.parametrize(
        "line",
        [
            "卡尔．马克思来了。",
            "在伦敦的卡尔．马克思说，他来了。",
            "約翰．史密斯和王小明．李四，",
            "３．１４",
            "１．红楼梦",
            "Ａ．红楼梦。",
            "第一章．总论",
            "一．他说：“好”",
            "．",
            "红楼梦",
            "",
        ],
    )
    def test_between_names_and_after_numbers_stay(self, line):
        """A text that has not shown that it writes stops so keeps its points."""
        assert FullStops()(line) == line

    def test_within_a_paragraph_are_judged_by_the_text_before(self):
        """Three certain ones make it known how the text writes stops; a line without other signs is a heading."""
        step = FullStops()
        line = "他就这样走了．大家都不说话，"
        assert step(line) == line
        assert [step("他走了．") for _ in range(3)] == ["他走了。"] * 3
        assert step(line) == "他就这样走了。大家都不说话，"
        assert step("第十二章．总论") == "第十二章．总论"


class TestQuotes:
    """Straight quotes and curly ones."""

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ('"你好。"', "“你好。”"),
            ('他说:"好,你去罢。"她道:"不去。"', "他说:“好,你去罢。”她道:“不去。”"),
            ('“你好。”他说，"再见。"', "“你好。”他说，“再见。”"),
            ('"你好。”', "“你好。”"),
            ('“你好。"', "“你好。”"),
            ("“他说：'好。'”", "“他说：‘好。’”"),
            ("＂你好＂", "“你好”"),
            ('他说"OK"就走', "他说“OK”就走"),
            ("他说'好'，I don't know", "他说‘好’，I don't know"),
        ],
    )
    def test_are_paired(self, line, expected):
        """What opens and what closes is told by the order in the paragraph."""
        assert curly_quotes(line) == expected
        assert not has_unclear_quotes(line)

    @pytest.mark.parametrize(
        "line",
        [
            '他说："好。',
            '"好"不"',
            '“好"好"',
            '你好。”"再见',
            '屏幕有19"大',
            '好"，"',
            '“‘好”说"',
            '他说:" 好 "',
            '"”好',
            "“好”“'好",
        ],
    )
    def test_that_do_not_pair_stay(self, line):
        """A paragraph where it is not clear is left alone as a whole, and can be counted."""
        assert curly_quotes(line) == line
        assert has_unclear_quotes(line)

    @pytest.mark.parametrize("line", ["“你好。”", "“没有说完", 'print("a")', "I don't", "我的iPhone's", "“好’", ""])
    def test_where_there_are_none_is_nothing_to_do(self, line):
        """Curly quotes are never touched, apostrophes and lines without Chinese neither."""
        assert curly_quotes(line) == line
        assert not has_unclear_quotes(line)

    @given(texts)
    def test_nothing_else_changes(self, line):
        """Quotes become quotes in their place; what is done is done once."""
        plain = str.maketrans("“”‘’＂＇", "\"\"''\"'")
        assert curly_quotes(line).translate(plain) == line.translate(plain)
        assert curly_quotes(curly_quotes(line)) == curly_quotes(line)
