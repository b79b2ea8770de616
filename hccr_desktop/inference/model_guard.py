"""Refuses model files that could reach beyond themselves, before ONNX Runtime sees them.

An ONNX file may name other files that hold its weights (external data), by any path, and operators that a library of
somebody's own brings (custom domains). A model of this program needs neither, so a file that asks for them is either
for another program or meant to do harm. See https://onnx.ai/onnx/repo-docs/ExternalData.html.
"""

from collections.abc import Iterator
from typing import Final

from hccr_desktop.errors import HccrError, ModelFileError
from hccr_desktop.inference.onnx_file import messages, text_of, whole_numbers

OWN_DOMAINS: Final = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
"""Operators that are part of ONNX Runtime itself."""

# Field numbers of onnx.proto.
_MODEL_GRAPH: Final = 7
_MODEL_OPSET_IMPORT: Final = 8
_MODEL_TRAINING: Final = 20
_MODEL_FUNCTIONS: Final = 25
_OPSET_DOMAIN: Final = 1
_FUNCTION_NODE: Final = 7
_FUNCTION_OPSET_IMPORT: Final = 9
_TRAINING_GRAPHS: Final = (1, 2)
_GRAPH_NODE: Final = 1
_GRAPH_INITIALIZER: Final = 5
_GRAPH_SPARSE_INITIALIZER: Final = 15
_NODE_ATTRIBUTE: Final = 5
_NODE_DOMAIN: Final = 7
_ATTRIBUTE_TENSORS: Final = (5, 10)
_ATTRIBUTE_GRAPHS: Final = (6, 11)
_ATTRIBUTE_SPARSE_TENSORS: Final = (22, 23)
_SPARSE_TENSORS: Final = (1, 2)
_TENSOR_EXTERNAL_DATA: Final = 13
_TENSOR_DATA_LOCATION: Final = 14
_EXTERNAL: Final = 1

_MAX_DEPTH: Final = 8
"""Of graphs within graphs. A model of this program has one graph; a file of thousands would overflow the stack."""


def refuse_unsafe(content: bytes, name: str) -> None:
    """Look through a model file for anything that reaches beyond it.

    Args:
        content: the whole file.
        name: what to call it in a message.

    Raises:
        ModelFileError: the file is damaged, or needs other files or foreign operators.
    """
    model = memoryview(content)
    try:
        for opset in messages(model, _MODEL_OPSET_IMPORT):
            _check_domain(text_of(opset, _OPSET_DOMAIN), name)
        for graph in messages(model, _MODEL_GRAPH):
            _check_graph(graph, name, _MAX_DEPTH)
        for training in messages(model, _MODEL_TRAINING):
            for number in _TRAINING_GRAPHS:
                for graph in messages(training, number):
                    _check_graph(graph, name, _MAX_DEPTH)
        for function in messages(model, _MODEL_FUNCTIONS):
            for opset in messages(function, _FUNCTION_OPSET_IMPORT):
                _check_domain(text_of(opset, _OPSET_DOMAIN), name)
            _check_nodes(messages(function, _FUNCTION_NODE), name, _MAX_DEPTH)
    except HccrError:
        raise
    except (ValueError, IndexError) as error:  # UnicodeDecodeError is a ValueError
        raise ModelFileError(
            "{name} is damaged or not an ONNX model this program can run.", name=name, detail=str(error)
        ) from error


def _check_domain(domain: str, name: str) -> None:
    if domain not in OWN_DOMAINS:
        raise ModelFileError(
            "{name} needs operators of another program and is not opened.", name=name, detail=f"domain {domain!r}"
        )


def _check_graph(graph: memoryview, name: str, depth: int) -> None:
    for tensor in messages(graph, _GRAPH_INITIALIZER):
        _check_tensor(tensor, name)
    for sparse in messages(graph, _GRAPH_SPARSE_INITIALIZER):
        _check_sparse_tensor(sparse, name)
    _check_nodes(messages(graph, _GRAPH_NODE), name, depth)


def _check_nodes(nodes: Iterator[memoryview], name: str, depth: int) -> None:
    if depth == 0:
        raise ValueError("graphs are nested too deeply")
    for node in nodes:
        _check_domain(text_of(node, _NODE_DOMAIN), name)
        for attribute in messages(node, _NODE_ATTRIBUTE):
            for number in _ATTRIBUTE_TENSORS:
                for tensor in messages(attribute, number):
                    _check_tensor(tensor, name)
            for number in _ATTRIBUTE_SPARSE_TENSORS:
                for sparse in messages(attribute, number):
                    _check_sparse_tensor(sparse, name)
            for number in _ATTRIBUTE_GRAPHS:
                for graph in messages(attribute, number):
                    _check_graph(graph, name, depth - 1)


def _check_sparse_tensor(sparse: memoryview, name: str) -> None:
    for number in _SPARSE_TENSORS:
        for tensor in messages(sparse, number):
            _check_tensor(tensor, name)


def _check_tensor(tensor: memoryview, name: str) -> None:
    is_external = _EXTERNAL in whole_numbers(tensor, _TENSOR_DATA_LOCATION)
    if is_external or next(messages(tensor, _TENSOR_EXTERNAL_DATA), None) is not None:
        raise ModelFileError("{name} keeps its weights in other files and is not opened.", name=name)
