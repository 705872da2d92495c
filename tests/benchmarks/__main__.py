"""Run the measurements: all of them, or those whose name starts with ONLY."""

from __future__ import annotations

import json
import os
import sys

from tests.benchmarks.measures import MEASURES
from tests.benchmarks.product import fresh_product
from tests.benchmarks.stage import Stage


def main() -> int:
    """Print one JSON line for each measurement."""
    only = os.environ.get("ONLY", "")
    wanted = [measure for name, measure in MEASURES.items() if name.startswith(only)]
    if not wanted:
        sys.stderr.write(f"No measurement is called {only}. There are: {', '.join(MEASURES)}\n")
        return 2
    with fresh_product() as product:
        stage = Stage(product)
        for measure in wanted:
            for result in measure(stage):
                print(json.dumps(result), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
