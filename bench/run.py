#!/usr/bin/env python3
"""Measures what the server promises in speed and memory; a line a figure, exit status 1 on a miss.

  bench/run.py --build build/release [--only WORKLOAD] [--work DIR]

  figure NAME VALUE FLOOR met|missed

The ending of a name is its unit; a `ratio` must reach the floor, seconds, ms and mb stay below it.
Ratios are taken in the same run, in alternating turns, against bench/baseline_epoll.cc. The server
runs as shipped: log level, metrics, request ids and limiter on, the limits wide. All numbers also
go to results.json in BUILD/bench. See each file of workloads/ for what it measures.
"""

import argparse
import importlib
import json
import pathlib
import sys
import time

sys.dont_write_bytecode = True
from harness import Bench  # noqa: E402

WORKLOADS = ["progress", "batch_send", "single_send", "memory", "inbox", "million", "directory",
             "live"]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the build folder")
    parser.add_argument("--only", choices=WORKLOADS)
    parser.add_argument("--work", type=pathlib.Path,
                        help="where data goes, on a real disk; emptied before and after "
                             "(default: bench-work in the build folder)")
    args = parser.parse_args()
    build = args.build.resolve()
    bench = Bench(build, (args.work or build / "bench-work").resolve())
    started = time.monotonic()
    try:
        for name in WORKLOADS:
            if args.only in (None, name):
                importlib.import_module(f"workloads.{name}").run(bench)
    finally:
        bench.note("seconds_in_all", time.monotonic() - started)
        results = {"figures": bench.figures, "details": bench.details}
        (build / "bench" / "results.json").write_text(json.dumps(results, indent=2) + "\n")
        bench.clean()
    return 0 if all(figure["met"] for figure in bench.figures) else 1


if __name__ == "__main__":
    sys.exit(main())
