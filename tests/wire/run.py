#!/usr/bin/env python3
"""Runs .wire files: text exchanges with a real server, over real HTTP.

    run.py --carillon build/carillon [--postgres] [--serve-args "..."] [-v] FILE|FOLDER...

With --postgres every server keeps its data in a PostgreSQL store, of a cluster that is made for this
run; answers must be the same. Its servers go by the database's clock, so a file that moves the clock
gets a cluster of its own, on the same clock.

A file is a list of exchanges, in order, separated by a line of "====":

    # Comments say why.
    @eventually
    POST /path
    Header: value

    body
    ----
    200
    Header: value

    body

Above the first exchange, a comment "# server: own ARGS" asks for a server of the file's own, started
with those arguments; otherwise all files share one, and should leave it as they found it. Every
server starts with org.json imported.

Lines before a request:
    @eventually      asks again until the answer is as expected, for at most 10 seconds
    @times N         asks N times; every answer must be as expected
    @clock +25h      moves the server's clock to so much after its start (s, m, h, d); such files
                     need libfaketime and are skipped where it is not installed
    @restart         stops the server in order and starts it again on the same data

In requests and expectations:
    {name}           what was saved under that name in this file; {admin}: the operator's token
    {token APP_ID}   a tenant_access_token of that app, asked for once a file
    {dingtoken APP_ID}  the same by its DingTalk key; of a store app, in the tenant acme
    {name FORM}      the same in another spelling: underscore, capitals or percent, for batch ids
    {fill N}         N letters;  {list N WORD}: "WORD1","WORD2",... up to N

Expected headers are compared with their spelling, which some SDKs depend on; "!Name" must be
absent. Without a body the answer's body is not looked at. A JSON body is compared as a value, with
all keys, unless an object has the key "..."; types count. Texts may be placeholders:
    <any> <int> <string> <bool> <int:LOW-HIGH> <re:REGEX> <empty>
    <save:name> <save:name:re:REGEX> <save:name:int>

Besides, every answer under /open-apis must carry the log id headers, spelled as SDKs look them up.
Exit status: 0 if all passed, 1 if one failed, 2 if a file could not be read.
"""
import argparse
import glob
import http.client
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from postgres_cluster import PostgresCluster  # noqa: E402
LOG_ID = re.compile(r"\d{14}[0-9A-F]{20}")
EVENTUALLY_SECONDS = 10
FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
# Other spellings of a batch id that mean the same.
FORMS = {
    "underscore": lambda text: text.replace("-", "_"),
    "capitals": lambda text: text[:3] + text[3:].upper(),
    "percent": lambda text: text.replace("-", "%2D"),
}
CLOCK_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Broken(Exception):
    """A .wire file that cannot be read."""


class Mismatch(Exception):
    """An answer that is not the expected one."""


class Exchange:
    """One request and what its answer must be, with the line where it starts."""

    def __init__(self, line):
        self.line = line
        self.eventually = False
        self.times = 1
        self.clock = None  # seconds after the start
        self.restart = False
        self.method = self.path = ""
        self.headers = []
        self.body = None
        self.status = 0
        self.expected_headers = []
        self.expected_body = None


