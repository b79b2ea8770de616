"""The training loop, on one CPU, one GPU, or many processes.

Run ``python -m hccr_training.train training/runs/NAME/run.toml``; for several processes
``torchrun --nproc-per-node 4 -m hccr_training.train training/runs/NAME/run.toml``. The same command goes on where a
stopped or killed run was. What it writes lies in ``training/.work/runs/NAME``: checkpoint.pt, best.npz, curve.csv and
contact sheets.
"""

import argparse
import csv
import dataclasses
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (the name that every PyTorch reader expects)
from lightning_fabric import Fabric
from torch import Tensor

from hccr_desktop.domain.melnyk import INPUT_SIZE
from hccr_desktop.errors import HccrError
from hccr_training.checkpoint import load_weights, read_checkpoint, save_checkpoint, save_npz
from hccr_training.config import ConfigError, Run, read_run
from hccr_training.contact_sheet import write_sheet
from hccr_training.dataset import BatchStream, load_banks, make_loader
from hccr_training.network import MelnykNet
from hccr_training.optimization import AveragedWeights, make_optimizer, rate_at
from hccr_training.progress import Progress
from hccr_training.synthesis.generator import Banks, SampleGenerator
from hccr_training.validation import ValidationSet, load_validation_set, validate

logger = logging.getLogger(__name__)

WORK: Final = Path("training/.work/runs")
Precision = Literal["bf16-mixed", "32-true"]

_CURVE_COLUMNS: Final = (
    "hours", "samples", "size", "rate", "loss", "train_top1", "ink_top1", "ink_top5", "page_top1", "page_top5",
    "samples_per_s",
)  # fmt: skip

_CHECK_EVERY: Final = 10
"""Steps between two looks at the clock where several processes must agree on what it says."""


