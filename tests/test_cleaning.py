"""Clean-up that was asked for, and its account."""

import pytest

from zhgen.errors import RefusedError
from zhgen.raw.cleaning import STEPS, Cleaner, find_steps

LINES = [
    (1, "红楼梦"),
    (3, "本书由某某小说网(www.example.com)免费下载"),
    (4, '他在２００８年说："好．"'),
    (5, "红楼梦"),
    (6, "- 12 -"),
    (7, '没有说完："好'),
]


class TestCleaner:
    """Steps over the paragraphs of a text."""

    def test_does_nothing_unasked(self):
        """Without steps every paragraph comes back, and there is nothing to report."""
        cleaner = Cleaner()
        assert list(cleaner.clean(LINES, "a.txt")) == [text for _, text in LINES]
        assert cleaner.report() == []

    def test_does_every_step_and_counts(self):
        """A line that several steps touch counts for each; one that is left out is seen by no later step."""
        cleaner = Cleaner(STEPS)
        assert list(cleaner.clean(LINES, "a.txt")) == ["红楼梦", "他在2008年说：“好。”", '没有说完："好']
        assert cleaner.touched == dict.fromkeys(STEPS, 1)
        assert cleaner.report() == [
            "adverts: 1 line left out",
            "titles: 1 line left out",
            "pages: 1 line left out",
            "width: 1 line changed",
            "stops: 1 line changed",
            "quotes: 1 line changed; 1 left because it is not clear which quotes open",
        ]

    def test_does_what_was_asked_alone(self):
        """The other steps leave no trace."""
        cleaner = Cleaner(["pages", "width"])
        assert len(list(cleaner.clean(LINES, "a.txt"))) == len(LINES) - 1
        assert cleaner.touched == {"pages": 1, "width": 1}

    def test_begins_anew_with_every_text(self):
        """The title of one text may stand in the next; the counts go on."""
        cleaner = Cleaner(["titles"])
        for name in ("a.txt", "b.txt"):
            assert list(cleaner.clean([(1, "红楼梦"), (2, "红楼梦")], name)) == ["红楼梦"]
        assert cleaner.touched == {"titles": 2}

    def test_keeps_the_first_changes_of_each_step(self):
        """A change tells its text, its line, what was and what is; a long line is shown around the change."""
        cleaner = Cleaner(["width", "pages"], examples=2)
        lines = [(7, "- 1 -"), *((number, "红" * 30 + "１" + "楼" * 30) for number in (8, 9, 10))]
        assert len(list(cleaner.clean(lines, "a.txt"))) == 3
        red, tower = "红" * 16, "楼" * 15
        assert cleaner.report() == [
            "pages: 1 line left out",
            "  a.txt, line 7: - 1 -",
            "width: 3 lines changed",
            f"  a.txt, line 8: …{red}１{tower}…  ->  …{red}1{tower}…",
            f"  a.txt, line 9: …{red}１{tower}…  ->  …{red}1{tower}…",
            "  … and 1 more",
        ]


class TestNames:
    """The names of steps in options."""

    @pytest.mark.parametrize(
        ("given", "steps"),
        [
            ([], ()),
            (["all"], STEPS),
            (["quotes,stops"], ("stops", "quotes")),
            (["quotes", " Stops ,width"], ("width", "stops", "quotes")),
            (["quotes,all"], STEPS),
        ],
    )
    def test_are_put_in_order(self, given, steps):
        """With commas or one by one, twice or once, in capitals or not."""
        assert find_steps(given) == steps

    @pytest.mark.parametrize("given", [["bogus"], ["stops,bogus"], [""], [","]])
    def test_that_are_unknown_are_refused(self, given):
        """The refusal lists the steps there are."""
        with pytest.raises(RefusedError, match="Its steps are adverts, titles, pages, width, stops, quotes, or all"):
            find_steps(given)