class WireFile:
    def __init__(self, path):
        self.path = path
        self.own_args = None
        self.exchanges = []
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        for number, line in enumerate(lines, 1):
            if line.startswith("# server: own"):
                self.own_args = shlex.split(line[len("# server: own"):])
        start = 0
        for number in [i for i, line in enumerate(lines) if line == "===="] + [len(lines)]:
            exchange = self.parse(lines[start:number], start + 1)
            if exchange:
                self.exchanges.append(exchange)
            start = number + 1
        if not self.exchanges:
            raise Broken(f"{path}: no exchange")

    def uses_clock(self):
        return any(exchange.clock for exchange in self.exchanges)

    def parse(self, lines, number):
        while lines and (not lines[0].strip() or lines[0].startswith("#")):
            lines, number = lines[1:], number + 1
        if not lines:
            return None
        out = Exchange(number)
        while lines and lines[0].startswith("@"):
            self.directive(out, lines[0], number)
            lines, number = lines[1:], number + 1
            while lines and lines[0].startswith("#"):
                lines, number = lines[1:], number + 1
        if lines.count("----") != 1:
            raise Broken(f"{self.path}:{number}: needs one line ---- between request and answer")
        cut = lines.index("----")
        request, answer = lines[:cut], lines[cut + 1:]
        match = re.fullmatch(r"([A-Z]+) (\S.*)", request[0]) if request else None
        if not match:
            raise Broken(f"{self.path}:{number}: not a request line")
        out.line, out.method, out.path = number, match[1], match[2]
        out.headers, out.body = self.head_and_body(request[1:], number)
        if not answer or not re.fullmatch(r"\d{3}", answer[0]):
            raise Broken(f"{self.path}:{number + cut + 1}: an answer starts with its status")
        out.status = int(answer[0])
        out.expected_headers, out.expected_body = self.head_and_body(answer[1:], number + cut + 1)
        return out

    def directive(self, out, line, number):
        words = line.split()
        if words == ["@eventually"]:
            out.eventually = True
        elif words == ["@restart"]:
            out.restart = True
        elif words[0] == "@times" and len(words) == 2 and words[1].isdigit():
            out.times = int(words[1])
        elif words[0] == "@clock" and len(words) == 2 and re.fullmatch(r"\+\d+[smhd]", words[1]):
            out.clock = int(words[1][1:-1]) * CLOCK_UNITS[words[1][-1]]
        else:
            raise Broken(f"{self.path}:{number}: unknown line {line}")

    def head_and_body(self, lines, number):
        headers = []
        for i, line in enumerate(lines):
            if not line:
                body = "\n".join(lines[i + 1:]).strip("\n")
                return headers, body or None
            if line.startswith("!"):
                headers.append((line, None))
                continue
            name, colon, value = line.partition(":")
            if not colon:
                raise Broken(f"{self.path}:{number + i + 1}: not a header: {line}")
            headers.append((name, value.strip()))
        return headers, None


class Server:
    """One `carillon serve` on a data folder of its own, and a store of its own."""

    def __init__(self, carillon, args, faketime, cluster):
        """`cluster`: the PostgreSQL for its store, or None for the embedded one."""
        self.carillon, self.args = carillon, list(args)
        self.folder = tempfile.mkdtemp(prefix="carillon-wire-")
        os.chmod(self.folder, 0o711)  # PostgreSQL's user reads the clock
        self.admin = secrets.token_hex(16)
        self.clock_file = os.path.join(self.folder, "clock") if faketime else None
        self.set_clock(0)
        self.process = self.own_cluster = None
        if cluster and faketime:
            cluster = self.own_cluster = PostgresCluster(environment=self.clock())
        if cluster:
            self.args += ["--store", cluster.new_store()]
        self.start()
        self.import_organisation()

    def start(self):
        environment = dict(os.environ, CARILLON_ADMIN_TOKEN=self.admin)
        if self.clock_file:
            # A server built with ASan would refuse to be second in line.
            environment.update(self.clock(), ASAN_OPTIONS="verify_asan_link_order=0")
        command = [self.carillon, "serve", "--data", os.path.join(self.folder, "data"),
                   "--listen", "127.0.0.1:0", *self.args]
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE,
                                        stderr=self.log)
        timer = threading.Timer(30, self.process.kill)
        timer.start()
        line = self.process.stdout.readline().decode()
        timer.cancel()
        match = re.fullmatch(r"ready http://([^:]+):(\d+)\n", line)
        if not match:
            raise Mismatch(f"the server said {line!r} instead of ready\n{self.log_tail()}")
        self.host, self.port = match[1], int(match[2])
        self.connection = None

    def clock(self):
        """The environment of a program that goes by this server's clock."""
        return {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": self.clock_file,
                "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def import_organisation(self):
        with open(os.path.join(HERE, "org.json"), "rb") as file:
            answer = self.ask("POST", "/api/v1/import",
                              [("Authorization", "Bearer " + self.admin),
                               ("Content-Type", "application/json")], file.read())
        if answer.status != 200:
            raise Mismatch(f"import of org.json: {answer.status} {answer.text}")

    def set_clock(self, seconds):
        if self.clock_file:
            with open(self.clock_file + ".new", "w", encoding="ascii") as file:
                file.write(f"+{seconds}\n")
            os.chmod(self.clock_file + ".new", 0o644)
            os.replace(self.clock_file + ".new", self.clock_file)

    def ask(self, method, path, headers, body):
        for last in (False, True):
            fresh = self.connection is None
            if fresh:
                self.connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
            try:
                return Answer(self.connection, method, path, headers, body)
            except (http.client.HTTPException, OSError) as problem:
                # The server may have closed a connection that rested; a fresh one must do.
                self.connection.close()
                self.connection = None
                if fresh or last:
                    raise Mismatch(f"{problem}; the server's log ends\n{self.log_tail(60)}") from None

    def stop(self):
        if self.connection:
            self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "none within 30 seconds"
        self.process.stdout.close()
        self.log.close()
        if status != 0:
            raise Mismatch(f"the server's exit status after SIGTERM: {status}\n{self.log_tail()}")

    def log_tail(self, lines=15):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:])

    def remove(self):
        if self.own_cluster:
            self.own_cluster.remove()
        shutil.rmtree(self.folder, ignore_errors=True)


