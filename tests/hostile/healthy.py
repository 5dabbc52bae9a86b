"""A caller who does nothing wrong, in a process of their own, and notices whether all goes well."""

import json
import multiprocessing
import time

from harness import BATCH_SEND, Connection, Lost, batch_path, bearer


NAMES = ["batch_send", "get_progress", "get_progress", "read_user"]


class Healthy:
    def __init__(self, address, token):
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=_run, args=(address, token, other),
                                               daemon=True)
        self.process.start()
        other.close()

    def finish(self):
        """(seconds and name of each call, what went wrong, the batches that were sent)"""
        self.pipe.send("stop")
        report = self.pipe.recv()
        self.process.join()
        return report


def _run(address, token, pipe):
    seconds, problems, batches = [], [], []
    calls, start = 0, time.monotonic()
    connection = Connection(address, timeout=10)
    while not pipe.poll(0.003):
        fresh = calls % 10 == 9
        began = time.monotonic()
        try:
            one = Connection(address, timeout=10) if fresh else connection
            kind = _call(one, token, calls, batches)
            if fresh:
                one.close()
        except Lost as problem:
            kind = f"lost: {problem}"
            connection = Connection(address, timeout=10)
        ended = time.monotonic()
        name = f"{NAMES[calls % 4]}{' on a new connection' if fresh else ''}"
        seconds.append((ended - began, f"{name}, {began - start:.1f} s after the beginning"))
        if kind is not None and len(problems) < 20:
            problems.append(f"call {calls}: {kind}")
        calls += 1
    pipe.send((seconds, problems, batches))


def _call(connection, token, number, batches):
    """One call; what is wrong with its answer, or None."""
    if number % 4 == 0 or not batches:
        # Now and then a body that comes in several reads.
        text = f"healthy {number} " + "x" * (60_000 if number % 40 == 0 else 10)
        body = {"user_ids": ["u1", "u2"], "msg_type": "text", "content": {"text": text}}
        reply = connection.call("POST", BATCH_SEND, bearer(token), json.dumps(body).encode())
        if reply.status == 200 and reply.json()["code"] == 0:
            batches.append((reply.json()["data"]["message_id"], text))
            return None
        return f"batch_send: {reply}"
    call = "/get_progress" if number % 4 < 3 else "/read_user"
    reply = connection.call("GET", batch_path(batches[number % len(batches)][0], call),
                            bearer(token), b"{}")
    return None if reply.status == 200 and reply.json()["code"] == 0 else f"{call}: {reply}"
