#!/usr/bin/env python3
"""Three Carillon nodes on one PostgreSQL store behind HAProxy, on this machine: `make nodes`.

Shape   Everything lies in one new folder under /tmp and is reached on loopback only: a PostgreSQL
        cluster of its own, three `carillon serve`, HAProxy with deploy/haproxy.cfg (its addresses
        replaced), and NATS for the nodes' knocks. A node that ends is started again, as systemd
        would. Ctrl-C ends everything and removes the folder; nothing outlives this process, even
        if it is killed.
        Nodes is what the tests in tests/deploy use, too.
"""

import argparse
import ctypes
import json
import os
import pathlib
import re
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))
from postgres_cluster import PostgresCluster  # noqa: E402

COUNT = 3
RESTART_AFTER = 2.0
PR_SET_PDEATHSIG = 1
ORGANISATION = {"tenants": [{
    "tenant_key": "demo",
    "departments": [{"department_id": "all", "name": "Everybody"}],
    "users": [{"user_id": user, "name": name, "departments": ["all"]}
              for user, name in (("ann", "Ann"), ("bob", "Bob"), ("eve", "Eve"))],
    "apps": [{"app_id": "cli_demo", "app_secret": "s3cret", "name": "Demo",
              "scopes": ["im:message", "im:message:send_as_bot", "im:message:send_multi_users",
                         "im:message:send_multi_depts"]}]}]}


def program(name):
    """Debian keeps servers where the path of ordinary users does not lead."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def free_port(wanted=0):
    """The wanted one unless somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def with_addresses(config, listen, state, nodes):
    """deploy/haproxy.cfg with other addresses: those to listen on, and one for each node."""
    config = re.sub(r"(?m)^(    bind) :8080$", rf"\1 {listen}", config)
    config = re.sub(r"(?m)^(    bind) 127\.0\.0\.1:8404$", rf"\1 {state}", config)
    return re.sub(r"(?m)^(    server node(\d)) node\2:8080",
                  lambda found: f"{found[1]} {nodes[int(found[2]) - 1]}", config)


def _of_its_own():
    """Ctrl-C reaches this program only, which ends the others in order; they die with it, too."""
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Cluster(PostgresCluster):
    def become_user(self):
        os.setsid()
        super().become_user()


class Node:
    def __init__(self, number, command, folder, environment):
        self.name = f"node{number}"
        self.command = command
        self.data = f"{folder}/{self.name}"
        self.log = f"{folder}/{self.name}.log"
        self.environment = environment
        self.port = free_port()
        self.process = None
        self.ended_at = None

    def start(self):
        if self.process:
            self.process.stdout.close()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*self.command, "--data", self.data, "--listen", f"127.0.0.1:{self.port}"],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                text=True, preexec_fn=_of_its_own)
        self.ended_at = None

    def await_ready(self):
        ready, _, _ = select.select([self.process.stdout], [], [], 60)
        line = self.process.stdout.readline() if ready else ""
        if not line.startswith("ready "):
            tail = pathlib.Path(self.log).read_text(encoding="utf-8")[-2000:]
            raise RuntimeError(f"{self.name} does not start: {tail}")

    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process:
            self.process.stdout.close()


