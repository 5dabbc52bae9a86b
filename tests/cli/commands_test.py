"""import, send, watch, app and help, each against a real server."""

import os
import pty
import unittest

from cli_support import CARILLON, ESCAPE, FolderCase, carillon, environment, organisation

import subprocess

COMMANDS = ["serve", "demo", "import", "send", "watch", "pause", "resume", "cancel", "remind",
             "audience", "quota", "person", "app", "operator", "audit", "doctor", "backup", "help"]


class Help(unittest.TestCase):
    def test_every_command_explains_itself(self):
        for command in COMMANDS:
            shown = carillon(command, "--help")
            self.assertEqual(shown.returncode, 0, command)
            self.assertIn("Usage:", shown.stdout)
            self.assertEqual(carillon("help", command).stdout, shown.stdout)
        self.assertTrue(all(command in carillon("help").stdout for command in COMMANDS))

    def test_settings_are_explained_by_name(self):
        shown = carillon("help", "feishu.query_days")
        self.assertEqual(shown.returncode, 0)
        self.assertIn("30", shown.stdout)

    def test_a_wrong_call_ends_with_2(self):
        for args in ([], ["nonsense"], ["serve"], ["send"], ["import", "x.json"], ["app"],
                     ["help", "nonsense"], ["watch"], ["pause"], ["audience", "--everyone"], ["person"],
                     ["person", "erase", "acme"], ["backup", "--data", "x"], ["doctor"],
                     ["import", "x.json", "--data", "a", "--server", "http://127.0.0.1:1"]):
            self.assertEqual(carillon(*args).returncode, 2, args)


class Import(FolderCase):
    def test_counts_are_told_and_a_second_time_changes_nothing(self):
        path = self.write("org.json", organisation(20))
        first = carillon("import", path, "--data", self.data)
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertRegex(first.stdout, r"users +20 +0 +0\n")
        second = carillon("import", path, "--data", self.data)
        self.assertRegex(second.stdout, r"users +0 +0 +20\n")
        server = self.serve()
        third = carillon("import", path, "--server", server.url)
        self.assertEqual(third.returncode, 0, third.stderr)
        self.assertRegex(third.stdout, r"users +0 +0 +20\n")
        fourth = carillon("import", self.write("org.json", organisation(21)),
                          "--server", server.url)
        self.assertRegex(fourth.stdout, r"users +1 +0 +20\n")

    def test_json_lines_and_tables_are_taken_by_their_ending(self):
        lines = self.write("more.jsonl", '{"user":{"tenant_key":"acme","user_id":"new1"}}\n')
        self.import_people()
        server = self.serve()
        done = carillon("import", lines, "--server", server.url)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"users +1 +0 +0\n")

    def test_a_bad_file_says_where_and_changes_nothing(self):
        bad = organisation(3)
        bad["tenants"][0]["users"][1]["departments"] = ["nowhere"]
        path = self.write("bad.json", bad)
        self.assert_fails(carillon("import", path, "--data", self.data), 1, "departments",
                          "nowhere")
        server = self.serve()
        self.assert_fails(carillon("import", path, "--server", server.url), 1, "departments",
                          "nowhere", "line 1")
        self.assert_fails(carillon("import", self.write("no.json", '{"tenants":['), "--server",
                                   server.url), 1)
        self.assertEqual(server.call("GET", "/api/v1/tenants")[1]["tenants"], [])

    def test_what_stands_in_the_way_is_told(self):
        path = self.write("org.json", organisation())
        server = self.serve()
        self.assert_fails(carillon("import", path, "--data", self.data), 1, str(self.data),
                          "another carillon")
        self.assert_fails(carillon("import", self.folder / "none.json", "--data", self.data), 1,
                          "none.json")
        self.assert_fails(carillon("import", path, "--store", "postgres://x", "--data", self.data),
                          1, "--store")
        self.assert_fails(carillon("import", path, "--server", server.url,
                                   CARILLON_ADMIN_TOKEN="wrong"), 1, "401", "admin.token")
        self.assert_fails(carillon("import", path, "--server", server.url,
                                   CARILLON_ADMIN_TOKEN=None), 1, "CARILLON_ADMIN_TOKEN",
                          "--admin-token-file")
        self.assert_fails(carillon("import", path, "--server", "http://127.0.0.1:1"), 1,
                          "127.0.0.1")

    def test_the_token_may_come_from_a_file(self):
        server = self.serve(CARILLON_ADMIN_TOKEN=None)
        done = carillon("import", self.write("org.json", organisation()), "--server", server.url,
                        "--admin-token-file", self.data / "admin.token",
                        CARILLON_ADMIN_TOKEN=None)
        self.assertEqual(done.returncode, 0, done.stderr)


