"""What stands on the highest layer of a network on grids that looks back, in as few products as it takes."""

from dataclasses import dataclass

import numpy as np

from zhgen.recurrent.cells import Floats
from zhgen.recurrent.exact_network import ExactAttention
from zhgen.recurrent.network import LSTMNetwork, mean_direction


@dataclass(frozen=True)
class ExactHead:
    """The linear layers of M networks side by side, with their queries and keys: all that reads the highest layer's output.

    Args:
        kernel: (M, H/M, D + 2A), the linear layer's, the queries' and the keys' kernels.
        bias: (M, 1, D + 2A).
        attention: What looks back.
        of_means: Whether the mean of directions is put out; otherwise there is one network.
    """

    kernel: Floats
    bias: Floats
    attention: ExactAttention
    of_means: bool

    @classmethod
    def of(cls, network: LSTMNetwork, attention: ExactAttention) -> "ExactHead":
        """Return that of a network with a linear layer."""
        assert network.kernel is not None
        members, size = attention.members, attention.vector_size
        kernel = network.kernel.reshape(members, -1, size)
        bias = np.zeros((members, size), kernel.dtype) if network.bias is None else network.bias.reshape(members, size)
        return cls(
            np.concatenate([kernel, attention.query, attention.key], axis=-1),
            np.concatenate([bias, attention.query_bias, attention.key_bias], axis=-1)[:, np.newaxis],
            attention,
            of_means=network.kernel.ndim == 3,
        )

    def read(self, h: Floats) -> tuple[Floats, Floats, Floats]:
        """Return what the linear layers put out, (M, n, D), queries and keys, (n, M, A), for outputs (M, n, H/M)."""
        read = h @ self.kernel
        read += self.bias
        size = self.attention.vector_size
        compared = read[..., size:].swapaxes(0, 1)
        half = compared.shape[-1] // 2
        return read[..., :size], compared[..., :half], compared[..., half:]

    def put_out(self, own: Floats, found: Floats) -> Floats:
        """Return the output, (n, D).

        Args:
            own: (M, n, D), what the linear layers put out; it is overwritten.
            found: (M, n, D), what was found.
        """
        own += self.attention.put_out(found)
        return mean_direction(own) if self.of_means else own[0]
