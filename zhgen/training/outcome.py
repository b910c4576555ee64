"""What follows a training: what turns outputs into probabilities is fitted, and figures are told."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhgen.bundle import Bundle
from zhgen.generation.fitting import fit_mixtures
from zhgen.generation.generator import Generator
from zhgen.generation.mixture import NAMES
from zhgen.ngrams.kneser_ney import KneserNey
from zhgen.progress import Reporter
from zhgen.training.layout import Windows
from zhgen.training.preparation import TrainingData
from zhgen.vectors.table import nearest, unit_rows


def fit_readout(objective: Any, windows: Windows, reporter: Reporter) -> dict[str, float]:
    """Fit what turns outputs into probabilities, and say how good they are."""
    figures = dict(objective.fit_readout(windows.batches()))
    if figures:
        prior = "bias" if objective.learns_probabilities else "log frequency"
        reporter.say(
            f"read out with {figures['scale']:.2f} × cosine + {figures['prior']:.2f} × {prior}: "
            f"perplexity {figures['perplexity']:.1f}"
        )
    return figures


def tell_mixtures(bundle: Bundle, counted: KneserNey, valid: NDArray[np.int32], reporter: Reporter) -> dict[str, Any]:
    """Fit what `generate` mixes in when asked to, and say how much it helps."""
    fitted = fit_mixtures(Generator(bundle), counted, valid)
    reporter.say(
        "perplexity on the validation text: the model {model:.1f}, with --mix {mix:.1f}, with --cache {cache:.1f}, "
        "with both {both:.1f}".format(**{name: fitted[name]["perplexity"] for name in ("model", *NAMES)})
    )
    return fitted


def tell_first_window(objective: Any, data: TrainingData, windows: Windows, when: str, reporter: Reporter) -> None:
    """Say what the network makes of the first window: the right word and the nearest one, each with its cosine."""
    batch = next(windows.batches())
    outputs = np.asarray(objective.predict(batch.x), dtype=np.float32)
    unit_vectors = unit_rows(data.table.vectors)
    pieces = data.vocabulary.pieces
    found = [nearest(unit_vectors, output, 1)[0] for output in outputs]
    targets = batch.y[-1]
    right = int(targets[0])
    cosine = float(unit_rows(outputs[:1])[0] @ unit_vectors[right])
    hits = sum(row == int(target) for (row, _), target in zip(found, targets, strict=True))
    reporter.say(
        f"{when}: the first window is followed by {pieces[right]} (cosine {cosine:.5f}); "
        f"predicted {pieces[found[0][0]]} (cosine {found[0][1]:.5f}); {hits} of the {len(found)} first windows right"
    )
