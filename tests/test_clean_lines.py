"""Clean-up steps that leave whole lines out."""

import pytest

from zhgen.raw.clean_lines import TitlesOnce, without_advert, without_page_number

STORY = [
    "他打开www.example.com，开始下载小说。",
    "小李打开www.example.com，开始下载小说。",
    "老师说：“请访问www.example.com下载电子书。”",
    "我们在小说网上认识，后来她请我到来往的人群里去。",
    "本书由三部分组成。",
    "这家书吧提供茶水。",
    "更多的小说家来到了这座城市。",
    "请记住，明天不要迟到。",
    "欢迎光临！",
    "未完待续",
    "红楼梦",
    "……",
    "* * *",
    "=====",
]


class TestAdverts:
    """Lines of download sites."""

    @pytest.mark.parametrize(
        "line",
        [
            "本书由某某小说网(www.example.com)免费下载",
            "更多精彩小说请访问www.example.com",
            "≡TXT小说下载 http://www.example.cc≡",
            "本電子書由某某文學網整理製作，www.example.net",
            "-----欢迎您访问某某书库，最新章节尽在www.example.com-----",
            "本文来自某某TXT论坛",
            "【手机电子书下载自 example.com 】",
        ],
    )
    def test_are_left_out(self, line):
        """A line that names a site and says what sites say is an advert."""
        assert without_advert(line) is None

    @pytest.mark.parametrize("line", STORY)
    def test_are_not_taken_for_a_story(self, line):
        """Narration, speech and lines that lack the site or the offer stay."""
        assert without_advert(line) == line

    def test_a_long_paragraph_stays(self):
        """A paragraph that ends in an advert holds a story before it."""
        line = "天色渐渐暗了下来，街上的行人越来越少。" * 6 + "本书由某某小说网(www.example.com)免费下载"
        assert without_advert(line) == line


class TestPages:
    """Page numbers."""

    @pytest.mark.parametrize(
        "line",
        [
            "- 12 -",
            "—12—",
            "·3·",
            "第12页",
            "第 12 页 共 300 页",
            "第12頁",
            "页码：7",
            "Page 3 of 9",
            "p. 7",
            "12/300",
            "－１２－",
        ],
    )
    def test_are_left_out(self, line):
        """A number in the dress of a page number is one."""
        assert without_page_number(line) is None

    @pytest.mark.parametrize(
        "line", ["12", "一", "（12）", "第12回", "1984", "第12页上写着什么？", "-12", "12-", "1.", "page", "2008/5/12", "* 1 *"]
    )
    def test_are_not_taken_for_a_story(self, line):
        """A bare number may be a chapter's; a sentence that has a page in it is a sentence."""
        assert without_page_number(line) == line


def titles(*lines):
    """Return what is left of some lines."""
    step = TitlesOnce()
    return [line for line in lines if step(line) is not None]


class TestTitles:
    """Titles that are said again."""

    def test_of_the_book_stand_once(self):
        """The first line is the title where it looks like one; later lines like it are headers of pages."""
        assert titles("红楼梦", "第一回", "话说", "红楼梦", "《红楼梦》", "红 楼 梦", "且说红楼梦") == [
            "红楼梦",
            "第一回",
            "话说",
            "且说红楼梦",
        ]

    def test_with_the_heading_of_the_chapter_are_headers_too(self):
        """Printed books have both at the top of a page."""
        assert titles("红楼梦", "第一回 甄士隐", "话说", "红楼梦 第一回 甄士隐", "且说") == [
            "红楼梦",
            "第一回 甄士隐",
            "话说",
            "且说",
        ]

    def test_of_a_chapter_stand_once_within_it(self):
        """A heading that stands right after itself, or again before the next one, goes."""
        assert titles("第一回 甄士隐", "第一回　甄士隐", "话说", "第一回 甄士隐", "且说") == ["第一回 甄士隐", "话说", "且说"]

    def test_in_a_table_of_contents_leave_the_chapters_theirs(self):
        """The heading of a chapter is not the one that came last before it."""
        contents = ["第一回 甄士隐", "第二回 贾夫人", "第一回 甄士隐", "话说", "第二回 贾夫人"]
        assert titles(*contents) == contents

    @pytest.mark.parametrize(
        "first", ["他走了。", "“好！”", "他走了，", "天色渐渐暗了下来街上的行人越来越少没有人说话", "……", "***"]
    )
    def test_are_not_sentences(self, first):
        """A first line that is a sentence, long or no words at all is no title: a refrain stays."""
        assert titles(first, "又", first) == [first, "又", first]

    def test_are_not_lines_that_a_story_repeats(self):
        """Only the first line and headings are looked at."""
        lines = ["题目", "好了好了", "好了好了", "第一回他就输了，", "第一回他就输了，", "第一次", "第一次"]
        assert titles(*lines) == lines
