"""What the console does to batches, and what it asks of the directory: sending by our own API, a dry
run of it, hold, go on, cancel, remind, receipts by department and by policy, quota, export, erasure.
"""
import datetime
import json

from cases import NOWHERE, PUSH_KEYS, Wrong, balanced, equal
from server import ADMIN, wait_until

TEXT = {"msg_type": "text", "content": {"text": "by our own call"}}


def later(**delta):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**delta)
    return at.isoformat()


def problem(answer):
    return answer.json["type"].removeprefix("urn:carillon:problem:")


def compose(w, expect=201, token=ADMIN, headers=None, **body):
    if token == ADMIN:
        body.setdefault("app_id", "cli_demo")
    body = {"audience": {"user_ids": ["li"]}, **TEXT, **body}
    return w.api.call("createBatch", expect, token=token, headers=headers, body=body)


def sent(w, batch_id):
    wait_until(lambda: w.batch(batch_id)["state"] == "sent", "the batch is sent")
    return w.batch(batch_id)


def composing(w):
    made = compose(w, audience={"department_ids": ["web", "none"], "user_ids": ["li", "nobody"]}).json
    balanced(made)
    equal(made["invalid"]["department_ids"], ["none"])
    equal(made["invalid"]["user_ids"], ["nobody"])
    equal((made["app_id"], made["msg_type"], made["content"]),
          ("cli_demo", "text", TEXT["content"]))
    equal(sent(w, made["batch_id"])["delivered"], 4)
    first = w.inbox("han")["messages"][0]
    equal((first["batch_id"], first["content"]), (made["batch_id"], TEXT["content"]))
    equal(w.batch(made["batch_id"])["content"], TEXT["content"], "one batch shows its content")

    # An app sends as itself; the operator must say as which.
    own = compose(w, token=w.apps["demo"]).json
    equal(own["app_id"], "cli_demo")
    compose(w, token=w.apps["demo"], app_id="cli_demo", tenant_key="acme")
    compose(w, 403, token=w.apps["demo"], app_id="cli_other")
    compose(w, 403, token=w.apps["demo"], tenant_key="globex")
    compose(w, 404, app_id="cli_nobody")
    compose(w, 404, tenant_key="nowhere")
    compose(w, 403, app_id="cli_globex", tenant_key="acme")

    everyone = compose(w, audience={"everyone": True}).json
    equal(everyone["valid"], w.api.call("previewAudience", 200, token=ADMIN, body={
        "app_id": "cli_demo", "audience": {"department_ids": ["0"]}}).json["valid"])

    post = {"zh_cn": {"title": "t", "content": [[{"tag": "text", "text": "x"}]]}}
    card = {"elements": [{"tag": "hr"}]}
    for kind, content in (("post", {"post": post}), ("interactive", card)):
        equal(compose(w, msg_type=kind, content=content).json["msg_type"], kind)
    # DingTalk's words are for apps with an agent_id.
    markdown = {"title": "t", "text": "# x"}
    equal(problem(compose(w, 400, msg_type="markdown", content=markdown)), "invalid-field")
    made = compose(w, app_id="cli_ding", msg_type="markdown", content=markdown).json
    equal(made["content"], markdown)
    equal(compose(w, app_id="cli_ding", msg_type="text", content={"content": "ding"}).json["content"],
          {"content": "ding"})
    equal(problem(compose(w, 400, app_id="cli_ding", msg_type="markdown", content={})), "bad-content")

    for body in ({"audience": {}}, {"audience": []}, {"audience": {"user_ids": "li"}},
                 {"content": None, "msg_type": None}, {"content": []}, {"msg_type": "telegram"},
                 {"send_at": "tomorrow"}, {"send_at": True}, {"send_at": later(days=400)},
                 {"send_at": "2026-13-01T00:00:00Z"}, {"more": 1}):
        equal(problem(compose(w, 400, **body)), "invalid-field", body)
    equal(problem(compose(w, 400, content={"txt": "x"})), "bad-content")
    equal(problem(compose(w, 400, msg_type="image", content={"image_key": "img_none"})),
          "image-unknown")
    w.api.call("createBatch", 400, token=ADMIN, body={"audience": {"user_ids": ["li"]}, **TEXT})

    key = {"Idempotency-Key": "composed-once"}
    once = compose(w, headers=key).json
    equal(compose(w, headers=key).json["batch_id"], once["batch_id"], "the same answer")
    equal(problem(compose(w, 422, headers=key, content={"text": "other"})), "key-reused")
    compose(w, 400, headers={"Idempotency-Key": "x" * 129})


