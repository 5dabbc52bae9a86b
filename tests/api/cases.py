"""What is asked of each group of operations; every answer is also judged by contract.py."""
import csv
import http.client
import io
import json
import threading

import organisation
from contract import Answer, Wrong
from receiver import Receiver
from server import ADMIN, read_events, wait_until

NOWHERE = "bm-" + "0" * 32


def equal(got, wanted, what=""):
    if got != wanted:
        raise Wrong(f"{what}: {got!r}, not {wanted!r}")


def balanced(batch):
    equal(batch["pending"] + batch["delivered"] + batch["failed"] + batch["excluded"],
          batch["valid"], "the books of " + json.dumps(batch))
    if batch["read"] is not None:
        equal(batch["unread"], batch["delivered"] - batch["read"], "unread")
    return batch


class World:
    """The contract, and the tokens of those who call."""

    def __init__(self, contract):
        self.api = contract
        self.people = {}
        self.apps = {}

    def app_token(self, app_id, secret):
        body = json.dumps({"app_id": app_id, "app_secret": secret}).encode()
        status, _, raw = self.api.server.request(
            "POST", "/open-apis/auth/v3/tenant_access_token/internal",
            {"Content-Type": "application/json"}, body)
        answer = json.loads(raw)
        equal((status, answer["code"]), (200, 0), raw)
        return answer["tenant_access_token"]

    def sign_in(self):
        for user in ("li", "han", "jim"):
            self.people[user] = self.session("acme", user)
        self.apps = {"demo": self.app_token("cli_demo", "demo-secret"),
                     "other": self.app_token("cli_other", "other-secret"),
                     "globex": self.app_token("cli_globex", "globex-secret")}

    def session(self, tenant, user):
        answer = self.api.call("createSession", 200, token=ADMIN,
                               body={"tenant_key": tenant, "user_id": user})
        return answer.json["token"]

    def send(self, app="demo", text="hello", **targets):
        body = {"msg_type": "text", "content": {"text": text}, **targets}
        status, _, raw = self.api.server.request(
            "POST", "/open-apis/message/v4/batch_send/",
            {"Authorization": "Bearer " + self.apps[app], "Content-Type": "application/json"},
            json.dumps(body).encode())
        answer = json.loads(raw)
        equal((status, answer["code"]), (200, 0), raw)
        return answer["data"]["message_id"]

    def batch(self, batch_id, token=ADMIN):
        answer = self.api.call("getBatch", 200, token=token, params={"batch_id": batch_id})
        return balanced(answer.json)

    def send_and_wait(self, *args, **kwargs):
        batch_id = self.send(*args, **kwargs)
        wait_until(lambda: self.batch(batch_id)["state"] == "sent", "the batch is sent")
        return batch_id

    def inbox(self, user, **query):
        return self.api.call("getInbox", 200, token=self.people[user], query=query).json


# Who may call: the same for every operation, so it is asked of every operation.

PARAMS = {"batch_id": NOWHERE, "app_id": "cli_nobody", "tenant_key": "acme", "version": 1,
          "event_id": "0" * 32, "message_id": "om_" + "0" * 32,
          "image_key": "img", "media_id": "@lAD", "name": "nobody", "user_id": "nobody",
          "department_id": "none"}


def everybody_is_asked_who_they_are(w):
    tokens = {"operator": ADMIN, "app": w.apps["demo"], "person": w.people["li"]}
    for operation in w.api.operations.values():
        if not operation.callers:
            continue
        body = {} if operation.has_body else None
        for bad in (None, "", "nonsense", "t-" + "0" * 32, "s-" + "0" * 32, "t-", "s-x"):
            w.api.call(operation.name, 401, token=bad, params=PARAMS, body=body)
        for kind, token in tokens.items():
            if kind not in operation.callers:
                w.api.call(operation.name, 403, token=token, params=PARAMS, body=body)


def long_bodies_are_refused_unread(w):
    for operation in w.api.operations.values():
        if "413" in operation.statuses:
            length = {"importOrganisation": 5 << 30, "uploadImage": 11 << 20}.get(operation.name,
                                                                                  2 << 20)
            target = operation.target(PARAMS, {})
            answer = Answer(*w.api.server.announce(operation.method, target, length))
            w.api.check(operation, answer)
            equal(answer.status, 413, target)


def bad_bodies_are_refused(w):
    batch_id = w.send_and_wait(text="to be reminded of", user_ids=["li"])
    for name in ("createSession", "markRead", "createApp", "changeApp", "addSecret", "setAppEvents",
                 "signIn", "signInOperator", "createOperator", "changeOperator",
                 "previewAudience", "createBatch", "remindUnread"):
        token = w.people["li"] if name == "markRead" else ADMIN
        params = {"app_id": "cli_demo", "batch_id": batch_id, "name": "nobody"}
        for raw in (b"[]", b"{", b"null", b'{"a":1}', b"\xff\xfe", b"{" * 100000):
            answer = w.api.call(name, 400, token=token, params=params, raw=raw)
            if raw != b'{"a":1}':
                equal(answer.json["type"], "urn:carillon:problem:bad-json", raw[:20])


def unknown_paths_and_methods(w):
    problem = w.api.document["components"]["schemas"]["Problem"]
    equal("type" in problem["required"], True)
    for target in ("/api/v1", "/api/v1/nothing", "/api/v1/batches/x/y/z", "/api/v1/apps/a/b"):
        answer = Answer(*w.api.server.request("GET", target, {}))
        equal((answer.status, answer.kind), (404, "application/problem+json"), target)
        w.api.check_value("Problem", answer.json)
    for method, target, allowed in (("DELETE", "/api/v1/tenants", "GET, HEAD"),
                                    ("PUT", "/api/v1/apps/x", "GET, HEAD, PATCH, DELETE"),
                                    ("GET", "/api/v1/import", "POST"),
                                    ("POST", "/metrics", "GET, HEAD")):
        answer = Answer(*w.api.server.request(method, target, {}))
        equal((answer.status, answer.headers["Allow"]), (405, allowed), target)
        w.api.check_value("Problem", answer.json)
    status, headers, raw = w.api.server.request("HEAD", "/healthz", {})
    equal((status, raw), (200, b""), "HEAD")


def operators_calls(w):
    w.api.call("getOpenapi", 200)
    w.api.call("getHealth", 200)
    w.api.call("getReadiness", 200)
    metrics = w.api.call("getMetrics", 200)
    equal(metrics.headers["Content-Type"].startswith("text/plain; version=0.0.4"), True)
    tenants = w.api.call("listTenants", 200, token=ADMIN).json["tenants"]
    acme = next(t for t in tenants if t["tenant_key"] == "acme")
    equal((acme["users"], acme["active_users"], acme["departments"], acme["apps"]), (14, 13, 3, 4))


