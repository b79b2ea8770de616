"""Take the training along to a GPU machine that reaches no network and sees this working tree alone.

    python training/runs/pack_gpu.py pack --start WEIGHTS         here: one archive in the ignored training/.work/gpu
    python3 training/runs/pack_gpu.py run -o "$OUT" --minutes 8   there, with that folder carried along
    python training/runs/pack_gpu.py join PIECES -o FILE          here, if a file came back in pieces

``run`` unpacks, traces the scans into pen ink, trains by training/runs/gpu/run.toml on all GPUs that it finds (else the
CPU), and leaves weights (in the layout of start.npz), curve and log in the folder given. Called again on the same
machine it goes on. Its two weights files are what the next machine can start from.
"""

import argparse
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACK: Final = Path("training/.work/gpu")
ARCHIVE: Final = "data.tar.xz"
UNPACKED: Final = Path("training/.work/gpu-data")
RUN: Final = Path("training/runs/gpu/run.toml")
RUN_FOLDER: Final = Path("training/.work/runs/gpu")

MIB: Final = 1024 * 1024
MAX_PACK_BYTES: Final = 43 * MIB
"""The issue allows 45."""

MAX_TRAVEL_BYTES: Final = 63 * MIB
"""Of the pack and the working tree together 64 MiB may travel; a megabyte is left for what is written until then."""

MAX_PIECE_BYTES: Final = 16 * MIB
"""What comes back may have no larger file."""

SCAN_PX: Final = 64
SCAN_QUALITY: Final = 50
"""Of WebP: 18 MiB for 35,338 scans; 70 takes 21, 30 takes 15."""

DATA: Final = Path("../shared/data")
RUNNING_FACES: Final = (
    "zhi-mang-xing", "鸿雷行书简体", "long-cang", "liu-jian-mao-cao", "kouzan-mouhitsu-gyosho", "沐瑶随心手写体",
    "新叶念体",
)  # fmt: skip
"""Faces of running script, whose characters are traced too, as training/fetch.sh has them traced here."""

FACES: Final = (
    *RUNNING_FACES, "ma-shan-zheng", "江西拙楷", "gkai00mp", "klee-one", "kouzan-mouhitsu", "LXGWWenKai-Regular",
    "zcool-kuaile", "yuji-boku", "kiloji", "yomogi",
)  # fmt: skip
"""Faces of the font bank, hands first; as many travel as find room."""

WHEELS: Final = ("lightning-fabric", "lightning-utilities")
"""Pure Python that a machine with PyTorch may lack; what it has itself comes first."""


class PackError(Exception):
    """One sentence on why nothing could be packed, run or joined."""


def pack(folder: Path, *, start: Path | None, faces: Sequence[str] = FACES, wheels: bool = True) -> dict[str, int]:
    """Write the archive.

    Args:
        folder: where it goes; emptied first.
        start: weights to begin with, ``.npz``; None where the run starts from random ones.
        faces: of training/.work/fonts.
        wheels: fetch WHEELS with pip and take them along.

    Returns:
        Bytes of each part before compression, by name.

    Raises:
        PackError: a part is missing, or the archive is too large without a single face.
    """
    most = min(MAX_PACK_BYTES, MAX_TRAVEL_BYTES - _tree_bytes(ROOT))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    parts = dict(_parts(start))
    if wheels:
        parts |= _wheels(folder)
    fonts: dict[str, bytes] = {}
    sizes: dict[str, int] = {}
    base = len(_archived(parts))
    if base > most:
        raise PackError(f"The pack would have {base / MIB:.1f} MiB without a font, over {most / MIB:.1f}.")
    room = most - base
    for name in faces:
        if files := _face(name):
            room -= len(_archived(files))
            if room < 0:
                break
            fonts |= files
    parts |= fonts
    content = _archived(parts)
    (folder / ARCHIVE).write_bytes(content)
    for name, part in parts.items():
        key = name.split("/")[0]
        sizes[key] = sizes.get(key, 0) + len(part)
    return sizes


