"""The servers beside us: each started here with a configuration of its own, and ended.

Every one gets a folder of its own in the bench's temp folder, a free port on 127.0.0.1 (PostgreSQL:
a unix socket), and the server's core where it is compared on one core. What differs from a
package's defaults is in this file and nowhere else: limits that would refuse 10,000 clients or drop
messages are raised, what one core cannot use is switched off, and so is persistence that fan-out
does not need. publish() gives the moment before its first byte and sends all messages at once.
"""

import base64
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time
import xml.sax.saxutils

from harness import Process, pinned

SOCKETS_MAX = 19_900  # of a server; the open-file limit may be 20,000
START_SECONDS = 60
CHANNEL = "bench"

_running = []


def stop_all():
    """Whatever has gone wrong before: nothing stays behind."""
    for server in list(_running):
        server.stop()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server(Process):
    """A program that is ready when its port, or its socket file, takes connections."""

    protocol = None  # of fanout.cc
    publisher = None  # a connection

    def __init__(self, bench, core, command, address, env=None, cwd=None):
        self.log_file = bench.work / f"{self.name}.log"
        self.log = open(self.log_file, "ab")
        # Its output is the log; stdout stays a file object, since Process closes it.
        self.process = subprocess.Popen(
            pinned(core, [str(part) for part in command]), stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, env={**os.environ, **(env or {})}, cwd=cwd)
        self.process.stdout = self.log
        _running.append(self)
        self.port = address if isinstance(address, int) else None
        self._wait_for(address)

    def _wait_for(self, address):
        end = time.monotonic() + START_SECONDS
        family, name = ((socket.AF_INET, ("127.0.0.1", address)) if isinstance(address, int)
                        else (socket.AF_UNIX, str(address)))
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket(family) as probe:
                try:
                    return probe.connect(name)
                except OSError:
                    time.sleep(0.05)
        self.stop()
        tail = self.log_file.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} did not start:\n{tail}")

    def cpu_seconds(self):
        """With its children: nginx works in one."""
        seconds = super().cpu_seconds()
        pid = self.process.pid
        for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            for task in pathlib.Path(f"/proc/{child}/task").iterdir():
                seconds += int((task / "schedstat").read_text().split()[0]) / 1e9
        return seconds

    def stop(self):
        if self in _running:
            _running.remove(self)
        if self.publisher:
            self.publisher.close()
        super().stop()

    def fanout_options(self):
        return {"channel": CHANNEL}

    def message(self):
        """The bytes with which its publisher sends one."""
        raise NotImplementedError(self.name)

    def publish(self, messages):
        """All at once; gives the moment before the first byte."""
        sent = self.message() * messages
        began = time.monotonic_ns()
        self.publisher.sendall(sent)
        return began


def package_version(package):
    text = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    return re.match(r"(\d+:)?([0-9.]*[0-9])", text)[2]


def folder(bench, name):
    path = bench.temp / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path


class Nginx(Server):
    """One worker. `return 200` with the body it is given, and nchan's WebSocket channel."""

    name, protocol = "nginx", "ws"

    def __init__(self, bench, core, payload=None, answer="", nchan=False):
        home, port = folder(bench, self.name), free_port()
        self.payload = payload
        modules = "/usr/lib/nginx/modules/"
        load = f"load_module {modules}ngx_nchan_module.so;" if nchan else ""
        channel = f"""
    location = /publish {{ nchan_publisher; nchan_channel_id {CHANNEL}; }}
    location = /live {{ nchan_subscriber websocket; nchan_channel_id {CHANNEL};
                        nchan_subscriber_first_message newest; }}""" if nchan else ""
        quoted = answer.replace("\\", "\\\\").replace('"', '\\"')
        user = "user root;" if os.geteuid() == 0 else ""
        (home / "nginx.conf").write_text(f"""
{user} {load}
daemon off; worker_processes 1; worker_rlimit_nofile 20000; pid {home}/nginx.pid;
error_log stderr;
events {{ worker_connections {SOCKETS_MAX}; }}
http {{
  access_log off; default_type application/json; keepalive_requests 1000000000;
  keepalive_timeout 1h;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fast;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{ return 200 "{quoted}"; }}{channel}
  }}
}}
""")
        super().__init__(bench, core, ["nginx", "-p", home, "-c", home / "nginx.conf"], port)

    def version(self):
        return package_version("nginx")


