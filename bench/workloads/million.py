"""One batch to a million people: from the call until the last person's own inbox page shows it.

The last person is the highest number of the last block, whose page is asked for over and over on a
second connection from the moment of the call; then the batch's own record must count nobody as
pending. Organisations: 5 % moved since the import, and random numbers; each with an app that
reaches everybody and one that reaches nine tenths. Meanwhile a batch of another app to ten people
must not be late: its delay is what it takes beside such a batch, less the median of what it takes
alone, where it is sent at several moments after the large one; the worst of the moments' medians
counts.
"""

import json
import random
import time

from harness import ADMIN_TOKEN, Api, median, session_token, tenant_token
import organisations

RUNS = 7
MOMENTS_MS = [0, 3, 10, 20, 40]
RUNS_A_MOMENT = 3
SEND = "/open-apis/message/v4/batch_send/"


def run(bench):
    for shape in ("moved", "random"):
        large = organisations.large(bench, shape)
        data = large.copy(bench, f"million-{shape}")
        with bench.serve(data, profile="own") as server:
            Scene(bench, server, large.file, shape).play()


class Scene:
    def __init__(self, bench, server, file, shape):
        self.bench, self.server, self.file, self.shape = bench, server, file, shape
        self.sender, self.second_sender = Api(server.port), Api(server.port)
        self.reader = Api(server.port)
        self.apps = [tenant_token(self.sender, *app) for app in file.apps]
        self.number = 0

    def play(self):
        for app, name in ((0, ""), (1, "_available90")):
            last = self.last_person(app)
            times = []
            for turn in range(RUNS + 1):
                seconds = self.million(app, last)
                if turn > 0:  # the first is the warm-up
                    times.append(seconds)
            name = f"million_{self.shape}{name}"
            self.bench.note(f"{name}_runs_seconds", times)
            self.bench.under(f"{name}_seconds", median(times), 0.1)
        self.ten_beside_a_million()

    def everybody(self):
        return self.body(department_ids=self.file.top)

    def body(self, **audience):
        self.number += 1
        text = f"Message {self.number} of {self.shape}"
        return {"msg_type": "text", "content": {"text": text}, **audience}

    def answer(self, api):
        answer = json.loads(api.receive())
        if answer["code"] != 0:
            raise RuntimeError(f"batch_send: {answer}")
        return answer["data"]["message_id"]

    def wait_for(self, body, person):
        """Until the message is on the person's page, which may show a newer one as well."""
        text = json.dumps(body["content"]["text"]).encode()
        while True:
            self.reader.send("GET", "/api/v1/inbox?limit=2", person)
            if text in self.reader.receive():
                return time.monotonic()

    def last_person(self, app):
        """Sends a batch to everybody; the session of the last one it reached."""
        self.sender.send("POST", SEND, self.apps[app], self.everybody())
        batch = self.answer(self.sender)
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

    def wait_until_sent(self, batch):
        while True:
            record = self.sender.call("GET", f"/api/v1/batches/{batch}", ADMIN_TOKEN)
            if record["pending"] == 0 and record["delivered"] > 0:
                return
            time.sleep(0.001)

    def million(self, app, last):
        self.server.wait_until_idle()
        body = self.everybody()
        started = time.monotonic()
        self.sender.send("POST", SEND, self.apps[app], body)
        shown = self.wait_for(body, last)
        batch = self.answer(self.sender)
        record = self.sender.call("GET", f"/api/v1/batches/{batch}", ADMIN_TOKEN)
        if record["pending"] != 0:
            self.wait_until_sent(batch)
            shown = time.monotonic()
        return shown - started

    def ten_beside_a_million(self):
        people = random.Random(5).sample(self.file.users, 10)
        tenth = session_token(self.sender, self.file.tenant, people[-1])
        self.ten(self.body(user_ids=people), tenth)
        alone = []
        for _ in range(RUNS):
            self.server.wait_until_idle()
            alone.append(self.ten(self.body(user_ids=people), tenth))
        delays = {}
        for moment in MOMENTS_MS:
            delays[moment] = []
            for _ in range(RUNS_A_MOMENT):
                self.server.wait_until_idle()
                self.sender.send("POST", SEND, self.apps[1], self.everybody())
                time.sleep(moment / 1000)
                took = self.ten(self.body(user_ids=people), tenth)
                self.wait_until_sent(self.answer(self.sender))
                delays[moment].append((took - median(alone)) * 1000)
        self.bench.note(f"ten_alone_{self.shape}_ms", median(alone) * 1000)
        self.bench.note(f"ten_delays_{self.shape}_ms", delays)
        worst = max(median(values) for values in delays.values())
        self.bench.under(f"ten_delay_{self.shape}_ms", worst, 50)

    def ten(self, body, tenth):
        started = time.monotonic()
        self.second_sender.send("POST", SEND, self.apps[0], body)
        shown = self.wait_for(body, tenth)
        self.answer(self.second_sender)
        return shown - started
