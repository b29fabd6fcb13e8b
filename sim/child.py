"""cocotb's runner in a process of its own: ``python -m sim.child`` with a job in JSON on standard input.

cocotb's runner takes its settings from the environment, prints, and exits the process: in a child, none of that reaches
the caller.
"""

import json
import sys

from cocotb_tools.runner import get_runner

__all__ = ["main"]


def main() -> None:
    """Call one method (``build`` or ``test``) of the runner of one simulator."""
    job = json.load(sys.stdin)
    try:
        getattr(get_runner(job["simulator"]), job["method"])(**job["options"])
    except RuntimeError as error:  # what failed has said so itself
        sys.exit(str(error))


if __name__ == "__main__":
    main()