def sessions(w):
    answer = w.api.call("createSession", 200, token=ADMIN,
                        body={"tenant_key": "acme", "user_id": "li"}).json
    url = f"http://127.0.0.1:{w.api.server.port}/inbox?code="
    equal(answer["inbox_url"].startswith(url), True, answer["inbox_url"])
    for body in ({"tenant_key": "acme", "user_id": "nobody"},
                 {"tenant_key": "nowhere", "user_id": "li"},
                 {"tenant_key": "acme", "user_id": "gone"}):
        w.api.call("createSession", 404, token=ADMIN, body=body)
    for body in ({}, {"tenant_key": "acme"}, {"tenant_key": "acme", "user_id": 1},
                 {"tenant_key": "acme", "user_id": None}, {"tenant_key": "", "user_id": "li"},
                 {"tenant_key": "acme", "user_id": "li", "more": 1}):
        w.api.call("createSession", 400, token=ADMIN, body=body)


def inboxes(w):
    ids = [w.send_and_wait(text=f"number {n}", user_ids=["li", "han"]) for n in range(5)]
    card = {"elements": [{"tag": "div", "text": {"tag": "plain_text", "content": "x"}}]}
    status, _, raw = w.api.server.request(
        "POST", "/open-apis/message/v4/batch_send/",
        {"Authorization": "Bearer " + w.apps["demo"], "Content-Type": "application/json"},
        json.dumps({"msg_type": "interactive", "card": card, "user_ids": ["li"]}).encode())
    equal((status, json.loads(raw)["code"]), (200, 0), raw)
    ids.append(json.loads(raw)["data"]["message_id"])
    wait_until(lambda: w.batch(ids[-1])["state"] == "sent", "the card is sent")

    page = w.inbox("li")
    equal([m["batch_id"] for m in page["messages"]][:6], ids[::-1], "newest first")
    equal((page["messages"][0]["msg_type"], page["messages"][0]["content"]), ("interactive", card))
    equal(page["messages"][1]["content"], {"text": "number 4"})
    equal(page["messages"][1]["app"], {"app_id": "cli_demo", "name": "HR"})

    seen, before = [], None
    while True:
        part = w.inbox("li", limit=2, **({"before": before} if before else {}))
        seen += [m["message_id"] for m in part["messages"]]
        equal(len(part["messages"]) <= 2, True)
        before = part["next"]
        if before is None:
            break
    equal(seen, [m["message_id"] for m in page["messages"]], "pages together")
    w.inbox("li", limit="", before="")
    for query in ({"limit": 0}, {"limit": "x"}, {"before": "x"}, {"before": "0" * 32}):
        w.api.call("getInbox", 400, token=w.people["li"], query=query)

    reading(w, page, ids)


# A point of P-256 and 16 bytes, as a browser gives them (RFC 8291, section 5).
PUSH_KEYS = {"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZ"
                       "GH6SRpkNtoIAiw4",
             "auth": "BTBZMqHH6r4Tts7J_aSIgg"}


def pushes(w):
    token = w.people["li"]
    url = "https://push.example/send/1?a=b"

    def put(expect, endpoint=url, keys=PUSH_KEYS, **more):
        body = {"subscription": {"endpoint": endpoint, "expirationTime": None, "keys": keys,
                                 **more}}
        return w.api.call("putPush", expect, token=token, body=body).json

    before = w.api.call("getPush", 200, token=token).json
    equal((before["enabled"], before["subscriptions"], before["log"]), (True, [], []), "at first")
    equal(len(before["public_key"]), 87, "an uncompressed point, base64url")
    answer = put(200)
    equal([s["endpoint_host"] for s in answer["subscriptions"]], ["push.example"], "only the host")
    equal(len(put(200)["subscriptions"]), 1, "the same endpoint again")
    for bad in ("http://push.example/1", "ftp://push.example/1", "https://", "push.example",
                "https://a@push.example/1", "https://push.example/ 1", "https://[::1/x",
                "https://push.example/" + "x" * 1024, 7):
        put(400, endpoint=bad)
    for name, bad in (("p256dh", ""), ("p256dh", "AAAA"), ("p256dh", PUSH_KEYS["p256dh"][:-1] + "x"),
                      ("p256dh", 1), ("auth", "AAAA"), ("auth", "***"), ("auth", None)):
        put(400, keys={**PUSH_KEYS, name: bad})
    put(400, keys=[])
    put(400, more=1)
    equal(w.api.call("switchPush", 200, token=token, body={"enabled": False}).json["enabled"],
          False, "switched off")
    for body in ({}, {"enabled": None}, {"enabled": 1}, {"enabled": True, "more": 1}):
        w.api.call("switchPush", 400, token=token, body=body)
    li = {"tenant_key": "acme", "user_id": "li"}
    seen = w.api.call("getPushOfUser", 200, token=ADMIN, params=li).json
    equal((seen["enabled"], len(seen["subscriptions"])), (False, 1), "as the operator sees it")
    for params in ({"tenant_key": "acme", "user_id": "nobody"},
                   {"tenant_key": "nowhere", "user_id": "li"}):
        w.api.call("getPushOfUser", 404, token=ADMIN, params=params)
    other = w.api.call("getPush", 200, token=w.people["han"]).json
    equal((other["subscriptions"], other["public_key"]), ([], before["public_key"]), "another's")
    w.api.call("deletePush", 400, token=token, body={})
    for _ in range(2):
        gone = w.api.call("deletePush", 200, token=token, body={"endpoint": url}).json
        equal(gone["subscriptions"], [], "removed")
    w.api.call("switchPush", 200, token=token, body={"enabled": True})
    for n in range(11):
        answer = put(200, endpoint=f"https://push-{n}.example/1")
    equal([s["endpoint_host"] for s in answer["subscriptions"]],
          [f"push-{n}.example" for n in range(1, 11)], "the oldest makes room")
    for n in range(11):
        w.api.call("deletePush", 200, token=token, body={"endpoint": f"https://push-{n}.example/1"})


def live_inboxes(w):
    token = w.people["li"]
    equal(w.api.call("createLiveTicket", 200, token=token).json["expires_in"], 60)
    for query in ({}, {"cursor": w.inbox("li")["cursor"]}):
        w.api.call("openLiveInbox", 400, token=token, query=query)  # no WebSocket
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    w.api.call("openLiveInbox", 400, token=token, headers=upgrade, query={"cursor": "x"})
    w.api.call("openLiveInbox", 426, token=token,
               headers={**upgrade, "Sec-WebSocket-Version": "8"})
    operation = w.api.operations["openLiveInbox"]
    connection = http.client.HTTPConnection("127.0.0.1", w.api.server.port, timeout=30)
    connection.request("GET", operation.target({}, {}),
                       headers={**upgrade, "Authorization": "Bearer " + token})
    answer = connection.getresponse()
    w.api.check(operation, Answer(answer.status, answer.headers, b""))
    equal(answer.status, 101)
    w.api.check_value("LiveEvent", read_frame(answer.fp))
    batch_id = w.send(user_ids=["li"])
    event = read_frame(answer.fp)
    w.api.check_value("LiveEvent", event)
    equal((event["type"], event["batch_id"]), ("message", batch_id))
    connection.close()


