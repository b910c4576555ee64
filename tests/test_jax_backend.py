"""The same steps on Keras's other backend."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

BEGINNING = """
import json, sys
import numpy as np
from zhgen.training.backend import load_keras

load_keras(1, sys.argv[1])
from zhgen.config import TrainSettings
from zhgen.training.backend import compile_function
from zhgen.training.contrastive import Contrastive
from zhgen.training.learner import Learner
from zhgen.training.windows import Streams

chance = np.random.default_rng(3)
ids = chance.integers(0, 7, size=90).astype(np.int32)
dropout = float(sys.argv[2])
settings = TrainSettings(units=5, timesteps=4, epochs=1, batch_size=3, negatives=4, learning_rate=0.05, word_dropout=dropout,
                         input_dropout=dropout, output_dropout=dropout)
pieces = ["</s>", "宝玉", "黛玉", "玉", "宝", "黛", "笑"]
vectors = chance.normal(size=(7, 6)).astype(np.float32)

def make():
    objective = Contrastive(vectors, np.bincount(ids, minlength=7), pieces, settings)
    chance = np.random.default_rng(4)
    for variable in objective.trainable_variables:
        variable.assign(chance.normal(size=variable.shape) * 0.5)
    return objective, Learner(objective, settings, Streams(ids, 3, 4))

def learn(learner, batches):
    return [float(learner.learn(batch, 0.05)) for batch in batches]
"""

LEARNT_THROUGH = """
objective, learner = make()
losses = learn(learner, learner.batches(0))
validated = learner.validate(learner.train, lambda: False)
table = objective.exported()["decoder/table"].tolist()
print(json.dumps({"losses": losses, "validated": validated, "table": table}))
"""

PUT_DOWN = """
_, learner = make()
whole = learn(learner, learner.batches(0))
_, learner = make()
batches = learner.batches(0)
first = learn(learner, [next(batches) for _ in range(3)])
arrays, chance = {}, json.loads(json.dumps(learner.chance(within=True)))
for name, array in learner.arrays(within=True):
    arrays.setdefault(name.split("/")[0], []).append(np.array(array))
_, other = make()
other.restore(arrays, chance)
print(json.dumps({"whole": whole, "parts": first + learn(other, other.batches(3))}))
"""


def figures(backend, what, dropout):
    """Return what a few steps come to, computed by a backend in a process of its own."""
    command = [sys.executable, "-c", BEGINNING + what, backend, str(dropout)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed: pip install 'zhgen[jax]'")


@pytest.mark.jax
@needs_jax
def test_jax_learns_what_tensorflow_does():
    """From the same weights a pass over a small text gives the same losses, and the same table after it, to 1e-3."""
    expected, found = figures("tensorflow", LEARNT_THROUGH, 0), figures("jax", LEARNT_THROUGH, 0)
    assert len(found["losses"]) > 5
    np.testing.assert_allclose(found["losses"], expected["losses"], rtol=1e-3)
    assert found["validated"] == pytest.approx(expected["validated"], rel=1e-3)
    np.testing.assert_allclose(found["table"], expected["table"], atol=1e-3)


@pytest.mark.jax
@needs_jax
def test_jax_goes_on_as_if_it_was_not_interrupted():
    """Put down after three steps and taken up by another network, with dropout, it has the same losses to the last bit."""
    found = figures("jax", PUT_DOWN, 0.3)
    assert len(found["whole"]) > 5
    assert found["parts"] == found["whole"]
