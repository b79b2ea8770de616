"""A configuration is read as written, and a slip of the pen is found before the run starts."""

from pathlib import Path

import pytest

from hccr_training.config import ConfigError, Data, Optimizer, Phase, Run, read_run
from hccr_training.synthesis.generator import Mix

RUNS = Path(__file__).resolve().parents[2] / "training" / "runs"

WHOLE = """
seed = 3
workers = 1
checkpoint_minutes = 2
[data]
medians = "m"
gnt = ["a", "b"]
[mix]
scans = 0.5
[optimizer]
rate = 1e-3
schedule = "constant"
[[phases]]
size = 48
batch = 192
samples = 1_000
[[phases]]
size = 96
batch = 96
samples = 500
"""


def read(text: str, folder: Path) -> Run:
    path = folder / "run.toml"
    path.write_text(text, encoding="utf-8")
    return read_run(path)


def test_values_and_defaults_are_read(tmp_path):
    run = read(WHOLE, tmp_path)

    assert run == Run(
        data=Data(medians="m", gnt=("a", "b")),
        phases=(Phase(48, 192, 1000), Phase(96, 96, 500)),
        mix=Mix(scans=0.5),
        optimizer=Optimizer(rate=1e-3, schedule="constant"),
        seed=3,
        workers=1,
        checkpoint_minutes=2.0,
    )
    assert run.samples == 1500


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("seed = 3", "sead = 3", "sead is unknown"),
        ("rate = 1e-3", "rates = 1e-3", r"optimizer\.rates is unknown"),
        ("seed = 3", 'seed = "3"', "seed must be of type int, not str"),
        ("seed = 3", "seed = true", "seed must be of type int, not bool"),
        ('gnt = ["a", "b"]', 'gnt = "a"', r"data\.gnt must be a list"),
        ('gnt = ["a", "b"]', "gnt = [1]", r"data\.gnt\[0\] must be of type str"),
        ('medians = "m"', "", r"data\.medians is missing"),
        ('schedule = "constant"', 'schedule = "linear"', r"optimizer\.schedule must be one of cosine, constant"),
        ("size = 48", "size = 50", "multiple of 16"),
        ("size = 48", "size = 112", "up to 96"),
        ("batch = 192", "batch = 2_000", "samples for one batch at least"),
        ("samples = 500", "", r"phases\[1\]\.samples is missing"),
        ("[mix]", "[mix", "cannot be read"),
    ],
)
def test_wrong_entry_is_named(before, after, message, tmp_path):
    assert before in WHOLE

    with pytest.raises(ConfigError, match=message) as caught:
        read(WHOLE.replace(before, after, 1), tmp_path)

    assert "run.toml" in caught.value.message


def test_missing_file_and_missing_phases_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_run(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="at least one phase"):
        read('phases = []\n[data]\nmedians = "m"\n', tmp_path)


@pytest.mark.parametrize("path", sorted(RUNS.glob("*/run.toml")), ids=lambda path: path.parent.name)
def test_every_run_of_the_project_can_be_read_and_ends_at_full_size(path):
    run = read_run(path)

    assert run.phases[-1].size == 96
    assert not any("tegaki" in name or "/val/" in name or "/test/" in name for name in (*run.data.ink, *run.data.scans))
