"""batch_send to two people, answered after the sync, beside a bare group commit of the same bytes.

Accepted batches a second with 1, 16 and 256 submitters, on the machine as it is: the servers and
the load share its cores. Each round has the group commit, an append of the same bytes with one
fdatasync a group, which is the disk's own limit and has no floor, and ours. A fixed count, to
spare the disk: all of it writes under 500 MB.
"""

from harness import WIDE_LIMITS, Api, ratios, request, rounds, tenant_token
import organisations

PATH = "/open-apis/message/v4/batch_send/"
COUNTS = {1: 500, 16: 4000, 256: 14_000}  # submitters -> batches a run

TEXT = ("Dear colleague, the canteen on the second floor is closed on Friday for maintenance. "
        "Lunch is served in the east building from 11:30 to 13:30. Number {n}")


def run(bench):
    measure(bench, COUNTS)


def measure(bench, counts, server_core=None, load_core=None, suffix="", where=""):
    data = organisations.small(bench, "batch_send")
    people = organisations.SMALL_USERS[:2]
    body = ('{"msg_type": "text", "content": {"text": "%s"}, "user_ids": ["%s", "%s"]}' %
            (TEXT, *people))
    for submitters, count in counts.items():
        with bench.serve(data, server_core, WIDE_LIMITS) as server:
            api = Api(server.port)
            token = tenant_token(api, *organisations.APP)
            answer = api.exchange("POST", PATH, token, {
                "msg_type": "text", "content": {"text": "hello"}, "user_ids": people})
            api.close()
            template = request("POST", PATH, token, body)
            with bench.commit(answer, f"{submitters}{suffix}.db", server_core) as commit, \
                    bench.append(answer, f"{submitters}{suffix}.log", server_core) as append:
                measured = rates(bench, (commit, append, server), template, load_core,
                                 connections=submitters, count=count)
        say(bench, f"batch_send_{submitters}{suffix}", *measured,
            f"`batch_send`, {submitters} submitter{'s'[:submitters > 1]}{where}")


def rates(bench, processes, template, load_core=None, **options):
    """Requests a second of each process, in turns."""
    def rate_of(process):
        process.wait_until_idle()
        return bench.load(process.port, template, load_core, expect='"code":0',
                          **options)["per_second"]

    return rounds(*(lambda process=process: rate_of(process) for process in processes))


def say(bench, name, commits, appends, ours, what, floor=(0.6, 0.9)):
    bench.at_least(f"{name}_ratio", ratios(ours, commits), *floor,
                   what=f"{what}, against epoll + group commit")
    bench.at_least(f"{name}_append_ratio", ratios(ours, appends),
                   what=f"{what}, against epoll + append + fdatasync")
    bench.at_least(f"{name}_per_second", ours, what=f"{what}, accepted and on disk")
