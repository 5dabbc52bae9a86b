"""The real server as a process, and what the tests need of it beside HTTP calls."""
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time

ADMIN = "api-tests-admin-token"


class Server:
    """`carillon serve` on one data folder, on a free port."""

    def __init__(self, binary, data, *args):
        self.binary = binary
        self.data = data
        self.args = args
        self.process = None
        self.port = None
        self.local = threading.local()

    def start(self):
        self.log = open(self.data + ".log", "ab")
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", self.data, "--listen", "127.0.0.1:0", *self.args],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
            env=dict(os.environ, CARILLON_ADMIN_TOKEN=ADMIN))
        line = self.process.stdout.readline().decode()
        if not line.startswith("ready http://"):
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"the server did not start: {line!r}; see {self.data}.log")
        self.port = int(line.rsplit(":", 1)[1])
        self.local = threading.local()
        return self

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.process = None
        self.log.close()
        if status != 0:
            raise RuntimeError(f"the server ended with {status}; see {self.data}.log")

    def request(self, method, target, headers, body=None, timeout=120):
        """Status, headers and body; each thread keeps a connection."""
        for attempt in (1, 2):
            connection = getattr(self.local, "connection", None)
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
                self.local.connection = connection
            try:
                connection.request(method, target, body=body, headers=headers)
                response = connection.getresponse()
                raw = response.read()
                if response.will_close:
                    self.local.connection = None
                return response.status, response.headers, raw
            except (http.client.HTTPException, OSError):
                connection.close()
                self.local.connection = None
                if attempt == 2:
                    raise

    def announce(self, method, target, length):
        """Only the head of a request whose body would be so long; gives the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as wire:
            wire.sendall(f"{method} {target} HTTP/1.1\r\nHost: carillon\r\n"
                         f"Content-Type: application/json\r\n"
                         f"Content-Length: {length}\r\n\r\n".encode())
            response = http.client.HTTPResponse(wire, method=method)
            response.begin()
            return response.status, response.headers, response.read()

    def events(self, target, headers, timeout=30):
        """The head of a stream of Server-Sent Events, and its events until it ends."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        return connection, response


def read_events(response):
    """Yields (event, id, data) until the stream ends."""
    fields = {}
    for line in response:
        line = line.decode().rstrip("\n")
        if line == "":
            if fields:
                yield fields.get("event"), fields.get("id"), fields.get("data")
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value


# What no call can bring about in the time of a test is written into the store of a stopped server:
# a batch that is paused, and one that was accepted long ago.

def _read_numbers(blob):
    out, value, shift = [], 0, 0
    for byte in blob:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            out.append(value)
            value, shift = 0, 0
    return out


def _write_numbers(numbers):
    out = bytearray()
    for value in numbers:
        while value >= 0x80:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        out.append(value)
    return bytes(out)


STATE, ACCEPTED_AT = 0, 6  # places in a batch's packed record
PAUSED = 2


def rewrite_newest_batch(data, change):
    """Changes the numbers of the newest batch's record in the embedded store."""
    paths = [os.path.join(data, name) for name in os.listdir(data)]
    for path in paths:
        if not os.path.isfile(path):
            continue
        with open(path, "rb") as file:
            if file.read(15) != b"SQLite format 3":
                continue
        with sqlite3.connect(path) as db:
            batch, record = db.execute(
                "SELECT batch, record FROM batches ORDER BY batch & 0xffffffffff DESC LIMIT 1"
            ).fetchone()
            numbers = _read_numbers(record)
            change(numbers)
            db.execute("UPDATE batches SET record = ? WHERE batch = ?",
                       (_write_numbers(numbers), batch))
        db.close()
        return
    raise RuntimeError("no store in " + data)


def pause(numbers):
    numbers[STATE] = PAUSED


def age_by_hours(hours):
    def change(numbers):
        numbers[ACCEPTED_AT] -= 2 * hours * 3600 * 1000  # zigzag: twice the value
    return change


def wait_until(holds, what, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")
