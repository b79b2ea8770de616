"""Weights between those that a run began with and those that it ended with.

Run ``python -m hccr_training.blend START END --share 0.75 -o WEIGHTS``. While the weights of one run lie in one valley,
a point between its ends reads unseen hands a little better than the end does (Wortsman et al., "Robust fine-tuning of
zero-shot models", 2022); judge it on the validation sets. Fifth run, first candidates and first five right:

| share of the end | ink_84_hands_50_classes (2,699) | scans_1000_classes (1,000) |
|---|---|---|
| 0 | 82.4 / 94.1 | 96.6 / 99.8 |
| 0.5 | 83.6 / 94.6 | 97.3 / 99.8 |
| 0.75 | 83.5 / 94.7 | 97.5 / 99.8 |
| 1 | 83.3 / 94.3 | 97.4 / 99.9 |
"""

import argparse
import sys
from pathlib import Path

import torch

from hccr_desktop.errors import HccrError
from hccr_training.checkpoint import load_weights, save_npz
from hccr_training.network import MelnykNet


def blend(start: MelnykNet, end: MelnykNet, share: float) -> MelnykNet:
    """A network between two of the same descent.

    Args:
        start: weights that training went on from.
        end: what it came to.
        share: of the end, 0 to 1. The moving averages of the batch norms are blended with the weights.

    Raises:
        ValueError: the share is none.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is not between 0 and 1")
    network = MelnykNet().eval()
    earlier, later = start.state_dict(), end.state_dict()
    network.load_state_dict(
        {name: torch.lerp(earlier[name].float(), value.float(), share).to(value.dtype) for name, value in later.items()}
    )
    return network


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.blend", description=__doc__)
    parser.add_argument("start", type=Path, help="weights (.npz, or a checkpoint) that the run began with")
    parser.add_argument("end", type=Path, help="weights that it ended with")
    parser.add_argument("--share", type=float, default=0.75, help="of the end (default 0.75)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="where to write the blend (.npz)")
    options = parser.parse_args(arguments)
    if not 0 <= options.share <= 1:
        parser.error("--share must be between 0 and 1")
    try:
        save_npz(blend(load_weights(options.start), load_weights(options.end), options.share), options.output)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
