"""The organisations that the workloads run on, made with tools/make_org.py and imported.

small()   ten users and some apps, for the calls whose cost does not depend on the organisation.
flat()    one department with as many people as asked for, and one app that reaches everybody.
large()   1,000,000 users in 10,000 departments, two apps; in `moved` and `random` the second one
          reaches nine tenths of them. Made and imported once a run for each shape; a workload works
          on its own copy.
            tree     as it comes: people are numbered along the department tree
            moved    5 % of the people moved to another department after that
            random   people came first, in any order, and their departments later, so that their
                     numbers have nothing to do with the tree
            tenth    a tenth of `tree`: 100,000 users in 1,000 departments
"""

import collections
import json
import re
import shutil
import subprocess
import sys

TENANT = "bench"
APP = ("cli_a000000000000001", "bench-secret")
APP_KEY = ("benchkey", "bench-key-secret")
AGENT = 1001
EVERYBODY = "everybody"  # flat()'s department
SMALL_USERS = [f"user{n:04}" for n in range(10)]
SCOPES = ["im:message:send_as_bot", "im:message:send_multi_users", "im:message:send_multi_depts"]

USERS, DEPARTMENTS = 1_000_000, 10_000
MOVED = 0.05
UNAVAILABLE = 0.1
IDS_PER_CALL = 200
KNOWN_BY_ALL_IDS = 20_000


def flat_users(people):
    return [f"user{n:05}" for n in range(people)]


def small(bench, name, apps=(APP,), store=None):
    users = [{"user_id": user, "name": user} for user in SMALL_USERS]
    return simple(bench, name, [], users, apps, store)


def flat(bench, name, people):
    department = {"department_id": EVERYBODY, "name": EVERYBODY, "parent": "0"}
    users = [{"user_id": user, "name": user, "departments": [EVERYBODY]}
             for user in flat_users(people)]
    return simple(bench, name, [department], users, (APP,))


def simple(bench, name, departments, users, apps, store=None):
    data = bench.work / name
    file = bench.temp / f"{name}.json"
    file.write_text(json.dumps({"tenants": [{
        "tenant_key": TENANT,
        "departments": departments,
        "users": users,
        "apps": [{"app_id": app_id, "app_secret": secret, "scopes": SCOPES,
                  "dingtalk": {"appkey": f"{APP_KEY[0]}{n or ''}", "appsecret": APP_KEY[1],
                               "agent_id": AGENT + n}}
                 for n, (app_id, secret) in enumerate(apps)]}]}))
    bench.run_import(file, data, store)
    return data


def send_small(api, token):
    """A batch to the people of small(); its id."""
    return api.call("POST", "/open-apis/message/v4/batch_send/", token, {
        "msg_type": "text", "content": {"text": "hello"},
        "user_ids": SMALL_USERS})["data"]["message_id"]


def large(bench, shape):
    if shape not in bench.prepared:
        bench.prepared[shape] = Large(bench, shape)
    return bench.prepared[shape]


class File:
    """An organisation as make_org.py writes it, and what a workload must know of it.

    `moved` is a second file, to be imported after the first.
    """

    def __init__(self, bench, name, option, users=USERS, departments=DEPARTMENTS):
        self.path = bench.temp / f"{name}.jsonl"
        self.moved = bench.temp / f"{name}.jsonl.moved"
        subprocess.run(
            [sys.executable, bench.root / "tools" / "make_org.py", "--users", str(users),
             "--departments", str(departments), "--apps", "2", "--format", "jsonl", *option,
             "-o", self.path], check=True)
        self.apps, self.departments = [], []
        self.users = []  # all of them, in the file's order
        self.open_ids, self.union_ids = [], []  # of the first KNOWN_BY_ALL_IDS
        self.children = collections.defaultdict(list)
        self.members = collections.Counter()  # of a department itself, before anyone moved
        ids = re.compile(r'"user_id": ?"([^"]*)".*"departments": ?\[([^\]]*)\].*'
                         r'"union_id": ?"([^"]*)".*"open_ids": ?\{"[^"]*": ?"([^"]*)"')
        with open(self.path, encoding="utf-8") as lines:
            for line in lines:
                if line.startswith('{"user"'):
                    user_id, among, union_id, open_id = ids.search(line).groups()
                    self.users.append(user_id)
                    if len(self.users) <= KNOWN_BY_ALL_IDS:
                        self.union_ids.append(union_id)
                        self.open_ids.append(open_id)
                    for department in among.split(","):
                        self.members[department.strip(' "')] += 1
                    continue
                (kind, entity), = json.loads(line).items()
                if kind == "tenant":
                    self.tenant = entity["tenant_key"]
                elif kind == "department":
                    self.departments.append(entity["department_id"])
                    self.children[entity["parent"]].append(entity["department_id"])
                elif kind == "app":
                    self.apps.append((entity["app_id"], entity["app_secret"]))
        self.top = self.children["0"]
        if len(self.users) != users or len(self.apps) != 2 or len(self.top) > IDS_PER_CALL:
            raise RuntimeError("make_org.py made another organisation than was asked for")

    def size(self, department):
        """People in the department, with everyone below."""
        return self.members[department] + sum(map(self.size, self.children[department]))

    def limit_second_app(self):
        """Adds to the second file that the second app reaches nine tenths."""
        app_id, secret = self.apps[1]
        with open(self.moved, "a", encoding="utf-8") as out:
            out.write(json.dumps({"app": {
                "tenant_key": self.tenant, "app_id": app_id, "app_secret": secret,
                "availability": {"departments": self.available_departments()}}}) + "\n")

    def available_departments(self):
        """Departments that leave out a tenth of the people."""
        listed, out_of_reach, level = [], UNAVAILABLE * len(self.users), self.top
        while level:
            next_level = []
            for department in level:
                size = self.size(department)
                if size <= out_of_reach:
                    out_of_reach -= size
                elif not next_level and self.children[department] and out_of_reach > 1000:
                    next_level = self.children[department]
                    out_of_reach -= self.members[department]
                else:
                    listed.append(department)
            level = next_level
        return listed


class Large:
    """One imported organisation in a data folder."""

    def __init__(self, bench, shape):
        self.data = bench.work / f"organisation-{shape}"
        if shape == "moved":
            tree = large(bench, "tree")
            self.file = tree.file
            shutil.copytree(tree.data, self.data)
            bench.run_import(self.file.moved, self.data)
            return
        option = ["--random-order"] if shape == "random" else ["--moved", str(MOVED)]
        share = 10 if shape == "tenth" else 1
        self.file = File(bench, shape, option, USERS // share, DEPARTMENTS // share)
        self.file.limit_second_app()
        self.import_seconds = bench.run_import(self.file.path, self.data)
        if shape == "random":
            bench.run_import(self.file.moved, self.data)

    def copy(self, bench, name):
        """A data folder that a workload may change."""
        data = bench.work / name
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self.data, data)
        return data