class SendAndWatch(FolderCase):
    def setUp(self):
        super().setUp()
        self.import_people()
        self.server = self.serve()

    def test_a_text_reaches_everybody(self):
        done = self.send(self.server, "--to-users", "u1,u2,nobody", "--to-users", "u3", "--text",
                         "你好", "--wait")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertRegex(lines[0], r"^bm-[0-9a-f]{32}$")
        self.assertEqual(lines[1], "invalid_user_ids: nobody")
        self.assertIn("100%  3 of 3", lines[-1])
        self.assertNotIn(ESCAPE, done.stdout)
        _, batch = self.server.call("GET", "/api/v1/batches/" + lines[0])
        self.assertEqual((batch["valid"], batch["delivered"]), (3, 3))

    def test_content_and_cards_come_from_files(self):
        post = {"post": {"zh_cn": {"title": "t", "content": [[{"tag": "text", "text": "x"}]]}}}
        done = self.send(self.server, "--to-departments", "eng", "--type", "post", "--content",
                         self.write("post.json", post))
        self.assertEqual(done.returncode, 0, done.stderr)
        card = {"elements": [{"tag": "div", "text": {"tag": "plain_text", "content": "x"}}]}
        done = self.send(self.server, "--to-departments", "eng", "--card",
                         self.write("card.json", card))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_fails(self.send(self.server, "--to-departments", "eng", "--card",
                                    self.write("bad.json", "{")), 1, "bad.json")
        self.assert_fails(self.send(self.server, "--to-departments", "eng", "--card",
                                    self.write("empty.json", {})), 1, "11246")

    def test_the_same_key_sends_once(self):
        ids = {self.send(self.server, "--to-users", "u1", "--text", "once", "--idempotency-key",
                         "k1").stdout for _ in range(2)}
        self.assertEqual(len(ids), 1)
        self.assertEqual(len(self.server.call("GET", "/api/v1/batches")[1]["batches"]), 1)

    def test_refusals_are_told_in_the_servers_words(self):
        to_eng = ["--to-departments", "eng", "--text", "x"]
        self.assert_fails(self.send(self.server, *to_eng, CARILLON_APP_SECRET="wrong"), 1,
                          "app secret invalid")
        self.assert_fails(self.send(self.server, *to_eng, CARILLON_APP_SECRET=None), 1,
                          "CARILLON_APP_SECRET")
        self.assert_fails(carillon("send", "--server", "http://127.0.0.1:1", "--app-id", "x",
                                   "--app-secret", "y", *to_eng), 1, "127.0.0.1:1")
        self.assert_fails(carillon("send", "--server", "nonsense", "--app-id", "x",
                                   "--app-secret", "y", *to_eng), 1, "nonsense")
        self.server.call("PATCH", "/api/v1/apps/cli_demo", {"bot": False})
        self.assert_fails(self.send(self.server, *to_eng), 1, "11205", "App do not have bot.")

    def test_wrong_calls_end_with_2(self):
        for args in (["--text", "x"], ["--to-users", "u1"],
                     ["--to-users", "u1", "--text", "x", "--card", "y.json"],
                     ["--to-users", "u1", "--content", "x.json", "--type", "poem"]):
            self.assertEqual(self.send(self.server, *args).returncode, 2, args)

    def test_watch_prints_plain_lines_when_piped(self):
        batch = self.send_batch(self.server)
        for args, env in ((["--app-id", "cli_demo"], {"CARILLON_APP_SECRET": "s3cret"}), ([], {})):
            done = carillon("watch", batch, "--server", self.server.url, *args, **env)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("100%  20 of 20  sent, read 0", done.stdout)
            self.assertNotIn(ESCAPE, done.stdout)
            self.assertNotIn("\r", done.stdout)

    def test_watch_draws_a_bar_on_a_terminal(self):
        batch = self.send_batch(self.server)
        leader, follower = pty.openpty()
        done = subprocess.run([CARILLON, "watch", batch, "--server", self.server.url],
                              env=environment(), stdout=follower, timeout=60)
        os.close(follower)
        shown = os.read(leader, 65536).decode()
        os.close(leader)
        self.assertEqual(done.returncode, 0)
        self.assertIn("█", shown)
        self.assertIn(ESCAPE, shown)

    def test_watch_of_what_is_not_there_fails(self):
        self.assert_fails(carillon("watch", "bm-" + "0" * 32, "--server", self.server.url), 1,
                          "404")
        self.assert_fails(carillon("watch", "x", "--server", self.server.url), 1)


