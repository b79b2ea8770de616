"""What a user gets besides code: font, licences, locked packages, and the words that tell how to install them."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.inference import providers
from hccr_desktop.paths import fonts_dir, licenses_dir
from tests.conftest import REPOSITORY
from tools import bootstrap, build_font, checks

FONT = fonts_dir() / build_font.FILE_NAME
TEXT_FILES = {".md", ".toml", ".lock", ".txt", ".py", ".sh", ".spec", ".yml", ""}


@pytest.fixture(scope="module")
def font() -> TTFont:
    return TTFont(FONT)


def lock() -> dict[str, dict[str, object]]:
    packages = tomllib.loads((REPOSITORY / "uv.lock").read_text("utf-8"))["package"]
    return {
        f"{package['name']}=={package['version']}": package for package in packages if "registry" in package["source"]
    }


def requirements(name: str) -> str:
    return (REPOSITORY / "requirements" / f"{name}.txt").read_text("utf-8")


def pinned_names(text: str) -> set[str]:
    return {line.split("==")[0] for line in bootstrap.pins(text)}


def blank_characters(font: TTFont, characters: Iterable[str]) -> list[str]:
    """Those that the font lacks or shows nothing for."""
    glyphs, codes = font.getGlyphSet(), font.getBestCmap()
    blank = []
    for character in characters:
        pen = BoundsPen(glyphs)
        if ord(character) in codes:
            glyphs[codes[ord(character)]].draw(pen)
        if pen.bounds is None:
            blank.append(character)
    return blank


# The font


def test_font_draws_all_3755_characters(font: TTFont) -> None:
    assert len(gb2312_level1()) == 3755
    assert blank_characters(font, gb2312_level1()) == []


def test_font_draws_pinyin_with_tone_marks_and_ascii(font: TTFont) -> None:
    text = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüêńňǹ" + "".join(map(chr, range(0x21, 0x7F))) + "，。、；：？！“”‘’（）《》【】…—·"
    assert blank_characters(font, text) == []


def test_font_has_every_character_of_the_windows_texts(font: TTFont) -> None:
    lacking = build_font.texts_of_the_window() - {chr(code) for code in font.getBestCmap()}
    assert not lacking, "run tools/build_font.py"


def test_font_has_every_character_of_the_lexicon_that_its_source_has(font: TTFont) -> None:
    wanted = build_font.texts_of_the_lexicon()
    lacking = wanted - {chr(code) for code in font.getBestCmap()}
    assert len(wanted) > 4_000
    assert lacking <= build_font.UNDRAWN, "run tools/build_font.py"


def test_font_has_a_name_of_its_own_and_keeps_its_copyright(font: TTFont) -> None:
    name = font["name"]
    assert [name.getDebugName(number) for number in (1, 4, 6)] == ["HCCR Sans", "HCCR Sans", "HCCRSans-Regular"]
    assert "Adobe" in name.getDebugName(0)
    assert "SIL Open Font License" in name.getDebugName(13)


def test_font_is_small_and_unhinted(font: TTFont) -> None:
    assert FONT.stat().st_size <= build_font.MAX_BYTES
    assert not {"fpgm", "prep", "cvt "} & set(font.keys())


# Licences


def test_every_package_of_the_app_has_its_licence_text() -> None:
    # Of the app's requirements these only take part in the set-up and are in no program that anyone is given.
    only_for_setup = {"editables", "hatchling", "pathspec", "pluggy", "tomlkit", "trove-classifiers"}
    texts = {file.stem.casefold() for file in licenses_dir().glob("*.txt")}
    assert pinned_names(requirements("app")) - only_for_setup | {"hccr-desktop", "hccr-sans"} <= texts


def test_licence_texts_shown_in_the_window_are_the_ones_beside_the_files() -> None:
    assert (licenses_dir() / "HCCR-Desktop.txt").read_text("utf-8") == (REPOSITORY / "LICENSE").read_text("utf-8")
    assert (licenses_dir() / "HCCR-Sans.txt").read_text("utf-8") == (fonts_dir() / "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "name", ["flatbuffers", "HCCR-Sans", "numpy", "onnxruntime", "opencv-python", "PySide6-Essentials"]
)
def test_licence_text_is_a_whole_licence(name: str) -> None:
    text = (licenses_dir() / f"{name}.txt").read_text("utf-8")
    assert re.search("without warranty|as is", text, re.IGNORECASE)
    assert len(text) > 1000


# The lock


@pytest.mark.parametrize("name", ["app", "dev", "bundle"])
def test_requirements_are_the_lock_with_all_its_hashes(name: str) -> None:
    """`make lock` was not forgotten."""
    locked = lock()
    blocks = re.split(r"\n(?=\S)", requirements(name).strip())
    assert len(blocks) > 10
    for block in blocks:
        package = locked[block.split()[0]]
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert set(re.findall(r"--hash=(\S+)", block)) == {file["hash"] for file in files}, block.split()[0]


def test_requirements_name_every_dependency_of_the_project() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    names = {re.match(r"[\w-]+", requirement)[0].lower() for requirement in project["project"]["dependencies"]}
    assert names <= pinned_names(requirements("app")) <= pinned_names(requirements("dev"))
    assert names - {"opencv-python"} | {"opencv-python-headless"} <= pinned_names(requirements("bundle"))
    assert "opencv-python" not in pinned_names(requirements("bundle"))


def test_lock_comes_from_the_public_index_alone() -> None:
    text = (REPOSITORY / "uv.lock").read_text("utf-8")
    assert set(re.findall(r'registry = "([^"]+)"', text)) == {"https://pypi.org/simple"}
    assert {url.split("/")[2] for url in re.findall(r'url = "([^"]+)"', text)} == {"files.pythonhosted.org"}
    assert "file:" not in text


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_every_python_that_the_setup_takes_has_wheels(version: str) -> None:
    locked = lock()
    python = f"cp{version.replace('.', '')}"
    fitting = re.compile(rf"-({python}-{python}|cp3\d+-abi3|py(2\.py)?3-none)-(any|manylinux\S*x86_64)")
    for pin in bootstrap.pins(requirements("dev")):
        wheels = [wheel["url"] for wheel in locked[pin.split()[0]]["wheels"]]
        assert "win32" in pin or any(map(fitting.search, wheels)), pin
    assert f"python{version}" in (REPOSITORY / "tools" / "find_python.sh").read_text("utf-8")


# Layers


@pytest.mark.parametrize(
    "module", ["hccr_desktop.cli", "hccr_desktop.inference.recognizer", "hccr_desktop.imaging.normalize"]
)
def test_nothing_below_the_window_loads_qt(module: str) -> None:
    program = (
        f"import sys, {module}; print([name for name in sys.modules if name.split('.')[0] in ('PySide6', 'torch')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_domain_loads_neither_qt_nor_onnxruntime_nor_opencv() -> None:
    program = (
        "import sys, hccr_desktop.domain.settings, hccr_desktop.domain.ink, hccr_desktop.domain.charset;"
        "print([name for name in sys.modules if name.split('.')[0] in ('PySide6', 'onnxruntime', 'cv2', 'PIL')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# What the texts say


def test_readme_names_the_same_lines_for_cuda_as_the_program() -> None:
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    for line in ("pip uninstall -y onnxruntime onnxruntime-gpu", f"pip install '{bootstrap.CUDA_REQUIREMENT}'"):
        assert line in providers._BOTH_INSTALLED
        assert line in readme


def test_readme_shows_the_commands_that_the_makefile_has() -> None:
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    mentioned = {
        target
        for file in ("README.md", "CONTRIBUTING.md")
        for target in re.findall(r"`make ([a-z-]+)", (REPOSITORY / file).read_text("utf-8"))
    }
    assert {"run", "test", "run-cuda", "check"} <= mentioned
    assert [target for target in mentioned if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_ci_runs_the_readmes_test_command() -> None:
    lines = (REPOSITORY / ".ci" / "run").read_text("utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == [
        "set -euo pipefail",
        'cd "$(dirname "$0")/.."',
        "make test",
    ]


def test_links_in_the_documentation_lead_somewhere() -> None:
    broken = [
        f"{file.name}: {target}"
        for file in [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", file.read_text("utf-8"))
        if "://" not in target and not (file.parent / target).exists()
    ]
    assert broken == []


def test_no_text_of_the_project_names_a_path_of_one_machine() -> None:
    folders = ["benchmarks", "docs", "hccr_desktop", "requirements", "resources", "tests", "tools", "training"]
    files = [*REPOSITORY.glob("*"), *(file for name in folders for file in (REPOSITORY / name).rglob("*"))]
    texts = [
        file
        for file in files
        if file.is_file() and file.suffix in TEXT_FILES and ".work" not in file.relative_to(REPOSITORY).parts
    ]
    private = re.compile(r"/(?:root|home/\w+|work|Users)/[\w.]")
    assert len(texts) > 50
    assert [
        str(file.relative_to(REPOSITORY))
        for file in texts
        if file.name != "test_packaging.py" and private.search(file.read_text("utf-8", errors="replace"))
    ] == []


# The set-up scripts


def test_second_setup_finds_nothing_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[str] = []
    monkeypatch.setattr(bootstrap, "REPOSITORY", tmp_path)
    monkeypatch.setattr(bootstrap, "_run", lambda command, _: calls.append(command[-1]))
    for file in ("requirements/app.txt", "requirements/dev.txt", "pyproject.toml", "tools/bootstrap.py"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("numpy==2.4.6 \\\n    --hash=sha256:0\n")
    (tmp_path / ".venv").mkdir()
    bootstrap.ensure_environment("run")
    assert calls
    calls.clear()
    bootstrap.ensure_environment("run")
    assert calls == []
    (tmp_path / "requirements" / "app.txt").write_text("numpy==2.4.7 \\\n    --hash=sha256:1\n")
    bootstrap.ensure_environment("run")
    assert calls


def test_setup_for_tests_serves_the_pad_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[str] = []
    monkeypatch.setattr(bootstrap, "REPOSITORY", tmp_path)
    monkeypatch.setattr(bootstrap, "_run", lambda command, _: calls.append(command[-1]))
    for file in ("requirements/app.txt", "requirements/dev.txt", "pyproject.toml", "tools/bootstrap.py"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("")
    (tmp_path / ".venv").mkdir()
    bootstrap.ensure_environment("test")
    calls.clear()
    bootstrap.ensure_environment("run")
    assert calls == []


def test_project_in_a_folder_with_a_chinese_name_is_found_in_an_ascii_locale(tmp_path: Path) -> None:
    project = tmp_path / "新 用户"
    project.mkdir()
    (project / "hccr_probe.py").write_text("print('found')")
    environment = project / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    packages = next(environment.glob("lib/python3*/site-packages"))
    (packages / "_editable_impl_hccr_probe.pth").write_text(f"{project}\n", "utf-8")
    bootstrap.make_paths_relative(environment)
    done = subprocess.run(
        [environment / "bin" / "python", "-c", "import hccr_probe"],
        env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("found\n", "")


def test_missing_libraries_are_named_by_their_package() -> None:
    known = {"libc.so.6": "libc6", "libhccr-no-such.so.1": "libhccr1"}
    assert bootstrap.missing_packages(known, {"sh": "dash", "hccr-no-such-command": "hccr-tool"}) == [
        "hccr-tool",
        "libhccr1",
    ]


def test_setup_without_rights_says_in_one_line_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "missing_packages", lambda *_: ["libxcb-cursor0"])
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "run"])
    assert bootstrap.main() == 1
    message = capfd.readouterr().err.strip()
    assert message.count("\n") == 0
    assert message.endswith("apt-get install libxcb-cursor0")


def test_packages_can_be_left_out_with_their_hashes() -> None:
    text = (
        "numpy==1 \\\n    --hash=sha256:a\n"
        "onnxruntime==2 ; python_version < '4' \\\n    --hash=sha256:b \\\n    --hash=sha256:c\n"
        "pillow==3\n"
    )
    assert bootstrap.without_packages(text, ["onnxruntime"]) == "numpy==1 \\\n    --hash=sha256:a\npillow==3\n"
    assert bootstrap.pins(text) == ["numpy==1", "onnxruntime==2 ; python_version < '4'", "pillow==3"]


def test_every_folder_of_tests_has_a_check() -> None:
    assert checks.untested_folders() == []
