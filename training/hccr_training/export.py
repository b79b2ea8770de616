"""Weights to the ONNX file that the pad opens.

Run ``python -m hccr_training.export WEIGHTS -o models/melnyk_net.onnx --card training/runs/NAME/card.toml``.
"""

import argparse
import sys
from pathlib import Path
from typing import Final, cast

import onnx
from torch import Tensor

from hccr_desktop.errors import HccrError, ModelMismatchError
from hccr_desktop.inference.model_card import ModelCard
from hccr_desktop.model_import import onnx_builder
from hccr_desktop.model_import.network_weights import ConvolutionWeights, NetworkWeights
from hccr_training.card import read_card
from hccr_training.checkpoint import load_weights
from hccr_training.network import INPUT_SCALE, MelnykNet

MAX_BYTES: Final = 14_000_000
"""The project's limit for the file, of which the weights take 13.1 million bytes."""


def network_weights(network: MelnykNet) -> NetworkWeights:
    """The network's weights as plain arrays, the input's scale moved into the first convolution."""
    convolutions = []
    for number, (convolution, norm) in enumerate(network.layers()):
        scale = INPUT_SCALE if number == 0 else 1.0
        convolutions.append(
            ConvolutionWeights(
                kernel=convolution.weight.detach().double().numpy() * scale,
                gamma=norm.weight.detach().double().numpy(),
                beta=norm.bias.detach().double().numpy(),
                mean=cast(Tensor, norm.running_mean).double().numpy(),
                variance=cast(Tensor, norm.running_var).double().numpy(),
                epsilon=norm.eps,
            )
        )
    return NetworkWeights(
        convolutions=tuple(convolutions),
        gwap=network.gwap.detach().float().numpy(),
        dense_weight=network.dense.weight.detach().float().numpy(),
        dense_bias=network.dense.bias.detach().float().numpy(),
    )


def build_model(network: MelnykNet, card: ModelCard) -> onnx.ModelProto:
    """The ONNX model of a network, as :func:`hccr_desktop.model_import.onnx_builder.build_model` makes it.

    Args:
        network: in evaluation mode, on the CPU.
        card: goes into the metadata; its classes must be the network's.

    Raises:
        ModelMismatchError: the card names another number of classes than the network has.
    """
    return onnx_builder.build_model(network_weights(network), card, producer="hccr-training")


def export(network: MelnykNet, card: ModelCard, path: Path) -> int:
    """Write the model file; the same weights and card give the same bytes.

    Returns:
        The file's size in bytes.

    Raises:
        ModelMismatchError: card and network do not fit, or the file would be over MAX_BYTES.
    """
    content = onnx_builder.serialized(build_model(network, card))
    if len(content) > MAX_BYTES:
        raise ModelMismatchError(f"{path.name} would have {len(content):,} bytes, over the limit of {MAX_BYTES:,}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = onnx_builder.partial_path(path)
    partial.write_bytes(content)
    partial.replace(path)
    return len(content)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.export", description=__doc__)
    parser.add_argument("weights", type=Path, help="checkpoint of the trainer, or weights as .npz")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--card", type=Path, required=True, help="TOML file with the model card")
    options = parser.parse_args(arguments)
    try:
        size = export(load_weights(options.weights), read_card(options.card), options.output)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    print(f"{options.output}: {size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