def previews(w):
    ask = lambda expect, token=ADMIN, **body: w.api.call(
        "previewAudience", expect, token=token,
        body={**({"app_id": "cli_demo"} if token == ADMIN else {}), **body})
    before = w.api.call("listBatches", 200, token=ADMIN, query={"tenant": "acme"}).json
    named = ask(200, audience={"department_ids": ["eng", "none"],
                               "user_ids": ["gone", "jim", "nobody"]}).json
    equal((named["named"], named["valid"], named["deliverable"]), (5, 4, 4))
    equal(named["invalid"], {"department_ids": ["none"], "user_ids": ["gone", "nobody"]})
    equal(set(named["excluded"].values()), {0})
    equal(ask(200, token=w.apps["demo"], audience={"user_ids": ["li"]}).json["valid"], 1)

    w.api.call("changeApp", 200, token=ADMIN, params={"app_id": "cli_other"},
               body={"availability": {"all": False, "departments": ["web"]}})
    apart = ask(200, app_id="cli_other", audience={"user_ids": ["li", "han"]}, **TEXT).json
    equal((apart["valid"], apart["deliverable"], apart["excluded"]["not_available_to_app"]),
          (2, 1, 1))
    w.api.call("changeApp", 200, token=ADMIN, params={"app_id": "cli_other"},
               body={"availability": {"all": True}})
    ask(400, audience={"user_ids": ["li"]}, msg_type="text", content={})
    ask(400, audience={})
    ask(403, token=w.apps["demo"], app_id="cli_other", audience={"user_ids": ["li"]})
    ask(404, app_id="cli_nobody", audience={"user_ids": ["li"]})
    after = w.api.call("listBatches", 200, token=ADMIN, query={"tenant": "acme"}).json
    equal(after["batches"], before["batches"], "nothing was written")


def steer(w, name, batch_id, expect=200, token=ADMIN):
    return w.api.call(name, expect, token=token, params={"batch_id": batch_id})


def schedules(w):
    due = later(hours=1)
    made = compose(w, audience={"user_ids": ["li", "jim"]}, send_at=due).json
    batch_id = made["batch_id"]
    equal((made["state"], made["pending"]), ("scheduled", 2))
    equal(made["send_at"][:19], due[:19], "the same instant")
    listed = w.api.call("listBatches", 200, token=ADMIN,
                        query={"tenant": "acme", "state": "scheduled"}).json["batches"]
    equal([b["batch_id"] for b in listed], [batch_id])
    equal(batch_id in [m["batch_id"] for m in w.inbox("li")["messages"]], False)

    for name in ("pauseBatch", "cancelBatch", "resumeBatch"):
        for token in (w.apps["other"], w.apps["globex"]):
            steer(w, name, batch_id, 404, token)
        steer(w, name, NOWHERE, 404)
    equal(steer(w, "pauseBatch", batch_id, token=w.apps["demo"]).json["state"], "paused")
    equal(steer(w, "pauseBatch", batch_id).json["state"], "paused", "once more")
    equal(steer(w, "resumeBatch", batch_id, token=w.apps["demo"]).json["state"], "scheduled")
    canceled = balanced(steer(w, "cancelBatch", batch_id, token=w.apps["demo"]).json)
    equal((canceled["state"], canceled["excluded"]), ("canceled", 2))
    equal(canceled["reasons"]["canceled_before_delivery"], 2)
    equal(steer(w, "cancelBatch", batch_id).json, canceled, "once more")
    for name in ("pauseBatch", "resumeBatch"):
        equal(problem(steer(w, name, batch_id, 409)), "batch-state")
    people = w.api.call("listRecipients", 200, token=ADMIN, params={"batch_id": batch_id}).json
    equal({(p["state"], p["reason"]) for p in people["recipients"]},
          {("excluded", "canceled_before_delivery")})
    equal(people["recipients"][0]["delivered_at"], None)

    soon = compose(w, send_at=later(seconds=1)).json
    equal(soon["state"], "scheduled")
    done = sent(w, soon["batch_id"])
    equal(done["sent_at"] >= done["send_at"], True, "not before its time")
    steer(w, "cancelBatch", soon["batch_id"], 409)
    past = compose(w, send_at=1000).json
    equal(past["send_at"], None, "a time that is over means at once")


