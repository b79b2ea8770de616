"""A run can be stopped, killed, resumed and shared out without its weights noticing."""

import csv
import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from hccr_training import network as network_module
from hccr_training import train
from hccr_training.checkpoint import load_weights, read_checkpoint, save_npz
from hccr_training.config import ConfigError, Data, Optimizer, Phase
from hccr_training.optimization import AveragedWeights
from hccr_training.train import Trainer, make_fabric
from tests.training.tiny import TINY_BLOCKS, TINY_RUN, with_phases

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _narrow_layers(monkeypatch):
    monkeypatch.setattr(network_module, "BLOCKS", TINY_BLOCKS)


def make(run, folder, banks) -> Trainer:
    return Trainer(run, folder, make_fabric("32-true"), banks=banks)


def stop_at(samples: int):
    return lambda done: done >= samples


def assert_same_state(one: Path, other: Path) -> None:
    first, second = read_checkpoint(one / "checkpoint.pt"), read_checkpoint(other / "checkpoint.pt")
    for part in ("network", "averaged"):
        for name, tensor in first[part].items():
            torch.testing.assert_close(
                tensor, second[part][name], rtol=1e-5, atol=1e-6, msg=lambda text, n=name: f"{n}: {text}"
            )
    for name in ("samples", "phase", "steps_in_phase", "updates"):
        assert first[name] == second[name]


def test_resumed_run_ends_with_the_weights_of_an_unbroken_one(banks, tmp_path):
    assert make(TINY_RUN, tmp_path / "unbroken", banks).train()

    broken = tmp_path / "broken"
    assert not make(TINY_RUN, broken, banks).train(should_stop=stop_at(16))  # within the first phase
    assert read_checkpoint(broken / "checkpoint.pt")["samples"] == 16
    assert not make(TINY_RUN, broken, banks).train(should_stop=stop_at(32))  # between the two
    assert not make(TINY_RUN, broken, banks).train(should_stop=stop_at(40))  # within the second
    assert make(TINY_RUN, broken, banks).train()

    assert read_checkpoint(broken / "checkpoint.pt")["samples"] == 48
    assert_same_state(broken, tmp_path / "unbroken")


def test_training_changes_every_weight_and_the_average_lags(banks, tmp_path):
    trainer = make(with_phases(TINY_RUN, TINY_RUN.phases[0]), tmp_path, banks)
    before = {name: parameter.detach().clone() for name, parameter in trainer.network.named_parameters()}

    trainer.train()

    values = read_checkpoint(tmp_path / "checkpoint.pt")
    for name, start in before.items():
        end = values["network"][name]
        assert not torch.equal(start, end), name
        distance_of_average = (values["averaged"][name] - start).norm()
        assert 0 < distance_of_average < (end - start).norm() * 1.001, name


@pytest.mark.parametrize("method", ["adamw", "muon"])
def test_frozen_layers_stay_as_they_are_and_only_they(banks, tmp_path, method):
    optimizer = dataclasses.replace(TINY_RUN.optimizer, frozen=2, method=method)
    run = dataclasses.replace(with_phases(TINY_RUN, TINY_RUN.phases[0]), optimizer=optimizer)
    trainer = make(run, tmp_path, banks)
    before = {name: value.detach().clone() for name, value in trainer.network.state_dict().items()}

    trainer.train()

    same = {name for name, value in trainer.network.state_dict().items() if torch.equal(value, before[name])}
    first = tuple(f"{kind}.{layer}." for kind in ("convolutions", "batch_norms") for layer in (0, 1))
    assert same == {name for name in before if name.startswith(first)}


def test_average_starts_again_at_another_size_and_only_there(banks, tmp_path, monkeypatch):
    restarts = []
    monkeypatch.setattr(AveragedWeights, "restart", lambda _average, _network: restarts.append(trainer._samples))
    same_size = Phase(size=16, batch=8, samples=16)
    run = with_phases(TINY_RUN, same_size, same_size, Phase(size=32, batch=4, samples=8))
    trainer = make(run, tmp_path, banks)

    trainer.train()

    assert restarts == [32]


