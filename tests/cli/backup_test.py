"""carillon backup: a copy while the server sends, and what the copy does when it is started."""

import json
import re
import signal
import socket
import sqlite3
import threading
import time
import unittest
import urllib.parse

from cli_support import FolderCase, carillon

PEOPLE = 270_000  # five blocks
CALLS_AT_ONCE = 800  # their slices are twice as many as the writer puts into one commit
UNFINISHED = (1, 3)  # accepted, sending


class Backup(FolderCase):
    def backup(self, to):
        done = carillon("backup", "--data", self.data, to)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def unfinished(self, folder):
        database = sqlite3.connect(f"file:{folder}/carillon.db?mode=ro", uri=True)
        states = [record[0] for (record,) in database.execute("SELECT record FROM batches")]
        database.close()
        return sum(state in UNFINISHED for state in states)

    def open_calls(self, server):
        """Connections, and a call that each of them may make."""
        where = urllib.parse.urlsplit(server.url)
        body = json.dumps({"department_ids": ["eng"], "msg_type": "text",
                           "content": {"text": "x"}})
        call = ("POST /open-apis/message/v4/batch_send/ HTTP/1.1\r\nHost: x\r\n"
                "Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                % (server.app_token(), len(body), body)).encode()
        connections = [socket.create_connection((where.hostname, where.port))
                       for _ in range(CALLS_AT_ONCE)]
        for connection in connections:
            self.addCleanup(connection.close)
        return connections, call

    def read_answers(self, connections):
        return [re.search(rb"bm-[0-9a-f]{32}", connection.recv(65536)).group().decode()
                for connection in connections]

    def stop_while_sending(self, server):
        """Halts the server at a moment when the disk holds batches that are not yet sent. Gives the
        connections that wait for an answer, and the batches that were answered before."""
        connections, call = self.open_calls(server)
        answered = []
        for attempt in range(300):
            server.process.send_signal(signal.SIGSTOP)  # so that all calls are there at once
            for connection in connections:
                connection.sendall(call)
            server.process.send_signal(signal.SIGCONT)
            time.sleep(0.0005 * (attempt % 60))
            server.process.send_signal(signal.SIGSTOP)
            if self.unfinished(self.data):
                return connections, answered
            server.process.send_signal(signal.SIGCONT)
            answered += self.read_answers(connections)
        self.fail("no moment was found at which a batch was under way")

    def test_a_copy_made_while_sending_waits_and_goes_on(self):
        self.import_people(PEOPLE)
        server = self.serve("--profile", "own")
        # A thread that is syncing the disk stops only behind it, and may so end the last batch.
        for attempt in range(10):
            connections, before = self.stop_while_sending(server)
            copy = self.folder / f"copy{attempt}"
            told = self.backup(copy)
            server.process.send_signal(signal.SIGCONT)
            self.assertIn("carillon serve --data " + str(copy), told)
            if self.unfinished(copy):
                break
            self.read_answers(connections)
        self.assertGreater(self.unfinished(copy), 0)
        sent = before + self.read_answers(connections)

        started = self.serve("--profile", "own", data=copy)
        for batch_id in before[-50:]:  # what was answered before the copy is in it
            _, batch = started.call("GET", "/api/v1/batches/" + batch_id)
            self.assertEqual(batch.get("valid"), PEOPLE)
            self.assertIn(batch["state"], ("sent", "paused"))
        paused = self.paused(started)
        self.assertGreater(len(paused), 0)
        self.assertIn("copy of a backup", started.errors())
        for batch in paused:
            status, _ = started.call("POST", "/api/v1/batches/" + batch["batch_id"] + "/resume")
            self.assertEqual(status, 200)
        for batch in paused[:20]:
            done = carillon("watch", batch["batch_id"], "--server", started.url)
            self.assertEqual(done.returncode, 0, done.stderr)
            _, now = started.call("GET", "/api/v1/batches/" + batch["batch_id"])
            self.assertEqual((now["state"], now["delivered"]), ("sent", PEOPLE))
        self.wait_until(lambda: not self.unfinished(copy))
        doctor = carillon("doctor", "--data", copy)
        self.assertEqual(doctor.returncode, 0, doctor.stdout)

        # The original goes on, and ids that the copy makes are never the original's.
        fresh = self.send_batch(started)
        self.assertEqual(server.call("GET", "/api/v1/batches/" + fresh)[0], 404)
        self.assertNotIn(fresh, sent)
        self.wait_until(lambda: not self.unfinished(self.data))
        self.send_batch(server)

    def test_copies_of_a_busy_server_are_whole(self):
        self.import_people()
        server = self.serve("--profile", "own")
        stop, sent = threading.Event(), []

        def keep_sending():
            connections, call = self.open_calls(server)
            while not stop.is_set():
                connections[0].sendall(call)
                sent.extend(self.read_answers(connections[:1]))

        sender = threading.Thread(target=keep_sending)
        sender.start()
        for n in range(3):
            self.wait_until(lambda: len(sent) > 50 * (n + 1))
            before = sent[-1]
            copy = self.folder / ("copy%d" % n)
            self.backup(copy)
            doctor = carillon("doctor", "--data", copy)
            self.assertEqual(doctor.returncode, 0, doctor.stdout)
            self.assertIn("a copy that was not started yet", doctor.stdout)
            started = self.serve(data=copy)
            self.assertEqual(started.call("GET", "/api/v1/batches/" + before)[0], 200)
            started.stop()
        stop.set()
        sender.join()

    def paused(self, server):
        out, cursor = [], ""
        while True:
            _, page = server.call("GET", "/api/v1/batches?state=paused&limit=100" + cursor)
            out += [batch for batch in page["batches"] if batch["state"] == "paused"]
            if not page.get("next"):
                return out
            cursor = "&cursor=" + page["next"]

    def test_a_copy_of_a_stopped_server_is_told_about(self):
        self.import_people()
        told = self.backup(self.folder / "copy")
        self.assertIn("carillon.db", told)
        self.assertIn("installation.key", told)
        server = self.serve(data=self.folder / "copy")
        self.send_batch(server)
        self.assertEqual(server.stop(), 0)

    def test_what_stands_in_the_way_is_told(self):
        self.import_people()
        self.backup(self.folder / "copy")
        self.assert_fails(carillon("backup", "--data", self.data, self.folder / "copy"), 1,
                          str(self.folder / "copy"))
        self.assert_fails(carillon("backup", "--data", self.folder / "none",
                                   self.folder / "copy2"), 1, str(self.folder / "none"))
        self.write("file", "x")
        self.assert_fails(carillon("backup", "--data", self.data, self.folder / "file" / "x"), 1,
                          "file")


if __name__ == "__main__":
    unittest.main()
