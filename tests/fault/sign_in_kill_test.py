#!/usr/bin/env python3
"""A code that was redeemed is not good again, whenever the server is killed in between.

Shape   Some threads redeem codes until the server is killed; it is started again, and every code
        that was answered is tried once more: all are refused. Of those whose answer was lost some
        are good and some are not, but none is good twice. What an operator did is in the audit log
        if it was answered, with its status; a session that was ended stays so.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ADMIN, Connection, Lost, Server  # noqa: E402

ORGANISATION = {"tenants": [{"tenant_key": "acme", "users": [{"user_id": "li", "name": "Li"}],
                             "apps": [{"app_id": "cli_a", "app_secret": "s"}]}]}
CODES = 400
OPERATOR = {"Authorization": "Bearer " + ADMIN, "Content-Type": "application/json"}
JSON = {"Content-Type": "application/json"}


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def call(connection, method, target, headers, body=None):
    return connection.call(method, target, headers, json.dumps(body).encode() if body else b"")


def new_code(connection):
    answer = call(connection, "POST", "/api/v1/sessions", OPERATOR,
                  {"tenant_key": "acme", "user_id": "li"})
    check(answer.status == 200, repr(answer))
    return parse_qs(urlsplit(answer.json()["inbox_url"]).query)["code"][0]


class Redeeming:
    def __init__(self, codes):
        self.lock = threading.Lock()
        self.codes = list(codes)
        self.asked, self.answered, self.renamed = set(), {}, []

    def redeem(self, address):
        try:
            connection = Connection(address)
            while True:
                with self.lock:
                    if not self.codes:
                        return
                    code = self.codes.pop()
                    self.asked.add(code)
                answer = call(connection, "POST", "/api/v1/session", JSON, {"code": code})
                check(answer.status == 200, repr(answer))
                cookie = answer.headers["set-cookie"].split(";")[0]
                with self.lock:
                    self.answered[code] = cookie
        except Lost:
            pass

    def rename(self, address):
        """An operator's work, so that the log has something to tell."""
        try:
            connection = Connection(address)
            for number in range(100_000):
                name = f"name {number}"
                answer = call(connection, "PATCH", "/api/v1/apps/cli_a", OPERATOR, {"name": name})
                check(answer.status == 200, repr(answer))
                self.renamed.append(name)
        except Lost:
            pass


def log_of_renames(connection):
    entries, before = [], ""
    while before is not None:
        answer = call(connection, "GET", f"/api/v1/audit?limit=100&before={before}", OPERATOR)
        check(answer.status == 200, repr(answer))
        entries += [e for e in answer.json()["entries"] if e["action"] == "app.change"]
        before = answer.json()["next"]
    return entries


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("carillon")
    parser.add_argument("--kills", type=int, default=4)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="carillon-sign-in-") as folder:
        server = Server(arguments.carillon, os.path.join(folder, "data"))
        server.start()
        connection = Connection(server.address)
        answer = call(connection, "POST", "/api/v1/import", OPERATOR, ORGANISATION)
        check(answer.status == 200, repr(answer))
        renamed = 0
        for kill in range(arguments.kills):
            work = Redeeming(new_code(connection) for _ in range(CODES))
            threads = [threading.Thread(target=work.redeem, args=(server.address,))
                       for _ in range(4)]
            threads.append(threading.Thread(target=work.rename, args=(server.address,)))
            for thread in threads:
                thread.start()
            enough = random.randrange(1, CODES // 2)
            while len(work.answered) < enough:
                time.sleep(0.001)  # polling
            server.kill()
            server.reap()
            for thread in threads:
                thread.join()
            server.start()
            connection = Connection(server.address)
            for code in work.asked:
                first = call(connection, "POST", "/api/v1/session", JSON, {"code": code}).status
                check(first == 401 or (first == 200 and code not in work.answered),
                      f"{first} for a code that was {'' if code in work.answered else 'not '}"
                      "answered before the kill")
                again = call(connection, "POST", "/api/v1/session", JSON, {"code": code}).status
                check(again == 401, f"{again} for a code used twice")
            for code, cookie in list(work.answered.items())[:5]:
                own = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
                check(call(connection, "GET", "/api/v1/inbox", own).status == 200, "the session")
                check(call(connection, "DELETE", "/api/v1/session", own).status == 204, "sign out")
                check(call(connection, "GET", "/api/v1/inbox", own).status == 401, "after it")
            renamed += len(work.renamed)
            entries = log_of_renames(connection)
            noted = [e for e in entries if e["status"] == 200]
            check(len(noted) >= renamed, f"{len(noted)} of {renamed} changes are in the log")
            check(len(entries) <= renamed + kill + 1, "entries of calls that nobody made")
            print(f"kill {kill + 1}: {len(work.answered)} codes redeemed, "
                  f"{len(work.asked) - len(work.answered)} answers lost, "
                  f"{len(noted)} changes noted", flush=True)
        server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