def remind(w, batch_id, expect=201, token=ADMIN, headers=None, **body):
    return w.api.call("remindUnread", expect, token=token, params={"batch_id": batch_id},
                      headers=headers, body=body)


def reminders(w):
    batch_id = sent(w, compose(w, audience={"department_ids": ["web"]}).json["batch_id"])["batch_id"]
    w.api.call("markRead", 200, token=w.people["han"], body={"batch_ids": [batch_id]})
    key = {"Idempotency-Key": "remind-once"}
    again = remind(w, batch_id, headers=key).json
    equal((again["valid"], again["reminds"], again["content"]), (2, batch_id, TEXT["content"]))
    equal(remind(w, batch_id, headers=key).json["batch_id"], again["batch_id"])
    equal(problem(remind(w, batch_id, 422, headers=key, msg_type="text", content={"text": "x"})),
          "key-reused")
    people = w.api.call("listRecipients", 200, token=ADMIN,
                        params={"batch_id": again["batch_id"]}).json["recipients"]
    equal({p["user_id"] for p in people}, {"evil", "jim"})
    other = remind(w, batch_id, token=w.apps["demo"], msg_type="text", content={"text": "now"}).json
    equal(other["content"], {"text": "now"})
    remind(w, batch_id, 400, msg_type="text")
    remind(w, batch_id, 404, token=w.apps["other"])
    remind(w, NOWHERE, 404)
    w.api.call("recallBatch", 200, token=ADMIN, params={"batch_id": batch_id})
    equal(problem(remind(w, batch_id, 409, msg_type="text", content={"text": "x"})), "batch-state")
    equal(w.batch(batch_id)["content"], None, "what was recalled is shown to nobody")


def department_receipts(w):
    batch_id = compose(w, audience={"department_ids": ["eng", "ops"]}).json["batch_id"]
    sent(w, batch_id)
    w.api.call("markRead", 200, token=w.people["jim"], body={"batch_ids": [batch_id]})
    ask = lambda expect, token=ADMIN, **query: w.api.call(
        "listBatchDepartments", expect, token=token, params={"batch_id": batch_id}, query=query)
    tree = ask(200).json
    equal((tree["department"]["department_id"], tree["department"]["valid"]), ("0", 4))
    rows = {d["department_id"]: d for d in tree["departments"]}
    equal(set(rows), {"eng", "ops"}, "those of whom the batch names somebody")
    equal(rows["eng"], {"department_id": "eng", "name": "Engineering", "has_children": True,
                        "valid": 4, "delivered": 4, "read": 1, "unread": 3})
    equal((rows["ops"]["valid"], rows["ops"]["read"]), (1, 1))
    below = ask(200, token=w.apps["demo"], parent="eng").json
    equal([d["department_id"] for d in below["departments"]], ["web"])
    equal(below["departments"][0]["has_children"], False)
    ask(400, parent="none")
    ask(404, token=w.apps["other"])


