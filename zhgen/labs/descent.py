"""Two ways down a gradient, as the lessons take them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from zhgen.recurrent.cells import Floats


@dataclass
class Momentum:
    """Gradient descent with momentum, as in Caffe: v ← μ·v + r·∇, w ← w − v.

    Args:
        weights: By name; changed in place.
        rate: r, how much of the gradient is taken.
        momentum: μ, how much of the last step is taken again.
    """

    weights: Mapping[str, Floats]
    rate: float
    momentum: float
    _last: dict[str, Floats] = field(default_factory=dict)

    def step(self, gradients: Mapping[str, Floats]) -> None:
        """Take a step down the gradients, which have the weights' names."""
        for name, weights in self.weights.items():
            self._last[name] = self.momentum * self._last.get(name, 0.0) + self.rate * gradients[name]
            weights -= self._last[name]


@dataclass
class Adam:
    """Adam (Kingma & Ba 2015): a step in each direction by its gradient's mean over its root mean square.

    m ← β₁·m + (1 − β₁)·∇, v ← β₂·v + (1 − β₂)·∇², w ← w − r·(m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)

    Args:
        weights: By name; changed in place.
        longest: Gradients that are longer, all taken together, are made as long as that (Pascanu et al. 2013).
        beta1: β₁, how slowly the mean moves.
        beta2: β₂, how slowly the mean square moves.
        epsilon: ε, against division by nothing.
    """

    weights: Mapping[str, Floats]
    longest: float = 1.0
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    _moments: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    _steps: int = 0

    def step(self, gradients: Mapping[str, Floats], rate: float) -> None:
        """Take a step down the gradients, which have the weights' names, at a rate."""
        self._steps += 1
        length = np.sqrt(sum(float((gradient**2).sum()) for gradient in gradients.values()))
        shorter = min(1.0, self.longest / (length + self.epsilon))
        for name, weights in self.weights.items():
            gradient = gradients[name] * shorter
            m, v = self._moments.get(name, (np.zeros_like(weights), np.zeros_like(weights)))
            m = self.beta1 * m + (1 - self.beta1) * gradient
            v = self.beta2 * v + (1 - self.beta2) * gradient**2
            self._moments[name] = m, v
            mean, square = m / (1 - self.beta1**self._steps), v / (1 - self.beta2**self._steps)
            weights -= rate * mean / (np.sqrt(square) + self.epsilon)
