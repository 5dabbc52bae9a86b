#!/usr/bin/env python3
"""Measures what the server promises in speed and memory, beside the bare limits of the machine.

  bench/run.py --build build/release [--only WORKLOAD...] [--work DIR] [--charts DIR] [--strict]

Each file of workloads/ is a workload and says what it measures. A figure is printed when it is
known, `figure NAME MEDIAN FLOOR met|missed|noted`, and all of them as a table at the end, which is
also in results.md, with every value in results.json, both in BUILD/bench. The server runs as
shipped: log level, metrics, request ids and limiter on, the limits wide.

Exit status: 1 if a workload broke, and with --strict if a floor was missed.
"""

import argparse
import importlib
import json
import os
import pathlib
import platform
import subprocess
import sys
import time
import traceback

sys.dont_write_bytecode = True
import charts  # noqa: E402
from harness import Bench  # noqa: E402
from results import table  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
WORKLOADS = sorted(path.stem for path in (HERE / "workloads").glob("[a-z]*.py"))


def machine():
    """What the figures depend on besides us."""
    model = "unknown"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.strip()
    return {"commit": commit or "unknown", "cpu": f"{os.cpu_count()} x {model}",
            "kernel": platform.release()}


class Neighbours:
    """How much of the machine others used meanwhile: their processes, and what the host took."""

    def __init__(self):
        self.started, self.busy, self.own = time.monotonic(), *self.now()

    @staticmethod
    def now():
        """CPU-seconds of everything that ran, and of us with what we have started."""
        fields = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
        ticks = sum(map(int, fields)) - int(fields[3]) - int(fields[4])  # less idle and iowait
        return ticks / os.sysconf("SC_CLK_TCK"), sum(os.times()[:4])

    def share(self):
        busy, own = self.now()
        others = busy - self.busy - (own - self.own)
        return max(0, others / (time.monotonic() - self.started) / os.cpu_count())


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the build folder")
    parser.add_argument("--only", choices=WORKLOADS, nargs="+", default=WORKLOADS)
    parser.add_argument("--work", type=pathlib.Path,
                        help="where data goes, on a real disk; emptied before and after "
                             "(default: bench-work in the build folder)")
    parser.add_argument("--charts", type=pathlib.Path, help="a folder to draw charts into")
    parser.add_argument("--strict", action="store_true", help="exit status 1 on a missed floor")
    args = parser.parse_args()
    build = args.build.resolve()
    bench = Bench(build, (args.work or build / "bench-work").resolve())
    facts = machine()
    neighbours = Neighbours()
    broken = []
    try:
        for name in WORKLOADS:
            if name in args.only and not run_one(bench, name):
                broken.append(name)
    finally:
        facts["minutes"] = f"{(time.monotonic() - neighbours.started) / 60:.1f}"
        facts["used-by-others"] = f"{neighbours.share():.0%} of all cores"
        write(build / "bench", bench, broken, facts)
        bench.clean()
    if args.charts:
        charts.draw(build / "bench" / "results.json", args.charts)
    missed = any(figure.met is False for figure in bench.figures)
    return 1 if broken or (args.strict and missed) else 0


def run_one(bench, name):
    """False if it broke, with the reason on stderr; the others have their turn all the same."""
    bench.workload = name
    neighbours = Neighbours()
    try:
        importlib.import_module(f"workloads.{name}").run(bench)
        return True
    except Exception:  # whatever a workload dies of is its own
        traceback.print_exc()
        return False
    finally:
        bench.note_written()
        bench.note(f"{name}_seconds_in_all", round(time.monotonic() - neighbours.started, 1))
        bench.note(f"{name}_used_by_others", round(neighbours.share(), 2))


def write(folder, bench, broken, facts):
    results = {"machine": facts, "figures": [figure.record() for figure in bench.figures],
               "broken": broken, "details": bench.details}
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    text = table(bench.figures, broken, facts)
    (folder / "results.md").write_text(text)
    print("\n" + text)


if __name__ == "__main__":
    sys.exit(main())
