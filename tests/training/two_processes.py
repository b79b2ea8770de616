"""Started by torchrun in test_train: gradients of the first batch, then a short run, in one or several processes."""

import sys
from pathlib import Path

import torch

from hccr_training import network as network_module
from hccr_training.config import Phase
from hccr_training.dataset import BatchStream
from hccr_training.synthesis.generator import SampleGenerator
from hccr_training.train import Trainer, make_fabric
from tests.training.tiny import TINY_BLOCKS, TINY_RUN, tiny_banks, with_phases


def gradients(trainer: Trainer, stream: BatchStream) -> dict[str, torch.Tensor]:
    """Gradients of the first batch, batch norm on its running statistics: those of a batch differ between processes."""
    trainer.network.eval()
    trainer.network.dropout.train(False)
    trainer.backward(*next(iter(stream)))
    return {name: parameter.grad.clone() for name, parameter in trainer.network.named_parameters()}


def main(folder: Path) -> None:
    """Write gradients.pt and a finished run into the folder."""
    torch.set_num_threads(1)
    network_module.BLOCKS = TINY_BLOCKS
    run = with_phases(TINY_RUN, Phase(size=16, batch=8, samples=24))
    banks = tiny_banks()
    fabric = make_fabric("32-true")
    trainer = Trainer(run, folder / "run", fabric, banks=banks)
    generator = SampleGenerator(banks, run.mix, seed=run.seed, size=16)
    stream = BatchStream(
        generator, run.phases[0], first_sample=0, done=0, rank=fabric.global_rank, processes=fabric.world_size
    )
    found = gradients(trainer, stream)
    if fabric.is_global_zero:
        torch.save(found, folder / "gradients.pt")
    trainer.network.train()
    is_done = trainer.train()
    if not is_done:
        raise SystemExit("the run did not end")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
