#!/usr/bin/env python3
"""Measures other servers beside ours, each pair in one run and in alternating turns.

  bench/peers/run.py --build build/release [--only PEER] [--work DIR]

A line a row, `peer MEASURE SERVER MEDIAN UNIT ours RATIO`; all runs go to peers.json and the tables
to peers.md in BUILD/bench. One warm-up, five measured turns. There are no floors here and no time
limit. bench/peers/install.sh installs the peers; each is started here with files of its own
(servers.py) and ended with the run. http_peers.py, fanout_peers.py and million_peers.py say what is
measured, and what it leaves out.
"""

import argparse
import pathlib
import platform
import signal
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import Bench  # noqa: E402
from peers import fanout_peers, http_peers, million_peers, servers  # noqa: E402
from peers.comparison import Comparison  # noqa: E402

PARTS = [(http_peers, ["nginx"]), (fanout_peers, list(fanout_peers.PEERS)),
         (million_peers, ["postgresql", "bullmq"])]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the build folder")
    parser.add_argument("--only", choices=[peer for _, peers in PARTS for peer in peers])
    parser.add_argument("--work", type=pathlib.Path,
                        help="where data goes, on a real disk; emptied before and after "
                             "(default: bench-work in the build folder)")
    args = parser.parse_args()
    build = args.build.resolve()
    bench = Bench(build, (args.work or build / "bench-work").resolve())
    results = Comparison()
    results.notes["machine"] = f"{platform.machine()}, Linux {platform.release()}"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the servers end with us
    started = time.monotonic()
    try:
        for part, peers in PARTS:
            if args.only in (None, *peers):
                part.run(bench, results, args.only)
    finally:
        servers.stop_all()
        results.notes["seconds_in_all"] = time.monotonic() - started
        results.write(build / "bench" / "peers")
        bench.clean()
    return 0


if __name__ == "__main__":
    sys.exit(main())
