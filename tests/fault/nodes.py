"""Several servers over one PostgreSQL, the wires between them, and callers in front of them.

Shape   Node is one `carillon serve` with a data folder of its own, and wires to the database and to
        the bus. A wire may be cut in silence, as when a cable is pulled: Namespaces gives each node
        a network of its own (root only), Proxies small TCP proxies of its own, Plain cannot be cut.
        Caller is a client behind a load balancer without memory: every call goes to any node, over
        connections that are kept; what is lost or refused is asked of another with the same key.
"""

import contextlib
import glob
import json
import os
import re
import selectors
import shutil
import socket
import subprocess
import threading
import time

from harness import Connection, Lost, Server

FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
REFUSALS = {10002, 2200}  # of the dialect, when it cannot reach its store
DATABASE_PORT = 5432
DATABASE, BUS = "d", "b"  # where the wires go


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Bus:
    """A NATS server, by which nodes knock at each other."""

    def __init__(self, address="127.0.0.1"):
        self.address, self.port = address, free_port()
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["nats-server", "-a", self.address, "-p", str(self.port)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.kill()
        self.process.wait()


class Plain:
    """No wires to cut: the database's own socket."""

    settings = ()
    bus_address = "127.0.0.1"

    def __init__(self, count):
        self.count = count

    def attach(self, cluster, bus):
        pass

    def bus(self, _node, bus):
        return f"nats://127.0.0.1:{bus.port}"

    @staticmethod
    def store(_node, store, _cluster):
        return store

    @staticmethod
    def wrapper(_node):
        return []

    @staticmethod
    def listen(_node):
        return "127.0.0.1:0"

    def remove(self):
        pass


def _ip(*words):
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


class Namespaces(Plain):
    """A network namespace a node, with cables to the callers, to the database and to the bus."""

    bus_address = "0.0.0.0"

    def __init__(self, count):
        super().__init__(count)
        self.mark = os.getpid() % 32768
        self.remove_old()
        self.settings = ["listen_addresses=" + ",".join(
            self.address(node, DATABASE, 1) for node in range(count))]
        try:
            for node in range(count):
                self.make(node)
        except BaseException:
            self.remove()
            raise

    @staticmethod
    def permitted():
        name = f"carillon-try-{os.getpid()}"
        if not shutil.which("ip") or not shutil.which("nsenter") or os.geteuid() != 0:
            return False
        if subprocess.run(["ip", "netns", "add", name], check=False,
                          capture_output=True).returncode != 0:
            return False
        _ip("netns", "del", name)
        return True

    @staticmethod
    def remove_old():
        """What a run left behind that was killed."""
        for line in _ip("netns", "list").splitlines():
            words = line.split()[0].split("-")
            if words[0] == "carillon" and words[1].isdigit() and len(words) == 3 and \
                    not os.path.exists(f"/proc/{words[1]}"):
                with contextlib.suppress(subprocess.CalledProcessError):
                    _ip("netns", "del", line.split()[0])

    @staticmethod
    def name(node):
        return f"carillon-{os.getpid()}-{node}"

    def cable(self, node, kind, end):
        return f"cl{self.mark}{kind}{node}{'ab'[end - 1]}"

    def address(self, node, kind, end):
        place = 16 * node + 4 * ("c" + DATABASE + BUS).index(kind) + end
        return f"10.{64 + self.mark // 256}.{self.mark % 256}.{place}"

    def make(self, node):
        _ip("netns", "add", self.name(node))
        _ip("-n", self.name(node), "link", "set", "lo", "up")
        for kind in "c" + DATABASE + BUS:
            here, there = self.cable(node, kind, 1), self.cable(node, kind, 2)
            _ip("link", "add", here, "type", "veth", "peer", "name", there)
            _ip("link", "set", there, "netns", self.name(node))
            _ip("addr", "add", f"{self.address(node, kind, 1)}/30", "dev", here)
            _ip("-n", self.name(node), "addr", "add", f"{self.address(node, kind, 2)}/30", "dev",
                there)
            _ip("link", "set", here, "up")
            _ip("-n", self.name(node), "link", "set", there, "up")

    def attach(self, cluster, bus):
        with open(os.path.join(cluster.data, "pg_hba.conf"), "a", encoding="ascii") as rules:
            for node in range(self.count):
                rules.write(f"host all all {self.address(node, DATABASE, 2)}/30 trust\n")
        cluster.ask("SELECT pg_reload_conf()")

    def store(self, node, store, cluster):
        return store.replace(f"host={cluster.folder}",
                             f"host={self.address(node, DATABASE, 1)} port={DATABASE_PORT}")

    def bus(self, node, bus):
        return f"nats://{self.address(node, BUS, 1)}:{bus.port}"

    def wrapper(self, node):
        return ["nsenter", f"--net=/run/netns/{self.name(node)}"]

    def listen(self, node):
        return f"{self.address(node, 'c', 2)}:8080"

    def cut(self, node, kinds=DATABASE):
        for kind in kinds:
            _ip("link", "set", self.cable(node, kind, 1), "down")

    def heal(self, node, kinds=DATABASE):
        for kind in kinds:
            _ip("link", "set", self.cable(node, kind, 1), "up")

    def remove(self):
        for node in range(self.count):
            with contextlib.suppress(subprocess.CalledProcessError):
                _ip("netns", "del", self.name(node))


class Proxy:
    """Passes bytes on to a socket, until it is frozen: then nothing moves and nothing is closed.
    What was open then is closed when it thaws."""

    def __init__(self, connect):
        self.connect = connect
        self.frozen = False
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.other = {}
        self.wanted = threading.Event()
        self.done = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.done:
            if self.frozen:
                self.wanted.wait(0.05)
                continue
            for key, _ in self.selector.select(0.05):
                if self.frozen:
                    break
                if key.fileobj is self.listener:
                    self.accept()
                elif key.fileobj in self.other:
                    self.move(key.fileobj)

    def accept(self):
        one, _ = self.listener.accept()
        try:
            two = self.connect()
        except OSError:
            one.close()
            return
        for end, other in ((one, two), (two, one)):
            self.other[end] = other
            self.selector.register(end, selectors.EVENT_READ)

    def move(self, end):
        try:
            piece = end.recv(1 << 16)
            if piece:
                self.other[end].sendall(piece)
                return
        except OSError:
            pass
        self.close(end)

    def close(self, end):
        other = self.other.pop(end)
        self.other.pop(other)
        for each in (end, other):
            self.selector.unregister(each)
            each.close()

    def thaw(self):
        for end in list(self.other):
            if end in self.other:
                self.close(end)
        self.frozen = False

    def remove(self):
        self.done = True
        self.thread.join()
        self.listener.close()


class Proxies(Plain):
    def __init__(self, count):
        super().__init__(count)
        self.proxies = {}

    def attach(self, cluster, bus):
        target = os.path.join(cluster.folder, f".s.PGSQL.{DATABASE_PORT}")

        def database():
            out = socket.socket(socket.AF_UNIX)
            out.connect(target)
            return out

        for node in range(self.count):
            self.proxies[node, DATABASE] = Proxy(database)
            self.proxies[node, BUS] = Proxy(
                lambda: socket.create_connection(("127.0.0.1", bus.port)))

    def store(self, node, store, cluster):
        return store.replace(f"host={cluster.folder}",
                             f"host=127.0.0.1 port={self.proxies[node, DATABASE].port}")

    def bus(self, node, _bus):
        return f"nats://127.0.0.1:{self.proxies[node, BUS].port}"

    def cut(self, node, kinds=DATABASE):
        for kind in kinds:
            self.proxies[node, kind].frozen = True

    def heal(self, node, kinds=DATABASE):
        for kind in kinds:
            self.proxies[node, kind].thaw()

    def remove(self):
        for proxy in self.proxies.values():
            proxy.remove()


def clock_wrapper(seconds):
    """Makes a process believe that it is later, or earlier; what it measures stays right."""
    return ["env", f"LD_PRELOAD={FAKETIME}", f"FAKETIME={seconds:+d}",
            "FAKETIME_DONT_FAKE_MONOTONIC=1"]


class Nodes:
    """The servers. The first makes the installation's key, the others get a copy of it."""

    def __init__(self, binary, folder, stores, wires, clocks, settings=(), bus=None):
        self.stores = stores
        self.servers = []
        for number, store in enumerate(stores):
            wrapper = wires.wrapper(number)
            if clocks.get(number):
                wrapper = wrapper + clock_wrapper(clocks[number])
            knocks = ["--bus", wires.bus(number, bus)] if bus else []
            server = Server(binary, f"{folder}/node{number}", "--store", store, "--profile", "own",
                            "--set", "log.level=warn", *knocks, *settings, wrapper=wrapper)
            server.listen = wires.listen(number)
            self.servers.append(server)

    def __len__(self):
        return len(self.servers)

    def __getitem__(self, number):
        return self.servers[number]

    def start(self):
        first = self.servers[0]
        first.start()
        for server in self.servers[1:]:
            os.makedirs(server.data, exist_ok=True)
            shutil.copy(f"{first.data}/installation.key", server.data)
            server.start()

    def kill_all(self):
        for server in self.servers:
            if server.alive():
                server.kill()
                server.reap()

    def doctor(self, number):
        server = self.servers[number]
        return subprocess.run([server.binary, "doctor", "--data", server.data, "--store",
                               self.stores[number]], capture_output=True, text=True, check=False)


def bus_connected(server):
    """What the node's metrics say: 0 or 1, None if they do not."""
    try:
        reply = server.once("GET", "/metrics")
    except Lost:
        return None
    found = re.search(rb"^carillon_bus_connected (\d)$", reply.body, re.MULTILINE)
    return int(found[1]) if found else None


def is_refusal(reply):
    """It says that it could not do it, not that it was asked wrongly."""
    if reply.status in (500, 503):
        return True
    try:
        return reply.json().get("code") in REFUSALS
    except (ValueError, AttributeError):
        return False


class Unanswered(Exception):
    """No node has carried a call out for too long."""


class Caller:
    def __init__(self, nodes, rng, counts, only=None, attempt_seconds=8, patience=90):
        self.nodes = nodes
        self.rng = rng
        self.counts = counts  # of all callers
        self.only = only  # the number of a node, or None: any
        self.attempt_seconds = attempt_seconds
        self.patience = patience
        self.connections = {}

    def attempt(self, number, data, answers=1):
        """One try of one node; Lost if whole answers did not come."""
        connection = self.connections.get(number)
        try:
            if connection is None:
                connection = Connection(self.nodes[number].address, self.attempt_seconds)
                self.connections[number] = connection
            connection.write(data)
            return [connection.read() for _ in range(answers)]
        except Lost:
            self.drop(number)
            raise

    def drop(self, number):
        connection = self.connections.pop(number, None)
        if connection is not None:
            connection.close()

    def ask(self, data, give_up=None, before=None):
        """(the reply, whether an earlier try was left without one). After a refusal `give_up()` may
        say that it is not asked again: then the reply is the refusal. `before()` runs before
        each try, and what it returned before the last one is the third value."""
        lost = False
        deadline = time.monotonic() + self.patience
        while True:
            number = self.only if self.only is not None else self.rng.randrange(len(self.nodes))
            known = before() if before else None
            try:
                reply, = self.attempt(number, data)
                if not is_refusal(reply):
                    return reply, lost, known
                self.counts["refused"] += 1
                if give_up and not lost and give_up():
                    return reply, lost, known
                last = reply
            except Lost as problem:
                lost, last = True, problem
                self.counts["without answer"] += 1
            if time.monotonic() > deadline:
                raise Unanswered(f"{data[:200]!r}: at last {last!r}")
            time.sleep(0.01 + 0.04 * self.rng.random())  # paced

    def close(self):
        for number in list(self.connections):
            self.drop(number)


def ready_of(server, seconds=3):
    """What /readyz says: its status, None if nothing."""
    try:
        connection = Connection(server.address, seconds)
    except Lost:
        return None
    try:
        return connection.call("GET", "/readyz").status
    except Lost:
        return None
    finally:
        connection.close()


def as_json(value):
    return json.dumps(value).encode()
