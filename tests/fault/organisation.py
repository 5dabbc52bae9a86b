"""The organisation that the fault tests send to, and the changes that they import into it.

Shape   Tenant "acme": 262,144 + 4,000 people u000000.. in 64 departments, five blocks of numbers.
        Four of five of them, here and there, are in "most", too, so that a batch to "most" is five
        slices of the costlier kind; 3,000 are in "team". Apps "cli_small0..", "cli_large0..", and
        "cli_narrow", which reaches "team" only. Each import of number n adds a department and
        people of its own and renames some of the others.
"""

import json
import subprocess

TENANT = "acme"
SECRET = "s3cret"
PEOPLE = 262_144 + 4_000
TEAM = 3_000
SMALL_APPS = [f"cli_small{n}" for n in range(3)]
LARGE_APPS = [f"cli_large{n}" for n in range(200)]
NARROW_APP = "cli_narrow"
PROBE_APP = "cli_probe"
SCOPES = ["im:message", "im:message:send_multi_users", "im:message:send_multi_depts"]


def user_id(n):
    return f"u{n:06d}"


def in_team(n):
    return n % (PEOPLE // TEAM) == 0 and n // (PEOPLE // TEAM) < TEAM


def in_most(n):
    return (n * 2_654_435_761 >> 7) % 5 != 0


def departments_of(n):
    extra = ["most"] * in_most(n) + ["team"] * in_team(n)
    return [f"d{n * 64 // PEOPLE}"] + extra


def _line(kind, value):
    return json.dumps({kind: dict(value, tenant_key=TENANT)}, separators=(",", ":"))


def write(path):
    with open(path, "w", encoding="utf-8") as out:

        def put(kind, **value):
            out.write(_line(kind, value) + "\n")

        put("tenant", name="Acme")
        put("department", department_id="most", name="Most of us")
        put("department", department_id="team", name="The team")
        for n in range(64):
            put("department", department_id=f"d{n}", name=f"Department {n}")
        for app_id in SMALL_APPS + LARGE_APPS + [PROBE_APP]:
            put("app", app_id=app_id, app_secret=SECRET, name=app_id, scopes=SCOPES)
        put(
            "app",
            app_id=NARROW_APP,
            app_secret=SECRET,
            name="Narrow",
            scopes=SCOPES,
            availability={"departments": ["team"]},
        )
        for n in range(PEOPLE):
            put("user", user_id=user_id(n), name=f"Person {n}", departments=departments_of(n))


def make(binary, folder, data, *more):
    """Imports it into a fresh data folder, or the store that further arguments name."""
    path = f"{folder}/org.jsonl"
    write(path)
    subprocess.run(
        [binary, "import", path, "--data", data, *more],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        timeout=300,
    )


class Change:
    """One import: a department with new people, and new names for some of the old."""

    def __init__(self, number, people, renamed):
        self.department = f"imp{number}"
        self.users = [f"{self.department}-{n:05d}" for n in range(people)]
        lines = [_line("department", {"department_id": self.department, "name": self.department})]
        for user in self.users:
            lines.append(
                _line("user", {"user_id": user, "name": user, "departments": [self.department]})
            )
        first = number * renamed % (PEOPLE - renamed)
        for n in range(first, first + renamed):
            value = {
                "user_id": user_id(n),
                "name": f"Person {n}, import {number}",
                "departments": departments_of(n),
            }
            lines.append(_line("user", value))
        self.body = ("\n".join(lines) + "\n").encode()
        self.acknowledged = False
        self.in_force = False  # seen to be
