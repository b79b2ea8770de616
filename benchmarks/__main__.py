"""``python -m benchmarks``: every figure of speed and memory, on a quiet machine."""

import argparse

from benchmarks import latency, recognition
from benchmarks.machine import describe_machine, require_quiet_machine


def main() -> None:
    """Measure all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="measure while the machine is busy, and say so")
    options = parser.parse_args()
    require_quiet_machine(force=options.force)
    print(describe_machine())
    recognition.main()
    latency.main()


if __name__ == "__main__":
    main()