def receipt_policies(w):
    batch_id = compose(w, audience={"department_ids": ["web"]}).json["batch_id"]
    sent(w, batch_id)
    w.api.call("markRead", 200, token=w.people["han"], body={"batch_ids": [batch_id]})
    reminder = remind(w, batch_id).json["batch_id"]
    people = lambda expect, of=batch_id, **query: w.api.call(
        "listRecipients", expect, token=w.apps["demo"], params={"batch_id": of}, query=query)
    policy = lambda value, expect=200: w.api.call(
        "changeApp", expect, token=ADMIN, params={"app_id": "cli_demo"}, body={"receipts": value})
    equal(len(people(200, state="read").json["recipients"]), 1)

    equal(policy("counts").json["receipts"], "counts")
    equal(w.batch(batch_id)["read"], 1, "numbers are told")
    equal({(p["state"], p["read_at"]) for p in people(200).json["recipients"]},
          {("delivered", None)}, "nobody is told apart")
    for state in ("read", "unread"):
        equal(problem(people(403, state=state)), "receipts-hidden")
    equal(problem(people(403, of=reminder)), "receipts-hidden", "the unread by another way")

    policy("off")
    hidden = w.api.call("getBatch", 200, token=ADMIN, params={"batch_id": batch_id}).json
    equal((hidden["read"], hidden["unread"], hidden["delivered"]), (None, None, 3))
    tree = w.api.call("listBatchDepartments", 200, token=ADMIN, params={"batch_id": batch_id}).json
    equal((tree["department"]["read"], tree["department"]["unread"]), (None, None))
    equal(problem(remind(w, batch_id, 403)), "receipts-hidden")
    policy("maybe", 400)
    policy("names")
    equal(w.batch(batch_id)["read"], 1)


def browsing(w):
    acme = {"tenant_key": "acme"}
    get = lambda name, expect=200, params=acme, **query: w.api.call(
        name, expect, token=ADMIN, params=params, query=query).json
    top = get("listDepartments")["departments"]
    equal([d["department_id"] for d in top], ["eng", "ops"])
    equal(top[0], {"department_id": "eng", "name": "Engineering", "parent": "0", "members": 4,
                   "has_children": True})
    pages = get("listDepartments", limit=1)
    equal([d["department_id"] for d in
           get("listDepartments", limit=1, cursor=pages["next"])["departments"]], ["ops"])
    equal(get("listDepartments", parent="web"), {"departments": [], "next": None})
    web = get("getDepartment", params={**acme, "department_id": "web"})
    equal([d["department_id"] for d in web["path"]], ["0", "eng"])
    root = get("getDepartment", params={**acme, "department_id": "0"})
    equal((root["parent"], root["path"], root["name"]), (None, [], "Acme"))

    equal([u["user_id"] for u in get("listUsers", department="eng")["users"]], ["li", "gone"])
    below = get("listUsers", department="eng", recursive="true")["users"]
    equal({u["user_id"] for u in below}, {"li", "gone", "han", "evil", "jim"})
    everybody, cursor = [], ""
    while cursor is not None:
        page = get("listUsers", limit=2, cursor=cursor)
        everybody += [u["user_id"] for u in page["users"]]
        cursor = page["next"]
    equal({"root", "jim", "li"} <= set(everybody), True)
    equal(len(everybody), len(set(everybody)), "each once")
    jim = get("getUser", params={**acme, "user_id": "jim"})
    equal([d["name"] for d in jim["departments"]], ["Operations", "Web"])
    equal(get("getUser", params={**acme, "user_id": "gone"})["active"], False)

    found = get("searchDirectory", q="e")
    equal("eng" in [d["department_id"] for d in found["departments"]], True)
    equal([u["user_id"] for u in get("searchDirectory", q="HAN")["users"]], ["han"])
    equal([u["user_id"] for u in get("searchDirectory", q="lei")["users"]], ["li"])
    equal(get("searchDirectory", q="no such text"), {"departments": [], "users": [], "next": None})
    some = get("searchDirectory", q="e", limit=1)
    equal((len(some["users"]), some["next"] is None), (1, False))
    more = get("searchDirectory", q="e", limit=1, cursor=some["next"])
    equal(more["users"] != some["users"], True)

    nowhere = {"tenant_key": "nowhere", "user_id": "li", "department_id": "eng"}
    for name in ("listDepartments", "getDepartment", "listUsers", "getUser"):
        get(name, 404, params=nowhere)
    get("searchDirectory", 404, params=nowhere, q="x")
    get("getDepartment", 404, params={**acme, "department_id": "none"})
    get("getUser", 404, params={**acme, "user_id": "nobody"})
    for query in ({"parent": "none"}, {"limit": 0}, {"cursor": "x"}):
        get("listDepartments", 400, **query)
    for query in ({"department": "none"}, {"recursive": "maybe"}, {"cursor": "x"}):
        get("listUsers", 400, **query)
    for query in ({}, {"q": "x" * 65}, {"q": "x", "cursor": "x"}):
        get("searchDirectory", 400, **query)


