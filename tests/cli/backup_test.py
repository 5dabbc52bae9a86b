"""carillon backup: a copy while the server sends, and what the copy does when it is started."""

import json
import re
import socket
import sqlite3
import threading
import unittest
import urllib.parse

from cli_support import FolderCase, carillon, organisation

PEOPLE = 270_000  # five blocks, so that a batch takes some time
SENDERS = 24
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

    def keep_sending(self, server, stop, sent):
        """One batch after another on a connection of its own, as fast as that goes."""
        where = urllib.parse.urlsplit(server.url)
        body = json.dumps({"department_ids": ["eng"], "msg_type": "text",
                           "content": {"text": "x"}})
        call = ("POST /open-apis/message/v4/batch_send/ HTTP/1.1\r\nHost: x\r\n"
                "Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                % (server.app_token(), len(body), body)).encode()
        with socket.create_connection((where.hostname, where.port)) as connection:
            while not stop.is_set():
                connection.sendall(call)
                sent.append(re.search(rb"bm-[0-9a-f]{32}", connection.recv(65536)).group().decode())

    def test_a_copy_made_while_sending_waits_and_goes_on(self):
        self.import_people(PEOPLE)
        server = self.serve("--profile", "own")
        stop, sent = threading.Event(), []
        senders = [threading.Thread(target=self.keep_sending, args=(server, stop, sent))
                   for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        try:
            for attempt in range(20):
                copy = self.folder / ("copy%d" % attempt)
                self.wait_until(lambda: len(sent) > 5 * (attempt + 1))
                before = list(sent)
                told = self.backup(copy)
                if self.unfinished(copy):
                    break
        finally:
            stop.set()
            for sender in senders:
                sender.join()
        self.assertGreater(self.unfinished(copy), 0, "no copy caught a batch under way")
        self.assertIn("carillon serve --data " + str(copy), told)

        started = self.serve("--profile", "own", data=copy)
        state = {sent_id: started.call("GET", "/api/v1/batches/" + sent_id)[1] for sent_id in before}
        for sent_id, batch in state.items():  # what was answered before the copy is in it
            self.assertEqual(batch.get("valid"), PEOPLE, batch)
            self.assertIn(batch["state"], ("sent", "paused"))
        paused = self.paused(started)
        self.assertGreater(len(paused), 0)
        self.assertIn("copy", started.errors())
        for batch in paused:
            status, _ = started.call("POST", "/api/v1/batches/" + batch["batch_id"] + "/resume")
            self.assertEqual(status, 200)
        for batch in paused:
            done = carillon("watch", batch["batch_id"], "--server", started.url)
            self.assertEqual(done.returncode, 0, done.stderr)
            _, now = started.call("GET", "/api/v1/batches/" + batch["batch_id"])
            self.assertEqual((now["state"], now["delivered"]), ("sent", PEOPLE))
        doctor = carillon("doctor", "--data", copy)
        self.assertEqual(doctor.returncode, 0, doctor.stdout)

        # The original goes on, and ids that the copy makes are never the original's.
        fresh = self.send_batch(started)
        status, _ = server.call("GET", "/api/v1/batches/" + fresh)
        self.assertEqual(status, 404)
        self.assertNotIn(fresh, sent)
        self.send_batch(server)

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
