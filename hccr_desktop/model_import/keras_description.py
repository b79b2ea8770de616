"""Whether a model's own description is that of Melnyk-Net.

Weights alone do not tell: with max pooling, another order of layers or a rescaled input, the same shapes make another
network, which would answer nonsense without any error.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hccr_desktop.domain.melnyk import BATCH_NORM_EPSILON, BLOCKS
from hccr_desktop.errors import ModelFileError, ModelMismatchError

# What each layer is to the network; "" is nothing while recognizing.
_KINDS: Final = {
    "InputLayer": "",
    "Dropout": "",
    "SpatialDropout2D": "",
    "GaussianNoise": "",
    "GaussianDropout": "",
    "Conv2D": "a convolution",
    "Convolution2D": "a convolution",
    "BatchNormalization": "batch norm",
    "ReLU": "ReLU",
    "AveragePooling2D": "average pooling",
    "Dense": "a dense layer",
    "Softmax": "softmax",
}
_ACTIVATIONS: Final = {"relu": "ReLU", "softmax": "softmax", "linear": ""}
_GWAP: Final = "global weighted average pooling"
_MODELS: Final = frozenset({"Model", "Functional", "Sequential"})

# Settings that change what a layer computes and that no shape shows, with every way in which Keras versions write the
# value that Melnyk-Net has. A setting that a description leaves out did not exist in the Keras that wrote it.
_SETTINGS: Final[Mapping[str, Mapping[str, tuple[object, ...]]]] = {
    "a convolution": {
        "strides": ([1, 1], 1),
        "dilation_rate": ([1, 1], 1),
        "groups": (1,),
        "padding": ("same",),
        "use_bias": (False,),
        "activation": ("linear", None),
        "data_format": ("channels_last", None),
    },
    "batch norm": {"axis": (-1, 3, [-1], [3]), "center": (True,), "scale": (True,)},
    "ReLU": {"max_value": (None,), "negative_slope": (0, [0]), "threshold": (0, [0])},
    "average pooling": {
        "pool_size": ([3, 3], 3),
        "strides": ([2, 2], 2),
        "padding": ("same",),
        "data_format": ("channels_last", None),
    },
    "a dense layer": {"activation": ("softmax", "linear", None), "use_bias": (True,)},
}


def batch_norm_epsilons(description: object, name: str) -> tuple[float, ...]:
    """Compare a description with the layer table, and read the one number of the network that is no weight.

    Args:
        description: Keras' model description as parsed JSON, or None where a file has none.
        name: of the file, for messages.

    Returns:
        Epsilon of each batch norm in network order; Keras' default where nothing is described.

    Raises:
        ModelFileError: the description is damaged.
        ModelMismatchError: it is that of another network; the message names the first layer that differs.
    """
    expected = _expected_kinds()
    try:
        chains = list(_chains(description))
        networks = [chain for chain in chains if any(_kind(layer) == "a convolution" for layer in chain)]
        if not networks:  # weights alone, or a class of the authors' own that describes nothing
            return (BATCH_NORM_EPSILON,) * expected.count("batch norm")
        if len(networks) > 1:
            raise ModelMismatchError(f"{name} describes {len(networks)} networks in one.")
        for chain in chains:
            if chain is not networks[0]:
                _require_wrapper(chain, name)
        layers = [layer for layer in networks[0] if _kind(layer)]
        _require_kinds(layers, expected, name)
        for layer in layers:
            _require_settings(layer, name)
        norms = [layer for layer in layers if _kind(layer) == "batch norm"]
        return tuple(float(layer["config"].get("epsilon", BATCH_NORM_EPSILON)) for layer in norms)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelFileError(
            f"{name} has a damaged description of its network.", detail=f"{type(error).__name__}: {error}"
        ) from error


def _expected_kinds() -> list[str]:
    kinds: list[str] = []
    for index, block in enumerate(BLOCKS):
        kinds += ["a convolution", "batch norm", "ReLU"] * len(block)
        if index < len(BLOCKS) - 1:
            kinds.append("average pooling")
    return [*kinds, _GWAP, "a dense layer"]


def _chains(description: object) -> Iterator[list[dict[str, Any]]]:
    """The list of layers of a model, and those of the models within it."""
    if not isinstance(description, dict) or description.get("class_name") not in _MODELS:
        return
    config = description["config"]
    layers = config if isinstance(config, list) else config["layers"]  # a Sequential of Keras 2.1 is the bare list
    yield layers
    for layer in layers:
        yield from _chains(layer)


def _kind(layer: Mapping[str, Any]) -> str:
    class_name = str(layer["class_name"])
    if class_name == "Activation":
        activation = str(layer["config"]["activation"])
        return _ACTIVATIONS.get(activation, activation)
    return _KINDS.get(class_name, class_name)


def _require_wrapper(chain: list[dict[str, Any]], name: str) -> None:
    """A model around the network may hand its input through or, as Keras 2 did for several GPUs, cut up the batch."""
    classes = [str(layer["class_name"]) for layer in chain]
    harmless = _MODELS | {"InputLayer"} | ({"Lambda", "Concatenate"} if "Concatenate" in classes else set())
    for class_name in classes:
        if class_name not in harmless:
            raise ModelMismatchError(f"{name} describes a layer {class_name} around the network, which has none.")


def _require_kinds(layers: list[dict[str, Any]], expected: list[str], name: str) -> None:
    if _kind(layers[-1]) == "softmax":  # it may be a layer of its own
        layers = layers[:-1]
    for layer, kind in zip(layers, expected, strict=False):
        if kind == _GWAP and str(layer["class_name"]) not in _KINDS.keys() | {"Activation"}:
            continue  # a class of the authors' own, under whatever name; its weight has been found by its shape
        if _kind(layer) != kind:
            raise ModelMismatchError(
                f"{name} describes another network: {_layer_name(layer)} stands where Melnyk-Net has {kind}."
            )
    if len(layers) != len(expected):
        raise ModelMismatchError(
            f"{name} describes another network, of {len(layers)} layers where Melnyk-Net has {len(expected)}."
        )


def _require_settings(layer: Mapping[str, Any], name: str) -> None:
    for setting, accepted in _SETTINGS.get(_kind(layer), {}).items():
        value = layer["config"].get(setting, accepted[0])
        if value not in accepted:
            raise ModelMismatchError(
                f"{name} describes another network: {_layer_name(layer)} has {setting} {value!r}, not {accepted[0]!r}."
            )


def _layer_name(layer: Mapping[str, Any]) -> str:
    class_name = str(layer["class_name"])
    return f"{layer['config'].get('name', 'a layer')} ({class_name})"
