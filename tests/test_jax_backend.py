"""The same steps on Keras's other backend."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

SCRIPT = """
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
settings = TrainSettings(units=5, timesteps=4, epochs=1, batch_size=3, negatives=4, learning_rate=0.05,
                         word_dropout=0.0, input_dropout=0.0, output_dropout=0.0)
pieces = ["</s>", "宝玉", "黛玉", "玉", "宝", "黛", "笑"]
vectors = chance.normal(size=(7, 6)).astype(np.float32)
objective = Contrastive(vectors, np.bincount(ids, minlength=7), pieces, settings)
for variable in objective.trainable_variables:
    variable.assign(chance.normal(size=variable.shape) * 0.5)
windows = Streams(ids, 3, 4)
learner = Learner(objective, settings, windows)
losses = [float(learner.learn(batch, 0.05)) for batch in learner.batches(0)]
validated = learner.validate(windows, lambda: False)
table = objective.exported()["decoder/table"].tolist()
print(json.dumps({"losses": losses, "validated": validated, "table": table}))
"""


def figures(backend):
    """Return what a few steps come to, computed by a backend in a process of its own."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, backend], capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.jax
@pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed: pip install 'zhgen[jax]'")
def test_jax_learns_what_tensorflow_does():
    """From the same weights a pass over a small text gives the same losses, and the same table after it, to 1e-3."""
    expected, found = figures("tensorflow"), figures("jax")
    assert len(found["losses"]) > 5
    np.testing.assert_allclose(found["losses"], expected["losses"], rtol=1e-3)
    assert found["validated"] == pytest.approx(expected["validated"], rel=1e-3)
    np.testing.assert_allclose(found["table"], expected["table"], atol=1e-3)
