"""Reads what ONNX Runtime itself gives no access to out of an ONNX file: one initializer, or any message.

The ``onnx`` package would do this too, but it would be the app's largest dependency after Qt for one matrix;
an ONNX file is plain protobuf, and walking to a named tensor takes four field numbers of onnx.proto.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.errors import ModelFileError

_MODEL_GRAPH: Final = 7
_GRAPH_INITIALIZER: Final = 5
_TENSOR_DIMS: Final = 1
_TENSOR_DATA_TYPE: Final = 2
_TENSOR_NAME: Final = 8
_TENSOR_RAW_DATA: Final = 9
_DTYPES: Final[dict[int, str]] = {1: "<f4", 10: "<f2"}

_Field = tuple[int, int | memoryview]


def read_initializer(path: Path, name: str) -> npt.NDArray[np.float32]:
    """Read one float tensor stored in the model file itself.

    Args:
        path: an ONNX file.
        name: the initializer's name.

    Returns:
        The tensor in its stored shape, as float32.

    Raises:
        ModelFileError: the file cannot be read, or holds no such float tensor.
    """
    try:
        tensors = (
            dict_of_fields(tensor)
            for graph in messages(memoryview(path.read_bytes()), _MODEL_GRAPH)
            for tensor in messages(graph, _GRAPH_INITIALIZER)
        )
        for fields in tensors:
            if bytes(_first_bytes(fields, _TENSOR_NAME)) == name.encode():
                return _to_array(fields)
    except FileNotFoundError as error:
        raise ModelFileError("The model file {path} does not exist.", path=path, detail=str(error)) from error
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise ModelFileError("{name} cannot be read as an ONNX model.", name=path.name, detail=str(error)) from error
    raise ModelFileError("{file} holds no weights named {name}.", file=path.name, name=name)


def dict_of_fields(message: memoryview) -> dict[int, list[int | memoryview]]:
    """All fields of one protobuf message, by number.

    Raises:
        ValueError: the message is damaged.
        IndexError: the message is cut off.
    """
    fields: dict[int, list[int | memoryview]] = {}
    for number, value in _walk(message):
        fields.setdefault(number, []).append(value)
    return fields


def messages(message: memoryview, number: int) -> Iterator[memoryview]:
    """The fields of a number that hold bytes: messages within the message, texts, packed numbers.

    Raises:
        ValueError: the message is damaged.
        IndexError: the message is cut off.
    """
    for found, value in _walk(message):
        if found == number and isinstance(value, memoryview):
            yield value


def text_of(message: memoryview, number: int) -> str:
    """The last text of a number, as protobuf counts a repeated one; empty where there is none.

    Raises:
        ValueError: the message is damaged, or the text is not UTF-8.
        IndexError: the message is cut off.
    """
    text = b""
    for value in messages(message, number):
        text = bytes(value)
    return text.decode("utf-8")


def whole_numbers(message: memoryview, number: int) -> list[int]:
    """The whole numbers of a field, not packed.

    Raises:
        ValueError: the message is damaged.
        IndexError: the message is cut off.
    """
    return [value for found, value in _walk(message) if found == number and isinstance(value, int)]


def _walk(message: memoryview) -> Iterator[_Field]:
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        number, wire_type = key >> 3, key & 7
        if wire_type == 0:
            value, position = _varint(message, position)
            yield number, value
            continue
        if wire_type == 2:
            length, position = _varint(message, position)
        elif wire_type in (1, 5):
            length = 8 if wire_type == 1 else 4
        else:
            raise ValueError(f"wire type {wire_type} at byte {position}")
        if position + length > len(message):
            raise ValueError(f"field {number} is cut off at byte {position}")
        yield number, message[position : position + length]
        position += length


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise ValueError(f"number too long at byte {position}")


def _first_bytes(fields: dict[int, list[int | memoryview]], number: int) -> memoryview:
    value = fields.get(number, [memoryview(b"")])[0]
    return value if isinstance(value, memoryview) else memoryview(b"")


def _to_array(fields: dict[int, list[int | memoryview]]) -> npt.NDArray[np.float32]:
    data_type = fields[_TENSOR_DATA_TYPE][0]
    if not isinstance(data_type, int) or data_type not in _DTYPES:
        raise ValueError(f"tensor of data type {data_type}")
    shape: list[int] = []
    for dims in fields.get(_TENSOR_DIMS, []):
        if isinstance(dims, int):
            shape.append(dims)
            continue
        position = 0  # repeated numbers may also come packed
        while position < len(dims):
            dim, position = _varint(dims, position)
            shape.append(dim)
    values: npt.NDArray[np.generic] = np.frombuffer(_first_bytes(fields, _TENSOR_RAW_DATA), _DTYPES[data_type])
    return values.reshape(shape).astype(np.float32)
