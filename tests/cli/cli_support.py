"""What the tests of the command line share: running commands, a server on a fresh folder, and
plain HTTP calls. Nothing but the standard library.

CARILLON in the environment names the program.
"""

import http.client
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.parse

CARILLON = os.environ["CARILLON"]
ADMIN_TOKEN = "operator-token-of-the-tests"
ESCAPE = "\x1b"
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def environment(**more):
    env = dict(os.environ, CARILLON_ADMIN_TOKEN=ADMIN_TOKEN, LANG="C.UTF-8", TERM="xterm")
    for name, value in more.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env


def carillon(*args, timeout=120, preexec_fn=None, typed=None, **env):
    """Runs a command to its end; stdout and stderr as text. `typed` is what stdin has."""
    return subprocess.run(
        [CARILLON, *map(str, args)],
        env=environment(**env),
        stdin=subprocess.DEVNULL if typed is None else None,
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=timeout,
        text=True,
        preexec_fn=preexec_fn,
    )


class Server:
    """`carillon serve` on a folder, ready to be called."""

    def __init__(self, data, *args, **env):
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            [CARILLON, "serve", "--data", str(data), "--listen", "127.0.0.1:0", *args],
            env=environment(**env),
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        ready, _, _ = select.select([self.process.stdout], [], [], 60)
        line = self.process.stdout.readline() if ready else ""
        if not line.startswith("ready "):
            self.kill()
            raise AssertionError("the server did not start: " + line + self.errors())
        self.url = line.split()[1]

    def errors(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def call(self, method, path, body=None, token=ADMIN_TOKEN, headers=None):
        """Status and answer; the answer as JSON if it is some."""
        where = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
        sent = {"Content-Type": "application/json", **(headers or {})}
        if token:
            sent["Authorization"] = "Bearer " + token
        text = json.dumps(body) if isinstance(body, (dict, list)) else body
        connection.request(method, path, body=text, headers=sent)
        answer = connection.getresponse()
        content = answer.read().decode()
        connection.close()
        try:
            return answer.status, json.loads(content)
        except ValueError:
            return answer.status, content

    def app_token(self, app_id="cli_demo", app_secret="s3cret"):
        _, answer = self.call(
            "POST",
            "/open-apis/auth/v3/tenant_access_token/internal",
            {"app_id": app_id, "app_secret": app_secret},
            token=None,
        )
        return answer["tenant_access_token"]

    def metric(self, name):
        _, text = self.call("GET", "/metrics")
        for line in text.splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        raise AssertionError("no metric " + name)


SCOPES = ["im:message:send_as_bot", "im:message:send_multi_users", "im:message:send_multi_depts"]


def organisation(people=20):
    """A tenant with one department of so many people, u0 to u<n>, and one app."""
    return {
        "tenants": [
            {
                "tenant_key": "acme",
                "name": "Acme",
                "departments": [{"department_id": "eng", "name": "Engineering"}],
                "users": [
                    {"user_id": "u%d" % n, "name": "User %d" % n, "departments": ["eng"]}
                    for n in range(people)
                ],
                "apps": [
                    {
                        "app_id": "cli_demo",
                        "app_secret": "s3cret",
                        "name": "HR",
                        "developer": "acme",
                        "scopes": SCOPES,
                    }
                ],
            }
        ]
    }


class FolderCase(unittest.TestCase):
    """A test with a folder of its own, and servers that end with it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="carillon-cli-"))
        self.data = self.folder / "data"
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            server.kill()
            server.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def serve(self, *args, data=None, **env):
        server = Server(data or self.data, *args, **env)
        self.servers.append(server)
        return server

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def import_people(self, people=20):
        done = carillon("import", self.write("org.json", organisation(people)), "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)

    def send(self, server, *args, **env):
        env.setdefault("CARILLON_APP_SECRET", "s3cret")
        return carillon("send", "--server", server.url, "--app-id", "cli_demo", *args, **env)

    def send_batch(self, server, text="Hello"):
        done = self.send(server, "--to-departments", "eng", "--text", text, "--wait")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()[0]

    def assert_fails(self, done, code, *words):
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertNotIn(ESCAPE, done.stderr)

    def wait_until(self, holds, seconds=30):
        end = time.monotonic() + seconds
        while not holds():
            self.assertLess(time.monotonic(), end, "it did not come to that in time")
            time.sleep(0.05)