def _tree_bytes(root: Path) -> int:
    """Size of the files that travel with a checkout: all but those that git ignores."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise PackError(f"{root} is no checkout, so what travels besides the pack is unknown.")
    paths = {root / os.fsdecode(name) for name in done.stdout.split(b"\0") if name}
    return sum(path.lstat().st_size for path in paths if path.is_file())


def _parts(start: Path | None) -> Iterator[tuple[str, bytes]]:
    for name, path in {
        "hcl2000.npz": DATA / "train/hcl2000_64x64_bits.npz",
        "ink/ink_olhwdb1.1_writer1043.jsonl": DATA / "train/ink_olhwdb1.1_writer1043.jsonl",
        "ink/ink_tomoe_ja.jsonl": DATA / "train/ink_tomoe_ja.jsonl",
        "val/ink_84_hands_50_classes.jsonl": DATA / "val/ink_84_hands_50_classes.jsonl",
        "val/scans_1000_classes.npz": DATA / "val/scans_1000_classes.npz",
        **({"start.npz": start} if start is not None else {}),
    }.items():
        if not path.is_file():
            raise PackError(f"{path} does not exist.")
        yield name, path.read_bytes()
    yield "scans.npz", _small_scans(DATA / "train/scans.npz")
    yield from _medians(Path("training/.work/medians"))


def _medians(folder: Path) -> Iterator[tuple[str, bytes]]:
    from hccr_desktop.domain.charset import gb2312_level1

    for character in gb2312_level1():
        path = folder / f"{character}.json"
        if not path.is_file():
            raise PackError(f"{path} does not exist; training/fetch.sh fetches it.")
        medians = {"medians": json.loads(path.read_bytes())["medians"]}  # the outlines are the larger part
        yield f"medians/{character}.json", json.dumps(medians, separators=(",", ":")).encode()


def _small_scans(path: Path) -> bytes:
    import cv2
    import numpy as np

    from hccr_desktop.imaging.sample_sets import ScanSample, load_sample_set

    if not path.is_file():
        raise PackError(f"{path} does not exist.")
    pictures, codes = [], []
    for sample in load_sample_set(path).samples:
        assert isinstance(sample, ScanSample)
        small = cv2.resize(sample.scan, (SCAN_PX, SCAN_PX), interpolation=cv2.INTER_AREA)
        pictures.append(cv2.imencode(".webp", small, [cv2.IMWRITE_WEBP_QUALITY, SCAN_QUALITY])[1].ravel())
        codes.append(ord(sample.character))
    offsets = np.concatenate([[0], np.cumsum([len(picture) for picture in pictures])])
    stream = io.BytesIO()
    np.savez(stream, blob=np.concatenate(pictures), offset=offsets, code=np.array(codes))
    return stream.getvalue()


def _face(name: str) -> dict[str, bytes]:
    files = [Path("training/.work/fonts") / f"{name}.{part}.npy" for part in ("bits", "classes")]
    return {f"fonts/{path.name}": path.read_bytes() for path in files} if all(map(Path.is_file, files)) else {}


def _wheels(folder: Path) -> dict[str, bytes]:
    target = folder / "wheels"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(target), *WHEELS]
    if subprocess.run(command, check=False).returncode:
        raise PackError(f"pip did not get {' and '.join(WHEELS)}; --no-wheels leaves them out.")
    wheels = {f"wheels/{path.name}": path.read_bytes() for path in sorted(target.glob("*.whl"))}
    shutil.rmtree(target)
    return wheels


def _archived(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:xz", preset=6) as archive:
        for name, content in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def unpack(archive: Path, folder: Path) -> None:
    """Unpack, unless the folder holds this very archive's content already.

    Raises:
        PackError: the archive is missing or damaged.
    """
    try:
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        mark = folder / "archive.sha256"
        if mark.is_file() and mark.read_text() == digest:
            return
        shutil.rmtree(folder, ignore_errors=True)
        with tarfile.open(archive) as content:
            content.extractall(folder, filter="data")
        mark.write_text(digest)
    except FileNotFoundError as error:
        raise PackError(f"{archive} does not exist; is its folder carried along?") from error
    except (OSError, tarfile.TarError, EOFError) as error:
        raise PackError(f"{archive} is damaged: {error}") from error


def run(output: Path, *, minutes: float, configuration: Path = RUN, folder: Path = RUN_FOLDER) -> list[Path]:
    """Unpack, train, and leave what should come back.

    Args:
        output: for weights, curve and log.
        minutes: of training; unpacking before it and writing after it take about one more.
        configuration: of the run.
        folder: of the run's checkpoint, from which a second call goes on.

    Returns:
        The files left, none over MAX_PIECE_BYTES.

    Raises:
        PackError: the archive is missing, the scans cannot be traced, or the training failed; its log is left in output
            all the same.
    """
    unpack(PACK / ARCHIVE, UNPACKED)
    output.mkdir(parents=True, exist_ok=True)
    environment = _environment()
    _trace(configuration, environment)
    log = output / "log.txt"
    trainer = ["-m", "hccr_training.train", str(configuration), "--folder", str(folder), "--minutes", str(minutes)]
    gpus = int(_asked("import torch; print(torch.cuda.device_count())", environment))
    if gpus > 1:
        trainer = ["-m", "torch.distributed.run", "--nproc-per-node", str(gpus), *trainer]
    with log.open("a", encoding="utf-8") as stream:  # a second call goes on
        code = subprocess.run(
            [sys.executable, *trainer], env=environment, stdout=stream, stderr=subprocess.STDOUT, check=False
        ).returncode
    if code:
        raise PackError(f"The training ended with code {code}:\n{log.read_text(encoding='utf-8')[-2000:]}")
    _asked(_WRITE_WEIGHTS, environment, str(folder), str(output))
    for path in [folder / "curve.csv", folder / "best.npz", *folder.glob("samples_*.png")]:
        if path.is_file():
            shutil.copy(path, output)
    return [piece for path in sorted(output.iterdir()) for piece in split(path)]


def _trace(configuration: Path, environment: dict[str, str]) -> None:
    """Trace the packed scans and faces into pen ink, where the run draws such ink and the file is not there yet.

    Done there rather than packed: the lines of 63,251 scans take 6 MiB even on a coarse grid, in which four faces of
    fonts find room, and scans of 64 px give the same lines but for 1.1 % of a character's side (mean, 150 scans).
    """
    target = UNPACKED / "traced.npz"
    wanted = tomllib.loads(configuration.read_text(encoding="utf-8")).get("data", {}).get("traced", [])
    if str(target) not in wanted or target.is_file():
        return
    partial = target.with_name("traced.partial.npz")  # one whose tracing was stopped is not taken for a whole one
    command = [sys.executable, "-m", "hccr_training.sources.traced", str(UNPACKED / "scans.npz"), "-o", str(partial)]
    command += ["--hcl2000", str(UNPACKED / "hcl2000.npz"), "--medians", str(UNPACKED / "medians")]
    command += ["--fonts", str(UNPACKED / "fonts"), "--processes", str(os.cpu_count() or 1)]
    for face in RUNNING_FACES:
        if (UNPACKED / "fonts" / f"{face}.bits.npy").is_file():
            command += ["--face", face]
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise PackError(f"The scans could not be traced: {done.stderr[-2000:].strip()}")
    partial.replace(target)


_WRITE_WEIGHTS: Final = """
import sys
from pathlib import Path
from hccr_training.checkpoint import read_checkpoint, save_npz
from hccr_training.network import MelnykNet
folder, output = map(Path, sys.argv[1:])
values = read_checkpoint(folder / "checkpoint.pt")
for name in ("averaged", "network"):
    network = MelnykNet(classes=len(values[name]["dense.bias"]))
    network.load_state_dict(values[name])
    save_npz(network.eval(), output / f"{name}.npz")
