"""What `zhgen info` prints."""

from zhgen.evaluation.description_table import show_description

FIGURES = {
    "participation_ratio": 5.32,
    "variance_in_ten_directions": 0.9412,
    "median_nearest_cosine": 0.99,
    "mean_pair_cosine": 0.69,
    "rows_asked": 9855,
    "equal_rows": 0,
    "zero_rows": 1,
}


def test_facts_stand_below_one_another():
    """A line a fact, whole numbers with commas, and nothing below where there is no table."""
    shown = show_description({"kind": "text", "distinct_words": 12345, "flag": True, "loss": None})
    assert shown.splitlines() == [
        "kind            text",
        "distinct words  12,345",
        "flag            True",
        "loss            None",
    ]


def test_tables_stand_side_by_side():
    """A column a table, a sentence for each, and where zhgen goes from a narrow one."""
    narrow = {**FIGURES, "narrow": True, "meaning": "Narrow."}
    wide = {**FIGURES, "participation_ratio": 52.0, "narrow": False, "meaning": "Wide."}
    assert show_description({"kind": "model", "tables": {"word2vec": narrow, "learnt": wide}}).splitlines() == [
        "kind  model",
        "",
        "                                word2vec  learnt",
        "directions in use                    5.3    52.0",
        "variance in ten directions         94.1%   94.1%",
        "median cosine to the nearest       0.990   0.990",
        "mean cosine of two words           0.690   0.690",
        "words whose nearest was sought     9,855   9,855",
        "rows equal to another                  0       0",
        "rows of zeros                          1       1",
        "",
        "word2vec: Narrow.",
        "learnt: Wide.",
        "A narrow cone is common for word2vec on one text; zhgen learns a table of its own from it.",
    ]


def test_one_table_has_no_name():
    """Of a file of vectors the figures stand alone."""
    shown = show_description({"kind": "vectors", "tables": {"vectors": {**FIGURES, "narrow": False, "meaning": "Wide."}}})
    assert shown.splitlines()[2] == "directions in use                 5.3"
    assert shown.splitlines()[-1] == "Wide."
