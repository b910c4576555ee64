"""One step of a GRU whose products are convolutions, as a Keras cell."""

from collections.abc import Sequence
from typing import Any, Literal

import keras
from keras import ops

DataFormat = Literal["channels_first", "channels_last"]
Shape = tuple[int | None, ...]


@keras.saving.register_keras_serializable(package="zhgen")
class ConvGRU2DCell(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """A gated recurrent unit (Cho et al. 2014) that keeps a picture as its state (Ballas et al. 2016).

    With ∗ for a convolution and ∘ for the product of numbers in the same place:

        z  = σ(bz + Wz ∗ x + Uz ∗ h)            what share of the old state stays
        r  = σ(br + Wr ∗ x + Ur ∗ h)            what share of it the candidate sees
        h~ = tanh(bh + Wh ∗ x + Uh ∗ (h ∘ r))   the candidate
        h' = z ∘ h + (1 − z) ∘ h~

    The six kernels lie side by side in two weights and the biases in a third, in the order z, r, h.

    Args:
        filters: Channels of the state.
        kernel_size: Height and width of all six kernels, or one number for both.
        strides: Steps of the convolutions of the input; those of the state go by ones.
        padding: "same" or "valid", for the input; the state is always padded to its own size.
        data_format: "channels_last" or "channels_first"; None takes what Keras is set to.
        activation: What makes the candidate.
        recurrent_activation: What makes the gates.
        use_bias: Whether there are biases.
        kernel_initializer: How W starts; `recurrent_initializer` and `bias_initializer` do the same for U and b.
        kernel_regularizer: What W is punished for; so `recurrent_regularizer` and `bias_regularizer`.
        kernel_constraint: What W is held to; so `recurrent_constraint` and `bias_constraint`.

    Call arguments:
        inputs: (batch, height, width, channels), or (batch, channels, height, width).
        states: A list with h, (batch, new height, new width, filters), or with its channels first.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "same",
        data_format: DataFormat | None = None,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        **layer: Any,
    ) -> None:
        super().__init__(**layer)
        self.filters = _positive(filters, "filters")
        self.kernel_size = _pair(kernel_size, "kernel_size")
        self.strides = _pair(strides, "strides")
        self.padding = _one_of(str(padding).lower(), ("same", "valid"), "padding")
        formats = ("channels_last", "channels_first")
        self.data_format = _one_of(data_format or keras.config.image_data_format(), formats, "data_format")
        self.activation = keras.activations.get(activation)
        self.recurrent_activation = keras.activations.get(recurrent_activation)
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.recurrent_initializer = keras.initializers.get(recurrent_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = keras.regularizers.get(recurrent_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.recurrent_constraint = keras.constraints.get(recurrent_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)
        self.state_size = self.filters  # the size along the channels; `get_initial_state` knows the rest

    def build(self, inputs_shape: Shape, states_shape: Any = None) -> None:  # noqa: ARG002  Keras's signature
        """Make the weights for pictures of a known size.

        Raises:
            ValueError: The height, the width or the number of channels is not known.
        """
        if len(inputs_shape) != 4 or None in inputs_shape[1:]:
            raise ValueError(f"The cell needs pictures of a known size. Received: inputs_shape={inputs_shape}")
        self.picture_shape = tuple(inputs_shape[1:])
        channels = inputs_shape[1] if self.data_format == "channels_first" else inputs_shape[3]
        self.kernel = self._weight("kernel", (*self.kernel_size, channels, 3 * self.filters))
        self.recurrent_kernel = self._weight("recurrent", (*self.kernel_size, self.filters, 3 * self.filters))
        self.bias = self._weight("bias", (3 * self.filters,)) if self.use_bias else None
        self.built = True

    def _weight(self, part: str, shape: Shape) -> Any:
        return self.add_weight(
            shape=shape,
            name="recurrent_kernel" if part == "recurrent" else part,
            initializer=getattr(self, f"{part}_initializer"),
            regularizer=getattr(self, f"{part}_regularizer"),
            constraint=getattr(self, f"{part}_constraint"),
        )

    def call(self, inputs: Any, states: Sequence[Any], training: bool = False) -> tuple[Any, list[Any]]:  # noqa: ARG002
        """Return the new state, and once more in a list, as Keras asks of a cell."""
        x, h = self._channels_last(inputs), self._channels_last(states[0])
        gates, candidate = 2 * self.filters, self.filters  # z and r are computed at once
        driven = ops.conv(x, self.kernel, self.strides, self.padding, "channels_last")  # (B, H', W', 3F)
        if self.bias is not None:
            driven = driven + self.bias
        kept = ops.conv(h, self.recurrent_kernel[..., :gates], 1, "same", "channels_last")  # (B, H', W', 2F)
        z, r = ops.split(self.recurrent_activation(driven[..., :gates] + kept), 2, axis=-1)  # (B, H', W', F) each
        seen = ops.conv(h * r, self.recurrent_kernel[..., -candidate:], 1, "same", "channels_last")
        h = z * h + (1 - z) * self.activation(driven[..., -candidate:] + seen)
        if self.data_format == "channels_first":
            h = ops.transpose(h, (0, 3, 1, 2))
        return h, [h]

    def _channels_last(self, pictures: Any) -> Any:
        """Return pictures as the convolutions read them: with channels first they do not run on every processor."""
        return ops.transpose(pictures, (0, 2, 3, 1)) if self.data_format == "channels_first" else pictures

    def compute_output_shape(self, inputs_shape: Shape, states_shape: Any = None) -> tuple[Shape, list[Shape]]:  # noqa: ARG002
        """Return the shape of the output and, in a list, of the state, which is the same."""
        first = self.data_format == "channels_first"
        sides = inputs_shape[2:] if first else inputs_shape[1:-1]
        height, width = map(self._side, sides, self.kernel_size, self.strides)
        shape = (inputs_shape[0], self.filters, height, width) if first else (inputs_shape[0], height, width, self.filters)
        return shape, [shape]

    def _side(self, side: int | None, kernel: int, stride: int) -> int | None:
        if side is None:
            return None
        return -(-(side if self.padding == "same" else side - kernel + 1) // stride)

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """Return the zeros from which a sequence starts."""
        shape, _ = self.compute_output_shape((batch_size, *self.picture_shape))
        return [ops.zeros(shape, dtype=self.compute_dtype)]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same cell again."""
        config: dict[str, Any] = super().get_config()
        config |= {name: getattr(self, name) for name in ("filters", "kernel_size", "strides", "padding", "data_format")}
        config["use_bias"] = self.use_bias
        for name in ("activation", "recurrent_activation"):
            config[name] = keras.activations.serialize(getattr(self, name))
        for part in ("kernel", "recurrent", "bias"):
            config[f"{part}_initializer"] = keras.initializers.serialize(getattr(self, f"{part}_initializer"))
            config[f"{part}_regularizer"] = keras.regularizers.serialize(getattr(self, f"{part}_regularizer"))
            config[f"{part}_constraint"] = keras.constraints.serialize(getattr(self, f"{part}_constraint"))
        return config


def _positive(value: int, name: str) -> int:
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}")
    return value


def _pair(value: int | Sequence[int], name: str) -> tuple[int, int]:
    """Return a number twice, or two numbers as they are."""
    numbers = (value, value) if isinstance(value, int) else tuple(value)
    if len(numbers) != 2:
        raise ValueError(f"`{name}` must be one integer or two. Received: {name}={value!r}")
    return _positive(numbers[0], name), _positive(numbers[1], name)


def _one_of(value: str, known: Sequence[str], name: str) -> str:
    if value not in known:
        raise ValueError(f"`{name}` must be one of {', '.join(known)}. Received: {name}={value!r}")
    return value