def read_frame(stream):
    """The JSON of one text frame as servers write it (RFC 6455, 5.2)."""
    first, length = stream.read(2)
    equal(first, 0x81)
    if length == 126:
        length = int.from_bytes(stream.read(2), "big")
    return json.loads(stream.read(length))


GIF = b"GIF89a and what follows"


def form(*parts):
    """A multipart body of (name, file name, bytes), and its Content-Type."""
    body = b"".join(
        b"--B\r\nContent-Disposition: form-data; name=\"" + name.encode() + b"\"" +
        (b"; filename=\"" + file.encode() + b"\"" if file else b"") + b"\r\n\r\n" + data + b"\r\n"
        for name, file, data in parts) + b"--B--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=B"}


def upload_image(w, app, data=GIF):
    body, headers = form(("image_type", "", b"message"), ("image", "x.gif", data))
    status, _, raw = w.api.server.request(
        "POST", "/open-apis/im/v1/images",
        {"Authorization": "Bearer " + w.apps[app], **headers}, body)
    answer = json.loads(raw)
    equal((status, answer["code"]), (200, 0), raw)
    return answer["data"]["image_key"]


def send_image(w, app, key, **targets):
    status, _, raw = w.api.server.request(
        "POST", "/open-apis/message/v4/batch_send/",
        {"Authorization": "Bearer " + w.apps[app], "Content-Type": "application/json"},
        json.dumps({"msg_type": "image", "content": {"image_key": key}, **targets}).encode())
    equal((status, json.loads(raw)["code"]), (200, 0), raw)
    batch = json.loads(raw)["data"]["message_id"]
    wait_until(lambda: w.batch(batch)["state"] == "sent", "the image is sent")
    return batch


def send_card(w, app, card, **targets):
    status, _, raw = w.api.server.request(
        "POST", "/open-apis/message/v4/batch_send/",
        {"Authorization": "Bearer " + w.apps[app], "Content-Type": "application/json"},
        json.dumps({"msg_type": "interactive", "card": card, **targets}).encode())
    equal((status, json.loads(raw)["code"]), (200, 0), raw)
    batch = json.loads(raw)["data"]["message_id"]
    wait_until(lambda: w.batch(batch)["state"] == "sent", "the card is sent")
    return batch


def inbox_images(w):
    key = upload_image(w, "demo")
    other = upload_image(w, "other")
    batch = send_image(w, "demo", key, user_ids=["li"])
    message = w.inbox("li")["messages"][0]
    equal((message["batch_id"], message["content"]), (batch, {"image_key": key}))

    def look(user, expect, message_id=message["message_id"], image_key=key):
        return w.api.call("getInboxImage", expect, token=w.people[user],
                          params={"message_id": message_id, "image_key": image_key})

    answer = look("li", 200)
    equal((answer.kind, answer.raw), ("image/gif", GIF))
    look("han", 404)  # somebody else's message (I7)
    look("li", 404, message_id="om_" + "0" * 32)
    equal(look("li", 200, message_id=batch).raw, GIF, "as a live event names it")
    look("han", 404, message_id=batch)
    look("li", 404, message_id="bm-" + "0" * 32)
    look("li", 404, image_key=other)  # not in this message
    look("li", 404, image_key="image_key")
    w.api.call("getInboxImage", 401,
               params={"message_id": message["message_id"], "image_key": key})
    w.api.call("getInboxImage", 403, token=w.apps["demo"],
               params={"message_id": message["message_id"], "image_key": key})

    # A card may name any image, but shows those of the app that sent it only.
    card = {"elements": [{"tag": "img", "img_key": key}, {"tag": "img", "img_key": other}]}
    send_card(w, "demo", card, user_ids=["han"])
    card_message = w.inbox("han")["messages"][0]["message_id"]
    look("han", 200, message_id=card_message)
    look("han", 404, message_id=card_message, image_key=other)

    # A picture within words is shown, too; what only looks like its key is not.
    words = {"elements": [
        {"tag": "markdown", "content": f"**Plan**\n![a plan]({key}) [x]({other})"},
        {"tag": "markdown", "content": f"![b]({other}x) ![c](x{other})"}]}
    words_batch = send_card(w, "demo", words, user_ids=["han"])
    shown = look("han", 200, message_id=words_batch)
    equal((shown.raw, shown.headers["Cache-Control"]), (GIF, "no-store"))
    look("li", 404, message_id=words_batch)
    for near in (key[:-1], key + "x", key[1:], other, "a plan"):
        look("han", 404, message_id=words_batch, image_key=near)

    # I6: not after the recall was answered.
    status, _, raw = w.api.server.request(
        "DELETE", f"/open-apis/im/v1/batch_messages/{batch}",
        {"Authorization": "Bearer " + w.apps["demo"]}, None)
    equal((status, json.loads(raw)["code"]), (200, 0), raw)
    look("li", 404)
    look("li", 404, message_id=batch)


PDF = b"%PDF-1.7 and what follows"
AMR = b"#!AMR\n and what follows"


def upload_media(w, use, name, data):
    """As DingTalk's clients do it; gives the media_id."""
    token = ding_token(w)
    body, headers = form(("type", "", use.encode()), ("media", name, data))
    answer = ding(w, f"/media/upload?access_token={token}", body, headers)
    return answer["media_id"]


def ding_token(w):
    return ding(w, "/gettoken?appkey=dingkey&appsecret=ding-secret-2")["access_token"]


def ding(w, target, body=None, headers=None):
    status, _, raw = w.api.server.request("POST" if body else "GET", target, headers or {}, body)
    answer = json.loads(raw)
    equal((status, answer["errcode"]), (200, 0), raw)
    return answer


def send_notification(w, kind, content, users):
    """A work notification; gives the batch as our own API names it."""
    body = {"agent_id": 77, "userid_list": users, "msg": {"msgtype": kind, kind: content}}
    ding(w, "/topapi/message/corpconversation/asyncsend_v2?access_token=" + ding_token(w),
         json.dumps(body).encode(), {"Content-Type": "application/json"})
    batch = lambda: w.inbox(users.split(",")[0])["messages"][0]
    wait_until(lambda: batch()["content"] == content, "the notification is there")
    return batch()["batch_id"]


