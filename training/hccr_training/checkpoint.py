"""Weights in and out of files: the first weights' npz layout, and the trainer's own checkpoints."""

import os
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from hccr_desktop.errors import ModelFileError, ModelMismatchError
from hccr_training.network import INPUT_SCALE, MelnykNet

CHECKPOINT_FORMAT: Final = "hccr-checkpoint-1"
"""Stands in every checkpoint of this trainer, so that another program's file is told from a damaged one."""

BATCH_NORM_NAMES: Final = {
    "gamma": "weight",
    "beta": "bias",
    "mean": "running_mean",
    "variance": "running_var",
}


def load_weights(path: Path) -> MelnykNet:
    """A network with the weights of a file, in evaluation mode.

    Args:
        path: ``.npz`` (arrays ``conv1.weight`` ... ``dense.bias``, first convolution for input 0..255), or a checkpoint
            of this trainer, whose averaged weights are taken where it has them.

    Raises:
        ModelFileError: the file is missing or damaged.
        ModelMismatchError: it holds weights of another network.
    """
    if not path.is_file():
        raise ModelFileError(f"The weights file {path} does not exist.")
    state = _state_of_npz(path) if path.suffix == ".npz" else _state_of_checkpoint(path)
    dense = state.get("dense.weight")
    classes = int(dense.shape[0]) if dense is not None and dense.ndim == 2 else 0
    if not classes:
        raise ModelMismatchError(f"{path.name} holds no dense layer, so it is not for this network.")
    network = MelnykNet(classes=classes)
    try:
        missing, unexpected = network.load_state_dict(dict(state), strict=False)
    except RuntimeError as error:
        raise ModelMismatchError(f"{path.name} holds weights of another shape.", detail=str(error)) from error
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        fault = f"{missing[0]} is missing" if missing else f"{unexpected[0]} is unknown"
        raise ModelMismatchError(f"{path.name} is not for this network: {fault}.")
    return network.eval()


def save_npz(network: MelnykNet, path: Path) -> None:
    """Write weights in the npz layout: float16, batch norm and the first convolution float32 (for input 0..255)."""
    arrays: dict[str, npt.NDArray[np.floating[Any]]] = {}
    for number, (convolution, norm) in enumerate(network.layers(), start=1):
        weight = convolution.weight.detach().float().numpy()
        arrays[f"conv{number}.weight"] = weight * np.float32(INPUT_SCALE) if number == 1 else weight.astype(np.float16)
        for stored, attribute in BATCH_NORM_NAMES.items():
            arrays[f"bn{number}.{stored}"] = getattr(norm, attribute).detach().float().numpy()
    arrays["gwap.weight"] = network.gwap.detach().float().numpy().astype(np.float16)
    arrays["dense.weight"] = network.dense.weight.detach().float().numpy().astype(np.float16)
    arrays["dense.bias"] = network.dense.bias.detach().float().numpy().astype(np.float16)
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(partial, **arrays)  # type: ignore[arg-type]
    partial.replace(path)


def save_checkpoint(values: Mapping[str, object], path: Path) -> None:
    """Write a checkpoint so that a crash at any moment leaves either the old file or the new one.

    Args:
        values: what :func:`read_checkpoint` gives back, ``format`` aside.
        path: the file to replace.
    """
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        torch.save({"format": CHECKPOINT_FORMAT, **values}, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """The values of :func:`save_checkpoint`.

    Raises:
        ModelFileError: the file is missing, damaged, or not a checkpoint of this trainer.
    """
    try:
        values = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise ModelFileError(f"The checkpoint {path} does not exist.") from error
    except (RuntimeError, EOFError, OSError, ValueError, pickle.UnpicklingError, zipfile.BadZipFile) as error:
        raise ModelFileError(f"{path.name} is damaged or not a checkpoint.", detail=str(error)) from error
    if not isinstance(values, dict) or values.get("format") != CHECKPOINT_FORMAT:
        raise ModelFileError(f"{path.name} is not a checkpoint of this trainer.")
    return values


def _state_of_checkpoint(path: Path) -> Mapping[str, Tensor]:
    values = read_checkpoint(path)
    averaged = values.get("averaged") or values.get("network")
    if not isinstance(averaged, Mapping):
        raise ModelMismatchError(f"{path.name} holds no network.")
    return averaged


def _state_of_npz(path: Path) -> Mapping[str, Tensor]:
    """The npz layout under the names of :class:`MelnykNet`'s state; unknown names stay, for the caller to refuse."""
    state: dict[str, Tensor] = {}
    try:
        # numpy leaves a file of its own open when it fails halfway
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            for name in arrays.files:
                state[_state_name(name)] = torch.from_numpy(arrays[name].astype(np.float32))
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise ModelFileError(f"{path.name} is damaged or not a weights file.", detail=str(error)) from error
    first = "convolutions.0.weight"
    if first in state:
        state[first] = state[first] / INPUT_SCALE
    return state


def _state_name(name: str) -> str:
    layer, _, value = name.partition(".")
    if layer.startswith("conv") and layer[4:].isdigit():
        return f"convolutions.{int(layer[4:]) - 1}.{value}"
    if layer.startswith("bn") and layer[2:].isdigit() and value in BATCH_NORM_NAMES:
        return f"batch_norms.{int(layer[2:]) - 1}.{BATCH_NORM_NAMES[value]}"
    return "gwap" if name == "gwap.weight" else name
