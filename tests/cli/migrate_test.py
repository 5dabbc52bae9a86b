"""carillon migrate: a house full of everything moves to PostgreSQL and back, also when it is killed on
the way; and what stands in the way is told before anything is changed.
"""

import base64
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import unittest
import urllib.parse

from cli_support import CARILLON, FolderCase, carillon, environment, organisation

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postgres_cluster import PostgresCluster  # noqa: E402

PEOPLE = 2500  # more than are written per person, and more than a step of the command
GIF = base64.b64decode("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==")

cluster = None


def setUpModule():
    global cluster
    cluster = PostgresCluster()


def tearDownModule():
    cluster.remove()


class Migrate(FolderCase):
    def setUp(self):
        super().setUp()
        self.store = cluster.new_store()
        self.back = self.folder / "back"

    # ---- a house, and how it looks from outside

    def furnish(self):
        """Batches of every kind, read by some, and a file. Gives the sessions of some people, which
        must stay good, and the id of a batch that is paused."""
        data = organisation(PEOPLE)
        data["tenants"][0]["images"] = [{"image_key": "img_v2_1", "file": "poster.gif"}]
        data["tenants"][0]["users"][3]["email"] = "u3@acme.test"
        (self.folder / "poster.gif").write_bytes(GIF)
        done = carillon("import", self.write("org.json", data), "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        server = self.serve()

        def command(*args):
            done = carillon(*args, "--server", server.url)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

        held, paused = self.sent_later(server, 5), self.sent_later(server, 5)
        command("pause", held)
        command("pause", paused)
        data["tenants"][0]["users"] = [{"user_id": "u7", "active": False}]
        command("import", self.write("gone.json", data))
        command("resume", held)
        self.send_batch(server, "to everybody")
        recalled = self.send_batch(server, "a mistake")
        half_read = self.send_batch(server, "read by some")
        self.keyed = [self.send_keyed(server, n) for n in range(30)]
        self.assertEqual(self.send(server, "--to-users", "u1", "--content", self.write(
            "image.json", {"image_key": "img_v2_1"}), "--type", "image").returncode, 0)
        sessions = {}
        for n in list(range(40)) + [PEOPLE - 1]:
            _, session = server.call("POST", "/api/v1/sessions",
                                     {"tenant_key": "acme", "user_id": f"u{n}"})
            if "token" not in session:
                continue  # u7 is gone
            sessions[f"u{n}"] = session["token"]
            self.cursor = server.call("GET", "/api/v1/inbox", token=session["token"])[1]["cursor"]
            server.call("POST", "/api/v1/inbox/read", {"batch_ids": [half_read, recalled]},
                        token=session["token"])
        self.assertEqual(server.call("POST", f"/api/v1/batches/{recalled}/recall")[0], 200)
        command("remind", half_read)
        self.sent_later(server)
        canceled = self.sent_later(server)
        command("cancel", canceled)
        command("operator", "add", "li", "--role", "sender", "--no-password")
        self.wait_until(lambda: server.call("GET", "/api/v1/batches/" + held)[1]["state"] == "sent")
        self.assertEqual({b["state"] for b in self.batches(server)},
                         {"sent", "recalled", "scheduled", "paused", "canceled"})
        self.app_token = server.app_token()
        self.assertEqual(server.stop(), 0)
        return sessions, paused

    def send_keyed(self, server, n):
        """The same answer each time, because of the key."""
        done = self.send(server, "--to-users", f"u{n},u{n + 1},nobody{n}", "--text", f"few {n}",
                         "--idempotency-key", f"key {n}")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def sent_later(self, server, seconds=86_400):
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        done = self.send(server, "--to-departments", "eng", "--text", "later", "--schedule", when)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()[0]

    def batches(self, server):
        out, cursor = [], ""
        for kind in ("bulk", "single"):
            while True:
                _, page = server.call("GET", f"/api/v1/batches?limit=50&kind={kind}" + cursor)
                out += page["batches"]
                if not page.get("next"):
                    break
                cursor = "&cursor=" + page["next"]
            cursor = ""
        return out

    def portrait(self, server, sessions):
        """All that callers see, with tokens that were made before the first move."""
        get = lambda path, **more: server.call("GET", path, **more)  # noqa: E731
        out = {"batches": self.batches(server)}
        for batch in out["batches"]:
            path = "/api/v1/batches/" + batch["batch_id"]
            out[path] = get(path, token=self.app_token)
            out[path + " recipients"] = get(path + "/recipients?limit=1000")
            self.assertEqual(out[path][0], 200, out[path])
        for user in sessions:
            page, before = [], ""
            while True:
                status, answer = get("/api/v1/inbox?limit=20" + before, token=sessions[user])
                self.assertEqual(status, 200, answer)
                page.append(answer)
                if not answer.get("next"):
                    break
                before = "&before=" + urllib.parse.quote(str(answer["next"]))
            out["inbox of " + user] = page
        out["live"] = self.live_news(server, sessions["u1"])
        self.assertIn(b'"recall', out["live"])
        for what in ("search?q=User%2024", "search?q=u3@", "departments", "users/u3", "users/u7"):
            out[what] = get("/api/v1/tenants/acme/" + what)
        for what in ("apps", "operators", "audit?limit=100", "apps/cli_demo/quota"):
            out[what] = get("/api/v1/" + what)
        return out

    def live_news(self, server, session):
        """What a live inbox tells that comes back with a cursor from before the recall."""
        where = urllib.parse.urlsplit(server.url)
        with socket.create_connection((where.hostname, where.port), timeout=30) as live:
            cursor = urllib.parse.quote(self.cursor)
            live.sendall((f"GET /api/v1/inbox/live?cursor={cursor} HTTP/1.1\r\n"
                          "Host: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                          f"{base64.b64encode(bytes(16)).decode()}\r\n"
                          f"Authorization: Bearer {session}\r\n\r\n").encode())
            seen = b""
            while b'"ready"' not in seen:
                piece = live.recv(65536)
                self.assertTrue(piece, seen)
                seen += piece
        return seen.split(b"\r\n\r\n", 1)[1].split(b'"ready"')[0]

    def migrate(self, source, target, *more, code=0):
        done = carillon("migrate", "--from", source, "--to", target, *more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout if code == 0 else done.stderr

    def look(self, sessions, *args, data=None):
        server = self.serve(*args, data=data)
        portrait = self.portrait(server, sessions)
        self.assertEqual(server.stop(), 0)
        return portrait

    def assert_no_start(self, *args, says, data=None):
        done = carillon("serve", "--data", data or self.data, "--listen", "127.0.0.1:0", *args,
                        timeout=30)
        self.assert_fails(done, 1, *says)

    # ---- the tests

    def test_everything_is_as_before_there_and_back_again(self):
        sessions, paused = self.furnish()
        before = self.look(sessions)
        told = self.migrate(self.data, self.store)
        for words in ("same on both sides", "2,500 users", "and the books of", "Done: host=",
                      "uploaded files: 1 are whole", "--take-back"):
            self.assertIn(words, told)
        self.assert_no_start(says=["was moved to host="])
        self.assertIn("was moved to", self.migrate(self.data, self.store))

        # Of the same folder the server there finds the key, the operator's token and the files.
        there = self.look(sessions, "--store", self.store)
        self.assertEqual(there, before)
        doctor = carillon("doctor", "--data", self.data, "--store", self.store)
        self.assertEqual(doctor.returncode, 0, doctor.stdout)

        # It goes on, and what it does comes back with the rest.
        server = self.serve("--store", self.store)
        self.assertEqual([self.send_keyed(server, n) for n in range(30)], self.keyed)
        fresh = self.send_batch(server, "from the new house")
        self.assertEqual(carillon("resume", paused, "--server", server.url).returncode, 0)
        self.wait_until(lambda: server.call("GET", "/api/v1/batches/" + paused)[1]["state"]
                        == "sent")
        there = self.portrait(server, sessions)
        self.assertIn(fresh, json.dumps(there["inbox of u1"]) + json.dumps(there["batches"]))
        self.assertEqual(server.stop(), 0)
        told = self.migrate(self.store, self.back, "--data", self.data)
        self.assertIn("1 of them copied now", told)
        self.assert_no_start("--store", self.store, says=["was moved to " + str(self.back)])
        self.assertEqual(self.look(sessions, data=self.back), there)
        doctor = carillon("doctor", "--data", self.back)
        self.assertEqual(doctor.returncode, 0, doctor.stdout)

    def test_killed_anywhere_it_goes_on(self):
        sessions, _ = self.furnish()
        before = self.look(sessions)
        self.assertGreater(self.killed(self.data, self.store), 3)
        self.assertEqual(self.look(sessions, "--store", self.store), before)
        self.assertGreater(self.killed(self.store, self.back, "--data", self.data), 3)
        self.assertEqual(self.look(sessions, data=self.back), before)

    def killed(self, source, target, *more):
        """Moves with a kill -9 after a while, which is longer each time, until it comes to its end.
        Gives how often it was killed."""
        command = [CARILLON, "migrate", "--from", str(source), "--to", str(target), "--rows", "3",
                   *map(str, more)]
        for attempt in range(100):
            process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
            try:
                told, problem = process.communicate(timeout=0.05 * 1.15 ** attempt)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                continue
            self.assertEqual(process.returncode, 0, told + problem)
            self.assertRegex(told, "Done: |already")  # killed after the end, before it could say so
            return attempt
        self.fail("it never came to its end")

    def test_the_old_house_can_be_taken_back(self):
        self.import_people()
        server = self.serve()
        batch = self.send_batch(server)
        server.stop()
        self.migrate(self.data, self.store)
        done = carillon("migrate", "--take-back", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("counts as a copy", done.stdout)
        old, new = self.serve(), self.serve("--store", self.store, data=self.other_data())
        self.assertEqual(old.call("GET", "/api/v1/batches/" + batch)[0], 200)
        # Neither knows the ids that the other makes.
        first, second = self.send_batch(old), self.send_batch(new)
        self.assertNotEqual(first, second)
        self.assertEqual(old.call("GET", "/api/v1/batches/" + second)[0], 404)
        self.assertEqual(new.call("GET", "/api/v1/batches/" + first)[0], 404)

    def other_data(self):
        other = self.folder / "other"
        other.mkdir(mode=0o700)
        (other / "installation.key").write_bytes((self.data / "installation.key").read_bytes())
        return other

    def test_a_server_on_the_database_may_have_a_folder_of_its_own(self):
        sessions, _ = self.furnish()
        before = self.look(sessions)
        other = self.folder / "other"
        told = self.migrate(self.data, self.store, "--data", other)
        self.assertIn(f"carillon serve --data {other}", told)
        key = other / "installation.key"
        self.assertEqual(key.read_text(), (self.data / "installation.key").read_text())
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        self.assertEqual(len([p for p in (other / "blobs").rglob("*") if p.is_file()]), 1)
        self.assertEqual(self.look(sessions, "--store", self.store, data=other), before)

    def test_what_stands_in_the_way_is_told_and_nothing_is_changed(self):
        self.import_people()
        dump = lambda: cluster.ask(  # noqa: E731
            f"SELECT count(*) FROM information_schema.tables WHERE table_schema = "
            f"'store{cluster.schemas}'")

        def refused(source, target, *words, more=()):
            said = self.migrate(source, target, *more, code=1)
            for word in words:
                self.assertIn(word, said)

        refused(self.folder / "none", self.store, "there is no data in", "none")
        self.assertFalse((self.folder / "none").exists())
        refused(self.data, self.back, "one of --from and --to")
        refused(self.data, "mysql://nowhere/x", "one of --from and --to")
        refused(self.data, "postgres://carillon:secret@127.0.0.1:1/none", "127.0.0.1")
        self.assertNotIn("secret", self.migrate(
            self.data, "postgres://carillon:secret@127.0.0.1:1/none", code=1))
        refused(self.data, "host=/nowhere nonsense", "address cannot be read")
        refused(self.data, self.store.replace("user=carillon", "user=nobody"), "nobody")
        refused(self.store, self.back, "no data of Carillon")
        self.assertEqual(dump(), "0")
        self.write("wrong.key", "00" * 32)
        refused(self.data, self.store, "wrong.key", "is not the one",
                more=("--key-file", self.folder / "wrong.key"))
        server = self.serve()
        refused(self.data, self.store, "is using the data folder")
        self.send_batch(server)
        server.stop()
        self.assertEqual(dump(), "0")

        # A database that holds something already.
        occupied = cluster.new_store()
        other = self.serve("--store", occupied, data=self.folder / "other")
        refused(self.data, occupied, "is not empty")
        other.stop()
        refused(self.data, occupied, "is not empty")
        cluster.ask(f"CREATE SCHEMA foreigner; CREATE TABLE foreigner.t(x int)")
        refused(self.data, occupied.replace(f"store{cluster.schemas}", "foreigner"),
                "tables of another program")
        self.assertEqual(self.serve().stop(), 0)  # the source is as it was

        # A folder that does.
        refused(occupied, self.data, "another installation's key",
                more=("--data", self.folder / "other"))
        self.assertEqual(self.serve("--store", occupied, data=self.folder / "other").stop(), 0)
        self.assert_fails(carillon("migrate", "--from", self.data), 2, "--to")
        self.assert_fails(carillon("migrate", "--take-back", self.data), 1, "nothing to take back")

    def test_a_server_that_runs_on_the_database_is_found(self):
        self.import_people()
        self.migrate(self.data, self.store)
        server = self.serve("--store", self.store)
        # Until it has claimed to tell events.
        self.wait_until(lambda: cluster.ask(
            f"SELECT events_claimed_at FROM store{cluster.schemas}.head") != "0")
        key = ("--key-file", self.data / "installation.key")
        self.assertIn("is running on", self.migrate(self.store, self.back, *key, code=1))
        server.kill()  # leaves its claim behind
        told = self.migrate(self.store, self.back, *key)
        self.assertIn("looking whether it still does", told)
        self.assertIn("Done", told)

    def test_a_server_that_was_not_found_ends_when_it_hears_of_the_move(self):
        self.import_people()
        self.migrate(self.data, self.store)
        server = self.serve("--store", self.store)
        os.kill(server.process.pid, signal.SIGSTOP)
        # As if it had been away for as long as its claim holds.
        cluster.ask(f"UPDATE store{cluster.schemas}.head SET events_claimed_at = 0")
        self.migrate(self.store, self.back, "--key-file", self.data / "installation.key")
        os.kill(server.process.pid, signal.SIGCONT)
        self.assertEqual(server.wait(), 75)
        self.assertIn("is being moved to another", server.errors())

    def test_a_database_that_goes_away_on_the_way_is_told_and_it_goes_on(self):
        sessions, _ = self.furnish()
        before = self.look(sessions)
        for source, target, more in ((self.data, self.store, ()),
                                     (self.store, self.back, ("--data", self.data))):
            process = self.start_move(source, target, *more)
            self.wait_until(lambda: "moving" in (process.stdout.readline() or "moving"))
            cluster.stop()
            told, problem = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 1, told + problem)
            self.assertIn("call the same command again", problem)
            cluster.start()
            self.assertIn("Done: ", self.migrate(source, target, *more))
        self.assertEqual(self.look(sessions, data=self.back), before)

    def test_a_row_that_is_not_as_it_was_is_found(self):
        sessions, _ = self.furnish()
        process = self.start_move(self.data, self.store)
        self.wait_until(lambda: self.rows("receipts") > 0)
        process.kill()
        process.communicate()
        cluster.ask(f"UPDATE store{cluster.schemas}.receipts SET read_at = read_at + 1 "
                    f"WHERE user_no = (SELECT min(user_no) FROM store{cluster.schemas}.receipts)")
        done = carillon("migrate", "--from", self.data, "--to", self.store)
        self.assert_fails(done, 1, "the two stores are not the same")
        self.assertIn("DIFFERENT  the read receipts are as many, but not the same", done.stdout)
        self.assert_no_start(says=["is being moved to"])
        self.assertEqual(carillon("migrate", "--take-back", self.data).returncode, 0)
        self.look(sessions)

    def start_move(self, source, target, *more):
        """By single rows and after everybody else, so that there is time to disturb it."""
        return subprocess.Popen([CARILLON, "migrate", "--from", str(source), "--to", str(target),
                                 "--rows", "1", *map(str, more)], env=environment(),
                                preexec_fn=lambda: os.nice(19),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_a_target_of_another_move_is_refused(self):
        sessions, _ = self.furnish()
        process = self.start_move(self.data, self.store)
        self.wait_until(lambda: self.rows("batches") > 0)
        process.kill()
        process.communicate()
        self.assert_no_start(says=["is being moved to"])
        self.assert_no_start("--store", self.store, data=self.other_data(), says=["only a part"])
        done = carillon("migrate", "--take-back", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("is given up", done.stdout)
        self.assertIn("a part of another move", self.migrate(self.data, self.store, code=1))
        self.look(sessions)  # as if nothing had been
        self.store = cluster.new_store()
        self.migrate(self.data, self.store)

    def rows(self, table):
        try:
            return int(cluster.ask(f"SELECT count(*) FROM store{cluster.schemas}.{table}"))
        except subprocess.CalledProcessError:
            return 0  # there are no tables yet


if __name__ == "__main__":
    unittest.main()
