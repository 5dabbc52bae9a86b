"""What every workload needs: processes under test and what they use, loads, rounds, a client.

A measure is taken in rounds: one to warm up, then RUNS that count; what is compared takes turns
within each round, so that a noisy minute hits both. Where a measure is per CPU-second, the server
has one core and the load the other.
"""

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

from results import Figure

ADMIN_TOKEN = "bench-operator"
RUNS = 5
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
        self.written_mb = None  # to the disk, known when it has ended

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.written_mb = self._written_mb()
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

    def _written_mb(self):
        """What the process had the kernel write to its disks; 0 where that is not told."""
        try:
            text = pathlib.Path(f"/proc/{self.process.pid}/io").read_text()
        except OSError:
            return 0
        return int(text.split("\nwrite_bytes:")[1].split()[0]) / 1e6

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

    def exchange(self, method, path, token=None, body=None):
        """The bytes of the answer, head and body: what a baseline may answer instead."""
        self.send(method, path, token, body)
        return b"\r\n\r\n".join(self.receive_raw())

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
        self.workload = ""  # whose turn it is
        self.figures = []
        self.details = {}
        self.started = []  # processes of the workload
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

    def at_least(self, name, values, floor=None, aim=None, what=""):
        """A figure of which more is better: the values of the runs, or one value."""
        self._figure(name, values, False, floor, aim, what)

    def under(self, name, values, floor=None, aim=None, what=""):
        """A figure of which less is better."""
        self._figure(name, values, True, floor, aim, what)

    def _figure(self, name, values, lower, floor, aim, what):
        values = list(values) if isinstance(values, (list, tuple)) else [values]
        figure = Figure(name, self.workload, what or name, values, lower, floor, aim)
        self.figures.append(figure)
        print(figure.line(), flush=True)

    def note(self, name, value):
        """A number beside the figures, for results.json."""
        self.details[name] = value

    def note_written(self):
        """What the processes of the workload wrote to disk, for results.json."""
        written = [process.written_mb or 0 for process in self.started]
        self.note(f"{self.workload}_written_mb", round(sum(written), 1))
        self.started.clear()

    # -- processes

    def serve(self, data, core=None, settings=(), profile=None, store=None):
        command = [self.carillon, "serve", "--data", data, "--listen", "127.0.0.1:0"]
        if store:
            command += ["--store", store]
        if profile:
            command += ["--profile", profile]
        for setting in settings:
            command += ["--set", setting]
        self.started.append(Process(command, core, self.work / "server.log",
                                    {"CARILLON_ADMIN_TOKEN": ADMIN_TOKEN}))
        return self.started[-1]

    def run_import(self, file, data, store=None):
        """Imports into a stopped server's folder or store; gives the seconds it took."""
        started = time.monotonic()
        more = ["--store", store] if store else []
        subprocess.run([self.carillon, "import", file, "--data", data, *more], check=True,
                       stdout=subprocess.DEVNULL)
        return time.monotonic() - started

    def baseline(self, *arguments, core=None):
        self.started.append(Process([self.programs / "baseline_epoll", *arguments], core))
        return self.started[-1]

    def fixed(self, answer):
        """Answers the bytes at once: what no server can beat. On the server's core."""
        return self.baseline("fixed", "--answer", self._answer(answer), core=SERVER_CORE)

    def commit(self, answer, name, core=None):
        """Answers when each request's body is a row and on disk."""
        return self.baseline("commit", "--answer", self._answer(answer),
                             "--database", self.work / name, core=core)

    def commit_postgres(self, answer, store):
        """Answers when each request's body is a row in PostgreSQL and on disk."""
        return self.baseline("postgres", "--answer", self._answer(answer), "--store", store)

    def append(self, answer, name, core=None):
        """Answers when each request's body is at the end of a file and on disk."""
        return self.baseline("append", "--answer", self._answer(answer),
                             "--file", self.work / name, core=core)

    def _answer(self, answer):
        file = self.temp / "answer"
        file.write_bytes(answer)
        return file

    def load(self, port, template, core=None, **options):
        """Runs the load to its end; options are those of load.cc. A failure ends the bench."""
        file = self.temp / "request"
        file.write_bytes(template.encode())
        command = [self.programs / "load", "--port", port, "--request", file]
        for name, value in options.items():
            command += ["--" + name, value]
        done = subprocess.run(pinned(core, [str(part) for part in command]), check=True,
                              stdout=subprocess.PIPE, text=True)
        result = json.loads(done.stdout)
        if result["failures"]:
            raise RuntimeError(f"load: {result['failures']} failures, {result['first_failure']}")
        return result

    def per_cpu_second(self, process, template, **options):
        """Requests a CPU-second of the process: it should be on SERVER_CORE."""
        process.wait_until_idle()
        before = process.cpu_seconds()
        result = self.load(process.port, template, LOAD_CORE, **options)
        return result["requests"] / (process.cpu_seconds() - before)


def rounds(*turns):
    """Calls each in turn, RUNS times after a warm-up; a list of values for each."""
    columns = [[] for _ in turns]
    for count in range(RUNS + 1):
        for turn, column in zip(turns, columns):
            value = turn()
            if count > 0:
                column.append(value)
    return columns


def ratios(ours, theirs):
    """Of each round: what a machine does to one, it mostly does to the other."""
    return [one / other for one, other in zip(ours, theirs)]


def request(method, path, token=None, body=None):
    """A template for load.cc, written as the vendors' SDKs write; `body` is its text."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if body is not None:
        head += "Content-Type: application/json\r\n"
    return f"{head}\r\n{body or ''}"


def tenant_token(api, app_id, app_secret):
    answer = api.call("POST", "/open-apis/auth/v3/tenant_access_token/internal",
                      body={"app_id": app_id, "app_secret": app_secret})
    return answer["tenant_access_token"]


def session_token(api, tenant_key, user_id):
    return session_tokens(api, tenant_key, [user_id])[0]


def session_tokens(api, tenant_key, user_ids, window=64):
    """Sessions of many people: some calls are under way at a time."""
    tokens = []
    for at in range(0, len(user_ids), window):
        part = user_ids[at:at + window]
        for user_id in part:
            api.send("POST", "/api/v1/sessions", ADMIN_TOKEN,
                     {"tenant_key": tenant_key, "user_id": user_id})
        tokens += [json.loads(api.receive())["token"] for _ in part]
    return tokens


def median(values):
    return statistics.median(values)
