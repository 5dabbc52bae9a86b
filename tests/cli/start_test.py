"""Starting and stopping a server: what keeps it from starting, and how it ends."""

import pathlib
import resource
import signal
import socket
import threading
import time
import unittest
import urllib.parse

from cli_support import FolderCase, carillon, organisation


class Start(FolderCase):
    def test_a_second_server_on_the_folder_is_refused(self):
        server = self.serve()
        second = carillon("serve", "--data", self.data, "--listen", "127.0.0.1:0")
        self.assert_fails(second, 1, "another carillon", str(server.process.pid), str(self.data))
        self.assertEqual(second.stdout, "")
        self.assertEqual(server.call("GET", "/healthz")[0], 200)

    def test_a_taken_port_is_named(self):
        port = urllib.parse.urlsplit(self.serve().url).port
        other = carillon("serve", "--data", self.folder / "other", "--listen",
                         "127.0.0.1:%d" % port)
        self.assert_fails(other, 1, str(port), "--listen")

    def test_a_port_taken_by_another_program_is_named(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            done = carillon("serve", "--data", self.data, "--listen", "127.0.0.1:%d" % port)
            self.assert_fails(done, 1, str(port))

    def test_a_wrong_key_is_refused_and_a_missing_one_too(self):
        self.serve().stop()
        key = self.data / "installation.key"
        right = key.read_text()
        key.write_text("0" * 64 + "\n")
        self.assert_fails(carillon("serve", "--data", self.data), 1, str(key), "--key-file")
        key.write_text("not a key\n")
        self.assert_fails(carillon("serve", "--data", self.data), 1, str(key), "64 hex digits")
        elsewhere = self.write("elsewhere.key", right)
        elsewhere.chmod(0o600)
        key.unlink()
        self.assert_fails(carillon("serve", "--data", self.data), 1, str(key), "missing",
                          "--key-file")
        self.assertFalse(key.exists())
        server = self.serve("--key-file", str(elsewhere))
        self.assertEqual(server.stop(), 0)

    def test_too_few_open_files_are_told(self):
        done = carillon("serve", "--data", self.data, "--listen", "127.0.0.1:0",
                        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100)))
        self.assert_fails(done, 1, "open-file limit is 100", "LimitNOFILE")

    def test_wrong_settings_are_named(self):
        for args, words in ((["--set", "nonsense=1"], ["nonsense", "help settings"]),
                            (["--set", "feishu.query_days=soon"], ["feishu.query_days", "soon"]),
                            (["--listen", "nonsense"], ["--listen", "HOST:PORT"]),
                            (["--listen", "203.0.113.7:0"], ["203.0.113.7"]),
                            (["--profile", "none"], ["--profile"]),
                            (["--store", "mysql://x"], ["--store", "holds a store of its own"]),
                            (["--config", str(self.folder / "none.toml")], ["none.toml"]),
                            (["--tls-cert", "x"], ["--tls-key"])):
            self.assert_fails(carillon("serve", "--data", self.data, *args), 1, *words)

    def test_a_folder_that_cannot_be_made_is_told(self):
        self.write("file", "x")
        self.assert_fails(carillon("serve", "--data", self.folder / "file" / "data"), 1,
                          "file/data")


class Stop(FolderCase):
    def test_behind_a_proxy_it_says_that_it_stops_and_serves_on(self):
        self.import_people()
        server = self.serve("--set", "http.trusted_proxies=127.0.0.1",
                            "--set", "http.lame_duck=600")
        self.assertEqual(server.call("GET", "/readyz")[0], 200)
        server.process.send_signal(signal.SIGTERM)
        self.wait_until(lambda: server.call("GET", "/readyz")[0] == 503)
        self.assertIn("about to stop", server.call("GET", "/readyz")[1]["detail"])
        self.assertEqual(server.call("GET", "/readyz?duty=events")[0], 200)
        self.send_batch(server)
        server.process.send_signal(signal.SIGTERM)  # impatient
        self.assertEqual(server.wait(), 0)
        self.assertNotIn("/readyz", server.errors())  # no failure

    def test_sigterm_ends_with_0_and_the_call_under_way_is_answered(self):
        self.import_people()
        server = self.serve()
        path = self.write("org.json", organisation(60_000))
        answers = []

        def upload():
            answers.append(server.call("POST", "/api/v1/import", path.read_text()))

        caller = threading.Thread(target=upload)
        caller.start()
        spooled = pathlib.Path(self.data) / "tmp"
        while not any(part.stat().st_size >= path.stat().st_size for part in spooled.iterdir()):
            time.sleep(0.01)  # the call is under way once its body has arrived
        started = time.monotonic()
        self.assertEqual(server.stop(), 0, server.errors())
        self.assertLess(time.monotonic() - started, 30)
        caller.join()
        self.assertEqual(answers[0][0], 200)

        # What was answered is there after the next start.
        again = self.serve()
        status, _ = again.call("POST", "/api/v1/sessions",
                               {"tenant_key": "acme", "user_id": "u59999"})
        self.assertEqual(status, 200)

    def test_sigint_ends_with_0_too(self):
        server = self.serve()
        server.process.send_signal(signal.SIGINT)
        self.assertEqual(server.wait(), 0)


class LowDisk(FolderCase):
    def test_new_batches_are_refused_while_reads_go_on(self):
        self.import_people()
        server = self.serve()
        self.send_batch(server)
        self.assertEqual(server.stop(), 0)

        server = self.serve("--set", "disk.low_mb=999999999")
        self.assert_fails(self.send(server, "--to-users", "u1", "--text", "x"), 1)
        self.assertEqual(server.metric("carillon_disk_low"), 1)
        self.assertNotEqual(server.call("GET", "/readyz")[0], 200)
        self.assertEqual(server.call("GET", "/healthz")[0], 200)
        _, session = server.call("POST", "/api/v1/sessions",
                                 {"tenant_key": "acme", "user_id": "u1"})
        status, inbox = server.call("GET", "/api/v1/inbox", token=session["token"])
        self.assertEqual((status, len(inbox["messages"])), (200, 1))
        status, read = server.call("POST", "/api/v1/inbox/read",
                                   {"message_ids": [inbox["messages"][0]["message_id"]]},
                                   token=session["token"])
        self.assertEqual((status, read), (200, {"read": 1}))


if __name__ == "__main__":
    unittest.main()
