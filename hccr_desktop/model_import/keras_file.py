"""What stands in a Keras file: its arrays in network order, and its description of the network.

Four layouts are read, told apart by content and never by file name: a whole model of Keras 1 and 2 (and the legacy
``.h5`` of Keras 3), which keeps its weights under ``model_weights``; the weights alone, with the same attributes at the
root; ``.weights.h5`` of Keras 3, which names a layer's arrays 0, 1, 2; and ``.keras``, a zip archive with such a file.
"""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import h5py
import numpy as np
import numpy.typing as npt

from hccr_desktop.errors import HccrError, ModelFileError

Role = Literal["kernel", "gwap", "dense", "gamma", "beta", "mean", "variance", "bias", "unknown"]
"""What an array is for. Its rank tells the first three apart, its name or place the others."""

_HDF5_SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
_ZIP_SIGNATURE: Final = b"PK\x03\x04"

_MAX_VALUES: Final = 16_000_000
"""Ten times the largest array of this network; a damaged header may promise terabytes."""

_MAX_MEMBER_BYTES: Final = 1 << 30
"""Of a file inside a .keras archive, before it is unpacked. With the optimizer's state it takes 80 MB."""

_RANK_ROLES: Final[dict[int, Role]] = {4: "kernel", 3: "gwap", 2: "dense"}
_NAMED_ROLES: Final[dict[str, Role]] = {
    "gamma": "gamma",
    "beta": "beta",
    "moving_mean": "mean",
    "moving_variance": "variance",
    "bias": "bias",
}
_BATCH_NORM_ORDER: Final[tuple[Role, ...]] = ("gamma", "beta", "mean", "variance")
"""Keras 3 numbers a layer's arrays: the trainable ones first, then the running statistics."""

# TensorFlow adds ":0" to every name and "_1" to one that was taken.
_NAME: Final = re.compile(rf"(?:^|_)({'|'.join(_NAMED_ROLES)})(?:_\d+)?$")

_NOT_WEIGHTS: Final = frozenset({"optimizer", "optimizer_weights", "metrics", "compile_metrics", "seed_generator"})
"""Groups beside the weights. Momentum has the very shapes of the weights it belongs to."""

# What h5py, zipfile and json raise on damaged files; seen by truncating and overwriting bytes of each layout.
_DAMAGE: Final = (
    OSError,
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    EOFError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, slots=True, eq=False)
class StoredArray:
    """One array of the file.

    Attributes:
        path: its name in the file, for messages.
        role: what it is for.
        values: float32, axes as Keras has them.
    """

    path: str
    role: Role
    values: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class KerasFile:
    """The content of a Keras file.

    Attributes:
        name: of the file, for messages.
        layout: where the weights stand and which Keras wrote them, for a person to read.
        arrays: those of one role stand in network order.
        description: Keras' own description of the model as parsed JSON; None where the file has none.
    """

    name: str
    layout: str
    arrays: tuple[StoredArray, ...]
    description: object = None


def read_keras_file(path: Path) -> KerasFile:
    """Read a Keras file of any of the four layouts.

    Raises:
        ModelFileError: the file is missing, no Keras file, cut off, damaged, or lacks an array that it lists.
    """
    signature = _read_signature(path)
    try:
        if signature == _HDF5_SIGNATURE:
            # Without a lock, since a read-only network drive may know none.
            with h5py.File(path, "r", locking=False) as file:
                return _read_hdf5(file, path.name)
        if signature.startswith(_ZIP_SIGNATURE):
            return _read_archive(path)
    except HccrError:
        raise
    except _DAMAGE as error:
        raise ModelFileError(
            f"{path.name} is cut off or damaged.", detail=f"{type(error).__name__}: {error}"
        ) from error
    raise ModelFileError(f"{path.name} is not a Keras file (.hdf5, .h5, .weights.h5 or .keras).")


