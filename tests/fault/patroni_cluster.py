"""PostgreSQL of three members by Patroni and etcd, as deploy/patroni/patroni.yml has it.

Shape   Three machines, each of which is one etcd, one Patroni and the PostgreSQL that this one
        runs; all on 127.0.0.1, in one temporary folder. The configuration is the file that we
        ship; changed are addresses, folders, the certificate, shared memory, how long a lock is
        held (`ttl`, so that a failover is quick to test) and the watchdog, which would restart
        the machine that tests. Passwords, TLS and the rules of who may connect stay.
        Ports are below those that outgoing connections take: one that was let go is free again.
Errors  RuntimeError with the end of the logs, when something does not come about in time.
"""

import contextlib
import ctypes
import grp
import json
import os
import pathlib
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import yaml

from postgres_cluster import find_programs, server_user

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "patroni" / "patroni.yml"
COUNT = 3
TTL, LOOP_WAIT, RETRY_TIMEOUT = 10, 1, 3  # seconds; shipped are 20, 5, 5
PORTS = range(15_000, 32_000)
PR_SET_PDEATHSIG = 1


def free_ports(count):
    ports = set()
    while len(ports) < count:
        port = random.SystemRandom().choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            ports.add(port)
    return sorted(ports)


def children_of(pid):
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def command_of(pid):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    return ""


