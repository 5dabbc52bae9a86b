"""Signing in by cookie, what operators may do, and the log of what they did."""
import http.client
import json
import re
import urllib.parse

from cases import PARAMS, equal
from contract import Answer, Wrong
from server import ADMIN

PASSWORD = "correct horse battery"
COOKIES = {"person": "carillon_person", "operator": "carillon_operator"}


def own(w):
    """The Origin of our own pages."""
    return f"http://127.0.0.1:{w.api.server.port}"


def cookie_of(answer, who):
    """The value that an answer sets, and its attributes."""
    for header in answer.headers.get_all("Set-Cookie", []):
        first, *attributes = [part.strip() for part in header.split(";")]
        name, _, value = first.partition("=")
        if name == COOKIES[who]:
            return value, {a.partition("=")[0]: a.partition("=")[2] for a in attributes}
    raise Wrong(f"no cookie for the {who}: {answer.headers.get_all('Set-Cookie')}")


def with_cookie(w, who, value, origin=True):
    """Headers of a call by a page of ours, or by nobody knows whom."""
    return {"Cookie": f"other=1; {COOKIES[who]}={value}", **({"Origin": own(w)} if origin else {})}


def new_code(w, user="li"):
    url = w.api.call("createSession", 200, token=ADMIN,
                     body={"tenant_key": "acme", "user_id": user}).json["inbox_url"]
    return urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["code"][0]


def sign_in(w, user="li"):
    answer = w.api.call("signIn", 200, body={"code": new_code(w, user)})
    return cookie_of(answer, "person")[0]


def who(w, headers=None):
    answer = w.api.call("getSession", 200, headers=headers).json
    return answer["person"] and answer["person"]["user_id"], (
        answer["operator"] and (answer["operator"]["name"], answer["operator"]["role"]))


def a_code_is_good_once(w):
    code = new_code(w)
    answer = w.api.call("signIn", 200, body={"code": code})
    person = answer.json["person"]
    equal((person["tenant_key"], person["tenant_name"], person["user_id"], person["name"]),
          ("acme", "Acme", "li", "Li Lei"))
    value, flags = cookie_of(answer, "person")
    equal(flags, {"Path": "/", "Max-Age": str(12 * 3600), "HttpOnly": "", "SameSite": "Strict"})
    equal(value in answer.raw.decode(), False, "the token is in the cookie only")
    for replay in (code, code.upper()):
        w.api.call("signIn", 401, body={"code": replay})
    equal(who(w, with_cookie(w, "person", value, origin=False)), ("li", None))

    # A session is no code, a code no session, and neither can be made up.
    w.api.call("signIn", 401, body={"code": value.removeprefix("s-")})
    fresh = new_code(w)
    equal(who(w, with_cookie(w, "person", "s-" + fresh)), (None, None))
    forged = value[:-1] + ("0" if value[-1] != "0" else "1")
    for bad in (forged, "", "s-", "s-" + "0" * 80, w.apps["demo"], ADMIN, "x" * 200):
        equal(who(w, with_cookie(w, "person", bad)), (None, None), bad)
        w.api.call("getInbox", 401, headers=with_cookie(w, "person", bad))
    for body in ({}, {"code": 1}, {"code": ""}, {"code": fresh, "more": 1}):
        w.api.call("signIn", 400, body=body)

    # No fixation: whatever cookie the browser had, the session is a new one.
    again = w.api.call("signIn", 200, body={"code": fresh},
                       headers=with_cookie(w, "person", value))
    equal(cookie_of(again, "person")[0] != value, True, "a session of its own")


def a_cookie_opens_the_inbox(w):
    value = sign_in(w)
    by_cookie = w.api.call("getInbox", 200, headers=with_cookie(w, "person", value, origin=False))
    equal(by_cookie.json, w.inbox("li"))
    # With a token the cookie does not count, even if the token is bad.
    w.api.call("getInbox", 401, token="s-x", headers=with_cookie(w, "person", value))
    # It is no operator's.
    w.api.call("listApps", 401, headers=with_cookie(w, "person", value))


