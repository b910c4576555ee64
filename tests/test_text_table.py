"""The measures of a text as a person reads them."""

from zhgen.evaluation.text_table import show_text

FIGURES = {
    **{f"distinct_{n}": n / 10 for n in (1, 2, 3, 4)},
    **{f"novelty_{n}": n / 10 for n in (2, 3, 4, 5, 6)},
    "rep_4": 0.6,
    "diversity": 0.5,
    "recent_32": 0.25,
    "zipf": 1.08,
    "longest_run": 9.0,
    "sentence_length": 17.84,
    "name": "text.txt",
    "pieces": 1234,
    "paragraphs": 1,
    "window": 500,
    "length": 1000,
    "corpus": {"name": "novel.txt", "pieces": 600000, "min_count": 5},
    "longest_copy": {"pieces": 9, "text": "甲乙¶丙", "paragraph": 2, "corpus_paragraph": 1234},
    "stands_out": ["One thing.", "Another."],
}
FIGURES["human"] = FIGURES | {"name": "the last 5% of novel.txt", "pieces": 1000, "longest_run": 11.5}


def test_the_whole_table():
    """Every measure has a row with both figures, and the sentences follow."""
    expected = """\
text.txt: 1,234 pieces in 1 paragraph
human text: the last 5% of novel.txt, 1,000 pieces
looked for in: 600,000 pieces of novel.txt

                          text  human
distinct-1               0.100  0.100
distinct-2               0.200  0.200
distinct-3               0.300  0.300
distinct-4               0.400  0.400
rep-4                    0.600  0.600
diversity                0.500  0.500
words among the last 32  0.250  0.250
Zipf coefficient         1.080  1.080
new 2-grams              0.200  0.200
new 3-grams              0.300  0.300
new 4-grams              0.400  0.400
new 5-grams              0.500  0.500
new 6-grams              0.600  0.600
longest copied run         9.0   11.5
sentence length           17.8   17.8

distinct-n, rep-4 and diversity are means of stretches of 500 pieces; the Zipf coefficient and
the longest run are taken in stretches of 1,000. Pieces are words that the corpus has 5 times
or more, and characters for the others.

Its longest copied run has 9 pieces, in its paragraph 2 and in paragraph 1,234 of novel.txt: 甲乙¶丙

One thing.
Another."""
    assert show_text(FIGURES) == expected


def test_a_text_that_copies_nothing():
    """There is no run to show, and where nothing stands out that is said."""
    quiet = FIGURES | {"longest_copy": {"pieces": 0, "text": "", "paragraph": 1, "corpus_paragraph": 1}, "stands_out": []}
    assert "Its longest copied run" not in show_text(quiet)
    assert show_text(quiet).endswith("\n\nNothing stands out.")