def send(number, pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


class Member:
    """One machine."""

    def __init__(self, cluster, number, ports):
        self.cluster = cluster
        self.name = f"pg{number + 1}"
        self.port, self.api_port, self.etcd_port, self.peer_port = ports
        self.folder = os.path.join(cluster.folder, self.name)
        self.data = os.path.join(self.folder, "data")
        self.config = os.path.join(self.folder, "patroni.yml")
        self.etcd = self.patroni = None

    def write_config(self):
        os.makedirs(self.folder)
        config = yaml.safe_load(self.cluster.shipped())
        config["name"] = self.name
        config["restapi"] = dict.fromkeys(("listen", "connect_address"),
                                          f"127.0.0.1:{self.api_port}")
        config["etcd3"]["hosts"] = [f"127.0.0.1:{member.etcd_port}"
                                    for member in self.cluster.members]
        dcs = config["bootstrap"]["dcs"]
        dcs.update(ttl=TTL, loop_wait=LOOP_WAIT, retry_timeout=RETRY_TIMEOUT)
        dcs.update(self.cluster.changes)
        dcs["postgresql"]["parameters"]["shared_buffers"] = "64MB"
        database = config["postgresql"]
        database["listen"] = database["connect_address"] = f"127.0.0.1:{self.port}"
        database["data_dir"] = self.data
        database["bin_dir"] = self.cluster.programs
        database["pgpass"] = os.path.join(self.folder, "pgpass")
        database["authentication"]["superuser"]["username"] = self.cluster.superuser
        database["parameters"].update(unix_socket_directories=self.folder,
                                      ssl_cert_file=self.cluster.certificate,
                                      ssl_key_file=self.cluster.key)
        config["watchdog"]["mode"] = "off"
        pathlib.Path(self.config).write_text(yaml.safe_dump(config), encoding="utf-8")

    def start_etcd(self):
        peers = ",".join(f"{member.name}=http://127.0.0.1:{member.peer_port}"
                         for member in self.cluster.members)
        client, peer = (f"http://127.0.0.1:{port}" for port in (self.etcd_port, self.peer_port))
        self.etcd = self.cluster.run(
            ["etcd", "--name", self.name, "--data-dir", os.path.join(self.folder, "etcd"),
             "--listen-client-urls", client, "--advertise-client-urls", client,
             "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
             "--initial-cluster", peers], os.path.join(self.folder, "etcd.log"), signal.SIGKILL)

    def start(self):
        if self.etcd is None:
            self.start_etcd()
        # Asked to end, it ends its PostgreSQL as well, even when this process is gone.
        self.patroni = self.cluster.run(["patroni", self.config],
                                        os.path.join(self.folder, "patroni.log"), signal.SIGTERM)

    def postmaster(self):
        with contextlib.suppress(OSError, ValueError, IndexError):
            with open(os.path.join(self.data, "postmaster.pid"), encoding="utf-8") as lines:
                pid = int(lines.readline())
            if "postgres" in command_of(pid):
                return pid
        return None

    def senders(self):
        """The processes that pass on to standbys what was committed here."""
        pid = self.postmaster()
        return [child for child in children_of(pid) if "walsender" in command_of(child)] \
            if pid else []

    def kill(self):
        """Everything on this machine at once, without a word."""
        postmaster = self.postmaster()
        database = [postmaster, *children_of(postmaster)] if postmaster else []
        processes = [process for process in (self.patroni, self.etcd) if process]
        send(signal.SIGKILL, [process.pid for process in processes] + database)
        for process in processes:
            process.wait()
        self.patroni = self.etcd = None

    def alive(self):
        return self.patroni is not None

    def state(self):
        """What its Patroni says of all members; [] if nothing."""
        try:
            url = f"http://127.0.0.1:{self.api_port}/cluster"
            with urllib.request.urlopen(url, timeout=3) as answer:
                return json.load(answer)["members"]
        except (OSError, ValueError, KeyError):
            return []

    def log_tail(self, bytes_max=1500):
        path = pathlib.Path(self.folder, "patroni.log")
        return path.read_text(encoding="utf-8", errors="replace")[-bytes_max:] \
            if path.exists() else ""


class PatroniCluster:
    """`changes`: to what is kept in etcd, e.g. {"synchronous_mode": False}."""

    def __init__(self, changes=None):
        for needed in ("etcd", "patroni", "patronictl", "openssl"):
            if not shutil.which(needed):
                raise RuntimeError(f"{needed} is not installed: make test-deps")
        self.changes = changes or {}
        self.programs = find_programs()
        self.user = server_user()
        self.superuser = (self.user or pwd.getpwuid(os.geteuid())).pw_name
        self.folder = tempfile.mkdtemp(prefix="carillon-patroni-")
        self.certificate, self.key = (os.path.join(self.folder, name)
                                      for name in ("server.crt", "server.key"))
        self.passwords = {name: secrets.token_hex(12)
                          for name in ("SUPERUSER", "REPLICATION", "REWIND", "carillon")}
        ports = free_ports(4 * COUNT)
        self.members = [Member(self, number, ports[4 * number:4 * number + 4])
                        for number in range(COUNT)]
        try:
            self.start()
        except BaseException:
            self.remove()
            raise

    def start(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        "/CN=carillon-test", "-keyout", self.key, "-out", self.certificate],
                       check=True, capture_output=True)
        os.chmod(self.key, 0o600)
        for member in self.members:
            member.write_config()
        if self.user:
            shutil.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
            for place, folders, files in os.walk(self.folder):
                for name in folders + files:
                    shutil.chown(os.path.join(place, name), self.user.pw_uid, self.user.pw_gid)
        for member in self.members:
            member.start_etcd()
        self.wait_for(lambda: all(self.etcd_is_healthy(member) for member in self.members),
                      "etcd does not start")
        self.members[0].start()  # the others would ask rarely until there is a primary
        self.wait_for(lambda: self.primary() is not None, "PostgreSQL does not start", 90)
        for member in self.members[1:]:
            member.start()
        self.wait_for(self.whole, "the standbys do not follow", 90)
        self.ask(f"CREATE ROLE carillon LOGIN PASSWORD '{self.passwords['carillon']}'",
                 "postgres")
        self.ask("CREATE DATABASE carillon OWNER carillon", "postgres")

    @staticmethod
    def shipped():
        """Its networks are those of this test."""
        text = SHIPPED.read_text(encoding="utf-8")
        for network in ("10.0.0.0/24", "10.0.0.0/8"):
            text = text.replace(network, "127.0.0.1/32")
        return text

    def store(self):
        """The address that docs/operating/nodes.md gives."""
        hosts = ",".join(f"127.0.0.1:{member.port}" for member in self.members)
        return (f"postgres://carillon:{self.passwords['carillon']}@{hosts}/carillon"
                "?target_session_attrs=read-write&connect_timeout=2")

    # -- processes

    def become_user(self, at_parents_death):
        os.setsid()
        if self.user:
            os.setgroups([group.gr_gid for group in grp.getgrall()
                          if self.user.pw_name in group.gr_mem] + [self.user.pw_gid])
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, at_parents_death)

    def environment(self):
        passwords = {f"PATRONI_{name}_PASSWORD": word for name, word in self.passwords.items()
                     if name.isupper()}
        return dict(os.environ, HOME=self.folder, **passwords)

    def run(self, command, log_path, at_parents_death):
        with open(log_path, "ab") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                    cwd=self.folder, env=self.environment(),
                                    preexec_fn=lambda: self.become_user(at_parents_death))

    def wait_for(self, condition, problem, seconds=60):
        """Returns how long it took."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > seconds:
                logs = "\n".join(f"{member.name}: {member.log_tail()}" for member in self.members)
                raise RuntimeError(f"{problem}: {self.states()}\n{logs}")
            time.sleep(0.05)  # polling
        return time.monotonic() - began

    @staticmethod
    def etcd_is_healthy(member):
        try:
            url = f"http://127.0.0.1:{member.etcd_port}/health"
            with urllib.request.urlopen(url, timeout=3) as answer:
                return json.load(answer)["health"] == "true"
        except (OSError, ValueError, KeyError):
            return False

    # -- who is what

    def states(self):
        """Member's name -> role, as the first Patroni that answers sees them."""
        for member in self.members:
            if member.alive() and (known := member.state()):
                return {each["name"]: each["role"] for each in known}
        return {}

    def primary(self):
        """The member that holds the lock and takes writes; None while there is none."""
        leader = next((name for name, role in self.states().items() if role == "leader"), None)
        for member in self.members:
            if member.name == leader and member.alive() and \
                    self.ask_at(member, "SELECT pg_is_in_recovery()") == "f":
                return member
        return None

    def whole(self):
        """All standbys follow one primary, and one of them holds every answered commit."""
        primary = self.primary()
        if primary is None:
            return False
        following = self.ask_at(primary, "SELECT count(*) FROM pg_stat_replication WHERE state = "
                                "'streaming' AND application_name LIKE 'pg_'")
        if following != str(COUNT - 1):
            return False
        if self.changes.get("synchronous_mode") is False:
            return True
        return list(self.states().values()).count("sync_standby") == 1 and self.ask_at(
            primary, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == "1"

    def ask_at(self, member, sql, database="postgres"):
        """As the superuser, on the machine itself; None without an answer."""
        done = subprocess.run(
            [os.path.join(self.programs, "psql"), "-qAtX", "-h", member.folder, "-p",
             str(member.port), "-d", database, "-c", sql], capture_output=True, text=True,
            check=False, cwd="/", preexec_fn=lambda: self.become_user(signal.SIGKILL))
        return done.stdout.strip() if done.returncode == 0 else None

    def ask(self, sql, database="carillon"):
        answer = self.ask_at(self.primary(), sql, database)
        if answer is None:
            raise RuntimeError(f"the primary does not answer: {sql}")
        return answer

    def switch_over(self, primary, candidate):
        """In order, by hand; returns what patronictl said."""
        done = subprocess.run(
            ["patronictl", "-c", primary.config, "switchover", "--master", primary.name,
             "--candidate", candidate.name, "--force", "carillon"], capture_output=True, text=True,
            check=False, env=self.environment(), cwd=self.folder,
            preexec_fn=lambda: self.become_user(signal.SIGKILL))
        return done.stdout + done.stderr

    def remove(self):
        for member in self.members:
            member.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
