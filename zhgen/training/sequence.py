"""An LSTM layer over a whole window, written so that the large products are large.

The inputs of all steps are projected in one product, and on the way back the gradient of each kernel is one product over all
steps, where differentiating the loop step by step would make T small ones and add them up.
"""

from typing import Any

from keras import ops


def lstm_sequence(x: Any, h: Any, c: Any, kernel: Any, recurrent_kernel: Any, bias: Any) -> tuple[Any, Any]:
    """Go through a window with one LSTM layer.

    The state before the window counts as given: no gradient flows into it.

    Args:
        x: (T, B, D), the inputs, the first step first.
        h: (B, H), the output before the first step.
        c: (B, H), the state before the first step.
        kernel: (D, 4H), for the gates input, forget, candidate, output, as in Keras.
        recurrent_kernel: (H, 4H).
        bias: (4H,).

    Returns:
        The outputs of all steps, (T, B, H), and the state after the last, (B, H).
    """
    timesteps, _, width = x.shape
    units = recurrent_kernel.shape[0]

    @ops.custom_gradient  # type: ignore[untyped-decorator]  # Keras ships no types
    def run(x: Any, kernel: Any, recurrent_kernel: Any, bias: Any) -> Any:
        flat = ops.reshape(x, (-1, width))
        projected = ops.split(ops.matmul(flat, kernel) + bias, timesteps)  # T of (B, 4H)
        outputs, states, kept = [h], [c], []
        for t in range(timesteps):
            z = projected[t] + ops.matmul(outputs[-1], recurrent_kernel)
            open_gates = ops.sigmoid(z[:, : 2 * units])
            i, f = open_gates[:, :units], open_gates[:, units:]
            g = ops.tanh(z[:, 2 * units : 3 * units])
            o = ops.sigmoid(z[:, 3 * units :])
            states.append(f * states[-1] + i * g)
            squashed = ops.tanh(states[-1])
            outputs.append(o * squashed)
            kept.append((i, f, g, o, squashed))

        def gradient(*upstream: Any, **_: Any) -> Any:
            # TensorFlow passes the two gradients as arguments, JAX as one tuple.
            above = upstream[0] if len(upstream) > 1 else upstream[0][0]
            transposed = ops.transpose(recurrent_kernel)
            dz: list[Any] = [None] * timesteps
            dh, dc = ops.zeros_like(h), ops.zeros_like(c)
            for t in reversed(range(timesteps)):
                i, f, g, o, squashed = kept[t]
                dh = dh + above[t]
                dc = dc + dh * o * (1 - squashed * squashed)
                dz[t] = ops.concatenate(
                    [
                        dc * g * i * (1 - i),
                        dc * states[t] * f * (1 - f),
                        dc * i * (1 - g * g),
                        dh * squashed * o * (1 - o),
                    ],
                    axis=1,
                )
                dc = dc * f
                dh = ops.matmul(dz[t], transposed)
            gates = ops.concatenate(dz, axis=0)  # (T·B, 4H)
            before = ops.concatenate(outputs[:-1], axis=0)  # (T·B, H)
            return (
                ops.reshape(ops.matmul(gates, ops.transpose(kernel)), ops.shape(x)),
                ops.matmul(ops.transpose(flat), gates),
                ops.matmul(ops.transpose(before), gates),
                ops.sum(gates, axis=0),
            )

        return (ops.stack(outputs[1:]), states[-1]), gradient

    outputs, state = run(x, kernel, recurrent_kernel, bias)
    return outputs, ops.stop_gradient(state)