class Nodes:
    """Started by `with`; all of it is gone behind it."""

    def __init__(self, binary, port=0, settings=()):
        if not program("haproxy"):
            raise RuntimeError("haproxy is not installed: tools/install-without-services.sh nodes")
        self.binary = os.path.abspath(binary)
        self.port, self.state_port = free_port(port), free_port(8404 if port else 0)
        self.url = f"http://127.0.0.1:{self.port}"
        self.token = os.environ.get("CARILLON_ADMIN_TOKEN") or secrets.token_hex(16)
        self.settings = settings
        self.folder = tempfile.mkdtemp(prefix="carillon-three-")
        os.chmod(self.folder, 0o711)  # PostgreSQL may run as another user
        self.cluster, self.others, self.nodes = None, [], []

    def __enter__(self):
        try:
            self.start()
        except BaseException as problem:
            self.stop(keep=not isinstance(problem, KeyboardInterrupt))
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.cluster = Cluster(durable=True, inside=self.folder)
        self.store = self.cluster.new_store()
        command = [self.binary, "serve", "--store", self.store,
                   "--key-file", f"{self.folder}/installation.key",
                   "--blobs", f"{self.folder}/blobs", "--set", f"public_url={self.url}",
                   "--set", "http.trusted_proxies=127.0.0.1", *self.bus()]
        for setting in self.settings:
            command += ["--set", setting]
        environment = dict(os.environ, CARILLON_ADMIN_TOKEN=self.token)
        self.nodes = [Node(number, command, self.folder, environment)
                      for number in range(1, COUNT + 1)]
        self.nodes[0].start()  # makes the key and the tables
        self.nodes[0].await_ready()
        for node in self.nodes[1:]:
            node.start()
        for node in self.nodes[1:]:
            node.await_ready()
        self.start_haproxy()

    def bus(self):
        if not program("nats-server"):
            raise RuntimeError(
                "nats-server is not installed: tools/install-without-services.sh nodes")
        port = free_port()
        self.run("nats", [program("nats-server"), "-a", "127.0.0.1", "-p", str(port)])
        return ["--bus", f"nats://127.0.0.1:{port}"]

    def start_haproxy(self):
        config = with_addresses((ROOT / "deploy" / "haproxy.cfg").read_text(encoding="utf-8"),
                                f"127.0.0.1:{self.port}", f"127.0.0.1:{self.state_port}",
                                [f"127.0.0.1:{node.port}" for node in self.nodes])
        path = f"{self.folder}/haproxy.cfg"
        pathlib.Path(path).write_text(config, encoding="utf-8")
        self.run("haproxy", [program("haproxy"), "-db", "-f", path])
        self.wait_for(lambda: all(self.state("nodes", node.name).startswith("UP")
                                  for node in self.nodes), "haproxy does not find the nodes ready")
        self.wait_for(self.events_go_right, "no node tells events")

    def run(self, name, command):
        with open(f"{self.folder}/{name}.log", "ab") as log:
            self.others.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                                stderr=log, preexec_fn=_of_its_own))

    def wait_for(self, condition, problem, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(problem + f"; see the logs in {self.folder}")
            time.sleep(0.05)  # polling

    def stop(self, keep=False):
        """In order: no new calls, the nodes, what they stand on. The logs stay if told so."""
        for process in reversed(self.others):
            process.terminate()
            process.wait()
        for node in self.nodes:
            if node.process and node.process.poll() is None:
                node.process.terminate()
        for node in self.nodes:
            node.stop()
        if self.cluster:
            self.cluster.remove()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start_again(self):
        """Starts what has ended for long enough; gives what there is to say about it."""
        said, now = [], time.monotonic()
        for node in self.nodes:
            if node.process.poll() is None:
                continue
            if node.ended_at is None:
                node.ended_at = now
                said.append(f"{node.name} ended with {node.process.returncode}")
            elif now - node.ended_at > RESTART_AFTER:
                node.start()
                said.append(f"{node.name} starts again, pid {node.process.pid}")
        return said

    # -- asking

    def fetch(self, path, body=None, url=None):
        """As the operator, through HAProxy or at the URL of one node."""
        request = urllib.request.Request((url or self.url) + path)
        request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def rows(self):
        """What HAProxy knows: (backend, server) -> its row."""
        try:
            url = f"http://127.0.0.1:{self.state_port}/;csv"
            with urllib.request.urlopen(url, timeout=5) as csv:
                lines = csv.read().decode().lstrip("# ").splitlines()
        except (urllib.error.URLError, OSError):
            return {}
        names = lines[0].split(",")
        table = [dict(zip(names, line.split(","))) for line in lines[1:]]
        return {(row["pxname"], row["svname"]): row for row in table}

    def state(self, backend, name):
        return self.rows().get((backend, name), {}).get("status", "")

    def teller(self):
        """The node that tells events, as it says itself; None while nobody does."""
        for node in self.nodes:
            try:
                self.fetch("/readyz?duty=events", url=node.url())
                return node
            except (urllib.error.URLError, OSError):
                continue
        return None


    def events_go_right(self):
        """HAProxy begins with all: whether it takes one for the teller by now, and rightly."""
        rows = self.rows()
        taken = [node for node in self.nodes
                 if rows.get(("events", node.name), {}).get("status", "").startswith("UP")]
        return len(taken) == 1 and taken[0] is self.teller()


def show(nodes):
    nodes.fetch("/api/v1/import?format=json", ORGANISATION)
    inbox = nodes.fetch("/api/v1/sessions", {"tenant_key": "demo", "user_id": "ann"})["inbox_url"]
    teller = nodes.teller()
    print("Three nodes on one PostgreSQL store, behind HAProxy:\n")
    for node in nodes.nodes:
        told = "   tells events" if node is teller else ""
        print(f"  {node.name}         {node.url()}   pid {node.process.pid}{told}")
    print(f"  HAProxy       http://127.0.0.1:{nodes.state_port}/   how it sees them")
    print(f"  PostgreSQL    {nodes.store}")
    print(f"  logs          {nodes.folder}\n")
    print(f"base URL        {nodes.url}")
    print("app             cli_demo   secret s3cret   tenant demo: ann, bob, eve")
    print(f"operator token  {nodes.token}")
    print(f"inbox of ann    {inbox}")
    print(f"console         {nodes.url}/console/signin#token={nodes.token}\n")
    print(f"Send:       {os.path.relpath(nodes.binary)} send --server {nodes.url} \\\n"
          "                --app-id cli_demo --app-secret s3cret \\\n"
          "                --to-departments all --text Hello --wait")
    print(f"Lose one:   kill -9 {nodes.nodes[1].process.pid}   calls go on, it starts again\n")
    print("It stays up until Ctrl-C.", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", default=str(ROOT / "build" / "carillon"))
    parser.add_argument("--port", type=int, default=8080, help="of HAProxy; a free one if taken")
    options = parser.parse_args()
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        with Nodes(options.binary, options.port) as nodes:
            show(nodes)
            while not over.wait(0.2):
                for line in nodes.start_again():
                    print(line, flush=True)
            print("ending", flush=True)
    except RuntimeError as problem:
        print(f"nodes: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
