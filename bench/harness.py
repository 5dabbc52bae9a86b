"""What every workload needs: the processes under test, what they use, and a keep-alive client."""

import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time

ADMIN_TOKEN = "bench-operator"
SERVER_CORE, LOAD_CORE = "0", "1"

# The limiter runs but never refuses: the figures are those of the server as shipped.
WIDE_LIMITS = [
    "feishu.rate_per_second=4000000000",
    "feishu.rate_per_minute=4000000000",
    "feishu.daily_recipients=1000000000000",
    "dingtalk.rate_per_second=4000000000",
    "feishu.receiver_rate_per_second=0",
]


def pinned(core, command):
    """The command on one core; on all of them where core is None or the machine has but one."""
    if core is None or os.cpu_count() < 2:
        return command
    return ["taskset", "-c", core, *command]


class Process:
    """A program that prints a line when it is ready; `with` ends it."""

    def __init__(self, command, core=None, log=None, env=None):
        self.log = open(log, "ab") if log else subprocess.DEVNULL
        self.process = subprocess.Popen(
            pinned(core, [str(part) for part in command]),
            stdout=subprocess.PIPE, stderr=self.log, env={**os.environ, **(env or {})}, text=True)
        self.ready = self.process.stdout.readline().split()
        if not self.ready or self.ready[0] != "ready":
            raise RuntimeError(f"{command[0]} did not start; see {log}")
        self.port = int(self.ready[1].rsplit(":", 1)[-1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        if self.log is not subprocess.DEVNULL:
            self.log.close()

    def cpu_seconds(self):
        """Used so far by all threads; in nanoseconds where the kernel tells, else in ticks."""
        root = pathlib.Path(f"/proc/{self.process.pid}")
        try:
            tasks = list((root / "task").iterdir())
            return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
        except OSError:
            fields = (root / "stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self, field="VmRSS"):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
        raise RuntimeError(f"no {field}")

    def wait_until_idle(self, seconds=60):
        """Until nothing of the run before is left to do; recounting goes on, a tenth of a core."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before = self.cpu_seconds()
            time.sleep(0.1)
            if self.cpu_seconds() - before < 0.015:
                return


class Api:
    """One keep-alive connection; send() and receive() may be apart."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(120)
        self.rest = b""

    def close(self):
        self.socket.close()

    def send(self, method, path, token=None, body=None):
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\n"
        if token:
            head += f"Authorization: Bearer {token}\r\n"
        text = b""
        if body is not None:
            text = json.dumps(body).encode()
            head += f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n"
        self.socket.sendall(head.encode() + b"\r\n" + text)

    def receive_raw(self):
        """Head and body of the next answer."""
        while b"\r\n\r\n" not in self.rest:
            self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(self.rest) < length:
            self._more()
        body, self.rest = self.rest[:length], self.rest[length:]
        return head, body

    def _more(self):
        bytes_read = self.socket.recv(1 << 18)
        if not bytes_read:
            raise RuntimeError("the server closed the connection")
        self.rest += bytes_read

    def receive(self):
        head, body = self.receive_raw()
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{head.splitlines()[0].decode()}: {body[:500].decode()}")
        return body

    def call(self, method, path, token=None, body=None):
        self.send(method, path, token, body)
        answer = json.loads(self.receive())
        if answer.get("code", 0) != 0:
            raise RuntimeError(f"{path}: {answer}")
        return answer


class Bench:
    """Where the programs are, where files go, and the figures so far."""

    def __init__(self, build, work):
        self.root = pathlib.Path(__file__).resolve().parent.parent
        self.carillon = build / "src" / "carillon"
        self.programs = build / "bench"
        self.work = work  # on a real disk: what is synced must be
        self.temp = pathlib.Path(tempfile.mkdtemp(prefix="carillon-bench-"))
        self.figures = []
        self.details = {}
        self.prepared = {}  # organisations, made once a run: organisations.py
        for program in (self.carillon, self.programs / "load", self.programs / "baseline_epoll"):
            if not program.exists():
                raise SystemExit(f"bench: {program} is missing; build it first")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)

    def clean(self):
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.rmtree(self.temp, ignore_errors=True)

    # -- figures

    def at_least(self, name, value, floor):
        self._figure(name, value, floor, value >= floor)

    def under(self, name, value, ceiling):
        self._figure(name, value, ceiling, value < ceiling)

    def _figure(self, name, value, bound, met):
        self.figures.append({"name": name, "value": value, "floor": bound, "met": met})
        print(f"figure {name} {value:.4g} {bound:g} {'met' if met else 'missed'}", flush=True)

    def note(self, name, value):
        """A number beside the figures, for results.json."""
        self.details[name] = value

    # -- processes

    def serve(self, data, core=None, settings=(), profile=None):
        command = [self.carillon, "serve", "--data", data, "--listen", "127.0.0.1:0"]
        if profile:
            command += ["--profile", profile]
        for setting in settings:
            command += ["--set", setting]
        return Process(command, core, self.work / "server.log",
                       {"CARILLON_ADMIN_TOKEN": ADMIN_TOKEN})

    def run_import(self, file, data):
        """Imports into a stopped server's folder; gives the seconds it took."""
        started = time.monotonic()
        subprocess.run([self.carillon, "import", file, "--data", data], check=True,
                       stdout=subprocess.DEVNULL)
        return time.monotonic() - started

    def baseline(self, *arguments, core=None):
        return Process([self.programs / "baseline_epoll", *arguments], core)

    def load(self, port, request, core=None, **options):
        """Runs the load to its end; options are those of load.cc. A failure ends the bench."""
        file = self.temp / "request"
        file.write_bytes(request if isinstance(request, bytes) else request.encode())
        command = [self.programs / "load", "--port", port, "--request", file]
        for name, value in options.items():
            command += ["--" + name, value]
        done = subprocess.run(pinned(core, [str(part) for part in command]), check=True,
                              stdout=subprocess.PIPE, text=True)
        result = json.loads(done.stdout)
        if result["failures"]:
            raise RuntimeError(f"load: {result['failures']} failures, {result['first_failure']}")
        return result


def tenant_token(api, app_id, app_secret):
    answer = api.call("POST", "/open-apis/auth/v3/tenant_access_token/internal",
                      body={"app_id": app_id, "app_secret": app_secret})
    return answer["tenant_access_token"]


def session_token(api, tenant_key, user_id):
    return api.call("POST", "/api/v1/sessions", ADMIN_TOKEN,
                    {"tenant_key": tenant_key, "user_id": user_id})["token"]


def median(values):
    return statistics.median(values)
