"""carillon demo, from its first line to its last."""

import re
import signal
import socket
import subprocess
import unittest

from cli_support import CARILLON, ESCAPE, FolderCase, carillon, environment


class Demo(FolderCase):
    def test_everybody_gets_everything_and_the_books_balance(self):
        done = carillon("demo", "--exit", "--data", self.data, "--listen", "127.0.0.1:0",
                        timeout=240)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stderr, "")
        self.assertNotIn(ESCAPE, done.stdout)
        for words in ("10,000 people", "SIMULATED readers", "yes before the call, no after it",
                      "All books balance.", "Everybody whom the apps may reach got every message.",
                      "inbox of 7cdcc7c2:  http://127.0.0.1:", "/console/signin#token=",
                      "base URL      http://127.0.0.1:", "cli_demo", "new lark.Client(",
                      "on_gdcq860e7af114fb4ff6c5d496dabcet  (unknown on purpose)"):
            self.assertIn(words, done.stdout)
        everybody = next(line for line in done.stdout.splitlines()
                         if re.match(r"text to everybody +bm-", line))
        self.assertRegex(everybody, r"sent +10,000 +0 +10,000 +0 +0 +[1-9],[0-9]{3} +0$")
        task = next(line for line in done.stdout.splitlines()
                    if re.match(r"work notification +bm-", line))
        self.assertRegex(task, r"sent +10,000 +0 +10,000 +0 +0 +[1-9],[0-9]{3} +0$")
        doctor = carillon("doctor", "--data", self.data)
        self.assertEqual(doctor.returncode, 0, doctor.stdout)

        # The same folder again: the people are there already, and everything goes on.
        again = carillon("demo", "--exit", "--data", self.data, "--listen", "127.0.0.1:0",
                         timeout=240)
        self.assertEqual(again.returncode, 0, again.stdout + again.stderr)

    def test_it_takes_a_free_port_and_stays_until_it_is_told(self):
        with socket.socket() as holder:
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                holder.bind(("127.0.0.1", 8080))
                holder.listen()
            except OSError:
                pass  # somebody has it already, which serves as well
            demo = subprocess.Popen([CARILLON, "demo", "--data", str(self.data)],
                                    env=environment(), stdout=subprocess.PIPE, text=True)
            try:
                shown = ""
                while "stays up until Ctrl-C" not in shown:
                    line = demo.stdout.readline()
                    self.assertTrue(line, shown)
                    shown += line
                self.assertIn("Port 8080 is taken", shown)
                demo.send_signal(signal.SIGINT)
                self.assertEqual(demo.wait(timeout=60), 0)
            finally:
                demo.kill()
                demo.wait()
                demo.stdout.close()

    def test_an_interrupt_before_the_end_is_told(self):
        demo = subprocess.Popen([CARILLON, "demo", "--data", str(self.data), "--listen",
                                 "127.0.0.1:0"], env=environment(), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)
        try:
            while "SIMULATED" not in demo.stdout.readline():
                pass
            demo.send_signal(signal.SIGINT)
            _, told = demo.communicate(timeout=60)
        finally:
            demo.kill()
        self.assertEqual(demo.returncode, 130)
        self.assertIn("stopped before the job was done", told)


if __name__ == "__main__":
    unittest.main()
