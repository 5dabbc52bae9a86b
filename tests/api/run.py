#!/usr/bin/env python3
"""Every operation of our own API, and every status it declares, against the real server.

    run.py --carillon build/carillon [--keep]

The OpenAPI document that the server itself serves is the judge (contract.py): undeclared statuses,
content types or fields fail, and so does whatever was declared but never met. Statuses under "5XX"
are the only ones that need not be met. Exit status: 0 if all is well.
"""
import argparse
import os
import shutil
import sys
import tempfile
import traceback

import cases
import oidc_cases
import organisation
import sign_in_cases
import steering
from contract import Contract
from server import ADMIN, Server, age_by_hours, pause, rewrite_newest_batch

CASES = [
    cases.everybody_is_asked_who_they_are,
    cases.long_bodies_are_refused_unread,
    cases.bad_bodies_are_refused,
    cases.unknown_paths_and_methods,
    cases.operators_calls,
    cases.sessions,
    sign_in_cases.a_code_is_good_once,
    cases.inboxes,
    cases.pushes,
    sign_in_cases.a_cookie_opens_the_inbox,
    sign_in_cases.only_our_own_pages_use_cookies,
    sign_in_cases.signing_out_ends_the_session,
    sign_in_cases.operators,
    sign_in_cases.roles,
    sign_in_cases.routes_are_declared,
    sign_in_cases.audit_log,
    sign_in_cases.pages,
    cases.live_inboxes,
    cases.batches,
    cases.streams,
    cases.recalls,
    cases.apps,
    cases.app_events,
    cases.imports,
    cases.inbox_images,
    cases.inbox_files,
    cases.batch_images,
    cases.image_uploads,
    cases.imported_images,
    cases.kinds,
    steering.composing,
    steering.previews,
    steering.schedules,
    steering.reminders,
    steering.department_receipts,
    steering.receipt_policies,
    steering.browsing,
    steering.overviews,
    steering.dry_runs,
    steering.erasures,
    cases.imports_at_once,
    cases.while_importing,
    oidc_cases.without_a_provider,
    sign_in_cases.sign_ins_are_counted,
]

SIGN_INS_PER_MINUTE = 60


class Run:
    def __init__(self, binary, folder):
        self.server = Server(binary, os.path.join(folder, "data"),
                             "--set", "events.retry_after=1", "--set",
                             f"console.sign_ins_per_minute={SIGN_INS_PER_MINUTE}")
        self.full = Server(binary, os.path.join(folder, "full"), "--set", "disk.low_mb=1000000000")
        self.provider = oidc_cases.Description()
        self.vouched = Server(binary, os.path.join(folder, "vouched"), *self.provider.settings())
        self.failures = 0

    def case(self, name, work):
        try:
            work()
            print("ok      ", name, flush=True)
        except Exception:  # a case that fails must not hide the others
            self.failures += 1
            print("FAILED  ", name, flush=True)
            traceback.print_exc()

    def all(self):
        self.server.start()
        status, headers, raw = self.server.request("GET", "/api/v1/openapi.json", {})
        document = cases.Answer(status, headers, raw).json
        contract = Contract(self.server, document)
        contract.call("importOrganisation", 200, token=ADMIN, raw=organisation.as_bytes())
        world = cases.World(contract)
        world.sign_ins_per_minute = SIGN_INS_PER_MINUTE
        world.sign_in()
        for case in CASES:
            self.case(case.__name__, lambda: case(world))
        for change, case in ((pause, cases.after_a_pause),
                             (age_by_hours(25), cases.after_the_recall_hours)):
            self.case(case.__name__, lambda: self.after_a_rewrite(world, change, case))
        self.server.stop()
        self.case("nothing of the erased is on disk",
                  lambda: steering.nothing_of_the_erased_is_on_disk(self.server.data))
        self.server.args += ("--set", "feishu.daily_recipients=1")
        self.server.start()
        self.case("after_the_quota", lambda: steering.after_the_quota(world))
        self.server.stop()

        self.full.start()
        contract.server = self.full
        self.case("without_room", lambda: cases.without_room(contract))
        self.full.stop()

        self.vouched.start()
        contract.server = self.vouched
        self.case("with_a_provider",
                  lambda: oidc_cases.with_a_provider(contract, self.provider))
        self.vouched.stop()
        self.case("everything declared was met", lambda: self.nothing_missing(contract))
        return self.failures

    def after_a_rewrite(self, world, change, case):
        batch_id = world.send_and_wait(text="before the rewrite", user_ids=["li"])
        self.server.stop()
        rewrite_newest_batch(self.server.data, change)
        self.server.start()
        case(world, batch_id)

    def nothing_missing(self, contract):
        missing = contract.missing()
        if missing:
            raise AssertionError("declared and never met: " + ", ".join(
                f"{operation} {status}" for operation, status in missing))

    def close(self):
        for server in (self.server, self.full, self.vouched):
            if server.process is not None:
                server.process.kill()
                server.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--carillon", required=True, help="the program")
    parser.add_argument("--keep", action="store_true", help="leave data and logs behind")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="carillon-api-")
    run = Run(os.path.abspath(arguments.carillon), folder)
    try:
        failures = run.all()
    finally:
        run.close()
        if arguments.keep:
            print("data and logs:", folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