class Trainer:
    """One run.

    Args:
        run: its configuration.
        folder: for everything it writes; a checkpoint in it is gone on from.
        fabric: where it runs.
        banks: sources; loaded from the run's data where None.

    Raises:
        ConfigError: the folder's checkpoint belongs to another configuration.
        HccrError: a source, the start weights or the checkpoint cannot be read.
    """

    def __init__(self, run: Run, folder: Path, fabric: Fabric, *, banks: Banks | None = None) -> None:
        self._run = run
        self._folder = folder
        self._fabric = fabric
        self._checkpoint_path = folder / "checkpoint.pt"
        self._banks = load_banks(run.data) if banks is None else banks
        self._phase = self._steps_in_phase = self._samples = 0
        self._seconds = self._best = 0.0
        torch.manual_seed(run.seed)
        network = load_weights(Path(run.start)) if run.start else MelnykNet()
        network.dropout.p = run.optimizer.dropout
        network.freeze(run.optimizer.frozen)
        network = network.train().to(fabric.device)
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # left out of torch 2.13's types
        self._network: MelnykNet = network
        self._averaged = AveragedWeights(network, run.optimizer.averaging_samples)
        optimizer = make_optimizer(network, run.optimizer)
        if self._checkpoint_path.exists():
            self._restore(optimizer)
        self._wrapped, self._optimizer = fabric.setup(network, optimizer)
        self._validation_sets = self._load_validation_sets() if fabric.is_global_zero else []

    @property
    def network(self) -> MelnykNet:
        """The network in training, not averaged."""
        return self._network

    def train(self, *, should_stop: Callable[[int], bool] = lambda _samples: False) -> bool:
        """Train until the run is done or told to stop; a checkpoint is left in either case.

        Args:
            should_stop: asked now and then, with the samples done so far.

        Returns:
            Whether the run is done.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        progress = Progress(self._run, self._samples)
        last_checkpoint = last_validation = started = time.monotonic()
        before = self._seconds
        for number in range(self._phase, len(self._run.phases)):
            phase = self._run.phases[number]
            if number != self._phase:
                if phase.size != self._run.phases[self._phase].size:
                    self._averaged.restart(self._network)
                self._phase, self._steps_in_phase = number, 0
            for images, classes in self._batches():
                if self._steps_in_phase == 0 and self._fabric.is_global_zero:
                    write_sheet(list(images[: 24 * 8, 0].numpy()), self._folder / f"samples_{phase.size}px.png")
                loss, correct = self.step(images, classes)
                progress.count(loss, correct, phase.batch)
                self._steps_in_phase += 1
                if self._fabric.world_size > 1 and self._steps_in_phase % _CHECK_EVERY:
                    continue
                now = time.monotonic()
                self._seconds = before + now - started
                validates, saves, stops = self._agreed(
                    now - last_validation >= 60 * self._run.validate_minutes,
                    now - last_checkpoint >= 60 * self._run.checkpoint_minutes,
                    should_stop(self._samples),
                )
                progress.show(phase, number)
                if validates:
                    self._measure(progress)
                    last_validation = time.monotonic()
                if saves or stops:
                    self._save()
                    last_checkpoint = time.monotonic()
                if stops:
                    return False
        self._seconds = before + time.monotonic() - started
        self._measure(progress)
        self._phase = len(self._run.phases)
        self._save()
        return True

    def step(self, images: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
        """One step of the optimizer.

        Args:
            images: this process's share of the batch, (share, 1, size, size) uint8.
            classes: (share,) int64.

        Returns:
            Mean loss, and the share of samples that were read right; both of this process, on its device.
        """
        settings = self._run.optimizer
        batch = len(classes) * self._fabric.world_size
        loss, correct = self.backward(images, classes)
        if settings.clip_norm:
            self._fabric.clip_gradients(self._wrapped, self._optimizer, max_norm=settings.clip_norm)
        for group in self._optimizer.param_groups:
            group["lr"] = rate_at(settings, self._samples, self._run.samples)
        self._optimizer.step()
        self._averaged.update(self._network, batch)
        self._samples += batch
        return loss, correct

    def backward(self, images: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
        """Gradients of the mean loss over the batches of all processes; see :meth:`step`."""
        # Dropout draws from the sample number, so that a resumed run drops what an unbroken one would have.
        torch.manual_seed(hash((self._run.seed, self._samples, self._fabric.global_rank)) % 2**63)
        images = images.to(self._fabric.device, non_blocking=True).float()
        classes = classes.to(self._fabric.device, non_blocking=True)
        logits = self._wrapped(images.contiguous(memory_format=torch.channels_last)).float()
        loss = F.cross_entropy(logits, classes, label_smoothing=self._run.optimizer.label_smoothing)
        self._optimizer.zero_grad(set_to_none=True)
        self._fabric.backward(loss)
        return loss.detach(), (logits.detach().argmax(dim=1) == classes).float().mean()

    def _batches(self) -> Any:  # noqa: ANN401 (an iterator of tensor pairs, whatever Fabric makes of it)
        phase = self._run.phases[self._phase]
        stream = BatchStream(
            SampleGenerator(self._banks, self._run.mix, seed=self._run.seed, size=phase.size),
            phase,
            first_sample=sum(earlier.samples for earlier in self._run.phases[: self._phase]),
            done=self._steps_in_phase * phase.batch,
            rank=self._fabric.global_rank,
            processes=self._fabric.world_size,
        )
        return make_loader(stream, self._run.workers)

    def _agreed(self, *claims: bool) -> list[bool]:
        """What the first process thinks: the others' clocks differ."""
        if self._fabric.world_size == 1:
            return list(claims)
        agreed: list[bool] = self._fabric.broadcast(list(claims))
        return agreed

    def _measure(self, progress: "Progress") -> None:
        """A line of the curve; the best weights of the full size are kept."""
        phase = self._run.phases[min(self._phase, len(self._run.phases) - 1)]
        if self._fabric.is_global_zero:
            averaged = self._averaged.network
            with self._fabric.autocast():
                figures = {kind.name: validate(averaged, kind, phase.size) for kind in self._validation_sets}
            row = progress.row(
                self._seconds, phase.size, rate_at(self._run.optimizer, self._samples, self._run.samples)
            )
            for kind, figure in figures.items():
                row |= {f"{kind}_top1": round(figure.top1, 2), f"{kind}_top5": round(figure.top5, 2)}
            self._append_to_curve(row)
            progress.tell(", ".join(f"{name} {value}" for name, value in row.items()))
            mean = float(np.mean([figure.top1 for figure in figures.values()])) if figures else 0.0
            if phase.size == INPUT_SIZE and mean > self._best:
                self._best = mean
                save_npz(averaged.cpu() if averaged.gwap.is_cuda else averaged, self._folder / "best.npz")
                averaged.to(self._fabric.device)
        self._fabric.barrier()

    def _append_to_curve(self, row: dict[str, float]) -> None:
        path = self._folder / "curve.csv"
        is_new = not path.exists()
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, _CURVE_COLUMNS)
            if is_new:
                writer.writeheader()
            writer.writerow(row)

    def _save(self) -> None:
        if self._fabric.is_global_zero:
            values = {
                "network": self._network.state_dict(),
                "averaged": self._averaged.network.state_dict(),
                "updates": self._averaged.updates,
                "optimizer": self._optimizer.state_dict(),
                "run": dataclasses.asdict(self._run),
                "phase": self._phase,
                "steps_in_phase": self._steps_in_phase,
                "samples": self._samples,
                "seconds": self._seconds,
                "best": self._best,
            }
            save_checkpoint(values, self._checkpoint_path)
        self._fabric.barrier()

    def _restore(self, optimizer: torch.optim.Optimizer) -> None:
        values = read_checkpoint(self._checkpoint_path)
        if difference := difference_of(self._run, values["run"], int(values["phase"])):
            raise ConfigError(
                f"{self._checkpoint_path} belongs to another configuration: {difference} differs. "
                "Use another folder, or name the checkpoint as start."
            )
        self._network.load_state_dict(values["network"])
        self._averaged.network.load_state_dict(values["averaged"])
        self._averaged.updates = int(values["updates"])
        optimizer.load_state_dict(values["optimizer"])
        self._phase, self._steps_in_phase = int(values["phase"]), int(values["steps_in_phase"])
        self._samples, self._seconds, self._best = (
            int(values["samples"]),
            float(values["seconds"]),
            float(values["best"]),
        )

    def _load_validation_sets(self) -> list[ValidationSet]:
        named = {"ink": self._run.data.validation_ink, "page": self._run.data.validation_page}
        limit = self._run.validation_samples
        return [load_validation_set(name, Path(path), limit=limit) for name, path in named.items() if path]