def test_loss_falls_on_few_samples(banks, tmp_path):
    run = dataclasses.replace(
        with_phases(TINY_RUN, Phase(size=16, batch=16, samples=16 * 30)),
        optimizer=Optimizer(warmup_samples=16, rate=3e-3, label_smoothing=0.0, dropout=0.0, schedule="constant"),
    )
    trainer = make(run, tmp_path, banks)
    images = torch.randint(0, 256, (16, 1, 16, 16), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    classes = torch.arange(16)

    losses = [float(trainer.step(images, classes)[0]) for _ in range(25)]

    assert losses[0] > 7  # log 3755 is 8.2
    assert losses[-1] < 2


def test_checkpoint_of_another_configuration_is_refused(banks, tmp_path):
    make(TINY_RUN, tmp_path, banks).train(should_stop=stop_at(8))
    changed = {
        "seed": dataclasses.replace(TINY_RUN, seed=12),
        r"optimizer\.dropout": dataclasses.replace(
            TINY_RUN, optimizer=dataclasses.replace(TINY_RUN.optimizer, dropout=0.5)
        ),
        r"phases\[0\]": with_phases(TINY_RUN, Phase(size=32, batch=8, samples=32)),
    }
    for name, run in changed.items():
        with pytest.raises(ConfigError, match=f"belongs to another configuration: {name} differs"):
            make(run, tmp_path, banks)


def test_run_can_be_lengthened_and_given_other_workers(banks, tmp_path):
    first, second = TINY_RUN.phases
    make(TINY_RUN, tmp_path, banks).train(should_stop=stop_at(8))
    longer = with_phases(
        dataclasses.replace(TINY_RUN, workers=1), dataclasses.replace(first, samples=40), second, Phase(16, 4, 4)
    )

    assert make(longer, tmp_path, banks).train()

    assert read_checkpoint(tmp_path / "checkpoint.pt")["samples"] == 40 + 16 + 4


def test_finished_run_stays_as_it_is(banks, tmp_path):
    make(TINY_RUN, tmp_path, banks).train()
    before = read_checkpoint(tmp_path / "checkpoint.pt")

    assert make(TINY_RUN, tmp_path, banks).train()

    after = read_checkpoint(tmp_path / "checkpoint.pt")
    assert after["samples"] == before["samples"]
    torch.testing.assert_close(after["network"], before["network"], rtol=0, atol=0)


def test_start_weights_are_taken_and_dropout_is_the_runs(banks, tmp_path, random_network):
    save_npz(random_network, tmp_path / "start.npz")
    run = dataclasses.replace(TINY_RUN, start=str(tmp_path / "start.npz"))

    network = make(run, tmp_path / "run", banks).network

    torch.testing.assert_close(network.dense.bias, random_network.dense.bias, atol=1e-3, rtol=1e-3)
    assert network.dropout.p == run.optimizer.dropout
    assert network.training


def test_checkpoints_are_written_by_the_clock(banks, tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(Trainer, "_save", lambda trainer: saved.append(trainer._samples))

    make(dataclasses.replace(TINY_RUN, checkpoint_minutes=0), tmp_path / "often", banks).train()
    assert saved == [8, 16, 24, 32, 36, 40, 44, 48, 48]

    saved.clear()
    make(TINY_RUN, tmp_path / "seldom", banks).train()
    assert saved == [48]


def test_curve_names_accuracy_and_the_best_weights_are_kept(banks, tmp_path):
    inks = tmp_path / "ink.jsonl"
    inks.write_text('{"char": "啊", "strokes": [[[0, 0], [9, 5]], [[3, 9]]]}\n' * 3, encoding="utf-8")
    run = dataclasses.replace(
        with_phases(TINY_RUN, Phase(16, 8, 8), Phase(96, 2, 2)),
        data=Data(medians="", validation_ink=str(inks)),
        validation_samples=2,
    )

    trainer = make(run, tmp_path / "run", banks)
    trainer.network.dense.bias.data[0] += 1e4  # so that 啊 is always read, by the average that begins anew too
    trainer.train()

    with (tmp_path / "run" / "curve.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["samples"], row["size"], row["ink_top1"], row["page_top1"]) for row in rows] == [
        ("10", "96", "100.0", "")
    ]
    assert float(rows[0]["loss"]) > 0
    assert load_weights(tmp_path / "run" / "best.npz").dense.weight.shape == (3755, 448)
    assert (tmp_path / "run" / "samples_16px.png").stat().st_size > 100
    assert (tmp_path / "run" / "samples_96px.png").exists()


@pytest.mark.slow
def test_two_processes_have_the_gradients_of_one_on_the_same_batch(tmp_path):
    def start(processes: int) -> dict[str, torch.Tensor]:
        folder = tmp_path / str(processes)
        folder.mkdir()
        script = REPOSITORY / "tests" / "training" / "two_processes.py"
        command = [
            sys.executable,
            "-m",
            "torch.distributed.run",
            "--standalone",
            "--local-addr=127.0.0.1",  # else the name of the machine, which not every machine can resolve
            f"--nproc-per-node={processes}",
            script,
        ]
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
        done = subprocess.run(
            [*map(str, command), str(folder)], env=environment, capture_output=True, text=True, timeout=100, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert read_checkpoint(folder / "run" / "checkpoint.pt")["samples"] == 24
        return torch.load(folder / "gradients.pt")

    one, two = start(1), start(2)

    assert one.keys() == two.keys()
    for name, gradient in one.items():
        assert gradient.abs().max() > 0, name
        torch.testing.assert_close(
            two[name], gradient, rtol=1e-3, atol=1e-5 * float(gradient.abs().max()), msg=lambda t, n=name: f"{n}: {t}"
        )


def test_command_line_says_what_is_wrong(tmp_path, capsys):
    (tmp_path / "run.toml").write_text('[data]\nmedians = "none"\n[[phases]]\nsize = 96\nbatch = 4\nsamples = 8\n')

    assert train.main([str(tmp_path / "run.toml"), "--folder", str(tmp_path / "out")]) == 2

    assert "啊.json does not exist; training/fetch.sh fetches it." in capsys.readouterr().err


def test_command_line_stops_at_its_time_and_goes_on(banks, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(train, "load_banks", lambda data: banks)
    (tmp_path / "run.toml").write_text(
        'workers = 0\n[data]\nmedians = "m"\n[[phases]]\nsize = 16\nbatch = 4\nsamples = 8\n'
    )
    command = [str(tmp_path / "run.toml"), "--folder", str(tmp_path / "out"), "--precision", "32-true"]

    assert train.main([*command, "--minutes", "1e-9"]) == 0
    assert "the same command goes on from here" in capsys.readouterr().out
    assert train.main(command) == 0
    assert "done" in capsys.readouterr().out
    assert np.isfinite(read_checkpoint(tmp_path / "out" / "checkpoint.pt")["seconds"])
