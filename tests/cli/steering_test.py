"""pause, resume, cancel, remind, audience, quota, person, send --schedule, import --dry-run: each
against a real server."""

import datetime
import json
import unittest

from cli_support import FolderCase, carillon, organisation


def in_an_hour():
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Steering(FolderCase):
    def setUp(self):
        super().setUp()
        self.import_people()
        self.server = self.serve()

    def run_command(self, *args, **env):
        done = carillon(*args, "--server", self.server.url, **env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def schedule(self, *more):
        when = in_an_hour()
        done = self.send(self.server, "--to-departments", "eng", "--text", "later", "--schedule",
                         when, *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[-1], f"scheduled for {when[:-1]}.000Z")
        return lines[0]

    def state(self, batch):
        return self.server.call("GET", "/api/v1/batches/" + batch)[1]["state"]

    def test_a_scheduled_batch_is_held_let_go_and_canceled(self):
        batch = self.schedule("--to-users", "nobody")
        self.assertEqual(self.state(batch), "scheduled")
        self.assertIn("paused, 0 of 20 have it", self.run_command("pause", batch))
        self.assertEqual(self.state(batch), "paused")
        self.assertIn("scheduled", self.run_command("resume", batch))
        app = ("--app-id", "cli_demo", "--app-secret", "s3cret")
        self.assertIn("canceled, 0 of 20 have it, 0 pending, 20 excluded",
                      self.run_command("cancel", batch, *app))
        self.assert_fails(carillon("resume", batch, "--server", self.server.url), 1, "not paused")
        self.assertIn("canceled", self.run_command("watch", batch))

    def test_a_time_that_is_none_is_refused(self):
        done = self.send(self.server, "--to-users", "u1", "--text", "x", "--schedule", "tomorrow")
        self.assert_fails(done, 1, "send_at")

    def test_a_reminder_goes_to_the_unread(self):
        batch = self.send_batch(self.server)
        _, session = self.server.call("POST", "/api/v1/sessions",
                                      {"tenant_key": "acme", "user_id": "u3"})
        self.server.call("POST", "/api/v1/inbox/read", {"batch_ids": [batch]},
                         token=session["token"])
        reminder = self.run_command("remind", batch).splitlines()[0]
        _, answer = self.server.call("GET", "/api/v1/batches/" + reminder)
        self.assertEqual((answer["valid"], answer["reminds"]), (19, batch))

    def test_an_audience_is_counted_and_nothing_is_sent(self):
        shown = self.run_command("audience", "--as", "cli_demo", "--to-departments", "eng",
                                 "--to-users", "nobody")
        self.assertRegex(shown, r"deliverable +20\n")
        self.assertIn("nobody has these user_ids: nobody", shown)
        self.assertEqual(self.server.call("GET", "/api/v1/batches")[1]["batches"], [])

    def test_a_quota_is_shown(self):
        self.send_batch(self.server)
        self.assertRegex(self.run_command("quota", "cli_demo"), r"acme +20 +500,000 ")
        self.assert_fails(carillon("quota", "cli_nobody", "--server", self.server.url), 1, "app")

    def test_a_person_is_written_out_and_erased(self):
        for n in range(3):
            self.send_batch(self.server, f"number {n}")
        out = self.folder / "u5.json"
        self.run_command("person", "export", "acme", "u5", "--out", out)
        held = json.loads(out.read_text())
        self.assertEqual(held["profile"]["name"], "User 5")
        self.assertEqual(held["push"]["subscriptions"], [])
        self.assertEqual([m["content"]["text"] for m in held["messages"]],
                         ["number 2", "number 1", "number 0"])
        self.assertEqual(json.loads(self.run_command("person", "export", "acme", "u5")), held)
        erase = ("person", "erase", "acme", "u5", "--server", self.server.url)
        self.assert_fails(carillon(*erase), 1, "--yes")
        self.assertIn("erased-", self.run_command("person", "erase", "acme", "u5", "--yes"))
        self.assert_fails(carillon(*erase, "--yes"), 1, "no such person")

    def test_a_receipt_policy_is_set(self):
        self.run_command("app", "set", "cli_demo", "--receipts", "off")
        self.assertRegex(self.run_command("app", "show", "cli_demo"), r"receipts +off")
        batch = self.send_batch(self.server)
        self.assertIsNone(self.server.call("GET", "/api/v1/batches/" + batch)[1]["read"])


class DryRun(FolderCase):
    def test_it_lists_what_would_change_and_changes_nothing(self):
        self.import_people()
        changed = organisation(21)
        changed["tenants"][0]["users"][0]["name"] = "Renamed"
        path = self.write("more.json", changed)
        offline = carillon("import", path, "--data", self.data, "--dry-run")
        self.assertEqual(offline.returncode, 0, offline.stderr)
        server = self.serve()
        for done in (offline, carillon("import", path, "--server", server.url, "--dry-run")):
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("~ user acme/u0: name\n", done.stdout)
            self.assertIn("+ user acme/u20: name, departments", done.stdout)
            self.assertRegex(done.stdout, r"users +1 +1 +19\n")


if __name__ == "__main__":
    unittest.main()