class Answer:
    def __init__(self, connection, method, path, headers, body):
        connection.putrequest(method, path, skip_accept_encoding=True)
        given = {name.lower() for name, _ in headers}
        for name, value in headers:
            connection.putheader(name, value.encode("utf-8"))
        if body is not None and "content-length" not in given:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        self.status = response.status
        self.headers = response.getheaders()
        self.text = response.read().decode("utf-8", errors="replace")


class Run:
    """One file against one server: what was saved, and the comparisons."""

    def __init__(self, server):
        self.server = server
        self.saved = {"admin": server.admin}
        with open(os.path.join(HERE, "org.json"), encoding="utf-8") as file:
            organisation = json.load(file)
        apps = organisation.get("apps", []) + [app for tenant in organisation["tenants"]
                                               for app in tenant.get("apps", [])]
        self.secrets = {app["app_id"]: app["app_secret"] for app in apps}
        self.keys = {app["app_id"]: app["dingtalk"] for app in apps if "dingtalk" in app}

    def exchange(self, exchange):
        if exchange.restart:
            self.server.stop()
            self.server.start()
        if exchange.clock:
            self.server.set_clock(exchange.clock)
        for _ in range(exchange.times):
            deadline = time.monotonic() + EVENTUALLY_SECONDS
            while True:
                try:
                    self.once(exchange)
                    break
                except Mismatch:
                    if not exchange.eventually or time.monotonic() > deadline:
                        raise
                time.sleep(0.02)

    def once(self, exchange):
        body = self.fill_in(exchange.body)
        path = urllib.parse.quote(self.fill_in(exchange.path), safe="/%?=&+:@!$'()*,;~-_.")
        headers = [(name, self.fill_in(value)) for name, value in exchange.headers]
        answer = self.server.ask(exchange.method, path, headers,
                                 None if body is None else body.encode("utf-8"))
        try:
            self.compare(exchange, answer)
        except Mismatch as problem:
            shown = answer.text if len(answer.text) < 2000 else answer.text[:2000] + "..."
            raise Mismatch(f"{problem}\n  answer: {answer.status} {shown}") from None

    def compare(self, exchange, answer):
        if answer.status != exchange.status:
            raise Mismatch(f"status {answer.status}, expected {exchange.status}")
        found = dict(answer.headers)
        if exchange.path.lstrip("/").startswith("open-apis"):
            for name in ("X-Tt-Logid", "X-Request-Id"):
                if not LOG_ID.fullmatch(found.get(name, "")):
                    raise Mismatch(f"header {name}: {found.get(name)!r} is not a log id")
            if "Content-Type" not in found:
                raise Mismatch("header Content-Type is missing or spelled another way")
        for name, value in exchange.expected_headers:
            if name.startswith("!"):
                if name[1:].lower() in (other.lower() for other in found):
                    raise Mismatch(f"header {name[1:]} is there")
            elif name not in found:
                raise Mismatch(f"header {name} is missing or spelled another way")
            else:
                self.compare_text(f"header {name}", self.fill_in(value), found[name])
        if exchange.expected_body is None:
            return
        expected = self.fill_in(exchange.expected_body)
        if not expected.startswith(("{", "[")):
            self.compare_text("body", expected, answer.text)
            return
        try:
            expected = json.loads(expected)
        except json.JSONDecodeError as problem:
            raise Broken(f"expected body at line {exchange.line}: {problem}") from None
        try:
            actual = json.loads(answer.text)
        except json.JSONDecodeError as problem:
            raise Mismatch(f"body is not JSON: {problem}") from None
        self.compare_json("body", expected, actual)

    def compare_json(self, place, expected, actual):
        if isinstance(expected, str):
            self.compare_text(place, expected, actual)
        elif type(expected) is not type(actual):
            raise Mismatch(f"{place}: {actual!r}, expected {expected!r}")
        elif isinstance(expected, dict):
            more = expected.get("...") is not None
            for key in expected:
                if key == "...":
                    continue
                if key not in actual:
                    raise Mismatch(f"{place}.{key} is missing")
                self.compare_json(f"{place}.{key}", expected[key], actual[key])
            for key in actual:
                if key not in expected and not more:
                    raise Mismatch(f"{place}.{key} was not expected: {actual[key]!r}")
        elif isinstance(expected, list):
            if len(expected) != len(actual):
                raise Mismatch(f"{place}: {len(actual)} items, expected {len(expected)}")
            for i, (one, other) in enumerate(zip(expected, actual)):
                self.compare_json(f"{place}[{i}]", one, other)
        elif expected != actual:
            raise Mismatch(f"{place}: {actual!r}, expected {expected!r}")

    def compare_text(self, place, expected, actual):
        match = re.fullmatch(r"<(\w+)(?::(.*))?>", expected, re.DOTALL)
        if not match:
            if expected != actual:
                raise Mismatch(f"{place}: {actual!r}, expected {expected!r}")
            return
        kind, rest = match[1], match[2] or ""
        if kind == "save":
            name, _, inner = rest.partition(":")
            if inner:
                self.compare_text(place, f"<{inner}>", actual)
            self.saved[name] = actual
            return
        is_int = isinstance(actual, int) and not isinstance(actual, bool)
        good = {
            "any": lambda: True,
            "int": lambda: is_int and self.in_range(rest, actual),
            "string": lambda: isinstance(actual, str),
            "bool": lambda: isinstance(actual, bool),
            "empty": lambda: actual == "",
            "re": lambda: isinstance(actual, str) and re.fullmatch(rest, actual, re.DOTALL),
        }.get(kind)
        if good is None:
            raise Broken(f"unknown placeholder {expected}")
        if not good():
            raise Mismatch(f"{place}: {actual!r}, expected {expected}")

    @staticmethod
    def in_range(bounds, number):
        if not bounds:
            return True
        low, high = bounds.split("-")
        return int(low) <= number <= int(high)

    def fill_in(self, text):
        if text is None:
            return None
        return re.sub(r"\{(\w+)(?: ([\w ]+))?\}", self.value, text)

    def value(self, match):
        name, words = match[1], (match[2] or "").split()
        if not words:
            return str(self.saved[name]) if name in self.saved else match[0]
        if name in self.saved and words[0] in FORMS:
            return FORMS[words[0]](self.saved[name])
        if name == "token" and len(words) == 1:
            key = "token " + words[0]
            if key not in self.saved:
                self.saved[key] = self.tenant_token(words[0])
            return self.saved[key]
        if name == "dingtoken" and len(words) == 1:
            key = "dingtoken " + words[0]
            if key not in self.saved:
                self.saved[key] = self.classic_token(words[0])
            return self.saved[key]
        if name == "fill" and len(words) == 1:
            return "x" * int(words[0])
        if name == "list" and len(words) == 2:
            return ",".join(f'"{words[1]}{i}"' for i in range(1, int(words[0]) + 1))
        return match[0]

    def tenant_token(self, app_id):
        body = json.dumps({"app_id": app_id, "app_secret": self.secrets[app_id]}).encode()
        answer = self.server.ask("POST", "/open-apis/auth/v3/tenant_access_token/internal", [],
                                 body)
        try:
            return json.loads(answer.text)["tenant_access_token"]
        except (ValueError, KeyError):
            raise Mismatch(f"no token for {app_id}: {answer.status} {answer.text}") from None


    def classic_token(self, app_id):
        app = self.keys[app_id]
        store = {"corpid": "dingacme", "corpsecret": app["appsecret"]}
        pairs = store if app["appkey"].startswith("suite") else \
            {"appkey": app["appkey"], "appsecret": app["appsecret"]}
        answer = self.server.ask("GET", "/gettoken?" + urllib.parse.urlencode(pairs), [], None)
        try:
            return json.loads(answer.text)["access_token"]
        except (ValueError, KeyError):
            raise Mismatch(f"no token for {app_id}: {answer.status} {answer.text}") from None