def difference_of(run: Run, saved: dict[str, Any], phase: int) -> str:
    """Name of an entry for which a checkpoint's run must be the same but is not; empty if there is none.

    Paths, clocks and worker counts may change, and so may what lies ahead: later phases, and the length of this one.
    """
    wanted = dataclasses.asdict(run)
    for name in ("seed", "mix"):
        if wanted[name] != saved[name]:
            return name
    ahead = {"decay_samples", "final_rate"}
    for name, value in wanted["optimizer"].items():
        if name not in ahead and saved["optimizer"].get(name) != value:
            return f"optimizer.{name}"
    for number, (new, old) in enumerate(zip(wanted["phases"], saved["phases"], strict=False)):
        if number < phase and new != old:
            return f"phases[{number}]"
        if number == phase and (new["size"], new["batch"]) != (old["size"], old["batch"]):
            return f"phases[{number}]"
    return "phases" if len(wanted["phases"]) < min(phase, len(saved["phases"])) else ""


def make_fabric(precision: Precision) -> Fabric:
    """Fabric on a GPU where there is one, else the CPU; as many processes as torchrun started, else one."""
    local, world = int(os.environ.get("LOCAL_WORLD_SIZE", "1")), int(os.environ.get("WORLD_SIZE", "1"))
    fabric = Fabric(
        accelerator="cuda" if torch.cuda.is_available() else "cpu",
        devices=local,
        num_nodes=world // local,
        strategy="ddp" if world > 1 else "auto",
        precision=precision,
    )
    fabric.launch()
    return fabric


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.train", description=__doc__)
    parser.add_argument("run", type=Path, help="configuration, a TOML file")
    parser.add_argument("--folder", type=Path, help="where to write; training/.work/runs/NAME if not given")
    parser.add_argument("--minutes", type=float, help="stop after so long, with a checkpoint to go on from")
    parser.add_argument("--precision", choices=["bf16-mixed", "32-true"], default="bf16-mixed")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    stopped: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda signal_number, _frame: stopped.append(signal_number))
    deadline = time.monotonic() + 60 * options.minutes if options.minutes else float("inf")
    try:
        run = read_run(options.run)
        folder = options.folder or WORK / options.run.resolve().parent.name
        trainer = Trainer(run, folder, make_fabric(options.precision))
        is_done = trainer.train(should_stop=lambda _samples: bool(stopped) or time.monotonic() >= deadline)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    print(f"{folder}: {'done' if is_done else 'stopped; the same command goes on from here'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
