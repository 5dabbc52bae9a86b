#!/usr/bin/env python3
"""deploy/nodes.py as a newcomer runs it: it starts, answers, starts a killed node again, and leaves
nothing behind, whether it is interrupted or killed."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest
import urllib.request

BINARY = os.path.abspath(sys.argv.pop(1))
PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "nodes.py"


def processes_in(folder):
    """Those that name the folder in their command."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and folder.encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
        except OSError:
            continue  # it has just ended
    return found


class Newcomer(unittest.TestCase):
    def setUp(self):
        environment = {name: value for name, value in os.environ.items()
                       if name != "CARILLON_ADMIN_TOKEN"}
        self.program = subprocess.Popen([sys.executable, str(PROGRAM), BINARY, "--port", "0"],
                                        env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end)
        self.shown = ""
        self.read_until("stays up until Ctrl-C")
        self.folder = self.find(r"logs +(\S+)")
        self.url = self.find(r"base URL +(\S+)")
        self.token = self.find(r"operator token +(\S+)")

    def end(self):
        self.program.kill()
        self.program.wait()
        self.program.stdout.close()

    def read_until(self, words):
        while words not in self.shown:
            line = self.program.stdout.readline()
            self.assertTrue(line, self.shown)
            self.shown += line

    def find(self, expression):
        return re.search(expression, self.shown)[1]

    def wait_for(self, condition, problem, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, problem)
            time.sleep(0.05)  # polling

    def overview(self):
        request = urllib.request.Request(self.url + "/api/v1/overview",
                                         headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def assert_nothing_runs(self):
        self.wait_for(lambda: not processes_in(self.folder), "something is left running")
        for url in re.findall(r"http://127\.0\.0\.1:(\d+)", self.shown):
            with socket.socket() as probe:
                self.assertNotEqual(probe.connect_ex(("127.0.0.1", int(url))), 0, url)

    def test_what_it_prints_works_and_ctrl_c_ends_it_all(self):
        self.overview()
        command = re.search(r"Send: +(\S+ send .*?--wait)", self.shown, re.DOTALL)[1]
        words = command.replace("\\\n", " ").split()
        sent = subprocess.run([BINARY, *words[1:]], capture_output=True, text=True, check=False,
                              env=dict(os.environ, CARILLON_ADMIN_TOKEN=self.token), timeout=60)
        self.assertEqual(sent.returncode, 0, sent.stdout + sent.stderr)
        with urllib.request.urlopen(self.find(r"inbox of ann +(\S+)"), timeout=30) as page:
            self.assertEqual(page.status, 200)

        self.assertEqual(len(processes_in(self.folder + "/node")), 3)
        os.kill(int(self.find(r"kill -9 (\d+)")), signal.SIGKILL)
        self.overview()
        self.read_until("node2 starts again")

        self.program.send_signal(signal.SIGINT)
        self.assertEqual(self.program.wait(timeout=60), 0)
        self.assertFalse(os.path.exists(self.folder))
        self.assert_nothing_runs()

    def test_killed_it_takes_everything_along(self):
        self.program.kill()
        self.program.wait()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.assert_nothing_runs()


if __name__ == "__main__":
    unittest.main(verbosity=2)
