"""A recurrent layer over sequences of pictures: `ConvGRU2D`."""

import inspect
from collections.abc import Sequence
from typing import Any

import keras

from zhgen.layers.conv_gru_cell import ConvGRU2DCell, Shape

_OF_THE_CELL = tuple(inspect.signature(ConvGRU2DCell).parameters)[:-1]  # but for what every Keras layer takes


@keras.saving.register_keras_serializable(package="zhgen")
class ConvGRU2D(keras.layers.RNN):  # type: ignore[misc]  # Keras ships no types
    """A GRU over a sequence of pictures, whose state is a picture too: see `ConvGRU2DCell` for the formulas.

    It is to `keras.layers.GRU(reset_after=False)` what Keras's `ConvLSTM2D` is to its `LSTM`.

    Args:
        filters: Channels of the state.
        kernel_size: Height and width of the kernels, or one number for both.
        return_sequences: Whether every state is returned, or the last alone.
        return_state: Whether the last state is returned beside the output.
        go_backwards: Whether the sequence is read from its end; with `return_sequences` the states come in the order they
            were made in.
        stateful: Whether a batch starts from the states in which the one before ended.
        **settings: All other arguments of `ConvGRU2DCell`; `unroll` and `zero_output_for_mask` of `keras.layers.RNN`; and
            what every Keras layer takes.

    Call arguments:
        sequences: (batch, timesteps, height, width, channels), or (batch, timesteps, channels, height, width).
        initial_state: The state to start from, (batch, new height, new width, filters) or with its channels first, alone
            or in a list; zeros when it is None.
        mask: bool (batch, timesteps). Where it is False, the state stays as it is, and the output of the step before is put out
            again: zeros before the first step that is seen, as in Keras's own layers, even when an initial state is given.

    Returns:
        The last output, or with `return_sequences` (batch, timesteps, new height, new width, filters), or with the channels
        before the height; with `return_state` a pair with the last state.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        *,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **settings: Any,
    ) -> None:
        of_the_cell = {name: settings.pop(name) for name in _OF_THE_CELL if name in settings}
        cell = ConvGRU2DCell(filters, kernel_size, **of_the_cell, name="conv_gru_cell", dtype=settings.get("dtype"))
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            **settings,
        )
        self.input_spec = keras.layers.InputSpec(ndim=5)

    def compute_output_shape(self, sequences_shape: Shape, initial_state_shape: Any = None) -> Any:  # noqa: ARG002
        """Return the shape of the output, or a pair with the state's when that is returned too."""
        batch_size, timesteps, *picture = sequences_shape
        state, _ = self.cell.compute_output_shape((batch_size, *picture))
        output = (batch_size, timesteps, *state[1:]) if self.return_sequences else state
        return (output, state) if self.return_state else output

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer again."""
        config: dict[str, Any] = super().get_config()
        del config["cell"]
        cell = self.cell.get_config()
        return config | {name: cell[name] for name in _OF_THE_CELL}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "ConvGRU2D":  # noqa: ARG003
        """Return the layer that `get_config` describes."""
        return cls(**config)