def only_our_own_pages_use_cookies(w):
    value = sign_in(w)
    cookie = {"Cookie": f"carillon_person={value}"}
    body = {"message_ids": []}
    for origin in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"},
                   {"Origin": own(w) + ".evil.example"}, {"Sec-Fetch-Site": "cross-site"},
                   {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
                   {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}):
        w.api.call("markRead", 403, headers={**cookie, **origin}, body=body)
        w.api.call("signOut", 403, headers={**cookie, **origin})
        equal(live(w, {**cookie, **origin}), 403, origin)
    for origin in ({"Origin": own(w)}, {"Sec-Fetch-Site": "same-origin"}):
        w.api.call("markRead", 200, headers={**cookie, **origin}, body=body)
        equal(live(w, {**cookie, **origin}), 101, origin)
    # A page of somebody else cannot sign our visitor in either.
    for name, given in (("signIn", {"code": new_code(w)}), ("signInOperator", {"token": ADMIN})):
        for origin in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            w.api.call(name, 403, headers=origin, body=given)
    # Clients that are no browsers send tokens, and need no Origin.
    w.api.call("markRead", 200, token=w.people["li"], body=body,
               headers={"Origin": "https://elsewhere.example"})


def live(w, headers):
    """The status of opening a live inbox."""
    operation = w.api.operations["openLiveInbox"]
    connection = http.client.HTTPConnection("127.0.0.1", w.api.server.port, timeout=30)
    connection.request("GET", operation.target({}, {}), headers={
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", **headers})
    answer = connection.getresponse()
    raw = b"" if answer.status == 101 else answer.read()
    w.api.check(operation, Answer(answer.status, answer.headers, raw))
    connection.close()
    return answer.status


def signing_out_ends_the_session(w):
    value, other = sign_in(w), sign_in(w)
    answer = w.api.call("signOut", 204, query={"who": "person"},
                        headers=with_cookie(w, "person", value))
    cleared, flags = cookie_of(answer, "person")
    equal((cleared, flags["Max-Age"]), ("", "0"))
    # A copy of the cookie is no good any more; the same person's other session is.
    equal(who(w, with_cookie(w, "person", value)), (None, None))
    w.api.call("getInbox", 401, headers=with_cookie(w, "person", value))
    w.api.call("getInbox", 401, token=value)
    equal(who(w, with_cookie(w, "person", other)), ("li", None))
    w.api.call("signOut", 204, headers=with_cookie(w, "person", value))
    w.api.call("signOut", 204)
    w.api.call("signOut", 400, query={"who": "everybody"})
    w.api.server.stop()
    w.api.server.start()
    equal(who(w, with_cookie(w, "person", value)), (None, None), "after a restart")
    equal(who(w, with_cookie(w, "person", other)), ("li", None), "after a restart")


def sign_in_operator(w, expect=200, **body):
    answer = w.api.call("signInOperator", expect, body=body)
    return cookie_of(answer, "operator")[0] if expect == 200 else None


def operators(w):
    create = lambda expect, **body: w.api.call("createOperator", expect, token=ADMIN, body=body)
    for role in ("viewer", "sender", "admin"):
        made = create(201, name=role + "@acme", role=role, password=PASSWORD).json
        equal((made["name"], made["role"], made["has_password"]), (role + "@acme", role, True))
    create(201, name="keeper", role="viewer")
    create(409, name="keeper", role="admin")
    for body in ({}, {"name": "x"}, {"role": "admin"}, {"name": "x y", "role": "admin"},
                 {"name": "x", "role": "boss"}, {"name": "x", "role": "viewer", "password": "short"},
                 {"name": "admin token", "role": "viewer"}):
        create(400, **body)
    listed = w.api.call("listOperators", 200, token=ADMIN)
    equal([o["name"] for o in listed.json["operators"]],
          ["admin@acme", "keeper", "sender@acme", "viewer@acme"])
    equal("argon2" in listed.raw.decode(), False)

    session = sign_in_operator(w, name="sender@acme", password=PASSWORD)
    equal(who(w, with_cookie(w, "operator", session)), (None, ("sender@acme", "sender")))
    sign_in_operator(w, 401, name="sender@acme", password="wrong password")
    sign_in_operator(w, 401, name="nobody", password=PASSWORD)
    sign_in_operator(w, 401, name="keeper", password=PASSWORD)  # has none
    sign_in_operator(w, 401, token="wrong")
    for body in ({}, {"name": "x"}, {"token": ADMIN, "name": "x", "password": "y"}, {"token": 1}):
        sign_in_operator(w, 400, **body)
    answer = w.api.call("signInOperator", 200, body={"token": ADMIN})
    value, flags = cookie_of(answer, "operator")
    equal((ADMIN in value, "HttpOnly" in flags, flags["SameSite"]), (False, True, "Strict"))
    equal(who(w, with_cookie(w, "operator", value)), (None, ("admin token", "admin")))
    equal(who(w, {"Authorization": "Bearer " + ADMIN}), (None, ("admin token", "admin")))

    # What changes an account ends its sessions, and nobody else's.
    change = lambda expect, name, **body: w.api.call(
        "changeOperator", expect, token=ADMIN, params={"name": name}, body=body)
    equal(change(200, "sender@acme", role="viewer").json["role"], "viewer")
    equal(who(w, with_cookie(w, "operator", session)), (None, None), "another role")
    equal(who(w, with_cookie(w, "operator", value))[1], ("admin token", "admin"))
    session = sign_in_operator(w, name="sender@acme", password=PASSWORD)
    change(200, "sender@acme", role="sender", password=PASSWORD + "!")
    equal(who(w, with_cookie(w, "operator", session)), (None, None), "another password")
    sign_in_operator(w, 401, name="sender@acme", password=PASSWORD)
    change(200, "sender@acme", password=PASSWORD)
    session = sign_in_operator(w, name="sender@acme", password=PASSWORD)
    change(200, "sender@acme")
    equal(who(w, with_cookie(w, "operator", session))[1], ("sender@acme", "sender"), "no change")
    w.api.call("signOut", 204, query={"who": "operator"},
               headers=with_cookie(w, "operator", session))
    equal(who(w, with_cookie(w, "operator", session)), (None, None), "signed out")
    change(404, "nobody", role="viewer")
    change(400, "keeper", role="boss")

    create(201, name="short-lived", role="admin", password=PASSWORD)
    session = sign_in_operator(w, name="short-lived", password=PASSWORD)
    w.api.call("deleteOperator", 204, token=ADMIN, params={"name": "short-lived"})
    equal(who(w, with_cookie(w, "operator", session)), (None, None), "removed")
    w.api.call("deleteOperator", 404, token=ADMIN, params={"name": "short-lived"})
    create(201, name="short-lived", role="viewer", password=PASSWORD)
    equal(who(w, with_cookie(w, "operator", session)), (None, None), "of the one before")
    w.api.call("deleteOperator", 204, token=ADMIN, params={"name": "short-lived"})


# The least role of every call of operators.
ROLES = {
    "viewer": {"listBatches", "getBatch", "listRecipients", "streamProgress",
               "listBatchDepartments", "previewAudience", "getOverview", "listTenants",
               "listDepartments", "getDepartment", "listUsers", "getUser", "searchDirectory",
               "getPushOfUser", "listApps", "getApp", "getAppQuota", "getAppEvents",
               "listDeadLetters", "getBatchImage"},
    "sender": {"createBatch", "uploadImage", "recallBatch", "pauseBatch", "resumeBatch", "cancelBatch",
               "remindUnread"},
    "admin": {"createSession", "createApp", "changeApp", "deleteApp", "addSecret",
              "withdrawSecret", "setAppEvents", "removeAppEvents", "replayDeadLetters",
              "replayDeadLetter", "dropDeadLetter", "installApp", "uninstallApp",
              "listOperators", "createOperator", "changeOperator", "deleteOperator", "listAudit",
              "importOrganisation", "exportPerson", "erasePerson"},
}
ORDER = ["viewer", "sender", "admin"]


def roles(w):
    """Every call of operators is refused to lesser roles, and to no other."""
    known = {name for names in ROLES.values() for name in names}
    declared = {o.name for o in w.api.operations.values() if "operator" in o.callers}
    equal(declared ^ known, set(), "calls without a role here, or roles without a call")
    params = {**PARAMS, "name": "nobody", "tenant_key": "nowhere"}
    for mine in ORDER:
        headers = with_cookie(w, "operator",
                              sign_in_operator(w, name=mine + "@acme", password=PASSWORD))
        for least in ORDER:
            for name in sorted(ROLES[least]):
                operation = w.api.operations[name]
                answer = Answer(*w.api.server.request(
                    operation.method, operation.target(params, {}),
                    {**headers, "Content-Type": "application/json"},
                    b"{}" if operation.has_body else None))
                w.api.check(operation, answer)
                refused = answer.status == 403
                equal(refused, ORDER.index(mine) < ORDER.index(least), f"{mine}: {name}")
                if refused:
                    equal(f"the role {least}" in answer.json["detail"], True, answer.json)
        # Without one of our pages behind it the cookie changes nothing, whatever the role.
        w.api.call("recallBatch", 403, params=PARAMS,
                   headers={"Cookie": headers["Cookie"], "Origin": "https://evil.example"})


def routes_are_declared(w):
    """What the server has a route for stands in the document."""
    declared = {(o.method, re.sub(r"{\w+}", ":x", o.path)) for o in w.api.operations.values()}
    metrics = w.api.call("getMetrics", 200).raw.decode()
    found = set(re.findall(r'method="(\w+)",route="(/api/v1[^"]*)"', metrics))
    equal(len(found) > 20, True, "routes in /metrics")
    equal({(method, re.sub(r":\w+", ":x", path)) for method, path in found} - declared, set())


def audit_log(w):
    log = lambda **query: w.api.call("listAudit", 200, token=ADMIN, query=query).json
    w.api.call("changeApp", 200, token=ADMIN, params={"app_id": "cli_other"},
               body={"name": "Another"})
    newest = log(limit=1)["entries"][0]
    equal({key: newest[key] for key in ("operator", "role", "action", "target", "remote", "status")},
          {"operator": "admin token", "role": "admin", "action": "app.change",
           "target": "cli_other", "remote": "127.0.0.1", "status": 200})
    # Looking is not written down, by whomever; what was refused is.
    w.api.call("listApps", 200, token=ADMIN)
    equal(log(limit=1)["entries"][0], newest)
    session = sign_in_operator(w, name="viewer@acme", password=PASSWORD)
    w.api.call("recallBatch", 403, params=PARAMS, headers=with_cookie(w, "operator", session))
    refused, came = log(limit=2)["entries"]
    equal((refused["operator"], refused["role"], refused["action"], refused["target"],
           refused["status"]),
          ("viewer@acme", "viewer", "batch.recall", PARAMS["batch_id"], 403))
    equal((came["operator"], came["action"], came["status"]),
          ("viewer@acme", "operator.sign_in", 200))
    # An app is no operator.
    w.api.call("recallBatch", 404, token=w.apps["demo"], params=PARAMS)
    equal(log(limit=1)["entries"][0], refused)
    # Secrets and passwords are not told.
    w.api.call("createOperator", 201, token=ADMIN,
               body={"name": "told", "role": "viewer", "password": PASSWORD})
    w.api.call("deleteOperator", 204, token=ADMIN, params={"name": "told"})
    everything, before = [], ""
    while before is not None:
        page = log(limit=7, before=before)
        everything += page["entries"]
        before = page["next"]
    equal(len(everything) > 30, True)
    text = json.dumps(everything)
    equal((PASSWORD in text, ADMIN in text), (False, False))
    created = next(e for e in everything if e["target"] == "told" and "create" in e["action"])
    equal((created["action"], created["detail"], created["status"]),
          ("operator.create", "role viewer", 201))
    times = [e["at"] for e in everything]
    equal(times, sorted(times, reverse=True))
    w.api.call("listAudit", 400, token=ADMIN, query={"before": "x"})
    w.api.call("listAudit", 400, token=ADMIN, query={"limit": 0})
    w.api.server.stop()
    w.api.server.start()
    equal(log(limit=7)["entries"], everything[:7], "after a restart")


def sign_ins_are_counted(w):
    """Too many attempts are refused, also with the right password; others go on."""
    statuses = set()
    for _ in range(2 * w.sign_ins_per_minute + 1):  # a minute may begin in between
        operation = w.api.operations["signInOperator"]
        answer = Answer(*w.api.server.request(
            "POST", operation.path, {"Content-Type": "application/json"}, b'{"token":"wrong"}'))
        w.api.check(operation, answer)
        statuses.add(answer.status)
        if answer.status == 429:
            equal(answer.headers["Retry-After"], "60")
            break
    equal(statuses, {401, 429})
    w.api.call("listApps", 200, token=ADMIN)


def pages(w):
    """The pages, with their headers; what is not ours is not shown."""
    def get(path, **headers):
        return Answer(*w.api.server.request("GET", path, headers))
    for path in ("/inbox", "/inbox/", "/inbox/some/where", "/console", "/console/batches/x", "/docs"):
        page = get(path)
        equal((page.status, page.kind), (200, "text/html"), path)
        policy = page.headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"):
            equal(part in policy, True, policy)
        equal("unsafe" in policy, False, policy)
        equal(re.findall(r"media-src ([^;]*)", policy),
              ["'self'"] if path.startswith("/inbox") else [], policy)
        for name, value in (("X-Content-Type-Options", "nosniff"),
                            ("Referrer-Policy", "no-referrer"),
                            ("Cross-Origin-Opener-Policy", "same-origin"),
                            ("Cross-Origin-Resource-Policy", "same-origin")):
            equal(page.headers[name], value, path)
        equal("Strict-Transport-Security" in page.headers, False, "this is http")
    asset = re.search(rb'src="(/inbox/assets/[^"]+\.js)"', get("/inbox").raw).group(1).decode()
    plain = get(asset)
    equal(plain.headers["Cache-Control"], "public, max-age=31536000, immutable")
    packed = get(asset, **{"Accept-Encoding": "gzip, br"})
    equal((packed.headers["Content-Encoding"], len(packed.raw) < len(plain.raw)), ("br", True))
    known = get(asset, **{"Accept-Encoding": "br", "If-None-Match": packed.headers["ETag"]})
    equal((known.status, known.raw), (304, b""))
    equal(get("/inbox").headers["Cache-Control"], "no-cache")
    first, second = get("/console"), get("/console")
    if b"__CSP_NONCE__" in first.raw:
        raise Wrong("the nonce was not put in")
    if "nonce-" in first.headers["Content-Security-Policy"]:
        equal(first.headers["Content-Security-Policy"]
              != second.headers["Content-Security-Policy"], True, "a nonce each")
    for path in ("/inbox/assets/nothing.js", "/inboxes"):
        equal(get(path).status, 404, path)
    root = get("/")
    equal((root.status, root.headers["Location"]), (302, "/inbox"))
    for path in ("/api/v1/nothing", "/healthz", "/api/v1/apps", "/inbox/../api/v1/apps"):
        equal(get(path).headers["X-Content-Type-Options"], "nosniff", path)
    docs = get("/docs").raw.decode()
    for operation in w.api.operations.values():
        equal(f'id="{operation.name}"' in docs, True, operation.name)
    status, headers, _ = w.api.server.request("POST", "/inbox", {}, b"x")
    equal((status, headers["Allow"]), (405, "GET, HEAD"))