def overviews(w):
    waiting = compose(w, send_at=later(hours=1)).json["batch_id"]
    now = w.api.call("getOverview", 200, token=ADMIN).json
    equal(waiting in [b["batch_id"] for b in now["sending"]], True)
    queue = next(q for q in now["queues"] if q["app_id"] == "cli_demo")
    equal((queue["scheduled"], queue["tenant_key"]), (1, "acme"))
    quota = next(q for q in now["quotas"] if q["app_id"] == "cli_demo")
    equal(quota["used"] > 0, True)
    own = w.api.call("getAppQuota", 200, token=w.apps["demo"],
                     params={"app_id": "cli_demo"}).json["quotas"]
    equal(own, [quota])
    equal(w.api.call("getAppQuota", 200, token=ADMIN, params={"app_id": "cli_demo"}).json["quotas"],
          own)
    w.api.call("getAppQuota", 404, token=ADMIN, params={"app_id": "cli_nobody"})
    w.api.call("getAppQuota", 404, token=w.apps["demo"], params={"app_id": "cli_other"})
    steer(w, "cancelBatch", waiting)


def dry_runs(w):
    put = lambda raw, **query: w.api.call("importOrganisation", 200, token=ADMIN, raw=raw,
                                          query=query).json
    changed = json.dumps({"tenants": [{
        "tenant_key": "acme",
        "departments": [{"department_id": "lab", "name": "Lab"}],
        "users": [{"user_id": "li", "name": "Li Lei II"}, {"user_id": "zoe", "departments": ["lab"]}],
    }]}).encode()
    plan = put(changed, dry_run="true")
    equal(plan["users"], {"created": 1, "updated": 1, "unchanged": 0})
    changes = {(c["kind"], c["id"]): c for c in plan["changes"]}
    equal(set(changes), {("department", "lab"), ("user", "li"), ("user", "zoe")})
    equal((changes["user", "li"]["change"], changes["user", "li"]["fields"]), ("updated", ["name"]))
    equal(changes["user", "zoe"]["change"], "created")
    user = {"tenant_key": "acme", "user_id": "li"}
    equal(w.api.call("getUser", 200, token=ADMIN, params=user).json["name"], "Li Lei")
    equal(put(changed, dry_run="true"), plan, "nothing was changed")
    many = json.dumps({"tenants": [{"tenant_key": "acme",
                                    "users": [{"user_id": f"n{n}"} for n in range(300)]}]}).encode()
    equal(len(put(many, dry_run="true")["changes"]), 200, "the first of them")
    w.api.call("importOrganisation", 422, token=ADMIN, raw=b"{", query={"dry_run": "true"})
    w.api.call("importOrganisation", 400, token=ADMIN, raw=changed, query={"dry_run": "maybe"})


