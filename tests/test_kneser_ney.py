"""Interpolated modified Kneser-Ney over pieces."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.ngrams.kneser_ney import KneserNey

BASELINES = Path(__file__).parents[2] / "shared" / "baselines"
END, A, B, V = 0, 1, 2, 3
TEXT = (A, B, END, A, A, END)

TEXTS = st.lists(st.integers(0, 5), max_size=80)
ENDS = st.sampled_from([None, 0, 3])
ORDERS = st.integers(1, 5)


def fitted(ids=TEXT, size=V, end=END, order=2):
    """Return the model of a list of ids."""
    return KneserNey.fit(np.array(ids, dtype=np.int32), size, end, order)


def test_a_text_worked_out_by_hand():
    """The probabilities of a text of six pieces are those of a sheet of paper, with the fallback discounts ½ and 1."""
    model, third, half = fitted(), Fraction(1, 3), Fraction(1, 2)
    alone = {A: (2 - 1) / Fraction(5) + half * third, B: (1 - half) / 5 + half * third}
    alone[END] = alone[A]
    after_end = [half * alone[END], Fraction(2 - 1, 2) + half * alone[A], half * alone[B]]
    after_a = [(1 - half) / 3 + half * alone[piece] for piece in (END, A, B)]
    after_b = [(1 - half) / 1 + half * alone[END], half * alone[A], half * alone[B]]
    for context, right in ((END, after_end), (A, after_a), (B, after_b)):
        assert sum(right) == 1
        assert model.after([context]) == pytest.approx(list(map(float, right)))
    assert model.after([]) == pytest.approx([float(alone[piece]) for piece in range(V)])
    expected = [after_end[A], after_a[B], after_b[END], after_end[A], after_a[A], after_a[END]]
    assert np.exp(model.log_probabilities(np.array(TEXT))) == pytest.approx(list(map(float, expected)))


def test_the_counts_are_plain():
    """`counts` says how often each piece occurs, also of one that never does."""
    assert fitted(size=5).counts.tolist() == [2, 3, 1, 0, 0]
    assert fitted(size=5).counts.dtype == np.int64


def test_a_paragraph_is_not_read_beyond():
    """What stands before a paragraph's end makes no difference to what comes after it."""
    model = fitted([A, B, END, B, A, END] * 5, order=5)
    for before in ([], [A], [A, B], [B, A, B]):
        assert model.after([*before, END, A]).tolist() == model.after([END, A]).tolist()


def test_a_text_without_ends_is_one_paragraph():
    """Without a piece that ends paragraphs the beginning of the text is no other piece's context."""
    model = fitted([A, B, A], end=None, order=3)
    assert model.end is None
    assert model.after([B]).tolist() != model.after([]).tolist()
    assert len(model.after([A])) == V


@given(ids=TEXTS, context=st.lists(st.integers(0, 5), max_size=7), end=ENDS, order=ORDERS)
def test_probabilities_sum_to_one(ids, context, end, order):
    """After any context of any text every piece is possible, and the probabilities are 1 together."""
    chances = fitted(ids, 6, end, order).after(context)
    assert chances.min() > 0
    assert chances.sum() == pytest.approx(1, abs=1e-12)


@given(ids=TEXTS, read=TEXTS, end=ENDS, order=ORDERS)
def test_a_text_at_once_is_the_text_piece_by_piece(ids, read, end, order):
    """`log_probabilities` of a text is what `after` and `probabilities` say at each of its positions."""
    model = fitted(ids, 6, end, order)
    begin = [] if end is None else [end]
    contexts = [[*begin, *read[:place]] for place in range(len(read))]
    one_by_one = [model.after(context)[piece] for context, piece in zip(contexts, read, strict=True)]
    many = model.probabilities(contexts)
    if end is not None:
        np.testing.assert_allclose(np.exp(model.log_probabilities(np.array(read, dtype=np.int32))), one_by_one, rtol=1e-12)
    assert many.shape == (len(read), 6)
    assert [row[piece] for row, piece in zip(many, read, strict=True)] == one_by_one


@given(ids=TEXTS, end=ENDS, order=ORDERS)
def test_what_is_stored_comes_back(ids, end, order):
    """A model made from its arrays says the same to the last bit, and the arrays are small whole numbers."""
    model = fitted(ids, 6, end, order)
    arrays = model.arrays()
    again = KneserNey.from_arrays(arrays)
    text = np.array(ids, dtype=np.int32)
    assert again.log_probabilities(text).tolist() == model.log_probabilities(text).tolist()
    assert again.after(ids).tolist() == model.after(ids).tolist()
    assert (again.order, again.end, again.counts.tolist()) == (order, end, model.counts.tolist())
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.uint8)}


def test_a_piece_beyond_those_that_were_counted():
    """Of 300 pieces a text has the first three; the others can be asked for, before and after the model was stored."""
    model = fitted(size=300, order=3)
    for one in (model, KneserNey.from_arrays(model.arrays())):
        assert one.after([A, 299]).tolist() == one.after([]).tolist()
        assert one.after([299, A])[299] == one.after([A])[299] > 0
        assert np.exp(one.log_probabilities(np.array([299, A]))) == pytest.approx([one.after([END])[299], one.after([299])[A]])


def test_arrays_of_two_models():
    """Arrays that do not belong together are refused, and a missing one is named."""
    arrays = fitted(order=3).arrays()
    with pytest.raises(ValueError, match="3/followers has 2 entries in place of 5"):
        KneserNey.from_arrays({**arrays, "3/followers": np.array([1, 2])})
    with pytest.raises(KeyError, match="adjusted"):
        KneserNey.from_arrays({name: array for name, array in arrays.items() if name != "adjusted"})


def test_a_context_says_more_than_none():
    """On a text that repeats itself the longest context is nearly sure, and a longer order is surer."""
    cycle = [1, 2, 3, 2, 4, 2, 5, 0] * 30
    surest = [fitted(cycle, 6, 0, order).after([1, 2, 3, 2])[4] for order in (1, 2, 3, 5)]
    assert surest == sorted(surest)
    assert surest[-1] > 0.9


@pytest.mark.corpora
@pytest.mark.skipif(not BASELINES.exists(), reason="the novels are not part of the project")
def test_kenlm_comes_to_the_same():
    """On 红楼梦 the perplexity is within a hundredth of a percent of KenLM's 164.90."""
    train, test = (
        [piece for line in path.read_text("utf-8").split("\n")[:-1] for piece in (*line.split(), "</s>")]
        for path in (BASELINES / f"红楼梦.pieces.{name}.txt" for name in ("train", "test"))
    )
    index = {piece: number for number, piece in enumerate(dict.fromkeys([*train, "<unk>"]))}
    ids, read = (np.array([index[piece] for piece in pieces], dtype=np.int32) for pieces in (train, test))
    model = KneserNey.fit(ids, len(index), index["</s>"])
    assert len(read) == 29_105
    assert np.exp(-model.log_probabilities(read).mean()) == pytest.approx(164.90, rel=1e-4)
