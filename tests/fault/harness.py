"""The real server as a process, and small HTTP/1.1 clients for it; standard library only.

Shape   Server starts, kills and stops `carillon serve` on one data folder and keeps its port.
        Connection is one kept-alive connection; Lost means that no whole answer came back, so that
        the call may have been carried out or not.
"""

import ctypes
import json
import os
import select
import signal
import socket
import subprocess
import time
from urllib.parse import urlsplit

ADMIN = "fault-tests-admin"


class Lost(Exception):
    """The connection ended, or nothing came for too long, before the answer was complete."""


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


def render(method, target, headers=None, body=b""):
    """The bytes of one request."""
    lines = [f"{method} {target} HTTP/1.1", "Host: carillon"]
    for name, value in (headers or {}).items():
        lines.append(f"{name}: {value}")
    if body or method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def parse_head(head):
    """Status and headers (names in lower case) of an answer's head."""
    lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return int(lines[0].split(" ", 2)[1]), headers


class Connection:
    def __init__(self, address, timeout=30):
        self.buffer = b""
        try:
            self.socket = socket.create_connection(address, timeout=timeout)
        except OSError as problem:
            raise Lost(str(problem)) from problem
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        self.socket.close()

    def write(self, data):
        try:
            self.socket.sendall(data)
        except OSError as problem:
            raise Lost(str(problem)) from problem

    def fill(self):
        try:
            piece = self.socket.recv(1 << 16)
        except OSError as problem:
            raise Lost(str(problem)) from problem
        if not piece:
            raise Lost("closed by the server")
        self.buffer += piece

    def read(self):
        """The next answer; those that only say 100 Continue are passed over."""
        while True:
            while (end := self.buffer.find(b"\r\n\r\n")) < 0:
                self.fill()
            status, headers = parse_head(self.buffer[:end])
            length = int(headers.get("content-length", 0))
            while len(self.buffer) < end + 4 + length:
                self.fill()
            body = self.buffer[end + 4 : end + 4 + length]
            self.buffer = self.buffer[end + 4 + length :]
            if status != 100:
                return Reply(status, headers, body)

    def call(self, method, target, headers=None, body=b""):
        self.write(render(method, target, headers, body))
        return self.read()


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Server:
    def __init__(self, binary, data, *args, wrapper=()):
        self.binary = binary
        self.data = data
        self.args = list(args)
        self.wrapper = list(wrapper)
        self.listen = "127.0.0.1:0"
        self.address = None
        self.process = None
        self.log_path = data + ".log"

    def start(self, timeout=60):
        """Returns the seconds until it said that it is ready."""
        began = time.monotonic()
        environment = dict(os.environ, CARILLON_ADMIN_TOKEN=ADMIN)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.wrapper
                + [self.binary, "serve", "--data", self.data, "--listen", self.listen]
                + self.args,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                preexec_fn=_die_with_parent,
            )
        line = b""
        while b"\n" not in line:
            left = began + timeout - time.monotonic()
            ready, _, _ = select.select([self.process.stdout], [], [], max(left, 0))
            piece = os.read(self.process.stdout.fileno(), 4096) if ready else b""
            if not piece:
                self.process.kill()
                self.process.wait()
                raise RuntimeError(f"the server did not start: {line!r}\n{self.log_tail()}")
            line += piece
        url = urlsplit(line.decode().split()[1])
        self.address = (url.hostname, url.port)
        self.listen = f"{url.hostname}:{url.port}"
        return time.monotonic() - began

    def pid(self):
        """Of the server itself, also below a wrapper such as strace; one such as env becomes it."""
        pid = self.process.pid
        if self.wrapper:
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
                pid = int((children.read().split() or [pid])[0])
        return pid

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        os.kill(self.pid(), signal.SIGKILL)

    def reap(self):
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """Orderly; returns the exit code."""
        os.kill(self.pid(), signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return -1
        self.process.stdout.close()
        return self.process.returncode

    def rss_kb(self):
        with open(f"/proc/{self.pid()}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1])
        raise RuntimeError("no VmRSS")

    def log_tail(self, lines=20):
        with open(self.log_path, "rb") as log:
            return b"\n".join(log.read().splitlines()[-lines:]).decode(errors="replace")

    def connect(self, timeout=30):
        return Connection(self.address, timeout)

    # One call on a connection of its own; setting up and checking need no speed.

    def once(self, method, target, headers=None, body=b"", timeout=120):
        connection = self.connect(timeout)
        try:
            return connection.call(method, target, headers, body)
        finally:
            connection.close()

    def operator(self, method, target, body=b"", timeout=120):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {ADMIN}", "Content-Type": "application/json"}
        return self.once(method, target, headers, body, timeout)

    def app_token(self, app_id, secret):
        body = json.dumps({"app_id": app_id, "app_secret": secret}).encode()
        reply = self.once("POST", "/open-apis/auth/v3/tenant_access_token/internal", {}, body)
        answer = reply.json()
        if answer.get("code") != 0:
            raise RuntimeError(f"no token for {app_id}: {reply}")
        return answer["tenant_access_token"]

    def session(self, tenant_key, user_id):
        """A person's token, or None if the server does not know them."""
        reply = self.operator(
            "POST", "/api/v1/sessions", {"tenant_key": tenant_key, "user_id": user_id}
        )
        if reply.status == 404:
            return None
        if reply.status not in (200, 201):
            raise RuntimeError(f"no session for {user_id}: {reply}")
        return reply.json()["token"]


def bearer(token, **more):
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **more}


def batch_path(batch_id, call=""):
    return f"/open-apis/im/v1/batch_messages/{batch_id}{call}"


BATCH_SEND = "/open-apis/message/v4/batch_send/"
