"""What the network is taught, and what a trained one is read out with: what every objective has, and which there are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from zhgen.config import Loss, TrainSettings
from zhgen.training.aiming import Aiming
from zhgen.training.contrastive import Contrastive
from zhgen.training.last_step import LastStep
from zhgen.training.network import NextVector, State
from zhgen.training.softmax import Softmax
from zhgen.training.windows import Batch


class Objective(Protocol):
    """A network and what it is taught.

    Attributes:
        network: What learns.
        carries_state: Whether a window goes on with the state of the one before.
        learns_probabilities: Whether a read-out can only be made better by a text that was not learnt.
        measure: What the validation is called.
    """

    network: NextVector
    carries_state: bool
    learns_probabilities: bool
    measure: str

    @property
    def generators(self) -> tuple[np.random.Generator, ...]:
        """What `extra` draws chance from: with the layer's variables, all that an interrupted training goes on from."""

    def extra(self, batch: Batch) -> tuple[Any, ...]:
        """Return what a training step needs beside the batch: drawn anew each time."""

    def loss(self, x: Any, y: Any, state: State, *extra: Any) -> tuple[Any, State]:
        """Return the mean loss of a batch and the state after it."""

    def validation_extra(self) -> tuple[Any, ...]:
        """Return what every step of a validation needs beside the batch: worked out once."""

    def validation_loss(self, x: Any, y: Any, state: State, *extra: Any) -> tuple[Any, State]:
        """Return the summed loss of a batch without dropout and without chance, and the state after it.

        Where the read-out will be fitted anew it may be several sums, one at each scale (`zhgen.training.readout.SCALES`).
        """

    def fit_readout(self, batches: Iterable[Batch]) -> Mapping[str, float]:
        """Fit what turns outputs into probabilities and was not learnt, and return its figures; none if all was learnt."""

    def exported(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights of a bundle, decoder included."""


_OBJECTIVES: dict[Loss, Callable[[NDArray[np.float32], NDArray[np.int64], TrainSettings], Objective]] = {
    "softmax": Softmax,
    "mse": Aiming,
    "cosine": Aiming,
    "vmf": Aiming,
}


def make_objective(
    vectors: NDArray[np.float32], counts: NDArray[np.int64], pieces: Sequence[str], settings: TrainSettings
) -> Objective:
    """Return the objective that the settings name.

    Args:
        vectors: float32 (V, D), the word2vec vectors.
        counts: (V,), how often each piece occurs in the training part.
        pieces: The V pieces.
        settings: The recipe.
    """
    if settings.loss == "contrastive":
        return Contrastive(vectors, counts, pieces, settings)
    if settings.windows == "first":
        return LastStep(vectors, settings)
    return _OBJECTIVES[settings.loss](vectors, counts, settings)
