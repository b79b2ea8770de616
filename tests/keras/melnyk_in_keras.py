"""Melnyk-Net as its authors would write it in Keras."""

import keras
import numpy as np

from hccr_desktop.domain.melnyk import BLOCKS, CLASSES, INPUT_SIZE
from tests.unit.model_import.keras_layouts import KerasNetwork


@keras.saving.register_keras_serializable(package="seed")
class GlobalWeightedAveragePooling2D(keras.layers.Layer):
    """One weight per position and channel, summed over positions."""

    def build(self, input_shape):
        self.W = self.add_weight(name="W", shape=input_shape[1:], initializer="uniform", trainable=True)
        super().build(input_shape)

    def call(self, features):
        return keras.ops.sum(features * self.W, axis=(1, 2))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[3])


def network_layers(*, epsilon: float = 1e-3) -> list[keras.layers.Layer]:
    """Input to softmax, under the names that Keras gives."""
    stack = [keras.Input((INPUT_SIZE, INPUT_SIZE, 1))]
    for index, block in enumerate(BLOCKS):
        for width in block:
            stack.append(
                keras.layers.Conv2D(
                    width, 3, padding="same", use_bias=False, kernel_regularizer=keras.regularizers.L2(1e-3)
                )
            )
            stack.append(keras.layers.BatchNormalization(epsilon=epsilon))
            stack.append(keras.layers.Activation("relu"))
        if index < len(BLOCKS) - 1:
            stack.append(keras.layers.AveragePooling2D(3, strides=2, padding="same"))
    return [
        *stack,
        GlobalWeightedAveragePooling2D(),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(CLASSES, activation="softmax"),
    ]


def functional(stack: list[keras.layers.Layer]) -> keras.Model:
    """The layers one after the other."""
    output = stack[0]
    for layer in stack[1:]:
        output = layer(output)
    return keras.Model(stack[0], output)


def set_weights(layers: list[keras.layers.Layer], network: KerasNetwork) -> None:
    """Give a built network's layers their values, by kind."""
    number = 0
    for layer in layers:
        match layer:
            case keras.layers.Conv2D():
                layer.set_weights([network.kernels[number]])
            case keras.layers.BatchNormalization():
                norm = (network.gammas, network.betas, network.means, network.variances)
                layer.set_weights([values[number] for values in norm])
                number += 1
            case GlobalWeightedAveragePooling2D():
                layer.set_weights([network.gwap])
            case keras.layers.Dense():
                layer.set_weights([network.dense, network.bias])


def probabilities(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """(N, classes) of (N, 96, 96) images in 0..255, in the order of the model's own outputs."""
    return np.asarray(model.predict(images[..., None], verbose=0))
