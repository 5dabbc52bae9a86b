"""Single changes of a directory of a million users, each durable when it is answered.

From the call to its answer, commit included, as one client sees it: users created, renamed and
moved to another department, and a department of 300,000 people moved three levels up and down
again, while a second connection asks for a batch's progress without a break. The longest of all
counts, and so does the longest wait of the reader.
"""

import json
import random
import threading
import time

from harness import Api, median, tenant_token
import organisations

TIMES = 300
MOVES = 20
PEOPLE_MOVED = 300_000
CEILING_MS = 5
CONTACT = "/open-apis/contact/v3"
IDS = "?user_id_type=user_id&department_id_type=department_id"
CHANGES = {"create": "a user created", "rename": "a user renamed",
           "move_user": "a user moved to another department",
           "move_department": "a department of 300,000 moved three levels"}
NUMBERS = {"tree": "a million numbered along the tree", "random": "a million numbered at random"}
SCOPES = [*organisations.SCOPES, "contact:contact", "contact:user.employee_id:readonly"]


def run(bench):
    for shape in ("tree", "random"):
        large = organisations.large(bench, shape)
        data = large.copy(bench, f"directory-{shape}")
        keeper = bench.temp / "keeper.jsonl"
        keeper.write_text(json.dumps({"app": {
            "tenant_key": large.file.tenant, "app_id": "cli_keeper", "app_secret": "bench-secret",
            "scopes": SCOPES}}) + "\n")
        bench.run_import(keeper, data)
        with bench.serve(data, profile="own") as server:
            Scene(bench, server, large.file, shape).play()


class Scene:
    def __init__(self, bench, server, file, shape):
        self.bench, self.server, self.file, self.shape = bench, server, file, shape
        self.api = Api(server.port)
        self.token = tenant_token(self.api, "cli_keeper", "bench-secret")
        self.random = random.Random(11)
        self.departments = [child for children in file.children.values() for child in children]

    def play(self):
        self.make_a_large_department()
        with Reader(self.server, self.token, self.file) as reader:
            self.measure("create", TIMES, self.create)
            self.measure("rename", TIMES, self.rename)
            self.measure("move_user", TIMES, self.move_user)
            self.measure("move_department", MOVES, self.move_large)
        self.bench.note(f"directory_{self.shape}_reads", reader.reads)
        self.bench.under(f"directory_{self.shape}_reader_max_ms", reader.worst * 1000, CEILING_MS,
                         what=f"the longest that a reader of progress waited meanwhile, "
                              f"{NUMBERS[self.shape]}")
        self.bench.note(f"directory_{self.shape}_rss_mb", self.server.memory_mb())

    def measure(self, name, times, change):
        change(0)  # the warm-up
        self.server.wait_until_idle(2)
        took = []
        for turn in range(1, times + 1):
            started = time.monotonic()
            change(turn)
            took.append((time.monotonic() - started) * 1000)
        what = f"{CHANGES[name]}, durable, {NUMBERS[self.shape]}"
        name = f"directory_{self.shape}_{name}"
        self.bench.note(f"{name}_p99_ms", sorted(took)[int(len(took) * 0.99) - 1])
        self.bench.under(f"{name}_p50_ms", median(took), CEILING_MS, what=f"{what}, median")
        self.bench.under(f"{name}_max_ms", max(took), CEILING_MS, what=f"{what}, the longest")

    def call(self, method, path, body):
        return self.api.call(method, CONTACT + path + IDS, self.token, body)["data"]

    def create(self, turn):
        self.call("POST", "/users", {
            "user_id": f"new-{turn}", "name": f"New {turn}", "mobile": f"139{turn:08}",
            "department_ids": [self.random.choice(self.departments)], "employee_type": 1})

    def rename(self, turn):
        user = self.random.choice(self.file.users)
        self.call("PATCH", f"/users/{user}", {"name": f"Renamed {turn}"})

    def move_user(self, _):
        user = self.random.choice(self.file.users)
        self.call("PATCH", f"/users/{user}",
                  {"department_ids": [self.random.choice(self.departments)]})

    def make_a_large_department(self):
        parent = "0"
        for level in ("level-1", "level-2", "level-3", "large"):
            self.call("POST", "/departments", {
                "name": level, "department_id": level, "parent_department_id": parent})
            parent = level
        people = 0
        for department in self.file.top:
            if people >= PEOPLE_MOVED:
                break
            self.call("PATCH", f"/departments/{department}", {"parent_department_id": "large"})
            people = self.people("large")
        self.bench.note(f"directory_{self.shape}_people_moved", people)

    def people(self, department):
        answer = self.api.call("GET", f"{CONTACT}/departments/{department}{IDS}", self.token)
        return answer["data"]["department"]["member_count"]

    def move_large(self, turn):
        parent = "0" if turn % 2 == 0 else "level-3"
        self.call("PATCH", "/departments/large", {"parent_department_id": parent})


class Reader:
    """Asks for the progress of one batch over and over, on a thread of its own."""

    def __init__(self, server, token, file):
        self.api, self.token = Api(server.port), token
        answer = self.api.call("POST", "/open-apis/message/v4/batch_send/", token, {
            "msg_type": "text", "content": {"text": "progress"}, "user_ids": file.users[:10]})
        self.path = (f"/open-apis/im/v1/batch_messages/{answer['data']['message_id']}"
                     "/get_progress")
        self.stop = threading.Event()
        self.reads, self.worst = 0, 0.0
        self.thread = threading.Thread(target=self.read)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()

    def read(self):
        while not self.stop.wait(0.002):
            started = time.monotonic()
            self.api.call("GET", self.path, self.token)
            self.worst = max(self.worst, time.monotonic() - started)
            self.reads += 1
