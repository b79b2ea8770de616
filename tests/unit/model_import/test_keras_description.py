import copy
import json

import pytest

from hccr_desktop.errors import ModelFileError, ModelMismatchError
from hccr_desktop.model_import.keras_description import batch_norm_epsilons
from tests.unit.model_import.keras_layouts import description_of


@pytest.fixture
def description(network):
    # Through JSON, as it comes from a file: tuples are lists there.
    return json.loads(json.dumps(description_of(network, epsilon=0.002)))


def layers(description):
    return description["config"]["layers"]


def layer(description, name):
    return next(entry for entry in layers(description) if entry["name"] == name)


def refusal(description, kind=ModelMismatchError):
    with pytest.raises(kind) as caught:
        batch_norm_epsilons(description, "net.h5")
    return caught.value.message


def test_epsilon_of_each_batch_norm_comes_in_network_order(description):
    layer(description, "batch_normalization_3")["config"]["epsilon"] = 0.01

    assert batch_norm_epsilons(description, "net.h5") == (0.002, 0.002, 0.01, *[0.002] * 11)


@pytest.mark.parametrize(
    "description",
    [None, {"class_name": "MelnykNet", "config": {}}, {"class_name": "Functional", "config": {"layers": []}}],
)
def test_without_a_description_epsilon_is_that_of_keras(description):
    assert batch_norm_epsilons(description, "net.h5") == (0.001,) * 14


def test_a_sequential_of_keras_2_is_a_bare_list(description):
    assert batch_norm_epsilons({"class_name": "Sequential", "config": layers(description)}, "net.h5") == (0.002,) * 14


@pytest.mark.parametrize("class_name", ["ReLU", "Activation"])
def test_relu_may_be_a_class_of_its_own_and_softmax_a_layer(description, class_name):
    if class_name == "ReLU":
        settings = {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}
        for entry in layers(description):
            if entry["class_name"] == "Activation":
                entry |= {"class_name": "ReLU", "config": settings}
    layer(description, "dense_1")["config"]["activation"] = "linear"
    layers(description).append({"class_name": "Activation", "config": {"activation": "softmax"}})

    assert len(batch_norm_epsilons(description, "net.h5")) == 14


def test_a_pooling_class_under_another_name_is_the_authors_own(description):
    layer(description, "global_weighted_average_pooling2d_1")["class_name"] = "GWAP"

    assert len(batch_norm_epsilons(description, "net.h5")) == 14


def test_a_model_for_several_gpus_is_looked_into(description):
    outer = [
        {"class_name": "InputLayer", "config": {}},
        {"class_name": "Lambda", "config": {}},
        description,
        {"class_name": "Concatenate", "config": {}},
    ]

    assert batch_norm_epsilons({"class_name": "Model", "config": {"layers": outer}}, "net.h5") == (0.002,) * 14


@pytest.mark.parametrize("class_name", ["Rescaling", "Lambda"])
def test_a_layer_around_the_network_that_may_change_its_input_is_refused(description, class_name):
    outer = [{"class_name": "InputLayer", "config": {}}, {"class_name": class_name, "config": {}}, description]

    message = refusal({"class_name": "Sequential", "config": {"layers": outer}})

    assert message == f"net.h5 describes a layer {class_name} around the network, which has none."


def test_two_networks_are_refused(description):
    outer = [description, copy.deepcopy(description)]

    assert refusal({"class_name": "Model", "config": {"layers": outer}}) == "net.h5 describes 2 networks in one."


@pytest.mark.parametrize(
    ("name", "class_name", "kind"),
    [
        ("average_pooling2d_2", "MaxPooling2D", "average pooling"),
        ("activation_5", "LeakyReLU", "ReLU"),
        ("batch_normalization_1", "LayerNormalization", "batch norm"),
        ("conv2d_4", "Dense", "a convolution"),
        ("global_weighted_average_pooling2d_1", "Softmax", "global weighted average pooling"),
    ],
)
def test_another_class_in_a_layers_place_is_refused(description, name, class_name, kind):
    layer(description, name)["class_name"] = class_name

    assert refusal(description) == (
        f"net.h5 describes another network: {name} ({class_name}) stands where Melnyk-Net has {kind}."
    )


def test_another_activation_is_refused(description):
    layer(description, "activation_5")["config"]["activation"] = "elu"

    assert "activation_5 (Activation) stands where Melnyk-Net has ReLU" in refusal(description)


def test_relu_before_batch_norm_is_refused(description):
    entries = layers(description)
    at = entries.index(layer(description, "batch_normalization_2"))
    entries[at], entries[at + 1] = entries[at + 1], entries[at]

    assert "activation_2 (Activation) stands where Melnyk-Net has batch norm" in refusal(description)


def test_a_rescaled_input_is_refused(description):
    layers(description).insert(1, {"class_name": "Rescaling", "config": {"name": "rescaling", "scale": 1 / 255}})

    assert "rescaling (Rescaling) stands where Melnyk-Net has a convolution" in refusal(description)


def test_layers_too_few_or_too_many_are_counted(description):
    dense = layers(description).pop()
    assert refusal(description) == "net.h5 describes another network, of 47 layers where Melnyk-Net has 48."
    layers(description).extend([dense, {"class_name": "Dense", "config": {}}])
    assert refusal(description) == "net.h5 describes another network, of 49 layers where Melnyk-Net has 48."


@pytest.mark.parametrize(
    ("name", "setting", "value", "wanted"),
    [
        ("conv2d_1", "strides", [2, 2], [1, 1]),
        ("conv2d_2", "padding", "valid", "same"),
        ("conv2d_3", "dilation_rate", [2, 2], [1, 1]),
        ("conv2d_4", "use_bias", True, False),
        ("conv2d_5", "activation", "relu", "linear"),
        ("conv2d_6", "data_format", "channels_first", "channels_last"),
        ("batch_normalization_7", "axis", 1, -1),
        ("batch_normalization_7", "scale", False, True),
        ("average_pooling2d_1", "pool_size", [2, 2], [3, 3]),
        ("average_pooling2d_4", "padding", "valid", "same"),
        ("dense_1", "activation", "sigmoid", "softmax"),
    ],
)
def test_a_setting_that_no_shape_shows_is_refused(description, name, setting, value, wanted):
    layer(description, name)["config"][setting] = value

    message = refusal(description)

    assert message.startswith(f"net.h5 describes another network: {name} (")
    assert message.endswith(f") has {setting} {value!r}, not {wanted!r}.")


@pytest.mark.parametrize(
    "damaged",
    [
        {"class_name": "Model"},
        {"class_name": "Model", "config": {"layers": [3]}},
        {"class_name": "Model", "config": {"layers": [{"config": {}}]}},
        {"class_name": "Model", "config": 7},
    ],
)
def test_a_damaged_description_is_told(damaged):
    assert refusal(damaged, ModelFileError) == "net.h5 has a damaged description of its network."


def test_an_epsilon_that_is_no_number_is_damage(description):
    layer(description, "batch_normalization_1")["config"]["epsilon"] = "small"

    assert refusal(description, ModelFileError) == "net.h5 has a damaged description of its network."