class Nchan(Nginx):
    name = "nchan"

    def __init__(self, bench, core, payload):
        super().__init__(bench, core, payload, nchan=True)
        self.publisher = socket.create_connection(("127.0.0.1", self.port))
        self.rest = b""

    def version(self):
        return f"{package_version('libnginx-mod-nchan')} (nginx {super().version()})"

    def fanout_options(self):
        return {"path": "/live"}

    def message(self):
        return (f"POST /publish HTTP/1.1\r\nHost: bench\r\nContent-Type: text/plain\r\n"
                f"Content-Length: {len(self.payload)}\r\n\r\n").encode() + self.payload


class Redis(Server):
    """Pub/sub needs nothing on disk; `durable` appends and syncs before it answers."""

    name, protocol = "redis", "redis"

    def __init__(self, bench, core, payload=None, durable=False):
        port, self.payload = free_port(), payload
        home = bench.work / "redis-data" if durable else folder(bench, "redis-home")
        home.mkdir(exist_ok=True)
        command = ["redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", home,
                   "--save", "", "--maxclients", SOCKETS_MAX, "--maxmemory-policy", "noeviction",
                   "--appendonly", "yes" if durable else "no", "--appendfsync", "always"]
        super().__init__(bench, core, command, port)
        self.publisher = socket.create_connection(("127.0.0.1", port))

    def version(self):
        return package_version("redis-server")

    def message(self):
        size = len(self.payload)
        return (f"*3\r\n$7\r\nPUBLISH\r\n${len(CHANNEL)}\r\n{CHANNEL}\r\n${size}\r\n".encode() +
                self.payload + b"\r\n")


class Nats(Server):
    """NATS core, without JetStream; its pings come seldom, since the publisher answers none."""

    name, protocol = "nats", "nats"

    def __init__(self, bench, core, payload):
        home, port, self.payload = folder(bench, self.name), free_port(), payload
        (home / "nats.conf").write_text(f"""
host: 127.0.0.1
port: {port}
max_connections: {SOCKETS_MAX}
ping_interval: "1h"
""")
        super().__init__(bench, core, ["nats-server", "-c", home / "nats.conf"], port)
        self.publisher = socket.create_connection(("127.0.0.1", port))
        self.publisher.sendall(b'CONNECT {"verbose":false,"pedantic":false}\r\n')

    def version(self):
        return package_version("nats-server")

    def message(self):
        return f"PUB {CHANNEL} {len(self.payload)}\r\n".encode() + self.payload + b"\r\n"


class Mosquitto(Server):
    """MQTT, QoS 0; its bound of messages waiting for a client is taken away, as it would drop."""

    name, protocol = "mosquitto", "mqtt"

    def __init__(self, bench, core, payload):
        home, port, self.payload = folder(bench, self.name), free_port(), payload
        user = "user root" if os.geteuid() == 0 else ""
        (home / "mosquitto.conf").write_text(f"""
listener {port} 127.0.0.1
{user}
allow_anonymous true
persistence false
max_queued_messages 0
set_tcp_nodelay true
log_type error
""")
        command = ["mosquitto", "-c", home / "mosquitto.conf"]
        super().__init__(bench, core, command, port)
        self.publisher = socket.create_connection(("127.0.0.1", port))
        self.publisher.sendall(b"\x10\x13\x00\x04MQTT\x04\x02\x00\x00\x00\x07publish")
        if self.publisher.recv(4) != b"\x20\x02\x00\x00":
            raise RuntimeError("mosquitto refused the publisher")

    def version(self):
        return package_version("mosquitto")

    def message(self):
        body = len(CHANNEL).to_bytes(2, "big") + CHANNEL.encode() + self.payload
        length, size = len(body), b""
        while length > 127:
            size += bytes([length & 127 | 128])
            length >>= 7
        return b"\x30" + size + bytes([length]) + body


