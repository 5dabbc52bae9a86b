"""What lies in deploy/ agrees with the program."""

import re
import shutil
import subprocess
import unittest

from cli_support import CARILLON, REPOSITORY, FolderCase, carillon
from example_config import render

DEPLOY = REPOSITORY / "deploy"


class ExampleConfig(FolderCase):
    def test_it_is_what_the_program_makes(self):
        self.assertEqual((DEPLOY / "carillon.toml").read_text(), render(CARILLON),
                         "make it anew: tests/cli/example_config.py")

    def test_a_server_starts_with_it_and_with_every_default_written_out(self):
        text = (DEPLOY / "carillon.toml").read_text()
        server = self.serve("--config", str(DEPLOY / "carillon.toml"))
        self.assertEqual(server.stop(), 0)
        spelled = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
        self.assertNotEqual(spelled, text)
        server = self.serve("--config", str(self.write("all.toml", spelled)))
        self.assertEqual(server.stop(), 0)

    def test_a_wrong_line_is_named(self):
        path = self.write("bad.toml", "[feishu]\nquery_days = 30\nnonsense = 1\n")
        self.assert_fails(carillon("serve", "--data", self.data, "--config", path), 1,
                          "feishu.nonsense")
        path = self.write("worse.toml", "a = 1\n= 2\n")
        self.assert_fails(carillon("serve", "--data", self.data, "--config", path), 1,
                          "worse.toml", "line 2")


class Unit(unittest.TestCase):
    def test_its_command_is_one_the_program_takes(self):
        text = (DEPLOY / "carillon.service").read_text()
        start = re.search(r"^ExecStart=\S+/carillon (.*?[^\\])$", text, re.MULTILINE | re.DOTALL)
        shown = carillon(*start.group(1).replace("\\\n", " ").split(), "--help")
        self.assertEqual(shown.returncode, 0)
        self.assertIn("Type=simple", text)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd")
    def test_systemd_takes_it(self):
        done = subprocess.run(["systemd-analyze", "verify", str(DEPLOY / "carillon.service")],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        complaints = [line for line in done.stdout.splitlines()
                      if "carillon.service" in line and "not executable" not in line]
        self.assertEqual(complaints, [])


if __name__ == "__main__":
    unittest.main()
