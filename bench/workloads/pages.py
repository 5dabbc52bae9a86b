"""The pages in Chromium: how soon the inbox is seen, what storms and long lists cost.

  paint    first contentful paint of the inbox, and its first message, on a CPU four times slower
           (DevTools' throttle); signed in, with messages. Cold: a browser that was never here.
           Warm: one that was, with the service worker and its files
  live     10,000 messages and recalls a minute, a batch each, into one open inbox, beside the same
           page idle: its tasks over 50 ms (the browser tells of no shorter ones), and how busy its
           main thread is
  scroll   from the newest of 10,000 messages to the last, 1,500 pixels a frame
  console  what the directory, a batch to everybody and the audience's tree load over an
           organisation of a million: answers of the API as they come over the wire; files of the
           pages, which browsers keep, are noted beside

Server and browser share all cores. Needs Chromium and the packages of tests/browser; bench/pages.js
drives them.
"""

import json
import os
import pathlib
import shutil
import time

from fanout_client import Commanded
from harness import ADMIN_TOKEN, Api, rounds, tenant_token
import organisations

MESSAGES = 10_000
FIRST_MESSAGES = 40
UPDATES_A_MINUTE = 10_000
LIVE_SECONDS, IDLE_SECONDS = 40, 20
SCROLLS = 3  # a quarter of a minute each, at best
RECALL_EVERY = 5  # updates: the message of two before
CALLS_UNDER_WAY = 8
PAINT_MAX_MS, TASK_MAX_MS, PAGE_MAX_KB, NODES_MAX = 1000, 100, 300, 2000
SEND = "/open-apis/message/v4/batch_send/"
BATCHES = "/open-apis/im/v1/batch_messages/"
TEXT = "The canteen on the second floor is closed on Friday for maintenance. "
PAINTER, LISTENER, SCROLLER = organisations.SMALL_USERS[:3]


def run(bench):
    with Chromium(bench) as chromium:
        data = organisations.small(bench, "pages")
        with bench.serve(data, profile="own") as server:
            inboxes = Inboxes(bench, server, chromium)
            inboxes.paint()
            inboxes.live()
            inboxes.scroll()
        large = organisations.large(bench, "tree")
        with bench.serve(large.copy(bench, "pages-large"), profile="own") as server:
            console(bench, server, chromium, large.file)


class Chromium(Commanded):
    """bench/pages.js: a job a line."""

    def __init__(self, bench):
        packages = bench.root / "tests" / "browser" / "node_modules" / "playwright-core"
        chromium = pathlib.Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
        for needed in (packages, chromium):
            if not needed.exists():
                raise RuntimeError(f"pages needs Chromium and its driver, and {needed} is missing: "
                                   "`make bench` and `make test-deps` install both")
        super().__init__([shutil.which("node"), bench.root / "bench" / "pages.js"], None,
                         bench.work / "pages.log")

    def do(self, job, **given):
        result = json.loads(self.ask(json.dumps({"job": job, **given})))
        if "failed" in result:
            raise RuntimeError(f"pages.js, {job}: {result['failed']}")
        return result