def erasures(w):
    person = {"tenant_key": "acme", "user_id": "victim"}
    w.api.call("importOrganisation", 200, token=ADMIN, raw=json.dumps({"tenants": [{
        "tenant_key": "acme", "users": [{"user_id": "victim", "name": "Victor Quill",
                                         "email": "victor@acme.test", "mobile": "+8613700000001",
                                         "departments": ["ops"]}]}]}).encode())
    token = w.session("acme", "victim")
    alone = compose(w, audience={"user_ids": ["victim"]},
                    content={"text": "Dear Victor Quill"}).json["batch_id"]
    shared = compose(w, audience={"user_ids": ["victim", "li"]}).json["batch_id"]
    recalled = compose(w, audience={"user_ids": ["victim"]}).json["batch_id"]
    for batch_id in (alone, shared, recalled):
        sent(w, batch_id)
    w.api.call("markRead", 200, token=token, body={"batch_ids": [shared]})
    w.api.call("recallBatch", 200, token=ADMIN, params={"batch_id": recalled})

    browser = "https://push.example.test/of-victor"
    w.api.call("putPush", 200, token=token, body={"subscription": {
        "endpoint": browser, "keys": PUSH_KEYS}})
    get = lambda expect=200, **query: w.api.call("exportPerson", expect, token=ADMIN,
                                                 params=person, query=query).json
    held = get()
    equal((held["profile"]["name"], held["profile"]["email"]), ("Victor Quill", "victor@acme.test"))
    equal([s["endpoint_host"] for s in held["push"]["subscriptions"]], ["push.example.test"])
    by_id = {m["batch_id"]: m for m in held["messages"]}
    equal(set(by_id), {alone, shared, recalled})
    equal(by_id[recalled]["content"], None, "I6")
    equal((by_id[alone]["read_at"], by_id[shared]["read_at"] is None), (None, False))
    pages = get(limit=2)
    equal(len(pages["messages"]) + len(get(limit=2, cursor=pages["next"])["messages"]), 3)
    get(400, cursor="x")
    w.api.call("exportPerson", 404, token=ADMIN, params={**person, "user_id": "nobody"})
    w.api.call("erasePerson", 404, token=ADMIN, params={**person, "user_id": "nobody"})

    before = w.batch(shared)
    gone = w.api.call("erasePerson", 200, token=ADMIN, params=person).json
    equal(gone["user_id"].startswith("erased-"), True)
    after = w.batch(shared)
    equal((after["delivered"], after["read"]), (before["delivered"], before["read"]), "counts stay")
    equal(w.batch(alone)["content"], {}, "what went to nobody else")
    w.api.call("getInbox", 401, token=token)
    for name in ("getUser", "exportPerson", "erasePerson"):
        w.api.call(name, 404, token=ADMIN, params=person)
        w.api.call(name, 404, token=ADMIN, params={**person, "user_id": gone["user_id"]})
    equal(w.api.call("searchDirectory", 200, token=ADMIN, params={"tenant_key": "acme"},
                     query={"q": "Victor"}).json["users"], [])
    rows = w.api.call("listRecipients", 200, token=ADMIN, params={"batch_id": shared}).json
    equal({(p["user_id"], p["name"]) for p in rows["recipients"]},
          {("li", "Li Lei"), (gone["user_id"], "")})
    # The id is free again, for somebody else.
    w.api.call("importOrganisation", 200, token=ADMIN, raw=json.dumps({"tenants": [{
        "tenant_key": "acme", "users": [{"user_id": "victim", "name": "Another"}]}]}).encode())
    equal(get()["messages"], [])


def nothing_of_the_erased_is_on_disk(data):
    """Looked for in every file of the data folder, once the server has stopped."""
    import os
    for folder, _, names in os.walk(data):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                held = file.read()
            for secret in (b"Victor Quill", b"victor@acme.test", b"+8613700000001",
                           b"push.example.test/of-victor"):
                if secret in held:
                    raise Wrong(f"{secret} is still in {name}")


def after_the_quota(w):
    """The server was started again with room for nobody."""
    old = w.api.call("listBatches", 200, token=ADMIN,
                     query={"tenant": "acme", "app": "cli_demo", "state": "sent"}).json["batches"]
    equal(problem(compose(w, 429, audience={"everyone": True})), "quota-exhausted")
    unread = next(b for b in old if b["unread"])
    equal(problem(remind(w, unread["batch_id"], 429, msg_type="text", content={"text": "x"})),
          "quota-exhausted")
