"""Icons and version of the program on Windows and macOS, as far as they can be read here."""

import io

import pytest
from PIL import Image

from tools import platform_resources
from tools.build_deb import version


def picture(size_px: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGBA", (size_px, size_px), (size_px % 256, 20, 30, 255)).save(stream, "PNG")
    return stream.getvalue()


def test_windows_icon_holds_every_size() -> None:
    content = platform_resources.ico({size: picture(size) for size in platform_resources.ICO_SIZES})
    with Image.open(io.BytesIO(content)) as icon:
        assert icon.info["sizes"] == {(size, size) for size in platform_resources.ICO_SIZES}
        icon.size = (48, 48)
        assert icon.convert("RGBA").getpixel((5, 5)) == (48, 20, 30, 255)


def test_macos_icon_holds_every_size() -> None:
    content = platform_resources.icns({kind: picture(size) for kind, size in platform_resources.ICNS_SIZES.items()})
    with Image.open(io.BytesIO(content)) as icon:
        sizes = {(width * scale, height * scale) for width, height, scale in icon.info["sizes"]}
    assert sizes == {(size, size) for size in platform_resources.ICNS_SIZES.values()}


@pytest.mark.parametrize(
    ("text", "numbers"), [("0.1.0", (0, 1, 0, 0)), ("12.3", (12, 3, 0, 0)), ("1.2.3.4", (1, 2, 3, 4))]
)
def test_windows_gets_four_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert platform_resources.version_numbers(text) == numbers


@pytest.mark.parametrize("program", ["hccr-desktop", "hccr"])
def test_version_resource_is_an_expression_that_names_program_and_version(program: str) -> None:
    text = platform_resources.version_resource(program)
    called: dict[str, object] = {}

    def record(name: str):
        return lambda *values, **named: called.setdefault(f"{name} {values[:1]}", (values, named))

    names = ("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable", "StringStruct", "VarFileInfo")
    eval(text, {name: record(name) for name in (*names, "VarStruct")})
    assert called["StringStruct ('OriginalFilename',)"] == (("OriginalFilename", f"{program}.exe"), {})
    assert called["StringStruct ('ProductVersion',)"] == (("ProductVersion", version()), {})