"""


def _environment() -> dict[str, str]:
    """PyTorch and the like from the machine; what it lacks, and this project, from here."""
    environment = dict(os.environ)
    lacking = [name for name in WHEELS if not _has(name.replace("-", "_"))]
    wheels = [path for path in sorted((UNPACKED / "wheels").glob("*.whl")) if _name(path) in lacking]
    environment["PYTHONPATH"] = os.pathsep.join(
        [
            str(ROOT),
            str(ROOT / "training"),
            *(str(path.resolve()) for path in wheels),
            environment.get("PYTHONPATH", ""),
        ]
    ).rstrip(os.pathsep)
    environment["ORT_DISABLE_TELEMETRY"] = "1"
    environment["PYTHONUNBUFFERED"] = "1"
    return environment


def _has(module: str) -> bool:
    command = [sys.executable, "-c", f"import {module}"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _name(wheel: Path) -> str:
    return wheel.name.split("-")[0].replace("_", "-")


def _asked(program: str, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PackError(f"Python said: {done.stderr[-2000:]}")
    return done.stdout.strip()


def split(path: Path, *, piece_bytes: int = MAX_PIECE_BYTES) -> list[Path]:
    """Cut a file that is too large into ``NAME.000``, ``NAME.001``…; a smaller one stays as it is."""
    if path.stat().st_size <= piece_bytes:
        return [path]
    pieces = []
    with path.open("rb") as stream:
        while content := stream.read(piece_bytes):
            piece = path.with_name(f"{path.name}.{len(pieces):03d}")
            piece.write_bytes(content)
            pieces.append(piece)
    path.unlink()
    return pieces


def join(pieces: Sequence[Path], target: Path) -> None:
    """Put a file's pieces together again.

    Raises:
        PackError: one is missing, or they are not of one file.
    """
    ordered = sorted(pieces)
    for number, piece in enumerate(ordered):
        if piece.stem != ordered[0].stem or piece.suffix != f".{number:03d}":
            raise PackError(f"Piece {number} of {ordered[0].stem} is missing.")
    if not ordered:
        raise PackError("There is no piece.")
    target.write_bytes(b"".join(piece.read_bytes() for piece in ordered))


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    packing = commands.add_parser("pack", help="write the archive")
    packing.add_argument("--start", type=Path, help="weights to start from, .npz; random ones if not given")
    packing.add_argument("--no-wheels", action="store_true", help="the machine has Lightning Fabric")
    running = commands.add_parser("run", help="unpack and train, on the other machine")
    running.add_argument("-o", "--output", type=Path, required=True, help="folder for what comes back")
    running.add_argument("--minutes", type=float, default=8.0)
    running.add_argument("--run", type=Path, default=RUN, help="configuration")
    running.add_argument("--folder", type=Path, default=RUN_FOLDER, help="of the run's checkpoint")
    joining = commands.add_parser("join", help="put pieces together")
    joining.add_argument("pieces", type=Path, nargs="+")
    joining.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    os.chdir(ROOT) if options.command != "join" else None
    try:
        if options.command == "pack":
            sizes = pack(PACK, start=options.start, wheels=not options.no_wheels)
            size = (PACK / ARCHIVE).stat().st_size
            print(", ".join(f"{name} {part / MIB:.1f}" for name, part in sizes.items()), "MiB before compression")
            print(f"{PACK / ARCHIVE}: {size / MIB:.1f} MiB; carry {PACK}")
        elif options.command == "run":
            for path in run(options.output, minutes=options.minutes, configuration=options.run, folder=options.folder):
                print(f"{path}: {path.stat().st_size:,} bytes")
        else:
            join(options.pieces, options.output)
    except PackError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