class Apps(FolderCase):
    def setUp(self):
        super().setUp()
        self.import_people()
        self.server = self.serve()

    def app(self, *args):
        done = carillon("app", *args, "--server", self.server.url)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def state(self, app_id="cli_demo"):
        return self.server.call("GET", "/api/v1/apps/" + app_id)[1]

    def token_answer(self, secret="s3cret", app_id="cli_demo"):
        return self.server.call("POST", "/open-apis/auth/v3/tenant_access_token/internal",
                                {"app_id": app_id, "app_secret": secret}, token=None)[1]

    def test_an_app_is_made_changed_and_deleted(self):
        self.assertIn("cli_demo", self.app("list"))
        made = self.app("create", "--tenant", "acme", "--name", "News", "--app-id", "cli_news",
                        "--scopes", "im:message:send_as_bot,im:message:send_multi_users")
        secret = next(line.split()[1] for line in made.splitlines()
                      if line.startswith("app_secret"))
        self.assertEqual(self.token_answer(secret, "cli_news")["code"], 0)
        self.assertIn("im:message:send_multi_users", self.app("show", "cli_news"))
        self.assertNotIn(secret, self.app("show", "cli_news"))

        self.app("set", "cli_news", "--bot", "off", "--name", "Old news", "--ip-allow",
                 "127.0.0.1,10.0.0.0/8", "--available", "departments=eng,users=u1,u2")
        state = self.state("cli_news")
        self.assertEqual(state["bot"], False)
        self.assertEqual(state["name"], "Old news")
        self.assertEqual(state["ip_allow"], ["127.0.0.1", "10.0.0.0/8"])
        self.assertEqual(state["availability"],
                         {"all": False, "departments": ["eng"], "users": ["u1", "u2"]})
        self.app("set", "cli_news", "--available", "all", "--ip-allow", "none", "--bot", "on")
        self.assertEqual(self.state("cli_news")["availability"], {"all": True})
        self.assertEqual(self.state("cli_news")["ip_allow"], [])

        self.app("delete", "cli_news")
        self.assertNotIn("cli_news", self.app("list"))

    def test_a_disabled_app_is_refused_until_it_is_enabled(self):
        self.app("disable", "cli_demo")
        self.assertNotEqual(self.token_answer()["code"], 0)
        self.app("enable", "cli_demo")
        self.assertEqual(self.token_answer()["code"], 0)

    def test_secrets_are_rotated(self):
        added = self.app("add-secret", "cli_demo")
        secret = next(line.split()[1] for line in added.splitlines()
                      if line.startswith("app_secret"))
        self.assertEqual(self.token_answer()["code"], 0)
        self.assertEqual(self.token_answer(secret)["code"], 0)
        self.app("withdraw-secret", "cli_demo", "1")
        self.assertNotEqual(self.token_answer()["code"], 0)
        self.assertEqual(self.token_answer(secret)["code"], 0)

    def test_an_app_is_taken_out_of_a_tenant_and_put_back(self):
        self.app("uninstall", "cli_demo", "acme")
        self.assertEqual(self.state()["installations"], [])
        self.app("install", "cli_demo", "acme")
        self.assertEqual(len(self.state()["installations"]), 1)

    def test_failures_are_told(self):
        for args, words in ((["show", "none"], ["404"]),
                            (["set", "cli_demo"], ["nothing to set"]),
                            (["set", "cli_demo", "--available", "x"], ["--available"]),
                            (["set", "cli_demo", "--available", "departments=none"], ["none"]),
                            (["set", "cli_demo", "--ip-allow", "x"], ["ip_allow"])):
            done = carillon("app", *args, "--server", self.server.url)
            self.assert_fails(done, 1, *words)
        done = carillon("app", "set", "cli_demo", "--bot", "maybe", "--server", self.server.url)
        self.assertEqual(done.returncode, 2)


class Operators(FolderCase):
    def setUp(self):
        super().setUp()
        self.import_people()
        self.server = self.serve()

    def operator(self, *args, code=0, typed=None):
        done = carillon("operator", *args, "--server", self.server.url, typed=typed)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def sign_in(self, name, password):
        return self.server.call("POST", "/api/v1/session/operator",
                                {"name": name, "password": password}, token=None)[0]

    def test_an_operator_is_added_changed_and_removed(self):
        self.operator("add", "li@example.org", "--role", "sender", typed="long enough\n")
        self.operator("add", "han", "--no-password")
        self.assertRegex(self.operator("list"), r"han +viewer +no .*\nli@example.org +sender +yes ")
        self.assertEqual(self.sign_in("li@example.org", "long enough"), 200)
        self.operator("set", "li@example.org", "--role", "admin", "--password", typed="another one\n")
        self.assertEqual(self.sign_in("li@example.org", "long enough"), 401)
        self.assertEqual(self.sign_in("li@example.org", "another one"), 200)
        self.operator("remove", "li@example.org")
        self.assertEqual(self.sign_in("li@example.org", "another one"), 401)
        log = carillon("audit", "--server", self.server.url).stdout.splitlines()
        self.assertIn("operator.remove", log[0])
        self.assertTrue(any("operator.sign_in" in line and "li@example.org" in line
                            for line in log))
        self.assertNotIn("another one", "\n".join(log))
        self.assertEqual(len(carillon("audit", "--limit", "2", "--server",
                                      self.server.url).stdout.splitlines()), 2)

    def test_failures_are_told(self):
        self.assertIn("no password", self.operator("add", "x", code=1, typed=""))
        self.assertIn("8 bytes", self.operator("add", "x", code=1, typed="short\n"))
        self.assertIn("nothing to set", self.operator("set", "x", code=1))
        self.assertIn("404", self.operator("remove", "x", code=1))
        self.operator("add", "x", "--role", "boss", code=2)


if __name__ == "__main__":
    unittest.main()
