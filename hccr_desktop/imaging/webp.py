"""A WebP picture's pixels without the copies that Pillow's decoder makes of them."""

import ctypes
from functools import cache
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

CHANNELS: Final = {"RGB": 3, "RGBA": 4}
"""Bytes a pixel of each mode."""


def decode_still(
    content: bytes, size_px: tuple[int, int], mode: Literal["RGB", "RGBA"]
) -> npt.NDArray[np.uint8] | None:
    """Decode a WebP file of one picture into one array.

    WORKAROUND(Pillow 13.0.0): its decoder is the one for moving pictures, which holds 16 bytes a pixel at its peak: a
    picture of 100 megapixels took 1.6 GB, through here 0.4, lossless 0.8. Both ask the same library and get the same
    pixels; it is the one that Pillow has loaded already.

    Args:
        content: of the file.
        size_px: width and height, as its header says.
        mode: RGBA where it has transparent parts.

    Returns:
        (height, width, 3 or 4) uint8, row 0 at the top; None where the file is damaged, moves or is of another size,
        and where the library cannot be reached, as where it is built into Pillow's own module.

    Raises:
        MemoryError: there is not enough for the array.
    """
    library = _library()
    if library is None:
        return None
    width, height = ctypes.c_int(), ctypes.c_int()
    if not library.WebPGetInfo(content, len(content), ctypes.byref(width), ctypes.byref(height)):
        return None
    if (width.value, height.value) != size_px:  # the array would be too small
        return None
    pixels = np.empty((size_px[1], size_px[0], CHANNELS[mode]), np.uint8)
    decode = library.WebPDecodeRGBInto if mode == "RGB" else library.WebPDecodeRGBAInto
    is_done = decode(content, len(content), pixels.ctypes.data, pixels.nbytes, pixels.strides[0])
    return pixels if is_done else None


@cache
def _library() -> ctypes.CDLL | None:
    """libwebp, whose functions used here have been the same since its version 0.1."""
    try:
        from PIL import _webp

        # A name is also looked for in what the module was linked with. On Windows it is not.
        library = ctypes.CDLL(_webp.__file__)
        get_info, decoders = library.WebPGetInfo, (library.WebPDecodeRGBInto, library.WebPDecodeRGBAInto)
    except (ImportError, OSError, AttributeError):
        return None
    get_info.restype = ctypes.c_int
    get_info.argtypes = (
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.POINTER(ctypes.c_int),
        ctypes.POINTER(ctypes.c_int),
    )
    for decoder in decoders:
        decoder.restype = ctypes.c_void_p
        decoder.argtypes = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return library
