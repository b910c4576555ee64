"""Texts that are read side by side."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_models import PIECES, random_bundle

from zhgen.generation.exact_rows import rows_of
from zhgen.generation.generator import Generator

MODELS = {
    (members, state, attention): Generator(random_bundle(3, members=members, layers=2, state=state, attention=attention)).exact
    for members in (1, 3)
    for state, attention in (("carried", 0), ("zero", 0), ("carried", 4))
}

each_model = pytest.mark.parametrize("model", MODELS.values(), ids=map(str, MODELS))


def alone(model, ids):
    """Return the outputs after each piece of a text, read by itself, as bytes."""
    rows = rows_of(model)
    rows.add()
    return [rows.read([piece])[0].tobytes() for piece in ids]


@each_model
@given(data=st.data())
@settings(max_examples=25)
def test_each_text_is_read_as_if_alone(model, data):
    """Texts come and go, and the outputs of each are the same bits as when it is read by itself."""
    rows, texts, outputs = rows_of(model), [], []
    done = []
    for step in range(12):
        for change in data.draw(st.lists(st.sampled_from(["add", "drop"]), max_size=2)):
            if change == "add":
                rows.add()
                texts.append([])
                outputs.append([])
            elif texts:
                row = data.draw(st.integers(0, len(texts) - 1))
                rows.drop(row)
                done.append((texts.pop(row), outputs.pop(row)))
        assert len(rows) == len(texts)
        if texts:
            ids = [(7 * step + 3 * row + len(text)) % len(PIECES) for row, text in enumerate(texts)]
            for text, kept, piece, output in zip(texts, outputs, ids, rows.read(ids), strict=True):
                text.append(piece)
                kept.append(output.tobytes())
    for text, kept in [*done, *zip(texts, outputs, strict=True)]:
        assert kept == alone(model, text)


@each_model
def test_a_copy_stays_where_it_was(model):
    """What is read after a copy was made leaves it as it is."""
    rows = rows_of(model)
    rows.add()
    rows.read([1])
    before = rows.copy()
    first = rows.read([4])
    rows.add()
    assert before.read([4]).tobytes() == first.tobytes()
    assert (len(before), len(rows)) == (1, 2)


@pytest.mark.parametrize(
    ("state", "attention", "members"),
    [("carried", 0, 1), ("zero", 0, 1), ("carried", 1, 1), ("carried", 4, 1), ("carried", 4, 3)],
)
def test_as_it_was_trained(state, attention, members):
    """Carried on, a text is read as the trained network reads it; otherwise its last three pieces from a state of zeros."""
    bundle = random_bundle(3, layers=2, state=state, attention=attention, members=members)
    bundle.weights["input/scale"] = np.float32(6**0.5)
    generator = Generator(bundle)
    ids = [1, 5, 2, 7, 7, 0, 3, 1, 5, 2, 9]
    rows, reader = rows_of(generator.exact), generator.reader()
    rows.add()
    outputs = np.concatenate([rows.read([piece]) for piece in ids])
    np.testing.assert_allclose(outputs, reader.outputs(ids), atol=0.03)
