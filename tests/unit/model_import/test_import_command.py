"""``hccr import-weights``: what is printed, and with which exit code."""

import json
import subprocess
import sys

import h5py
import pytest
from PIL import Image

from hccr_desktop import cli, paths
from hccr_desktop.imaging.files import write_png
from hccr_desktop.imaging.rasterize import rasterize
from hccr_desktop.imaging.sample_sets import load_sample_set
from tests.unit.model_import.keras_layouts import description_of, write_keras2
from tests.unit.model_import.test_importer import as_published


@pytest.fixture
def hccr(capsys):
    """Run the command line: (exit code, stdout, stderr)."""

    def run(*arguments):
        code = cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def pictures(tmp_path):
    """Our own 鲍: as drawn, small in the corner of a page, as a blank page, and a file that is none."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    drawn = rasterize(load_sample_set(paths.sample_ink()).samples[0].ink)
    write_png(drawn, folder / "drawn.png")
    page = Image.new("L", (600, 900), 255)
    page.paste(Image.fromarray(drawn).resize((90, 90)), (20, 30))
    page.save(folder / "page.png")
    Image.new("L", (60, 60), 255).save(folder / "blank.png")
    (folder / "damaged.png").write_bytes(b"no picture")
    labels = dict.fromkeys(["drawn.png", "page.png", "blank.png", "damaged.png"], "鲍")
    (folder / "labels.json").write_text(json.dumps(labels), "utf-8")
    return folder


@pytest.mark.model
def test_an_import_is_reported_and_checked_with_both_preparations(hccr, model_path, folder, pictures):
    source, output = folder / "Melnyk-Net.hdf5", folder / "official.onnx"
    published = as_published(model_path)
    write_keras2(source, published, description=description_of(published))

    code, out, err = hccr("import-weights", source, "-o", output, "--check", pictures)

    lines = out.splitlines()
    size = f"{output.stat().st_size:,}"
    assert code == 0
    assert lines[0] == f"{output}: {size} bytes, from {source} (Keras 2.1.6, weights under model_weights)"
    assert lines[1:3] == ["parameters: 6,523,819", "characters: 3,755, 啊 to 座"]
    assert lines[3].startswith("sample: 鲍 is read as 鲍, ")
    # The small character of the page is found by cropping, which the seed program does not do.
    assert lines[4:] == [
        f"{pictures}: 2 of 4 right with this program's preparation",
        f"{pictures}: 1 of 4 right with the seed program's preparation",
    ]
    assert "damaged.png" in err
    assert "blank.png, with this program's preparation: There is no ink on this page." in err
    assert "describe" not in err


def test_random_weights_are_imported_with_two_words_of_doubt(hccr, network, folder):
    code, out, err = hccr("import-weights", write_keras2(folder / "net.h5", network), "-o", folder / "net.onnx")

    assert code == 0
    assert "sample: 鲍 is read as " in out
    assert "only the shapes of its weights were compared" in err
    assert "The sample is misread" in err


def test_another_network_is_usage_and_one_sentence(hccr, network, folder):
    path = write_keras2(folder / "net.h5", network)
    with h5py.File(path, "r+") as file:
        del file["model_weights/dense_1"]

    code, out, err = hccr("import-weights", path, "-o", folder / "net.onnx")

    assert (code, out) == (2, "")
    assert err == "net.h5 is incomplete: it lists the layer dense_1 but does not hold it.\n"


def test_the_folder_to_check_is_looked_at_before_anything_is_written(hccr, network, folder):
    path = write_keras2(folder / "net.h5", network)

    for check in (folder, folder / "none", path):
        code, out, _ = hccr("import-weights", path, "-o", folder / "net.onnx", "--check", check)
        assert (code, out) == (1, "")

    assert not (folder / "net.onnx").exists()


def test_an_empty_list_of_labels_is_refused(hccr, network, folder):
    (folder / "labels.json").write_text("{}")

    code, _, err = hccr("import-weights", folder / "x.h5", "-o", folder / "x.onnx", "--check", folder)

    assert code == 1
    assert err == f"The list of labels in {folder} is empty.\n"


def test_output_is_required(hccr, folder):
    with pytest.raises(SystemExit) as caught:
        hccr("import-weights", folder / "x.h5")

    assert caught.value.code == 2


@pytest.mark.parametrize("package", ["h5py", "onnx"])
def test_a_missing_package_is_named_with_the_command_that_installs_it(package, tmp_path):
    """In an interpreter of its own, in which the package cannot be found: a plain installation leaves it out."""
    program = (
        "import sys\n"
        "class Hidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {package!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Hidden())\n"
        "from hccr_desktop import cli\n"
        "sys.exit(cli.main(['import-weights', 'x.h5', '-o', 'x.onnx']))\n"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"The import needs the package {package}, which is not installed. "
        "In an installation from source run: pip install h5py onnx\n"
    )


def test_the_other_commands_load_neither_package():
    program = "import sys, hccr_desktop.cli; sys.exit(bool({'h5py', 'onnx'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
