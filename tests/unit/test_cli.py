import csv
import io
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from hccr_desktop import cli
from tests.unit.conftest import CHARACTERS, make_card


def picture(path, *, format_name="PNG"):
    page = Image.new("L", (50, 50), 255)
    page.paste(0, (10, 20, 40, 26))
    page.save(path, format_name)
    return path


@pytest.fixture
def hccr(tiny_model, capsys):
    """Run the command line on the tiny model: (exit code, stdout, stderr)."""

    def run(command, *arguments, model=tiny_model):
        code = cli.main([command, *(str(argument) for argument in arguments), "--model", str(model)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_text_is_path_tab_and_candidates(hccr, tmp_path):
    path = picture(tmp_path / "a.png")

    code, out, err = hccr("recognize", path, "-n", 2)

    assert (code, err) == (0, "")
    name, answers = out.rstrip("\n").split("\t")
    assert name == str(path)
    first, second = answers.split("  ")
    for answer in (first, second):
        character, number, sign = answer.split(" ")
        assert character in CHARACTERS
        assert sign == "%"
        assert len(number.split(".")[1]) == 3


def test_json_keeps_the_contract(hccr, tmp_path):
    good, bad = picture(tmp_path / "鲍.png"), tmp_path / "bad.png"
    bad.write_text("no picture")

    code, out, err = hccr("recognize", good, bad, "-n", 3, "--format", "json")

    assert code == 1
    failed, read = json.loads(out)
    assert list(read) == ["file", "characters", "elapsed_ms", "error"]
    assert read["file"] == str(good)
    assert "鲍.png" in out  # not escaped
    assert read["error"] is None
    assert read["elapsed_ms"] > 0
    (character,) = read["characters"]
    assert list(character) == ["box", "sure", "candidates"]
    assert character["box"] is None
    assert character["sure"] is True
    assert len(character["candidates"]) == 3
    for entry in character["candidates"]:
        assert list(entry) == ["character", "confidence"]
        assert 0 <= entry["confidence"] <= 1
    assert failed == {"file": str(bad), "characters": [], "elapsed_ms": None, "error": err.strip()}
    assert "bad.png" in failed["error"]


def test_a_doubtful_answer_is_not_sure_in_json(hccr, write_model, tmp_path):
    doubtful = write_model(make_card(sure_confidence_page=0.999), name="doubtful.onnx")

    _, out, _ = hccr("recognize", picture(tmp_path / "a.png"), "--format", "json", model=doubtful)

    assert json.loads(out)[0]["characters"][0]["sure"] is False


def test_csv_has_a_row_for_each_candidate_and_each_failure(hccr, tmp_path):
    good, bad = picture(tmp_path / "a,b.png"), tmp_path / "gone.png"

    code, out, _ = hccr("recognize", good, bad, "-n", 2, "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 1
    assert out.splitlines()[0] == "file,index,rank,character,confidence,error,turn"
    assert [(row["file"], row["index"], row["rank"]) for row in rows] == [
        (str(good), "0", "1"),
        (str(good), "0", "2"),
        (str(bad), "", ""),
    ]
    assert rows[2]["error"].endswith("does not exist.")
    assert rows[2]["character"] == ""


def test_files_come_sorted_by_code_point_and_once(hccr, tmp_path):
    names = ["b.png", "a.png", "B.png", "中.png", "10.png", "2.png"]
    files = [picture(tmp_path / name) for name in names]

    _, out, _ = hccr("recognize", *files, files[0], tmp_path)

    listed = [line.split("\t")[0] for line in out.splitlines()]
    assert listed == sorted(str(file) for file in files)


def test_folders_are_entered_only_when_asked(hccr, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    outer_file, inner_file = picture(tmp_path / "a.png"), picture(inner / "b.png")

    _, flat, _ = hccr("recognize", tmp_path)
    _, deep, _ = hccr("recognize", tmp_path, "--recursive")

    assert [line.split("\t")[0] for line in flat.splitlines()] == [str(outer_file)]
    assert [line.split("\t")[0] for line in deep.splitlines()] == [str(outer_file), str(inner_file)]


def test_a_link_to_its_own_folder_is_no_endless_loop(hccr, tmp_path):
    picture(tmp_path / "a.png")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)

    code, out, _ = hccr("recognize", tmp_path, "--recursive")

    assert code == 0
    assert len(out.splitlines()) == 1


def test_an_empty_folder_is_a_failed_input(hccr, tmp_path):
    code, out, err = hccr("recognize", tmp_path, "--format", "json")

    assert code == 1
    assert json.loads(out)[0]["error"] == err.strip() == f"The folder {tmp_path} holds no picture."


def test_of_an_animated_picture_the_user_is_told_what_was_read(hccr, tmp_path):
    path = tmp_path / "a.gif"
    frames = [Image.open(picture(tmp_path / "x.png")), Image.new("L", (50, 50), 0)]
    frames[0].save(path, save_all=True, append_images=frames[1:])

    code, out, err = hccr("recognize", path)

    assert code == 0
    assert out.startswith(f"{path}\t")
    assert err == f"{path}: Only the first of 2 pictures in the file is read.\n"


@pytest.mark.parametrize(
    "arguments", [[], ["read"], ["recognize"], ["recognize", "a", "--format", "xml"], ["explain", "a"]]
)
def test_wrong_usage_exits_with_2_and_one_line(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)

    captured = capsys.readouterr()
    assert caught.value.code == 2
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


def test_a_model_that_cannot_be_used_exits_with_2(hccr, tmp_path):
    code, out, err = hccr("recognize", picture(tmp_path / "a.png"), model=tmp_path / "gone.onnx")

    assert (code, out) == (2, "")
    assert "gone.onnx does not exist" in err


def test_info_shows_network_card_and_provider(hccr):
    code, out, _ = hccr("info")

    assert code == 0
    lines = out.splitlines()
    assert sum(line.startswith("conv") for line in lines) == 14
    assert any(line.startswith("model: Tiny, version 1") for line in lines)
    assert any(line.startswith("runs on: CPU") for line in lines)
    assert any("hccr-fit88-v1" in line for line in lines)


@pytest.mark.model
def test_info_counts_the_papers_parameters(hccr, model_path):
    _, out, _ = hccr("info", model=model_path)

    assert "parameters: 6,523,819 (6,518,635 trainable, 5,184 not)" in out


def test_explain_writes_a_map_and_names_the_character(hccr, tmp_path):
    output = tmp_path / "map.png"

    code, out, _ = hccr("explain", picture(tmp_path / "a.png"), "-o", output, "--character", "丁")

    assert code == 0
    assert out == f"{output}\t丁\n"
    drawn = np.asarray(Image.open(output))
    assert drawn.shape == (480, 480, 3)
    assert (drawn[..., 0] != drawn[..., 2]).any()  # there is color


def test_explain_refuses_an_unknown_character_and_an_output_that_cannot_be_written(hccr, tmp_path):
    source = picture(tmp_path / "a.png")

    code, _, err = hccr("explain", source, "-o", tmp_path / "map.png", "--character", "鰻")
    assert code == 2
    assert "鰻" in err

    code, _, err = hccr("explain", source, "-o", tmp_path / "no" / "map.png")
    assert code == 1
    assert "cannot be written" in err


def test_evaluate_reports_one_object(hccr, tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        picture(folder / name)
    (folder / "labels.json").write_text(json.dumps({"a.png": "一", "b.png": "丁"}), encoding="utf-8")

    code, out, _ = hccr("evaluate", folder, "--format", "json")

    figures = json.loads(out)
    assert code == 0
    assert list(figures) == ["set", "count", "top1", "top5", "top10", "ece", "median_ms", "model", "provider"]
    assert figures["set"] == str(folder)
    assert figures["count"] == 2
    assert figures["top1"] in (0.0, 50.0)  # both pictures are the same: at most one label fits
    assert figures["top10"] == 100.0
    assert (figures["model"], figures["provider"]) == ("Tiny", "CPU")


def test_evaluate_without_a_set_is_a_sentence(hccr, tmp_path):
    code, out, err = hccr("evaluate", tmp_path / "gone.npz")

    assert (code, out) == (1, "")
    assert err == f"{tmp_path / 'gone.npz'} does not exist.\n"


def run_process(arguments, **changes):
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-m", "hccr_desktop.cli", *arguments],
        capture_output=True,
        env=environment | changes,
        check=False,
        timeout=60,
    )


def test_output_is_utf8_whatever_the_locale_wants(tiny_model, tmp_path):
    path = picture(tmp_path / "鲍.png")

    # Not LC_ALL=C without Python's UTF-8 mode: from 3.13 on, no C extension loads from a path with Chinese names then.
    done = run_process(["recognize", str(path), "--model", str(tiny_model)], LC_ALL="C", PYTHONIOENCODING="ascii")

    assert done.returncode == 0, done.stderr
    assert str(path) in done.stdout.decode("utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux allows file names that are no text")
def test_a_file_name_that_is_no_text_still_makes_valid_json(tiny_model, tmp_path):
    picture(tmp_path / "a.png").rename(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png"))

    done = run_process(["recognize", str(tmp_path), "--format", "json", "--model", str(tiny_model)])

    assert done.returncode == 0, done.stderr
    assert os.fsencode(json.loads(done.stdout.decode("utf-8"))[0]["file"]).endswith(b"/\xff.png")


def test_a_reader_that_stops_early_is_no_error_message(tiny_model, tmp_path):
    for number in range(30):
        picture(tmp_path / f"{number}.png")
    read_end, write_end = os.pipe()
    os.close(read_end)

    done = subprocess.run(
        [sys.executable, "-m", "hccr_desktop.cli", "recognize", str(tmp_path), "--model", str(tiny_model)],
        stdout=write_end,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(write_end)

    assert done.stderr == b""


def test_the_command_line_loads_no_qt():
    code = (
        "import sys, hccr_desktop.cli; print([name for name in sys.modules if name.startswith(('PySide6', 'torch'))])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)

    assert done.stdout.strip() == b"[]"


def line_of_crosses(path, count=3):
    page = Image.new("L", (120 * count, 120), 255)
    for number in range(count):
        page.paste(0, (120 * number + 25, 55, 120 * number + 95, 65))
        page.paste(0, (120 * number + 55, 25, 120 * number + 65, 95))
    page.save(path)
    return path


def test_several_characters_are_a_line_of_text_and_boxes_in_json(hccr, tmp_path):
    path = line_of_crosses(tmp_path / "line.png")

    _, text, _ = hccr("recognize", path)
    _, record, _ = hccr("recognize", path, "--format", "json")
    _, rows, _ = hccr("recognize", path, "--format", "csv", "-n", 1)

    name, line = text.rstrip("\n").split("\t")
    assert (name, len(line)) == (str(path), 3)
    boxes = [character["box"] for character in json.loads(record)[0]["characters"]]
    assert boxes == [[25, 25, 70, 70], [145, 25, 70, 70], [265, 25, 70, 70]]
    assert [row["index"] for row in csv.DictReader(io.StringIO(rows))] == ["0", "1", "2"]


def test_one_character_can_be_asked_for_and_a_direction(hccr, tmp_path):
    path = line_of_crosses(tmp_path / "line.png", count=2)

    _, one, _ = hccr("recognize", path, "--one-character", "--format", "json")
    _, down, _ = hccr("recognize", path, "--direction", "vertical", "--format", "json")

    assert [character["box"] for character in json.loads(one)[0]["characters"]] == [None]
    assert [character["box"][0] for character in json.loads(down)[0]["characters"]] == [145, 25]


def test_results_are_kept_and_renewed(hccr, tmp_path):
    path, results = line_of_crosses(tmp_path / "line.png"), tmp_path / "results.json"

    first = hccr("recognize", path, "--format", "json", "--update", results)
    kept = results.read_text(encoding="utf-8")
    second = hccr("recognize", path, "--format", "json", "--update", results)
    results.write_text("{", encoding="utf-8")
    broken = hccr("recognize", path, "--update", results)

    assert second == first  # the elapsed time too: nothing was read again
    assert json.loads(kept)[0]["file"] == str(path)
    assert broken == (1, "", f"{results} does not hold the results of an earlier run.\n")
    assert results.read_text(encoding="utf-8") == "{"
