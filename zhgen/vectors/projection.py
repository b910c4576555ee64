"""Vectors laid out in a plane: by principal components, or by t-SNE with scikit-learn."""

import importlib.util

import numpy as np
from numpy.typing import NDArray

from zhgen.config import Projection
from zhgen.errors import RefusedError
from zhgen.vectors.table import unit_rows

FEWEST_POINTS, MOST_POINTS = 3, 5000
_NEIGHBOURS = 30.0  # t-SNE's perplexity, less for few points

Floats = NDArray[np.float32]
Points = NDArray[np.float64]


def check_projection(kind: Projection, points: int) -> None:
    """Refuse what cannot be drawn, before time is spent.

    Raises:
        RefusedError: There are too few points or too many, or scikit-learn is not installed.
    """
    if not FEWEST_POINTS <= points <= MOST_POINTS:
        raise RefusedError(f"A map can have {FEWEST_POINTS} to {MOST_POINTS:,} words.", f"Received: {points:,}.")
    if kind == "tsne" and importlib.util.find_spec("sklearn") is None:
        raise RefusedError("--method tsne needs scikit-learn.", "Type: pip install 'zhgen[map]' - or give --method pca.")


def project(vectors: Floats, kind: Projection, seed: int) -> Points:
    """Return where each row lies in the plane, float64 (N, 2), from 0 to 1 along both axes.

    Args:
        vectors: float32 (N, D); only their directions count.
        kind: `pca`, the two directions in which the words differ most; `tsne`, which keeps near words near.
        seed: Where t-SNE begins; the same seed gives the same points.
    """
    units = unit_rows(vectors)
    points = _tsne(units, seed) if kind == "tsne" else _pca(units)
    low, high = points.min(axis=0), points.max(axis=0)
    spans = high - low
    placed: Points = np.divide(points - low, spans, out=np.full_like(points, 0.5), where=spans > 0)
    return placed


def _pca(units: Floats) -> Points:
    """Return the rows along the two widest directions; a direction's largest entry is made positive."""
    centred = units.astype(np.float64) - units.mean(axis=0, dtype=np.float64)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    widest = np.zeros((2, units.shape[1]))
    widest[: len(directions)] = directions[:2]  # of vectors with one dimension there is one
    signs = np.sign(widest[(0, 1), np.abs(widest).argmax(axis=1)])
    points: Points = centred @ (widest * signs[:, np.newaxis]).T
    return points


def _tsne(units: Floats, seed: int) -> Points:
    """Return what t-SNE makes of the cosines (van der Maaten & Hinton 2008), in one thread: sums of several differ a little."""
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    perplexity = min(_NEIGHBOURS, (len(units) - 1) / FEWEST_POINTS)
    model = TSNE(n_components=2, perplexity=perplexity, metric="cosine", init="random", random_state=seed)
    with threadpool_limits(limits=1):
        return np.asarray(model.fit_transform(units), dtype=np.float64)
