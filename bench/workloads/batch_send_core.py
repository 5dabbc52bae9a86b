"""What a batch costs one core: batch_send.py again, the server on core 0, the load on core 1."""

from harness import SERVER_CORE, LOAD_CORE
from workloads import batch_send

COUNTS = {16: 4000, 256: 14_000}


def run(bench):
    batch_send.measure(bench, COUNTS, SERVER_CORE, LOAD_CORE, "_one_core", ", server on one core")
