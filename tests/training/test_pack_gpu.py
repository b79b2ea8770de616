import importlib.util
import io
import json
import os
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest

from hccr_desktop.domain.charset import gb2312_level1
from hccr_training.checkpoint import load_weights
from hccr_training.config import read_run
from hccr_training.sources.traced import load_traced

ROOT = Path(__file__).resolve().parents[2]

RUN = """
workers = 0
seed = 1
[data]
medians = "training/.work/gpu-data/medians"
ink = ["training/.work/gpu-data/ink/some.jsonl"]
traced = ["training/.work/gpu-data/traced.npz"]
[mix]
medians = 0.2
ink = 0.2
traced = 0.4
composed = 0.2
[optimizer]
method = "muon"
[[phases]]
size = 16
batch = 2
samples = 4
"""


@pytest.fixture(scope="module")
def pack_gpu():
    spec = importlib.util.spec_from_file_location("pack_gpu", ROOT / "training/runs/pack_gpu.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made_up_parts() -> dict[str, bytes]:
    medians = json.dumps({"medians": [[[100, 800], [700, 300]], [[100, 200], [800, 250]]]}).encode()
    ink = json.dumps({"char": "永", "strokes": [[[0, 0], [50, 40]], [[10, 60], [20, 90]]]}, ensure_ascii=False)
    squares = np.packbits(scanned_line(64).reshape(1, -1) > 127, axis=1)
    parts = {f"medians/{character}.json": medians for character in gb2312_level1()}
    face = {"bits": np.packbits(scanned_line().reshape(1, -1) > 127, axis=1), "classes": np.array([7], np.int32)}
    return (
        parts
        | {
            "ink/some.jsonl": ink.encode(),
            "scans.npz": scans_of("一十"),
            "hcl2000.npz": saved(np.savez, bits=squares, code=[ord("乙")]),
        }
        | {f"fonts/long-cang.{part}.npy": saved(np.save, array) for part, array in face.items()}
    )


def scanned_line(side: int = 128) -> np.ndarray:
    return cv2.line(np.zeros((side, side), np.uint8), (side // 8, side // 2), (side * 7 // 8, side // 2), (255,), 5)


def scans_of(characters: str) -> bytes:
    packed = cv2.imencode(".png", scanned_line(96))[1].ravel()
    offsets = np.arange(len(characters) + 1) * len(packed)
    codes = [ord(character) for character in characters]
    return saved(np.savez, blob=np.tile(packed, len(characters)), offset=offsets, code=codes)


def saved(save, *arrays, **named_arrays) -> bytes:
    stream = io.BytesIO()
    save(stream, *arrays, **named_arrays)
    return stream.getvalue()


@pytest.mark.slow
def test_what_was_packed_trains_elsewhere_and_weights_come_back(pack_gpu, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "")
    pack_gpu.PACK.mkdir(parents=True)
    (pack_gpu.PACK / pack_gpu.ARCHIVE).write_bytes(pack_gpu._archived(made_up_parts()))
    Path("run.toml").write_text(RUN, encoding="utf-8")

    files = pack_gpu.run(Path("out"), minutes=5, configuration=Path("run.toml"))

    assert {"averaged.npz", "network.npz", "curve.csv", "log.txt"} <= {path.name for path in files}
    assert all(path.stat().st_size <= pack_gpu.MAX_PIECE_BYTES for path in files)
    assert load_weights(Path("out/averaged.npz")).dense.out_features == len(gb2312_level1())
    assert "done" in Path("out/log.txt").read_text()
    alphabet = gb2312_level1().characters
    traced = load_traced(pack_gpu.UNPACKED / "traced.npz")
    assert [alphabet[index] for index in traced.classes] == ["一", "十", "乙", alphabet[7]]  # scans, HCL2000, the face


def test_scans_that_cannot_be_traced_are_a_sentence(pack_gpu, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pack_gpu.UNPACKED.mkdir(parents=True)
    (pack_gpu.UNPACKED / "scans.npz").write_bytes(b"PK nothing")
    Path("run.toml").write_text(RUN, encoding="utf-8")

    with pytest.raises(pack_gpu.PackError, match=r"could not be traced: .*scans\.npz"):
        pack_gpu._trace(Path("run.toml"), pack_gpu._environment())

    assert not (pack_gpu.UNPACKED / "traced.npz").exists()


def test_the_run_knows_every_source_that_is_packed(pack_gpu):
    data = read_run(ROOT / pack_gpu.RUN).data

    assert data.traced == (str(pack_gpu.UNPACKED / "traced.npz"),)
    files = [*data.ink, *data.scans, *data.hcl2000, *data.traced, data.medians, data.fonts]
    assert all(Path(name).is_relative_to(pack_gpu.UNPACKED) for name in files)


def test_what_git_ignores_does_not_count_as_travelling(pack_gpu, tmp_path):
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_bytes(b"pack\n")
    (tmp_path / "pack").write_bytes(bytes(1000))
    (tmp_path / "字.txt").write_bytes(bytes(200))

    assert pack_gpu._tree_bytes(tmp_path) == 205


def test_a_large_tree_leaves_less_room_for_the_pack(pack_gpu, tmp_path, monkeypatch):
    monkeypatch.setattr(pack_gpu, "_parts", lambda start: [("noise", os.urandom(3000))])
    monkeypatch.setattr(pack_gpu, "_tree_bytes", lambda root: pack_gpu.MAX_TRAVEL_BYTES - 2000)

    with pytest.raises(pack_gpu.PackError, match="without a font"):
        pack_gpu.pack(tmp_path / "pack", start=None, wheels=False)


def test_a_missing_or_damaged_archive_is_a_sentence(pack_gpu, tmp_path):
    with pytest.raises(pack_gpu.PackError, match="carried along"):
        pack_gpu.unpack(tmp_path / "data.tar.xz", tmp_path / "data")
    (tmp_path / "data.tar.xz").write_bytes(pack_gpu._archived({"a": bytes(1000)})[:60])
    with pytest.raises(pack_gpu.PackError, match="is damaged"):
        pack_gpu.unpack(tmp_path / "data.tar.xz", tmp_path / "data")


def test_an_archive_is_unpacked_again_only_if_it_changed(pack_gpu, tmp_path):
    archive, folder = tmp_path / "data.tar.xz", tmp_path / "data"
    archive.write_bytes(pack_gpu._archived({"a.txt": b"old"}))
    pack_gpu.unpack(archive, folder)
    (folder / "left").touch()
    pack_gpu.unpack(archive, folder)
    assert (folder / "left").exists()

    archive.write_bytes(pack_gpu._archived({"a.txt": b"new"}))
    pack_gpu.unpack(archive, folder)

    assert (folder / "a.txt").read_bytes() == b"new"
    assert not (folder / "left").exists()


def test_a_large_file_comes_back_in_pieces_that_join(pack_gpu, tmp_path):
    path, content = tmp_path / "w.npz", os.urandom(2500)
    path.write_bytes(content)

    pieces = pack_gpu.split(path, piece_bytes=1000)

    assert [piece.stat().st_size for piece in pieces] == [1000, 1000, 500]
    assert not path.exists()
    assert pack_gpu.main(["join", *map(str, reversed(pieces)), "-o", str(path)]) == 0
    assert path.read_bytes() == content


def test_a_missing_piece_is_named(pack_gpu, tmp_path, capsys):
    for number in (0, 2):
        (tmp_path / f"w.npz.{number:03d}").write_bytes(b"x")

    pieces = [str(tmp_path / f"w.npz.{number:03d}") for number in (0, 2)]

    assert pack_gpu.main(["join", *pieces, "-o", str(tmp_path / "w.npz")]) == 2
    assert "Piece 1 of w.npz is missing" in capsys.readouterr().err


def test_small_scans_keep_their_characters(pack_gpu, tmp_path):
    from hccr_training.sources.packed import load_scans

    picture = np.zeros((96, 96), np.uint8)
    picture[20:70, 40:50] = 255
    packed = cv2.imencode(".png", picture)[1].ravel()
    np.savez(tmp_path / "scans.npz", blob=packed, offset=[0, len(packed)], code=[ord("永")])

    (tmp_path / "small.npz").write_bytes(pack_gpu._small_scans(tmp_path / "scans.npz"))

    bank = load_scans(tmp_path / "small.npz")
    assert bank.picture(0).shape == (64, 64)
    assert bank.classes.tolist() == [gb2312_level1().index("永")]
