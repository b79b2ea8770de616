"""What the Debian package tells a desktop about the program."""

import configparser
import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from hccr_desktop.imaging import files
from tools.build_deb import (
    ICON_SIZES,
    LIMIT_MB,
    LINUX,
    METAINFO,
    NAME,
    PROGRAMS,
    PackagingError,
    require_small,
    version,
)


def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(LINUX / f"{NAME}.desktop", "utf-8")
    return parser["Desktop Entry"]


def component() -> ET.Element:
    return ET.parse(LINUX / METAINFO).getroot()


def test_metainfo_has_the_name_that_appstream_looks_for() -> None:
    assert f"{component().findtext('id')}.metainfo.xml" == METAINFO
    assert component().findtext("launchable") == f"{NAME}.desktop"


def test_metainfo_names_the_programs_and_this_version() -> None:
    assert [binary.text for binary in component().iter("binary")] == list(PROGRAMS)
    assert component().find("releases/release").get("version") == version()


def test_menu_entry_opens_every_format_that_the_program_reads() -> None:
    types = entry()["MimeType"].strip(";").split(";")
    assert sorted(types) == sorted(f"image/{name.lower()}" for name in files._FORMATS)
    assert entry()["Exec"] == f"{NAME} %f"


def test_menu_entry_and_window_have_one_name_and_icon() -> None:
    # The window's class is the program's name; another here, and a desktop shows two entries in its task bar.
    assert entry()["StartupWMClass"] == entry()["Icon"] == NAME
    assert {48, 256} <= set(ICON_SIZES)


@pytest.mark.parametrize(("size", "is_small"), [(LIMIT_MB * 10**6, True), (LIMIT_MB * 10**6 + 10**6, False)])
def test_package_may_not_be_too_large_to_download(tmp_path: Path, size: int, is_small: bool) -> None:
    package = tmp_path / "pad.deb"
    package.touch()
    os.truncate(package, size)
    if is_small:
        require_small(package)
    else:
        with pytest.raises(PackagingError, match=r"^pad\.deb has 131 MB"):
            require_small(package)