class Inboxes:
    def __init__(self, bench, server, chromium):
        self.bench, self.server, self.chromium = bench, server, chromium
        self.calls = [Api(server.port) for _ in range(CALLS_UNDER_WAY)]
        self.token = tenant_token(self.calls[0], *organisations.APP)
        self.number = 0
        if b" 200 " not in self.calls[0].exchange("GET", "/inbox/").splitlines()[0]:
            raise RuntimeError("this binary was built without the pages")

    def url(self):
        return f"http://127.0.0.1:{self.server.port}"

    def person(self, user):
        """The address of the pages and a code that signs the person in."""
        answer = self.calls[0].call("POST", "/api/v1/sessions", ADMIN_TOKEN,
                                    {"tenant_key": organisations.TENANT, "user_id": user})
        return {"url": self.url(), "code": answer["inbox_url"].rpartition("code=")[2]}

    def message(self, user):
        self.number += 1
        text = f"{self.number}. " + TEXT * (1 + self.number % 4)
        return {"msg_type": "text", "content": {"text": text}, "user_ids": [user]}

    def send_many(self, user, count):
        for _ in self.answers([("POST", SEND, self.message(user)) for _ in range(count)]):
            pass

    def answers(self, requests):
        """The answers of calls in their order, with CALLS_UNDER_WAY on the way."""
        waiting = []
        for number, (method, path, body) in enumerate(requests):
            if len(waiting) == CALLS_UNDER_WAY:
                yield json.loads(waiting.pop(0).receive())
            api = self.calls[number % CALLS_UNDER_WAY]
            api.send(method, path, self.token, body)
            waiting.append(api)
        for api in waiting:
            yield json.loads(api.receive())

    def paint(self):
        self.send_many(PAINTER, FIRST_MESSAGES)

        def visit(warm):
            self.server.wait_until_idle()
            return self.chromium.do("paint", warm=warm, **self.person(PAINTER))

        for name, results in zip(("cold", "warm"),
                                 rounds(lambda: visit(False), lambda: visit(True))):
            self.bench.under(f"pages_{name}_paint_ms",
                             [result["first_paint_ms"] for result in results], PAINT_MAX_MS,
                             what=f"first paint of the inbox on a CPU four times slower, {name}")
            self.bench.under(f"pages_{name}_message_ms",
                             [result["first_message_ms"] for result in results],
                             what=f"the inbox's first message, the same CPU, {name}")

    def live(self):
        self.send_many(LISTENER, FIRST_MESSAGES)
        self.chromium.do("open", **self.person(LISTENER))
        self.chromium.do("observe")
        time.sleep(IDLE_SECONDS)
        idle = self.chromium.do("observed")
        self.chromium.do("observe")
        started = time.monotonic()
        updates = self.storm()
        told = time.monotonic()
        last = self.message(LISTENER)
        for _ in self.answers([("POST", SEND, last)]):
            self.chromium.do("wait", text=last["content"]["text"][:len(f"{self.number}. ") + 10])
        behind = time.monotonic() - told
        busy = self.chromium.do("observed")
        self.chromium.do("close")
        self.bench.note("pages_live_idle", idle)
        self.bench.note("pages_live_storm", busy)
        self.bench.at_least("pages_live_updates_per_minute", updates / (told - started) * 60,
                            0.99 * UPDATES_A_MINUTE,
                            what=f"messages and recalls a minute into an open inbox, "
                                 f"{LIVE_SECONDS} s")
        self.bench.under("pages_live_longest_task_ms", busy["longest_task_ms"], TASK_MAX_MS,
                         what="the page's longest task in such a storm (0: none over 50 ms)")
        self.bench.under("pages_idle_longest_task_ms", idle["longest_task_ms"],
                         what="the longest task of the same page idle")
        self.bench.under("pages_live_busy_percent", busy["busy_percent"],
                         what="how busy the page's main thread is in such a storm")
        self.bench.under("pages_idle_busy_percent", idle["busy_percent"],
                         what="how busy that of the same page is when idle")
        self.bench.under("pages_live_behind_ms", behind * 1000,
                         what="from the call of the storm's last message until it is on the page")

    def storm(self):
        """LIVE_SECONDS of updates, each due at its time; how many they were."""
        count = LIVE_SECONDS * UPDATES_A_MINUTE // 60
        sent = []

        def updates():
            started = time.monotonic()
            for number in range(count):
                time.sleep(max(0, started + number * 60 / UPDATES_A_MINUTE - time.monotonic()))
                if number % RECALL_EVERY == RECALL_EVERY - 1 and sent:
                    yield "DELETE", BATCHES + sent.pop(), None
                else:
                    yield "POST", SEND, self.message(LISTENER)

        for answer in self.answers(updates()):
            if answer["code"] != 0:
                raise RuntimeError(f"an update was refused: {answer}")
            if answer.get("data", {}).get("message_id"):
                sent.append(answer["data"]["message_id"])
        return count

    def scroll(self):
        self.send_many(SCROLLER, MESSAGES)
        self.server.wait_until_idle()

        def visit():
            self.chromium.do("open", **self.person(SCROLLER))
            result = self.chromium.do("scroll")
            self.chromium.do("close")
            if result["messages"] != MESSAGES:
                raise RuntimeError(f"scrolled through {result['messages']} messages")
            return result

        results = [visit() for _ in range(SCROLLS)]
        self.bench.note("pages_scroll", results)
        self.bench.under("pages_scroll_longest_task_ms",
                         [result["longest_task_ms"] for result in results], TASK_MAX_MS,
                         what=f"scrolling through {MESSAGES:,} messages: the longest task "
                              "(0: none over 50 ms)")
        self.bench.under("pages_scroll_late_frames_percent",
                         [100 * result["late_frames"] / result["frames"] for result in results], 1,
                         what=f"scrolling through {MESSAGES:,} messages: frames over 50 ms")
        self.bench.under("pages_scroll_nodes", [result["nodes"] for result in results], NODES_MAX,
                         what=f"scrolling through {MESSAGES:,} messages: elements in the document, "
                              "at most")


def console(bench, server, chromium, file):
    api = Api(server.port)
    token = tenant_token(api, *file.apps[0])
    batch = api.call("POST", SEND, token, {"msg_type": "text", "content": {"text": TEXT},
                                           "department_ids": file.top})["data"]["message_id"]
    server.wait_until_idle()
    loaded = chromium.do("console", url=f"http://127.0.0.1:{server.port}", token=ADMIN_TOKEN,
                         batch=batch)
    bench.note("pages_console", loaded)
    for name, what in (("directory", "the directory, one branch and one department opened"),
                       ("batch", "a batch to everybody, with its people"),
                       ("compose", "composing, one branch opened and one department chosen")):
        bench.under(f"pages_{name}_kb", loaded[name]["api"]["kb"], PAGE_MAX_KB,
                    what=f"the console over a million users: {what}, "
                         f"{loaded[name]['api']['requests']} calls")
    assets = sum(part["assets"]["kb"] for part in loaded.values())
    bench.under("pages_console_files_kb", assets, what="the files of all these pages of the console, once")