def inbox_files(w):
    """Files and voices of work notifications, for those who have got them."""
    pdf = upload_media(w, "file", "r\u00e9sum\u00e9 '1'.pdf", PDF)
    amr = upload_media(w, "voice", "../x/hello.amr", AMR)
    gif = upload_media(w, "image", "x.gif", GIF)
    unsent = upload_media(w, "file", "unsent.pdf", PDF)

    def look(user, expect, message_id, media_id):
        return w.api.call("getInboxFile", expect, token=w.people[user],
                          params={"message_id": message_id, "media_id": media_id})

    batch = send_notification(w, "file", {"media_id": pdf}, "li")
    message = w.inbox("li")["messages"][0]["message_id"]
    for message_id in (message, batch):
        file = look("li", 200, message_id, pdf)
        equal((file.kind, file.raw), ("application/octet-stream", PDF))
        equal({name: file.headers[name] for name in
               ("Content-Disposition", "X-Content-Type-Options", "Cache-Control")},
              {"Content-Disposition": "attachment; filename*=UTF-8''r%C3%A9sum%C3%A9%20%271%27.pdf",
               "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})
    look("han", 404, message, pdf)  # somebody else's message (I7)
    look("han", 404, batch, pdf)
    for near in (pdf[:-1], pdf[1:], pdf + "0", unsent, "media_id"):
        look("li", 404, batch, near)
    w.api.call("getInboxFile", 401, params={"message_id": message, "media_id": pdf})
    w.api.call("getInboxFile", 403, token=w.apps["demo"],
               params={"message_id": message, "media_id": pdf})

    voice = send_notification(w, "voice", {"media_id": amr, "duration": "3"}, "li,han")
    for user in ("li", "han"):
        sound = look(user, 200, voice, amr)
        equal((sound.kind, sound.raw), ("audio/amr", AMR))
        equal(sound.headers["Content-Disposition"], "attachment; filename*=UTF-8''hello.amr")
    part = w.api.call("getInboxFile", 206, token=w.people["li"], headers={"Range": "bytes=0-4"},
                      params={"message_id": voice, "media_id": amr})
    equal((part.raw, part.kind, part.headers["Content-Range"]),
          (AMR[:5], "audio/amr", f"bytes 0-4/{len(AMR)}"))
    # Kept as a file; drawn by the other call.
    shown = send_notification(w, "image", {"media_id": gif}, "li")
    equal(look("li", 200, shown, gif).kind, "application/octet-stream")
    drawn = w.api.call("getInboxImage", 200, token=w.people["li"],
                       params={"message_id": shown, "image_key": gif})
    equal((drawn.kind, drawn.raw), ("image/gif", GIF))
    w.api.call("getInboxImage", 404, token=w.people["li"],
               params={"message_id": batch, "image_key": pdf})

    # I6: not after the recall was answered.
    w.api.call("recallBatch", 200, token=ADMIN, params={"batch_id": batch})
    look("li", 404, message, pdf)
    look("li", 404, batch, pdf)


def batch_images(w):
    """Images for those who may look at the batch: operators, and the app that sent it."""
    key = upload_image(w, "demo")
    batch = send_card(w, "demo", {"elements": [
        {"tag": "markdown", "content": f"![a plan]({key})"}]}, user_ids=["li"])

    def look(expect, token=ADMIN, image_key=key, batch_id=batch):
        return w.api.call("getBatchImage", expect, token=token,
                          params={"batch_id": batch_id, "image_key": image_key})

    for token in (ADMIN, w.apps["demo"]):
        shown = look(200, token)
        equal((shown.kind, shown.raw, shown.headers["Cache-Control"]),
              ("image/gif", GIF, "no-store"))
    for token in (w.apps["other"], w.apps["globex"]):
        look(404, token)  # another app's batch (I7)
    look(403, w.people["li"])
    look(401, None)
    for near in (key[:-1], key[1:], upload_image(w, "demo"), "a plan"):
        look(404, image_key=near)
    look(404, batch_id=NOWHERE)
    w.api.call("recallBatch", 200, token=ADMIN, params={"batch_id": batch})
    look(404)
    equal(w.batch(batch)["content"], None, "as the content itself")


def image_uploads(w):
    """An image for an app, uploaded by an operator or by itself."""
    def upload(expect, *parts, app="cli_demo", token=ADMIN, query=None):
        body, headers = form(*parts or (("image", "x.gif", GIF),))
        return w.api.call("uploadImage", expect, token=token, params={"app_id": app},
                          query=query, headers=headers, raw=body)

    create = lambda expect, key, app: w.api.call("createBatch", expect, token=ADMIN, body={
        "app_id": app, "msg_type": "image", "content": {"image_key": key},
        "audience": {"user_ids": ["li"]}})
    for token in (ADMIN, w.apps["demo"]):
        key = upload(201, token=token).json["image_key"]
        batch = create(201, key, "cli_demo").json["batch_id"]
        wait_until(lambda: w.batch(batch)["state"] == "sent", "the image is sent")
        shown = w.api.call("getInboxImage", 200, token=w.people["li"],
                           params={"message_id": batch, "image_key": key})
        equal((shown.kind, shown.raw), ("image/gif", GIF))
        create(403, key, "cli_other")  # the image of one app is not another's
    # Its app may fetch it as if it had uploaded it.
    status, _, raw = w.api.server.request("GET", "/open-apis/im/v1/images/" + key,
                                          {"Authorization": "Bearer " + w.apps["demo"]}, None)
    equal((status, raw), (200, GIF))

    upload(403, token=w.apps["other"])  # an app for itself only
    upload(403, token=w.people["li"])
    upload(401, token=None)
    upload(404, app="cli_nobody")
    upload(404, query={"tenant_key": "nowhere"})
    upload(403, query={"tenant_key": "globex"})  # not installed there
    upload(201, app="cli_store", query={"tenant_key": "acme"})
    upload(415, ("image", "x.gif", b"no image"))
    upload(415, ("image", "x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    upload(400, ("image", "x.gif", b""))
    upload(400, ("picture", "", GIF))
    upload(400, ("image", "x.gif", GIF), ("image", "y.gif", GIF))
    upload(413, ("image", "x.gif", GIF + bytes(10 << 20)))
    w.api.call("uploadImage", 400, token=ADMIN, params={"app_id": "cli_demo"}, raw=GIF)
    log = w.api.call("listAudit", 200, token=ADMIN, query={"limit": 50}).json["entries"]
    uploads = [e for e in log if e["action"] == "image.upload"]
    equal((uploads[-1]["target"], uploads[-1]["detail"][:7], uploads[-1]["status"]),
          ("cli_demo", "img_v2_", 201))
    equal(415 in [e["status"] for e in uploads], True, "what was refused is written down, too")


def imported_images(w):
    """An organisation that brings the files of its images along."""
    organisation_file = json.dumps({"tenants": [{
        "tenant_key": "acme",
        "images": [{"image_key": "img_here", "file": "here.gif"},
                   {"image_key": "img_away", "file": "away.gif"}]}]}).encode()

    def bring(expect, *parts):
        body, headers = form(*parts)
        return w.api.call("importOrganisation", expect, token=ADMIN, headers=headers, raw=body)

    whole = ("organisation", "org.json", organisation_file)
    equal(bring(200, ("image", "here.gif", GIF), whole).json["images"],
          {"created": 2, "updated": 0, "unchanged": 0})
    equal(bring(200, whole, ("image", "here.gif", GIF)).json["images"],
          {"created": 0, "updated": 0, "unchanged": 2})
    equal(bring(200, whole, ("image", "here.gif", GIF + b"!")).json["images"],
          {"created": 0, "updated": 1, "unchanged": 1})
    bring(422, whole, ("image", "here.gif", b"no image"))
    bring(422, ("organisation", "", b""))
    bring(400, ("image", "here.gif", GIF))
    send_image(w, "demo", "img_here", user_ids=["jim"])
    here = w.inbox("jim")["messages"][0]["message_id"]
    answer = w.api.call("getInboxImage", 200, token=w.people["jim"],
                        params={"message_id": here, "image_key": "img_here"})
    equal(answer.raw, GIF + b"!")
    send_image(w, "demo", "img_away", user_ids=["jim"])
    away = w.inbox("jim")["messages"][0]["message_id"]
    w.api.call("getInboxImage", 404, token=w.people["jim"],
               params={"message_id": away, "image_key": "img_away"})


def kinds(w):
    """Messages to one person are listed apart from batches."""
    status, _, raw = w.api.server.request(
        "POST", "/open-apis/im/v1/messages?receive_id_type=user_id",
        {"Authorization": "Bearer " + w.apps["other"], "Content-Type": "application/json"},
        json.dumps({"receive_id": "li", "msg_type": "text",
                    "content": json.dumps({"text": "for you"})}).encode())
    equal((status, json.loads(raw)["code"]), (200, 0), raw)
    listed = lambda **query: w.api.call("listBatches", 200, token=w.apps["other"],
                                        query=query).json["batches"]
    single = listed(kind="single")
    equal([(b["kind"], b["valid"]) for b in single], [("single", 1)])
    equal(balanced(single[0])["msg_type"], "text")
    for query in ({}, {"kind": "bulk"}):
        equal(single[0]["batch_id"] in [b["batch_id"] for b in listed(**query)], False)
    wait_until(lambda: w.batch(single[0]["batch_id"])["state"] == "sent", "it is sent")
    equal(w.inbox("li")["messages"][0]["content"], {"text": "for you"})
    w.api.call("listBatches", 400, token=ADMIN, query={"tenant": "acme", "kind": "other"})


def reading(w, page, ids):
    read = lambda expect, **body: w.api.call("markRead", expect, token=w.people["li"],
                                             body=body).json
    own = page["messages"][0]["message_id"]
    of_han = w.inbox("han")["messages"][0]["message_id"]
    equal(read(200, message_ids=[own, own]), {"read": 1}, "an own message, named twice")
    equal(read(200, message_ids=[own]), {"read": 0}, "again")
    equal(read(200, message_ids=[of_han, "om_" + "0" * 32, "x"]), {"read": 0}, "not own")
    equal(w.inbox("han")["unread"], 5, "han has read nothing")
    equal(read(200, batch_ids=[ids[0], "bm_" + ids[1][3:], NOWHERE, "x"]), {"read": 2}, "batches")
    after = w.inbox("li")
    equal(after["unread"], page["unread"] - 3, "unread")
    times = [m["read_at"] is not None for m in after["messages"][:6]]
    equal(times, [True, False, False, False, True, True], "read_at")
    equal(w.batch(ids[0])["read"], 1, "the batch counts the reader")
    equal(read(200, message_ids=[]), {"read": 0}, "nothing")
    read(400)
    read(400, message_ids=[], batch_ids=[])
    read(400, message_ids=[1])
    read(400, message_ids="x")
    read(400, message_ids=["x"] * 1001)


def batches(w):
    first = w.send_and_wait(text="to a department", department_ids=["eng"],
                            user_ids=["nobody", "gone"])
    batch = w.batch(first)
    equal((batch["valid"], batch["delivered"], batch["app_id"], batch["tenant_key"]),
          (4, 4, "cli_demo", "acme"))
    equal(batch["invalid"]["user_ids"], ["nobody", "gone"], "invalid ids")
    equal(w.batch("bm_" + first[3:])["batch_id"], first, "the other spelling")
    equal(w.batch(first, w.apps["demo"]), batch, "the app sees the same")

    # I7: what is somebody else's is told exactly as what does not exist.
    answers = [w.api.call("getBatch", 404, token=token, params={"batch_id": batch_id}).json
               for token, batch_id in ((w.apps["other"], first), (w.apps["globex"], first),
                                       (w.apps["demo"], NOWHERE), (ADMIN, NOWHERE),
                                       (ADMIN, "x"), (ADMIN, "bm-x"))]
    for answer in answers:
        del answer["instance"]
        equal(answer, answers[0], "foreign and unknown batches")

    w.send_and_wait("other", text="by another app", user_ids=["jim"])
    listed = w.api.call("listBatches", 200, token=w.apps["demo"]).json["batches"]
    equal({b["app_id"] for b in listed}, {"cli_demo"}, "an app's list")
    for entry in listed:
        balanced(entry)
    everything = w.api.call("listBatches", 200, token=ADMIN, query={"tenant": "acme"}).json
    equal({b["app_id"] for b in everything["batches"]}, {"cli_demo", "cli_other"})
    one = w.api.call("listBatches", 200, token=ADMIN,
                     query={"tenant": "acme", "app": "cli_other", "state": "sent"}).json
    equal(len(one["batches"]), 1, "by app and state")
    equal(one["next"], None)
    seen, cursor = [], ""
    while cursor is not None:
        page = w.api.call("listBatches", 200, token=ADMIN,
                          query={"tenant": "acme", "limit": 3, "cursor": cursor}).json
        seen += [b["batch_id"] for b in page["batches"]]
        cursor = page["next"]
    equal(seen, [b["batch_id"] for b in everything["batches"]], "pages together")
    none = w.api.call("listBatches", 200, token=ADMIN,
                      query={"tenant": "globex", "state": "recalled"}).json
    equal(none, {"batches": [], "next": None})
    for query in ({}, {"tenant": "nowhere"}, {"tenant": "acme", "state": "done"},
                  {"tenant": "acme", "app": "nobody"}, {"tenant": "acme", "limit": -1},
                  {"tenant": "acme", "cursor": "x"}):
        w.api.call("listBatches", 400, token=ADMIN, query=query)
    for query in ({"tenant": "globex"}, {"app": "cli_other"}):
        w.api.call("listBatches", 403, token=w.apps["demo"], query=query)
    recipients(w, first)


def recipients(w, batch_id):
    params = {"batch_id": batch_id}
    call = lambda expect, headers=None, **query: w.api.call(
        "listRecipients", expect, token=w.apps["demo"], params=params, query=query,
        headers=headers)
    everyone = call(200).json
    equal({p["user_id"] for p in everyone["recipients"]}, {"li", "han", "evil", "jim"})
    equal({p["state"] for p in everyone["recipients"]}, {"delivered"})
    equal(next(p for p in everyone["recipients"] if p["user_id"] == "jim")["departments"],
          ["ops", "web"])
    w.api.call("markRead", 200, token=w.people["han"], body={"batch_ids": [batch_id]})
    equal([p["user_id"] for p in call(200, state="read").json["recipients"]], ["han"])
    equal(len(call(200, state="unread").json["recipients"]), 3)
    equal({p["user_id"] for p in call(200, department="web").json["recipients"]},
          {"han", "evil", "jim"})
    equal(len(call(200, department="0").json["recipients"]), 4)
    seen, cursor = [], ""
    while cursor is not None:
        page = call(200, limit=3, cursor=cursor).json
        seen += [p["user_id"] for p in page["recipients"]]
        cursor = page["next"]
    equal(seen, [p["user_id"] for p in everyone["recipients"]], "pages together")

    for answer in (call(200, format="csv"), call(200, headers={"Accept": "text/csv"})):
        rows = list(csv.DictReader(io.StringIO(answer.raw.decode(), newline="")))
        equal([r["user_id"] for r in rows], seen, "CSV")
        named = {r["user_id"]: r["name"] for r in rows}
        equal(named["han"], "Han \"Mei\", jun.", "quoting")
        equal(named["evil"], "'=HYPERLINK(\"http://x\")", "formulas")
        equal(answer.headers["X-Next-Cursor"], None)
    part = call(200, format="csv", limit=3)
    rest = call(200, format="csv", cursor=part.headers["X-Next-Cursor"])
    equal(len(rest.raw.decode().splitlines()), 2, "a header and the last one")
    equal(call(200, headers={"Accept": "text/csv"}, format="json").kind, "application/json")
    for query in ({"state": "x"}, {"department": "x"}, {"cursor": "x"}, {"limit": 0},
                  {"format": "xml"}):
        call(400, **query)
    w.api.call("listRecipients", 404, token=w.apps["other"], params=params)


def streams(w):
    batch_id = w.send(text="watch me", department_ids=["eng", "ops"])
    operation = w.api.operations["streamProgress"]
    target = operation.target({"batch_id": batch_id}, {})

    def listen(target, headers=None):
        sent = {"Authorization": "Bearer " + w.apps["demo"], **(headers or {})}
        connection, response = w.api.server.events(target, sent)
        w.api.check(operation, Answer(response.status, response.headers, b""))
        return connection, response

    connection, response = listen(target)
    events = list(read_events(response))
    connection.close()
    for event, _, data in events:
        equal(event, "progress")
        w.api.check_value("Progress", balanced(json.loads(data)))
    equal(json.loads(events[-1][2])["state"], "sent", "the last event")
    revisions = [int(number) for _, number, _ in events]
    equal(revisions, sorted(set(revisions)), "revisions rise")
    w.api.call("streamProgress", 204, token=ADMIN, params={"batch_id": batch_id},
               headers={"Last-Event-ID": events[-1][1]})

    connection, response = listen(target + "?follow=1")
    following = read_events(response)
    equal(json.loads(next(following)[2])["read"], 0)
    w.api.call("markRead", 200, token=w.people["li"], body={"batch_ids": [batch_id]})
    equal(json.loads(next(following)[2])["read"], 1, "a read while following")
    connection.close()
    w.api.call("streamProgress", 400, token=ADMIN, params={"batch_id": batch_id},
               query={"follow": "maybe"})
    w.api.call("streamProgress", 404, token=w.apps["other"], params={"batch_id": batch_id})


def recalls(w):
    batch_id = w.send_and_wait(text="take me back", user_ids=["li", "jim"])
    params = {"batch_id": batch_id}
    equal(w.inbox("li")["messages"][0]["batch_id"], batch_id)
    for token in (w.apps["other"], w.apps["globex"]):
        w.api.call("recallBatch", 404, token=token, params=params)
    answer = w.api.call("recallBatch", 200, token=w.apps["demo"], params=params).json
    equal(balanced(answer)["state"] in ("recalling", "recalled"), True, answer["state"])
    equal(batch_id in [m["batch_id"] for m in w.inbox("li")["messages"]], False, "I6")
    wait_until(lambda: w.batch(batch_id)["state"] == "recalled", "the recall is counted")
    equal(w.batch(batch_id)["recalled"], 2)
    w.api.call("recallBatch", 200, token=ADMIN, params=params)  # changes nothing
    taken = w.api.call("listRecipients", 200, token=ADMIN, params=params).json["recipients"]
    equal({p["state"] for p in taken}, {"recalled"})
    w.api.call("recallBatch", 404, token=ADMIN, params={"batch_id": NOWHERE})
    w.api.call("resumeBatch", 404, token=ADMIN, params={"batch_id": NOWHERE})
    w.api.call("resumeBatch", 409, token=ADMIN, params=params)


def apps(w):
    new = lambda expect, **body: w.api.call("createApp", expect, token=ADMIN, body=body).json
    made = new(201, tenant_key="acme", name="Made up")
    app_id, secret = made["app"]["app_id"], made["app_secret"]
    equal((len(app_id), len(secret), app_id[:4]), (20, 32, "cli_"))
    equal(made["app"]["installations"], [{"tenant_key": "acme", "agent_id": 0}])
    w.app_token(app_id, secret)
    named = new(201, tenant_key="acme", name="Named", app_id="cli_named", app_secret="given",
                scopes=organisation.SCOPES)
    equal((named["app"]["app_id"], named["app_secret"]), ("cli_named", "given"))
    new(409, tenant_key="acme", name="Again", app_id="cli_named")
    new(404, tenant_key="nowhere", name="Nowhere")
    for body in ({"tenant_key": "acme"}, {"name": "x"}, {"tenant_key": "acme", "name": 1},
                 {"tenant_key": "acme", "name": "x", "scopes": "im:message"},
                 {"tenant_key": "acme", "name": "x", "app_id": "a\nb"}):
        new(400, **body)

    listed = w.api.call("listApps", 200, token=ADMIN).json["apps"]
    by_id = {app["app_id"]: app for app in listed}
    equal(by_id["cli_store"]["tenant_key"], None, "a store app")
    equal(by_id["cli_demo"], w.api.call("getApp", 200, token=ADMIN,
                                        params={"app_id": "cli_demo"}).json)
    for word in ("demo-secret", "given", secret):
        equal(word in json.dumps(listed), False, "no secret is shown again")
    w.api.call("getApp", 404, token=ADMIN, params={"app_id": "cli_nobody"})
    patches(w, "cli_named")
    w.apps["named"] = w.app_token("cli_named", "given")
    refused_apps(w)
    secrets(w, app_id, secret)
    installations(w, app_id)

    w.api.call("deleteApp", 204, token=ADMIN, params={"app_id": app_id})
    for name in ("deleteApp", "getApp"):
        w.api.call(name, 404, token=ADMIN, params={"app_id": app_id})
    new(409, tenant_key="acme", name="Its id stays taken", app_id=app_id)


def patches(w, app_id):
    def patch(expect, **body):
        return w.api.call("changeApp", expect, token=ADMIN, params={"app_id": app_id},
                          body=body).json
    before = w.api.call("getApp", 200, token=ADMIN, params={"app_id": app_id}).json
    equal(patch(200), before, "nothing given, nothing changed")
    few = {"all": False, "departments": ["web", "0"], "users": ["li"]}
    changed = patch(200, name="New name", bot=False, scopes=["im:message"],
                    ip_allow=["127.0.0.0/8", "::1"], availability=few)
    equal({**before, "name": "New name", "bot": False, "scopes": ["im:message"],
           "ip_allow": ["127.0.0.0/8", "::1"], "availability": few}, changed)
    equal(patch(200, availability={"users": []})["availability"],
          {"all": False, "departments": [], "users": []})
    equal(patch(200, availability={"all": True}, bot=True, ip_allow=[],
                scopes=organisation.SCOPES)["availability"], {"all": True})
    for body in ({"name": ""}, {"name": None}, {"bot": "yes"}, {"ip_allow": ["x"]},
                 {"scopes": [1]}, {"availability": {}}, {"availability": {"users": ["nobody"]}},
                 {"availability": {"departments": ["nobody"]}}, {"app_secret": "x"},
                 {"availability": {"all": True, "users": ["li"]}}):
        patch(400, **body)
    w.api.call("changeApp", 404, token=ADMIN, params={"app_id": "cli_nobody"}, body={})


def refused_apps(w):
    """An app that may not call is refused here as well, and its streams end."""
    token = w.apps["named"]
    batch_id = w.send_and_wait("named", user_ids=["li"])
    target = w.api.operations["streamProgress"].target({"batch_id": batch_id}, {"follow": 1})
    connection, response = w.api.server.events(target, {"Authorization": "Bearer " + token})
    stream = read_events(response)
    next(stream)
    refusals = (({"enabled": False}, {"enabled": True}, "app-disabled"),
                ({"ip_allow": ["10.9.8.7"]}, {"ip_allow": []}, "address-denied"))
    for change, back, slug in refusals:
        w.api.call("changeApp", 200, token=ADMIN, params={"app_id": "cli_named"}, body=change)
        answer = w.api.call("listBatches", 403, token=token)
        equal(answer.json["type"], "urn:carillon:problem:" + slug)
        if slug == "app-disabled":
            equal(list(stream), [], "the stream ends with the app")
        w.api.call("changeApp", 200, token=ADMIN, params={"app_id": "cli_named"}, body=back)
        w.api.call("listBatches", 200, token=token)
    connection.close()


def secrets(w, app_id, first):
    params = {"app_id": app_id}
    old = w.app_token(app_id, first)
    added = w.api.call("addSecret", 201, token=ADMIN, params=params).json
    equal(added["version"], 2)
    new = w.app_token(app_id, added["app_secret"])
    w.api.call("listBatches", 200, token=old)
    w.api.call("withdrawSecret", 204, token=ADMIN, params={**params, "version": 1})
    w.api.call("listBatches", 401, token=old)
    w.api.call("listBatches", 200, token=new)
    shown = w.api.call("getApp", 200, token=ADMIN, params=params).json["secrets"]
    equal([(s["version"], s["withdrawn"]) for s in shown], [(1, True), (2, False)])
    given = w.api.call("addSecret", 201, token=ADMIN, params=params,
                       body={"use": "dingtalk", "app_secret": "given too"}).json
    equal(given, {"version": 1, "app_secret": "given too"})
    w.api.call("withdrawSecret", 204, token=ADMIN, params={**params, "version": 1},
               query={"use": "dingtalk"})
    w.api.call("addSecret", 400, token=ADMIN, params=params, body={"use": "email"})
    w.api.call("addSecret", 404, token=ADMIN, params={"app_id": "cli_nobody"})
    w.api.call("withdrawSecret", 400, token=ADMIN, params={**params, "version": 1},
               query={"use": "email"})
    for version in (9, "x", 1000, -1):
        w.api.call("withdrawSecret", 404, token=ADMIN, params={**params, "version": version})


def installations(w, app_id):
    call = lambda name, expect, app, tenant: w.api.call(
        name, expect, token=ADMIN, params={"app_id": app, "tenant_key": tenant})
    call("uninstallApp", 204, app_id, "acme")
    equal(w.api.call("getApp", 200, token=ADMIN,
                     params={"app_id": app_id}).json["installations"], [])
    call("installApp", 204, app_id, "acme")
    call("installApp", 204, "cli_store", "globex")
    shown = w.api.call("getApp", 200, token=ADMIN, params={"app_id": "cli_store"}).json
    equal({i["tenant_key"] for i in shown["installations"]}, {"acme", "globex"})
    for name in ("installApp", "uninstallApp"):
        call(name, 404, "cli_nobody", "acme")
        call(name, 404, app_id, "nowhere")
        call(name, 400, app_id, "globex")


def app_events(w):
    """The URL is checked, what it refuses is kept, listed, told again or forgotten."""
    receiver = Receiver()
    params = {"app_id": "cli_demo"}
    call = lambda name, expect, **more: w.api.call(name, expect, token=ADMIN, params=params, **more)
    put = lambda expect, **body: call("setAppEvents", expect, body=body).json
    equal(call("getAppEvents", 200).json["url"], None)
    for body in ({}, {"url": ""}, {"url": "ftp://x/"}, {"url": receiver.url, "verify": 1},
                 {"url": receiver.url, "encrypt_key": 5}, {"url": receiver.url, "more": 1}):
        put(400, **body)
    receiver.good = False
    put(422, url=receiver.url)
    put(422, url="http://10.0.0.1/")
    receiver.good = True
    shown = put(200, url=receiver.url, encrypt_key="secret-key", verification_token="secret-token",
                verify=False)
    equal((shown["url"], shown["encrypted"], shown["has_verification_token"]),
          (receiver.url, True, True))
    equal("secret" in json.dumps(shown), False, "no key is shown")
    put(200, url=receiver.url)

    receiver.good = False
    for n in range(3):
        w.send_and_wait(text=f"refused {n}", user_ids=["li"])
    lane = lambda: next(t for t in call("getAppEvents", 200).json["tenants"]
                        if t["tenant_key"] == "acme")
    wait_until(lambda: lane()["dead_letters"] == 3, "three dead letters")
    equal((lane()["waiting"], lane()["given_up"], lane()["told"]), (0, 3, 0))
    equal("500" in lane()["problem"], True, lane())
    listing = lambda expect=200, **query: call("listDeadLetters", expect, query=query).json
    wait_until(lambda: len(listing()["dead_letters"]) == 3, "all of them are on disk")
    letters = listing()["dead_letters"]
    equal([(l["kind"], l["attempts"]) for l in letters], [("sent", 2)] * 3)
    first = listing(limit=2, tenant_key="acme")
    rest = listing(limit=2, cursor=first["next"])
    equal(first["dead_letters"] + rest["dead_letters"], letters, "pages together")
    listing(400, cursor="nonsense")
    listing(404, tenant_key="nowhere")
    one = lambda name, expect, event: w.api.call(
        name, expect, token=ADMIN, params={**params, "event_id": event})
    one("dropDeadLetter", 204, letters[0]["event_id"])
    receiver.good = True
    one("replayDeadLetter", 204, letters[1]["event_id"])
    wait_until(lambda: lane()["told"] == 1, "one is told")
    equal(call("replayDeadLetters", 200).json, {"replayed": 1, "left": 0})
    wait_until(lambda: lane()["told"] == 2, "the other, too")
    equal(listing()["dead_letters"], [])
    equal({json.loads(body)["header"]["event_id"] for body in receiver.taken[-2:]},
          {l["event_id"] for l in letters[1:]})
    for name in ("dropDeadLetter", "replayDeadLetter"):
        one(name, 404, letters[1]["event_id"])
        one(name, 404, "nonsense")
    store = {"app_id": "cli_store"}
    w.api.call("listDeadLetters", 400, token=ADMIN, params=store)
    w.api.call("replayDeadLetters", 400, token=ADMIN, params=store)
    w.api.call("listDeadLetters", 200, token=ADMIN, params=store, query={"tenant_key": "acme"})
    call("removeAppEvents", 204)
    equal(call("getAppEvents", 200).json["url"], None)
    nobody = {"app_id": "cli_nobody"}
    for name in ("getAppEvents", "removeAppEvents", "listDeadLetters", "replayDeadLetters"):
        w.api.call(name, 404, token=ADMIN, params=nobody)
    w.api.call("setAppEvents", 404, token=ADMIN, params=nobody, body={"url": receiver.url})
    receiver.close()


def imports(w):
    put = lambda expect, raw, headers=None, **query: w.api.call(
        "importOrganisation", expect, token=ADMIN, raw=raw, headers=headers, query=query).json
    again = put(200, organisation.as_bytes(), {"Content-Type": "application/json"})
    equal({k: (v["created"], v["updated"]) for k, v in again.items()},
          {k: (0, 0) for k in again}, "the same once more")
    line = json.dumps({"user": {"tenant_key": "acme", "user_id": "new", "name": "New"}}).encode()
    ndjson = {"Content-Type": "application/x-ndjson"}
    for headers, query in (({}, {"format": "jsonl"}), (ndjson, {}), ({}, {})):
        put(200, line + b"\n", headers, **query)
    csv_file = b"tenant_key,user_id,name\r\nacme,new,\"New, by CSV\"\r\n"
    put(200, csv_file, {"Content-Type": "text/csv; charset=utf-8"})
    for raw in (b"", b"{", b"[]", b'{"tenants":[{"name":"no key"}]}',
                b'{"tenants":[{"tenant_key":"acme","users":[{"name":"no id"},{"user_id":1}]}]}'):
        answer = put(422, raw)
        equal(answer["type"], "urn:carillon:problem:import-invalid")
        equal(len(answer["problems"]) >= 1, True, answer)
    put(400, organisation.as_bytes(), format="xml")


def imports_at_once(w):
    """One is taken, the others are told to wait; whoever starts them, the server lives on."""
    statuses = []

    def import_small_files():
        for n in range(25):
            raw = b'{"tenants":[]}' if n % 2 else b"{"
            answer = Answer(*w.api.server.request(
                "POST", "/api/v1/import", {"Authorization": "Bearer " + ADMIN}, raw))
            w.api.check(w.api.operations["importOrganisation"], answer)
            statuses.append(answer.status)

    threads = [threading.Thread(target=import_small_files) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(len(statuses), 150, "all are answered")
    equal(set(statuses) <= {200, 409, 422}, True, set(statuses))


def while_importing(w):
    """Nothing else changes directories or apps while an import is applied."""
    nobody = {"app_id": "cli_nobody", "tenant_key": "acme", "version": 1, "name": "nobody"}
    params = {"importOrganisation": {}, "changeApp": {"app_id": "cli_demo"},
              "setAppEvents": {"app_id": "cli_store"}, "changeOperator": {"name": "keeper"}}
    names = ["importOrganisation", "changeApp", "deleteApp", "addSecret", "withdrawSecret",
             "installApp", "uninstallApp", "setAppEvents", "removeAppEvents", "erasePerson",
             "changeOperator", "deleteOperator"]
    met = set()
    for attempt in range(8):
        answers = []
        params["erasePerson"] = {"tenant_key": "acme", "user_id": f"leaving{attempt}"}
        body = organisation.large_import(30000 * (attempt + 1), attempt)
        thread = threading.Thread(target=lambda: answers.append(
            w.api.call("importOrganisation", 200, token=ADMIN, raw=body,
                       headers={"Content-Type": "application/jsonl"})))
        thread.start()
        while thread.is_alive() and not met.issuperset(names):
            # Deleting an app that is not there changes nothing, whatever the answer.
            if ask(w, "deleteApp", nobody) != 409:
                continue
            met.update(name for name in names
                       if ask(w, name, params.get(name, nobody)) == 409)
        thread.join()
        equal(len(answers), 1, "the import is answered")
        if met.issuperset(names):
            return
    raise Wrong(f"never met an import under way: {sorted(set(names) - met)}")


def ask(w, name, params):
    """The status of a call whose answer may differ; it is judged all the same."""
    operation = w.api.operations[name]
    answer = Answer(*w.api.server.request(
        operation.method, operation.target(params, {}),
        {"Authorization": "Bearer " + ADMIN, "Content-Type": "application/json"},
        BODIES.get(name, b"{}") if operation.has_body else None))
    w.api.check(operation, answer)
    return answer.status


BODIES = {"setAppEvents": b'{"url":"https://receiver.invalid/","verify":false}'}


def after_a_pause(w, batch_id):
    equal(w.batch(batch_id)["state"], "paused")
    params = {"batch_id": batch_id}
    w.api.call("resumeBatch", 200, token=ADMIN, params=params)
    wait_until(lambda: w.batch(batch_id)["state"] == "sent", "the resumed batch is sent")


def after_the_recall_hours(w, batch_id):
    params = {"batch_id": batch_id}
    answer = w.api.call("recallBatch", 409, token=w.apps["demo"], params=params)
    equal(answer.json["type"], "urn:carillon:problem:recall-too-late")
    w.api.call("recallBatch", 200, token=ADMIN, params=params)


def without_room(contract):
    answer = contract.call("getReadiness", 503)
    equal("free" in answer.json["detail"], True, "the reason")
    contract.call("getHealth", 200)
