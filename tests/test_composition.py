"""What a piece is made of."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zhgen.training.composition import MOST_CHARACTERS, compose_characters


def test_a_piece_is_the_mean_of_its_characters_and_half_of_its_ends():
    """Three rows a character: anywhere 0 to 2 (夫, 王, 人 in code point order: 人 夫 王), first 3 to 5, last 6 to 8."""
    composition = compose_characters(["王夫人"])
    table = np.array([[1], [2], [4], [10], [20], [40], [100], [200], [400]], dtype=np.float32)  # 人 夫 王, three times
    assert composition.compose(table).tolist() == [[np.float32((1 + 2 + 4) / 3) + 40 / 2 + 100 / 2]]


def test_a_single_character_is_its_own_first_and_last():
    """A piece of one character gets its whole vector and half of both others."""
    composition = compose_characters(["人"])
    assert composition.compose(np.array([[1], [10], [100]], dtype=np.float32)).tolist() == [[1 + 5 + 50]]


def test_the_end_of_a_paragraph_has_no_parts():
    """`</s>` is not spelled <, /, s, >."""
    composition = compose_characters(["</s>"])
    assert composition.rows == 1
    assert not composition.shares.any()


def test_a_stand_in_for_white_space_is_one_character():
    """▁9▁ is a tab, not three characters."""
    assert compose_characters(["▁9▁"]).rows == 3


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=9), min_size=1, max_size=8, unique=True))
def test_pieces_with_the_same_characters_at_the_same_places_are_composed_alike(pieces):
    """Every piece's shares add up to two (the mean, and a half for either end), and every part exists."""
    composition = compose_characters([piece for piece in pieces if piece != "</s>"] or ["人"])
    assert np.allclose(composition.shares.sum(axis=1), 2)
    assert composition.parts.max() < composition.rows
    assert composition.parts.shape[1] == MOST_CHARACTERS + 2
