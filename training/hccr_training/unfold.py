"""A shipped model file back into weights that training can go on from.

A model file has its batch norms folded into the convolutions, which cannot be undone from the file alone. So each run
that ships keeps its batch norms (60 kB) beside its card, and the two together give the weights back:

    python -m hccr_training.unfold models/melnyk_net.onnx training/runs/NAME/batch_norms.npz -o training/.work/start.npz

``--save WEIGHTS`` writes that file of batch norms in the first place.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from hccr_desktop.domain.melnyk import BATCH_NORM_EPSILON
from hccr_desktop.errors import HccrError, ModelFileError, ModelMismatchError
from hccr_training.checkpoint import BATCH_NORM_NAMES, load_weights, save_npz
from hccr_training.network import INPUT_SCALE, MelnykNet


def save_batch_norms(network: MelnykNet, path: Path) -> None:
    """Write a network's batch norms: arrays ``bn1.gamma``, ``.beta``, ``.mean``, ``.variance`` and so on, float32."""
    arrays = {
        f"bn{number}.{stored}": getattr(norm, attribute).detach().float().numpy()
        for number, (_, norm) in enumerate(network.layers(), start=1)
        for stored, attribute in BATCH_NORM_NAMES.items()
    }
    np.savez_compressed(path, **arrays)


def unfold(model: Path, batch_norms: Path) -> MelnykNet:
    """The network that was exported as a model file, but for rounding to float16; in evaluation mode.

    Args:
        model: the ONNX file.
        batch_norms: of the same weights, see :func:`save_batch_norms`.

    Raises:
        ModelFileError: a file is missing or damaged.
        ModelMismatchError: the two do not belong together.
    """
    try:
        tensors = {
            tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).astype(np.float32))
            for tensor in onnx.load(model).graph.initializer
        }
        with np.load(batch_norms, allow_pickle=False) as arrays:
            norms = {name: torch.from_numpy(arrays[name]) for name in arrays.files}
    except Exception as error:  # protobuf's and zipfile's classes share no base
        raise ModelFileError(
            "{model} or {batch_norms} cannot be read.", model=model, batch_norms=batch_norms, detail=str(error)
        ) from error
    network = MelnykNet(classes=len(tensors.get("dense.bias", ())))
    try:
        with torch.no_grad():
            for number, (convolution, norm) in enumerate(network.layers(), start=1):
                for stored, attribute in BATCH_NORM_NAMES.items():
                    getattr(norm, attribute).copy_(norms[f"bn{number}.{stored}"])
                scale = norm.weight / torch.sqrt(norms[f"bn{number}.variance"] + BATCH_NORM_EPSILON)
                shift = norm.bias - norms[f"bn{number}.mean"] * scale
                if not torch.allclose(shift, tensors[f"conv{number}.bias"], rtol=1e-2, atol=1e-3):
                    raise ModelMismatchError(
                        "{batch_norms} is not of the weights in {model}.", batch_norms=batch_norms, model=model.name
                    )
                kernel = tensors[f"conv{number}.weight"] / scale[:, None, None, None]
                convolution.weight.copy_(kernel / INPUT_SCALE if number == 1 else kernel)
            network.gwap.copy_(tensors["gwap.weight"][0])
            network.dense.weight.copy_(tensors["dense.weight"])
            network.dense.bias.copy_(tensors["dense.bias"])
    except (KeyError, RuntimeError) as error:
        raise ModelMismatchError(
            "{model} is not a model file of this network.", model=model.name, detail=str(error)
        ) from error
    return network.eval()


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m hccr_training.unfold", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, nargs="?", help="the ONNX file")
    parser.add_argument("batch_norms", type=Path, help="file of batch norms")
    parser.add_argument("-o", "--output", type=Path, help="the weights to write, .npz")
    parser.add_argument("--save", type=Path, metavar="WEIGHTS", help="write the batch norms of these weights instead")
    options = parser.parse_args(arguments)
    try:
        if options.save is not None:
            save_batch_norms(load_weights(options.save), options.batch_norms)
            return 0
        if options.model is None or options.output is None:
            parser.error("a model file and --output are needed")
        save_npz(unfold(options.model, options.batch_norms), options.output)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    print(f"{options.output}: {options.output.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