def _read_signature(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ModelFileError(f"{path} is a folder, not a Keras file.")
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise ModelFileError(f"{path} is not a file.")
        with path.open("rb") as file:
            signature = file.read(len(_HDF5_SIGNATURE))
    except FileNotFoundError as error:
        raise ModelFileError(f"The Keras file {path} does not exist.", detail=str(error)) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise ModelFileError(f"The Keras file {path} cannot be read.", detail=str(error)) from error
    if not signature:
        raise ModelFileError(f"{path.name} is empty.")
    return signature


def _read_archive(path: Path) -> KerasFile:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "config.json" not in names or "model.weights.h5" not in names:
            raise ModelFileError(f"{path.name} is a zip archive, but not a .keras file with weights.")
        description = json.loads(_member(archive, "config.json", path.name))
        version = ""
        if "metadata.json" in names:
            version = str(json.loads(_member(archive, "metadata.json", path.name)).get("keras_version", ""))
        weights = io.BytesIO(_member(archive, "model.weights.h5", path.name))
    with h5py.File(weights, "r") as file:
        arrays = tuple(_walked(file, path.name))
    return KerasFile(path.name, f"Keras {version or 'of unknown version'}, .keras archive", arrays, description)


def _member(archive: zipfile.ZipFile, member: str, name: str) -> bytes:
    if archive.getinfo(member).file_size > _MAX_MEMBER_BYTES:
        raise ModelFileError(f"{name} holds a {member} that is far too large for this network.")
    return archive.read(member)


def _read_hdf5(file: Any, name: str) -> KerasFile:  # noqa: ANN401 (h5py has no types)
    group, place = file, "weights at the root"
    if isinstance(file.get("model_weights"), h5py.Group):
        group, place = file["model_weights"], "weights under model_weights"
    version = _text(group.attrs.get("keras_version", file.attrs.get("keras_version", b"")))
    layers = _names(group, "layer_names")
    arrays = tuple(_walked(group, name) if layers is None else _listed(group, layers, name))
    description = None
    if "model_config" in file.attrs:
        description = json.loads(_text(file.attrs["model_config"]))
    return KerasFile(name, f"Keras {version or 'of unknown version'}, {place}", arrays, description)


def _listed(group: Any, layers: list[str], name: str) -> Iterator[StoredArray]:  # noqa: ANN401
    """The arrays that Keras' attributes list, in their order."""
    for layer in layers:
        if layer not in group:
            raise ModelFileError(f"{name} is incomplete: it lists the layer {layer} but does not hold it.")
        weights = _names(group[layer], "weight_names")
        if weights is None:
            yield from _walked(group[layer], name, prefix=f"{layer}/")
            continue
        for weight in weights:
            if weight not in group[layer]:
                raise ModelFileError(f"{name} is incomplete: it lists the array {weight} but does not hold it.")
            dataset = group[layer][weight]
            role = _RANK_ROLES.get(len(dataset.shape)) or _role_of_name(weight)
            yield StoredArray(weight, role, _values(dataset, weight, name))


def _walked(group: Any, name: str, *, prefix: str = "") -> Iterator[StoredArray]:  # noqa: ANN401
    """All arrays below a group. HDF5 sorts by name, which puts conv2d_10 before conv2d_2, so numbers are compared."""
    found: list[str] = []

    def visit(path: str, entry: object) -> None:
        if isinstance(entry, h5py.Dataset) and not _NOT_WEIGHTS.intersection(path.split("/")):
            found.append(path)

    group.visititems(visit)  # unlike a walk of our own it follows no links, which may lead in circles
    found.sort(key=_natural_order)
    for path in found:
        dataset = group[path]
        role = _RANK_ROLES.get(len(dataset.shape)) or _role_of_name(path)
        if role == "unknown" and path.rpartition("/")[2].isdigit():
            role = _role_of_place(group, path)
        yield StoredArray(prefix + path, role, _values(dataset, prefix + path, name))


def _natural_order(path: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path)]


def _role_of_name(path: str) -> Role:
    match = _NAME.search(path.rpartition("/")[2].partition(":")[0])
    return _NAMED_ROLES[match.group(1)] if match else "unknown"


def _role_of_place(group: Any, path: str) -> Role:  # noqa: ANN401
    """Role of an array of rank 1 that is only numbered: batch norm has four of them, any other layer one bias."""
    parent = group[path.rpartition("/")[0]]
    vectors = [key for key in parent if isinstance(parent[key], h5py.Dataset) and len(parent[key].shape) == 1]
    if len(vectors) == len(_BATCH_NORM_ORDER):
        return _BATCH_NORM_ORDER[sorted(vectors, key=int).index(path.rpartition("/")[2])]
    return "bias" if len(vectors) == 1 else "unknown"


def _values(dataset: Any, path: str, name: str) -> npt.NDArray[np.float32]:  # noqa: ANN401
    if not isinstance(dataset, h5py.Dataset):
        raise ModelFileError(f"{name} holds no array at {path}.")
    if dataset.dtype.kind != "f":
        raise ModelFileError(f"{name} holds {path} as {dataset.dtype}, not as floating point numbers.")
    if dataset.size > _MAX_VALUES:
        raise ModelFileError(f"{name} holds {dataset.size:,} numbers in {path}, far more than this network has.")
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite and is refused as such
        return np.asarray(dataset[()], np.float32)


def _names(group: Any, key: str) -> list[str] | None:  # noqa: ANN401
    """A list of names among the attributes, None where it is missing.

    HDF5 limits an attribute to 64 kB, so Keras cuts a long list into ``key0``, ``key1``.
    """
    if key in group.attrs:
        return [_text(entry) for entry in np.atleast_1d(group.attrs[key])]
    chunks: list[str] = []
    while f"{key}{len(chunks)}" in group.attrs:
        chunks.append(f"{key}{len(chunks)}")
    return [_text(entry) for chunk in chunks for entry in np.atleast_1d(group.attrs[chunk])] if chunks else None


def _text(value: object) -> str:
    """Keras 2 on h5py 2 wrote bytes, later pairs of them write str."""
    return bytes(value).decode("utf-8") if isinstance(value, bytes) else str(value)