def run_file(file, server, verbose):
    run = Run(server)
    for exchange in file.exchanges:
        if verbose:
            print(f"  {exchange.line}: {exchange.method} {exchange.path}")
        try:
            run.exchange(exchange)
        except Mismatch as problem:
            raise Mismatch(f"{file.path}:{exchange.line}: {exchange.method} {exchange.path}\n"
                           f"  {problem}") from None


def find_files(paths):
    out = []
    for path in paths:
        out += sorted(glob.glob(os.path.join(path, "**", "*.wire"), recursive=True)) \
            if os.path.isdir(path) else [path]
    return out


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--carillon", default="build/carillon", help="the server's binary")
    arguments.add_argument("--postgres", action="store_true", help="stores on PostgreSQL")
    arguments.add_argument("--serve-args", default="", help="more arguments for every server")
    arguments.add_argument("-v", "--verbose", action="store_true", help="show every exchange")
    arguments.add_argument("paths", nargs="+")
    options = arguments.parse_args()
    more = shlex.split(options.serve_args)
    try:
        files = [WireFile(path) for path in find_files(options.paths)]
    except (Broken, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2

    if not options.postgres:
        return run_files(files, options, more, None)
    cluster = PostgresCluster()
    try:
        return run_files(files, options, more, cluster)
    finally:
        cluster.remove()


def run_files(files, options, more, cluster):
    shared = None
    passed, failed, skipped = 0, 0, 0
    # The shared server has no rates: files would hit them together that none hits alone.
    shared_args = ["--set", "feishu.rate_per_second=0", "--set", "feishu.rate_per_minute=0",
                   "--set", "dingtalk.rate_per_second=0"]
    for file in files:
        if file.uses_clock() and not FAKETIME:
            print(f"skip   {file.path}: libfaketime is not installed")
            skipped += 1
            continue
        own = file.own_args is not None or file.uses_clock()
        server = None
        try:
            if own:
                server = Server(options.carillon, more + (file.own_args or []), file.uses_clock(),
                                cluster)
            else:
                shared = shared or Server(options.carillon, more + shared_args, False, cluster)
            run_file(file, server or shared, options.verbose)
            if own:
                server.stop()
            print(f"ok     {file.path} ({len(file.exchanges)} exchanges)")
            passed += 1
        except (Mismatch, Broken, OSError, http.client.HTTPException) as problem:
            print(f"FAILED {file.path}\n{problem}")
            failed += 1
            if not own and shared and shared.process.poll() is not None:
                # The files to come deserve a server that lives.
                print(f"the shared server has ended with status {shared.process.returncode}\n"
                      f"{shared.log_tail()}")
                shared.remove()
                shared = None
        finally:
            if own and server:
                if server.process.poll() is None:
                    server.process.kill()
                    server.process.wait()
                server.remove()
    if shared:
        try:
            shared.stop()
        except Mismatch as problem:
            print(problem)
            failed += 1
        shared.remove()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
