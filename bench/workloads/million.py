"""One batch to a million people, and its recall, until the last person's inbox page shows it.

The last person is the highest number of the last block, whose page is asked for over and over on a
second connection from the moment of the call; then the batch's own record must count nobody as
pending. The recall is timed in the same way, until the page no longer shows the message.
Organisations: 5 % moved since the import, and random numbers; each with an app that reaches
everybody and one that reaches nine tenths. The machine as it is: the client's share is in it.
"""

import json
import time

from harness import ADMIN_TOKEN, Api, rounds, session_token, tenant_token
import organisations

SEND = "/open-apis/message/v4/batch_send/"
AUDIENCES = {"moved": "department tree, 5 % moved", "random": "random numbers"}


def run(bench):
    for shape in AUDIENCES:
        large = organisations.large(bench, shape)
        data = large.copy(bench, f"million-{shape}")
        with bench.serve(data, profile="own") as server:
            Scene(bench, server, large.file, shape).play()


class Scene:
    def __init__(self, bench, server, file, shape):
        self.bench, self.server, self.file, self.shape = bench, server, file, shape
        self.sender, self.reader = Api(server.port), Api(server.port)
        self.apps = [tenant_token(self.sender, *app) for app in file.apps]
        self.number = 0

    def play(self):
        for app, name, share in ((0, "", ""), (1, "_available90", ", 90 % available to the app")):
            last = self.last_person(app)
            measured, = rounds(lambda app=app, last=last: self.million(app, last))
            sent, recalled = zip(*measured)
            name = f"million_{self.shape}{name}"
            who = f"{AUDIENCES[self.shape]}{share}: call until the last person's page"
            self.bench.under(f"{name}_seconds", sent, 0.1, 0.02, f"a million, {who} shows it")
            self.bench.under(f"{name}_recall_seconds", recalled,
                             what=f"its recall, {who} hides it")

    def everybody(self):
        return self.body(department_ids=self.file.top)

    def body(self, **audience):
        self.number += 1
        text = f"Message {self.number} of {self.shape}"
        return {"msg_type": "text", "content": {"text": text}, **audience}

    def send(self, api, app, body):
        api.send("POST", SEND, self.apps[app], body)

    def batch_id(self, api):
        answer = json.loads(api.receive())
        if answer["code"] != 0:
            raise RuntimeError(f"batch_send: {answer}")
        return answer["data"]["message_id"]

    def wait_for(self, body, person, shown=True):
        """Until the message is on the person's page, or not; it may show a newer one as well."""
        text = json.dumps(body["content"]["text"]).encode()
        while True:
            self.reader.send("GET", "/api/v1/inbox?limit=2", person)
            if (text in self.reader.receive()) == shown:
                return time.monotonic()

    def last_person(self, app):
        """Sends a batch to everybody; the session of the last one it reached."""
        self.send(self.sender, app, self.everybody())
        batch = self.batch_id(self.sender)
        self.wait_until_sent(batch)
        path = f"/api/v1/batches/{batch}/recipients?format=csv&state=delivered&limit=10000"
        cursor, rows, reached = "", "", 0
        while cursor is not None:
            self.sender.send("GET", path + cursor, ADMIN_TOKEN)
            head, rows = self.sender.receive_raw()
            reached += rows.count(b"\n") - 1
            cursor = None
            for line in head.decode().splitlines():
                if line.lower().startswith("x-next-cursor:"):
                    cursor = "&cursor=" + line.split(":", 1)[1].strip()
        self.bench.note(f"million_{self.shape}_app{app + 1}_reached", reached)
        last = rows.splitlines()[-1].split(b",")[0].decode()
        return session_token(self.sender, self.file.tenant, last)

    def record(self, batch):
        return self.sender.call("GET", f"/api/v1/batches/{batch}", ADMIN_TOKEN)

    def wait_until_sent(self, batch):
        while True:
            record = self.record(batch)
            if record["pending"] == 0 and record["delivered"] > 0:
                return
            time.sleep(0.001)

    def million(self, app, last):
        """Seconds until it was shown, and until its recall was."""
        self.server.wait_until_idle()
        body = self.everybody()
        started = time.monotonic()
        self.send(self.sender, app, body)
        shown = self.wait_for(body, last)
        batch = self.batch_id(self.sender)
        if self.record(batch)["pending"] != 0:
            self.wait_until_sent(batch)
            shown = time.monotonic()
        self.server.wait_until_idle()
        recall_started = time.monotonic()
        self.sender.send("DELETE", f"/open-apis/im/v1/batch_messages/{batch}", self.apps[app])
        hidden = self.wait_for(body, last, shown=False)
        self.sender.receive()
        return shown - started, hidden - recall_started
