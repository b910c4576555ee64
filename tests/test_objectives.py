"""What the network is taught: which objectives there are, and what all of them keep to."""

import keras
import numpy as np
import pytest

from zhgen.config import RECIPES, TrainSettings
from zhgen.generation.decoder import Decoder
from zhgen.training.aiming import Aiming
from zhgen.training.contrastive import Contrastive
from zhgen.training.last_step import LastStep
from zhgen.training.objectives import make_objective
from zhgen.training.softmax import Softmax
from zhgen.training.windows import Batch
from zhgen.vectors.table import unit_rows

VECTORS = np.array([[3, 1, 1], [1, 4, 1], [1, 1, 5], [2, 2, -1], [-2, 0, -1]], dtype=np.float32)
COUNTS = np.array([8, 4, 2, 1, 0], dtype=np.int64)
PIECES = ("</s>", "宝玉", "黛玉", "玉", "笑")
X = np.array([[0, 1], [2, 0], [1, 2]], dtype=np.int32)
Y = np.array([[2, 0], [1, 2], [4, 3]], dtype=np.int32)
"""Two streams of three steps, (T, B)."""

CLASSES = {
    "default": Contrastive,
    "softmax": Softmax,
    "vmf": Aiming,
    "cosine": Aiming,
    "mse": Aiming,
    "seed": LastStep,
}


def objective(recipe):
    """Return the objective of a recipe over five pieces."""
    keras.utils.set_random_seed(1)
    return make_objective(
        VECTORS, COUNTS, PIECES, TrainSettings.recipe(recipe, units=4, **({"members": 2} if recipe == "default" else {}))
    )


def test_every_recipe_has_its_objective():
    """No recipe is without one, and each is of the class that teaches its loss."""
    assert set(CLASSES) == set(RECIPES)
    assert {recipe: type(objective(recipe)) for recipe in CLASSES} == CLASSES


@pytest.mark.parametrize("recipe", RECIPES)
def test_what_is_exported(recipe):
    """Every recipe exports the arrays that the bundle promises, float32, by name; the decoder's rows have length 1."""
    expected = {
        "lstm_1/kernel": (3, 16),
        "lstm_1/recurrent_kernel": (4, 16),
        "lstm_1/bias": (16,),
        "output/kernel": (4, 3),
        "output/bias": (3,),
        "decoder/table": (5, 3),
        "decoder/bias": (5,),
    }
    expected |= {"decoder/lengths": (5,)} if recipe == "softmax" else {"decoder/scale": ()}
    expected |= {"input/table": (5, 3)} if recipe in ("seed", "mse") else {"input/scale": ()}
    if recipe == "default":  # of two members
        expected |= {"lstm_1/kernel": (3, 32), "lstm_1/recurrent_kernel": (8, 32), "lstm_1/bias": (32,)}
        expected |= {"output/kernel": (2, 4, 3), "output/bias": (2, 3)}
        looking = {"query": (4, 64), "query_bias": (64,), "key": (4, 64), "key_bias": (64,), "output": (3, 3)}
        looking |= {"nothing": (), "fading": ()}
        expected |= {f"attention/{name}": (2, *shape) for name, shape in looking.items()}
    weights = objective(recipe).exported()
    assert {name: array.shape for name, array in weights.items()} == expected
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float32)}
    np.testing.assert_allclose(weights["decoder/table"], unit_rows(weights["decoder/table"]), rtol=1e-6)


@pytest.mark.parametrize("recipe", [recipe for recipe in RECIPES if recipe != "seed"])
def test_the_exported_decoder_gives_the_perplexity_that_was_said(recipe):
    """NumPy's decoder over the network's outputs has the perplexity that training reports: learnt, or fitted afterwards."""
    made = objective(recipe)
    figures = made.fit_readout([Batch(X, Y, starts=True)])
    outputs, _ = made.network(X, made.network.zero_state(2))
    scores = Decoder.of(made.exported()).scores(np.asarray(outputs).reshape(-1, 3))
    nats = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(6), Y.ravel()]
    if figures:
        assert figures["perplexity"] == pytest.approx(np.exp(nats.mean()), rel=1e-3)
    else:
        assert made.measure == "perplexity"
        losses, _ = made.validation_loss(X, Y, made.network.zero_state(2), *made.validation_extra())
        assert float(np.atleast_1d(losses)[0]) == pytest.approx(nats.sum(), rel=1e-5)