class Ejabberd(Server):
    """XMPP: the operator sends a message to HOST/announce/online, and who is online gets it.

    Started without Erlang's distribution, whose port mapper would stay behind.
    """

    name, protocol = "ejabberd", "xmpp"
    HOST = "bench.example"

    def __init__(self, bench, core, payload):
        home, port = folder(bench, self.name), free_port()
        self.text = xml.sax.saxutils.escape(payload.decode())
        (home / "ejabberd.yml").write_text(f"""
hosts: [{self.HOST}]
loglevel: error
auth_method: [anonymous]
anonymous_protocol: both
allow_multiple_connections: true
acl: {{operator: {{user: ["operator@{self.HOST}"]}}}}
access_rules: {{announce: {{allow: operator}}, c2s: {{allow: all}}}}
shaper_rules: {{max_user_sessions: 10}}
listen:
  - {{port: {port}, ip: "127.0.0.1", module: ejabberd_c2s, backlog: 1024, max_stanza_size: 65536,
     access: c2s}}
modules: {{mod_adhoc: {{}}, mod_announce: {{access: announce}}}}
""")
        command = ["erl", "+K", "true", "+P", "250000", "+S", "1:1", "+sbwt", "none", "-noinput",
                   "-mnesia", "dir", f'"{home}/mnesia"', "-s", "ejabberd"]
        super().__init__(bench, core, command, port, env={
            "ERL_LIBS": "/usr/lib/x86_64-linux-gnu", "ERL_MAX_PORTS": "32000", "HOME": str(home),
            "EJABBERD_CONFIG_PATH": str(home / "ejabberd.yml"),
            "EJABBERD_LOG_PATH": str(home / "ejabberd.log"),
            "ERL_CRASH_DUMP_BYTES": "0"}, cwd=home)
        self.publisher = self._sign_in()

    def version(self):
        return package_version("ejabberd")

    def fanout_options(self):
        return {"channel": self.HOST}

    def _sign_in(self):
        """As the operator; without presence, so that the announcement goes to the others only."""
        connection = socket.create_connection(("127.0.0.1", self.port))
        stream = (f"<?xml version='1.0'?><stream:stream to='{self.HOST}' xmlns='jabber:client' "
                  "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>")
        secret = base64.b64encode(b"\0operator\0any").decode()
        sasl = "urn:ietf:params:xml:ns:xmpp-sasl"
        bind = "urn:ietf:params:xml:ns:xmpp-bind"
        for say, until in (
                (stream, b"</stream:features>"),
                (f"<auth xmlns='{sasl}' mechanism='PLAIN'>{secret}</auth>", b"<success"),
                (stream, b"</stream:features>"),
                (f"<iq type='set' id='b'><bind xmlns='{bind}'/></iq>", b"</iq>")):
            connection.sendall(say.encode())
            heard = b""
            while until not in heard:
                more = connection.recv(65536)
                if not more or b"<failure" in heard:
                    raise RuntimeError(f"ejabberd: {heard.decode()}")
                heard += more
        return connection

    def message(self):
        return (f"<message to='{self.HOST}/announce/online'><body>{self.text}</body>"
                "</message>").encode()


class Postgresql(Server):
    """A cluster of its own, as the package comes: every commit is synced."""

    name = "postgresql"
    PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")

    def __init__(self, bench):
        data, home = bench.work / "postgresql", folder(bench, self.name)
        self.home = home
        self.user = []
        if os.geteuid() == 0:  # which it refuses to run as
            self.user = ["runuser", "-u", "postgres", "--"]
            # All the way down to it must be open to that user.
            shutil.chown(home, "postgres")
            bench.temp.chmod(0o711)
            data.mkdir()
            shutil.chown(data, "postgres")
        command = [*self.user, self.PROGRAMS / "initdb", "-D", data, "-A", "trust", "--locale=C",
                   "-E", "UTF8"]
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, cwd="/")
        if done.returncode != 0:
            raise RuntimeError(f"initdb in {data}, which the user postgres must be able to reach "
                               f"(--work DIR is another place): {done.stdout}")
        command = [*self.user, self.PROGRAMS / "postgres", "-D", data, "-c",
                   f"unix_socket_directories={home}", "-c", "listen_addresses="]
        super().__init__(bench, None, command, home / ".s.PGSQL.5432", cwd="/")

    def version(self):
        return package_version("postgresql-15")

    def session(self):
        return Psql([*self.user, self.PROGRAMS / "psql", "-h", self.home, "-d", "postgres",
                     "-qAtX", "-v", "ON_ERROR_STOP=1"])


class Psql:
    """A connection that stays; run() gives the rows as text."""

    DONE = "-- done"

    def __init__(self, command):
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, cwd="/")

    def run(self, sql):
        self.start(sql)
        return self.finish()

    def start(self, sql):
        self.sql = sql
        self.process.stdin.write(f"{sql};\n\\echo '{self.DONE}'\n")
        self.process.stdin.flush()

    def finish(self):
        rows = []
        for line in self.process.stdout:
            if line.rstrip("\n") == self.DONE:
                return rows
            rows.append(line.rstrip("\n"))
        raise RuntimeError(f"psql has ended at: {self.sql}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
