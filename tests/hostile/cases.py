"""Single hostile or odd requests, each with what must come back.

Shape   A Case is bytes and a judgement of the answers. `answers` are all that came until the server
        closed the connection or, where it must stay open, until as many came as are expected.
Source  The wire references: the documented error, or tolerated where real clients do such things.
        Where RFC 9112 leaves the choice, several statuses are fine; two answers to what one party
        could take for one request never are.
"""

import json
import random

from harness import ADMIN, BATCH_SEND, batch_path, render

TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"
UNKNOWN = "bm-0b3d5d1b2df7c6d5dbd1abe2c91e2217"
GOOD = {"user_ids": ["u1"], "msg_type": "text", "content": {"text": "from a hostile test"}}


class Case:
    def __init__(self, name, data, wants, count=1, closed=False, pieces=None):
        self.name = name
        self.data = data
        self.wants = wants  # (answers) -> what is wrong, or None
        self.count = count  # answers to wait for
        self.closed = closed  # the server must close afterwards
        self.pieces = pieces  # how to cut the bytes up; None: one write


def wants(status, code=None, times=1, key="code"):
    """That many answers with this status (or one of them), and this code in a JSON body."""
    allowed = status if isinstance(status, tuple) else (status,)

    def judge(answers):
        if len(answers) != times:
            return f"{len(answers)} answers instead of {times}"
        for answer in answers:
            if answer.status not in allowed:
                return f"expected {allowed}"
            if code is None:
                continue
            if not answer.headers.get("content-type", "").startswith("application/json"):
                return "no JSON"
            codes = code if isinstance(code, tuple) else (code,)
            if answer.json().get(key) not in codes:
                return f"expected code {codes}"
        return None

    return judge


FINE = wants(200, 0)
REFUSED = wants((400, 408, 411, 413, 414, 417, 431, 501, 505))
NOT_JSON = wants(400, 99991300)
INVALID = wants(200, 10003)


def raw(head, body=b""):
    """Lines of a head, joined as they are."""
    return b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in head) \
        + b"\r\n\r\n" + body


class Cases:
    def __init__(self, token, batch_id, seed):
        self.token = token
        self.batch_id = batch_id
        self.random = random.Random(seed)
        self.cases = []
        self.json_bodies()
        self.field_types()
        self.heads()
        self.lengths_and_codings()
        self.smuggling()
        self.tolerated()
        self.classic_bodies()
        self.paths()
        self.own_api()
        self.multipart()

    def add(self, *args, **more):
        self.cases.append(Case(*args, **more))

    def authorization(self):
        return f"Authorization: Bearer {self.token}"

    def send(self, body, headers=None):
        if not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
        return render("POST", BATCH_SEND, {"Authorization": f"Bearer {self.token}",
                                           **(headers or {})}, body)

    def progress(self, batch_id=None, headers=None, body=b"", method="GET"):
        target = batch_path(batch_id or self.batch_id, "/get_progress")
        return render(method, target,
                      {"Authorization": f"Bearer {self.token}", **(headers or {})}, body)

    # Forms with a file.

    def upload(self, body, content_type="multipart/form-data; boundary=B"):
        return render("POST", "/open-apis/im/v1/images",
                      {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}, body)

    def multipart(self):
        refused = wants(400, 234001)
        disposition = b"Content-Disposition: form-data; "
        kind = b"--B\r\n" + disposition + b"name=image_type\r\n\r\nmessage\r\n"
        picture = b"--B\r\n" + disposition + b"name=image; filename=x\r\n\r\nGIF89a\r\n"
        whole = kind + picture + b"--B--"
        self.add("form", self.upload(whole), FINE)
        self.add("form, byte by byte", self.upload(whole), FINE, pieces=[1] * (len(whole) + 200))
        self.add("form, nothing in it", self.upload(b"--B--"), refused)
        self.add("form, no end", self.upload(whole[:-2]), refused)
        self.add("form, another boundary", self.upload(whole, "multipart/form-data; boundary=C"),
                 refused)
        self.add("form, a boundary of blanks", self.upload(whole, "multipart/form-data; boundary= "),
                 refused)
        self.add("form, no boundary", self.upload(whole, "multipart/form-data"), refused)
        self.add("form, a boundary of a thousand letters",
                 self.upload(whole, "multipart/form-data; boundary=" + "B" * 1000), refused)
        self.add("form, as JSON", self.upload(b"{}", "application/json"), refused)
        self.add("form, a part of a part", self.upload(
            kind + b"--B\r\n" + disposition + b"name=image\r\nContent-Type: multipart/mixed; "
            b"boundary=C\r\n\r\n--C\r\n\r\nx\r\n--C--\r\n--B--"), wants(400, 234011))
        self.add("form, a part without headers", self.upload(b"--B\r\n\r\nx\r\n--B--"), refused)
        self.add("form, a part with endless headers", self.upload(
            b"--B\r\nX: " + b"y" * 20_000 + b"\r\n\r\n--B--"), refused)
        self.add("form, headers that never end", self.upload(b"--B\r\n" + b"a: b\r\n" * 5_000),
                 refused)
        self.add("form, two thousand parts", self.upload(kind * 2_000 + picture + b"--B--"), refused)
        self.add("form, many files", self.upload(kind + picture * 50 + b"--B--"), refused)
        self.add("form, a field of a megabyte", self.upload(
            b"--B\r\n" + disposition + b"name=image_type\r\n\r\n" + b"m" * 1_000_000 + b"\r\n--B--"),
            wants(400, 234006))
        self.add("form, a file over its limit", self.upload(
            kind + picture[:-2] + b"z" * (10 << 20) + b"\r\n--B--"), wants(400, 234006))
        self.add("form, a body over its limit", self.upload(
            kind + picture[:-2] + b"z" * (12 << 20) + b"\r\n--B--"), wants(400, 234006))
        self.add("form, zeros", self.upload(bytes(100_000)), refused)
        noise = bytes(self.random.randrange(256) for _ in range(50_000))
        self.add("form, noise", self.upload(noise), refused)
        self.add("form, noise as a file", self.upload(
            kind + b"--B\r\n" + disposition + b"name=image\r\n\r\n\x01" + noise + b"\r\n--B--"),
            wants(400, (234011, 234001)))

    # Bodies.

    def json_bodies(self):
        broken = [b"", b" ", b"{", b"}", b'{"a":}', b"nul", b"[1,2", b'{"a":1}{"b":2}', b"{'a':1}",
                  b'{"a":NaN}', b'{"a":1,}', b'{"a":01}', b'{"a":"\\ud800"}', b'{"a":"\x01"}',
                  b'{"a":"\xff\xfe"}', b'{"a":"\xc0\xaf"}', b'{"a":"\xed\xa0\x80"}',
                  b'{"a":"\\x41"}', b"\x00", b'{"a"\x00:1}', b"{" * 100_000, b"[" * 1_000_000,
                  b'{"a":' * 100_000, b"[" * 5_000 + b"]" * 5_000, b"[]", b'"text"', b"1", b"null",
                  b"true", bytes(range(256)) * 100, b"\xef\xbb\xbf\xef\xbb\xbf{}"]
        for body in broken:
            self.add(f"batch_send of {body[:20]!r}, {len(body)} bytes", self.send(body), NOT_JSON)
            self.add(f"token request of {body[:20]!r}, {len(body)} bytes",
                     render("POST", TOKEN_PATH, {}, body[:16_000]), INVALID)
        good = json.dumps(GOOD)[1:]
        for name, body in {
            "the last of two keys wins": b'{"msg_type":"image",' + good.encode(),
            "an unknown field": b'{"unknown":{"a":[1,2,{}]},' + good.encode(),
            "null lists": b'{"open_ids":null,"card":null,' + good.encode(),
            "blanks around": b"\t\r\n " + json.dumps(GOOD, indent="\t").encode() + b"\r\n\t ",
            "a number of 300 digits": b'{"n":' + b"9" * 300 + b"," + good.encode(),
            "1e400 is no double": b'{"n":1e-400,' + good.encode(),
        }.items():
            self.add(f"batch_send: {name}", self.send(body), FINE)
        deep = b'{"deep":' + b"[" * 60 + b"]" * 60 + b"," + good.encode()
        self.add("batch_send: 60 levels", self.send(deep), FINE)
        deep = b'{"deep":' + b"[" * 70 + b"]" * 70 + b"," + good.encode()
        self.add("batch_send: 70 levels", self.send(deep), NOT_JSON)

    def classic_bodies(self):
        """DingTalk's calls: HTTP 200 and its own code, whatever the body is."""
        def task(body):
            # The digits of a token are good in both dialects.
            target = "/topapi/message/corpconversation/asyncsend_v2?access_token="
            return render("POST", target + self.token.removeprefix("t-"), {}, body)

        good = {"agent_id": 77, "userid_list": "u1",
                "msg": {"msgtype": "text", "text": {"content": "from a hostile test"}}}
        for body in (b"{", b"{" * 100_000, b"[1]", b'{"a":' * 100_000, b'{"a":"\xff\xfe"}',
                     b'{"deep":' + b"[" * 70 + b"]" * 70 + b"}"):
            self.add(f"asyncsend_v2 of {body[:20]!r}, {len(body)} bytes", task(body),
                     wants(200, 1, key="errcode"))
        for body in (b"", b"&" * 900_000, b"a[" * 400_000, b"a" + b"[b]" * 300_000 + b"=1",
                     b"=" * 100_000, b"%" * 100_000, b"a[]=1&" * 150_000, bytes(range(256)) * 100,
                     b"agent_id=77&userid_list=" + b"u," * 400_000):
            self.add(f"asyncsend_v2 of the form {body[:20]!r}, {len(body)} bytes", task(body),
                     wants(200, 40035, key="errcode"))
        for field, values in {"agent_id": ("x", [], {}, True, 1e300, "77x", -77, 2**70),
                              "userid_list": ({}, [[]], [{}], ",,,", "[", "[1", "[[1]]"),
                              "dept_id_list": ("x", [1.5], "1;2", 2**70),
                              "to_all_user": ("perhaps", 7, [], {}),
                              "msg": ("x", [], 1, "{", '{"msgtype":', "[]")}.items():
            for value in values:
                self.add(f"asyncsend_v2 with {field} {value!r}",
                         task(json.dumps({**good, field: value}).encode()),
                         wants(200, 40035, key="errcode"))

    def field_types(self):
        """A number where a string belongs, and the other way round, for each field."""
        for value in (1, 1.5, True, [], {}, ["text"], None, "", "TEXT", "text ", "\u0000"):
            self.add(f"msg_type {value!r}", self.send({**GOOD, "msg_type": value}), INVALID)
        for value in (1, True, [], [{}], "x", '{"text":"x"}', None):
            self.add(f"content {value!r}", self.send({**GOOD, "content": value}), INVALID)
            card = {"user_ids": ["u1"], "msg_type": "interactive", "card": value}
            self.add(f"card {value!r}", self.send(card), INVALID)
        bad = wants(200, 11246)
        for value in (1, True, [], {}, None, ""):
            self.add(f"text {value!r}", self.send({**GOOD, "content": {"text": value}}), bad)
            for kind, key in (("image", "image_key"), ("share_chat", "share_chat_id"),
                              ("post", "post")):
                body = {**GOOD, "msg_type": kind, "content": {key: value}}
                self.add(f"{key} {value!r}", self.send(body), bad)
            body = {"user_ids": ["u1"], "msg_type": "interactive",
                    "card": {"type": "template", "data": {"template_id": value}}}
            self.add(f"template_id {value!r}", self.send(body), bad)
        for value in (1, "x", True, [[[1]]], {"zh_cn": 1}, {"zh_cn": {"content": "x"}},
                      {"zh_cn": {"content": [1]}}, {"zh_cn": {"content": [[1]]}},
                      {"zh_cn": {"content": [[{"tag": 1}]]}},
                      {"zh_cn": {"content": [[{"tag": "text", "text": 1}]]}},
                      {"zh_cn": {"content": [[{"tag": "md", "text": "x"}]]}}):
            body = {**GOOD, "msg_type": "post", "content": {"post": value}}
            self.add(f"post {str(value)[:50]}", self.send(body), bad)
        for key in ("department_ids", "open_ids", "user_ids", "union_ids"):
            for value in (1, "u1", True, {}, {"0": "u1"}):
                self.add(f"{key} {value!r}", self.send({**GOOD, key: value}), INVALID)
            entry = wants(200, 11101) if key == "open_ids" else INVALID
            for value in ([1], [None], [[]], [{}], [""], [" "], [True], ["u1", 2]):
                self.add(f"{key} {value!r}", self.send({**GOOD, key: value}), entry)
            self.add(f"201 {key}", self.send({**GOOD, key: ["x"] * 201}), INVALID)
            odd = ["\u0000", "u1\u0000", "x" * 10_000, "\U0001f389", "'; drop table users", "%s%n"]
            self.add(f"odd {key} name nobody", self.send({**GOOD, key: odd}), FINE)
        for key in ("app_id", "app_secret"):
            for value in (1, True, [], {}, None, ""):
                body = {"app_id": "cli_hostile", "app_secret": "s3cret", key: value}
                self.add(f"token request: {key} {value!r}",
                         render("POST", TOKEN_PATH, {}, json.dumps(body).encode()), INVALID)
        self.add("a text of 160,000 bytes",
                 self.send({**GOOD, "content": {"text": "x" * 160_000}}), wants(200, 10002))

    # Heads.

    def heads(self):
        get = f"GET {batch_path(self.batch_id, '/get_progress')} HTTP/1.1"
        host, token = "Host: x", self.authorization()
        self.add("200 header lines", raw([get, host] + [f"X-{n}: 1" for n in range(200)]),
                 wants(431), closed=True)
        self.add("20 KB of header", raw([get, host, "X-Long: " + "x" * 20_000]), wants(431),
                 closed=True)
        self.add("10 MB of header", raw([get, host, "X-Long: " + "x" * 10_000_000]), wants(431),
                 closed=True)
        self.add("a million empty headers", raw([get] + ["A:"] * 1_000_000), wants(431),
                 closed=True)
        self.add("90 header lines are fine",
                 raw([get, host, token] + [f"X-{n}: 1" for n in range(90)]), FINE)
        for name, lines in {
            "bare LF": [b"GET / HTTP/1.1\nHost: x"],
            "bare CR in a value": [get, host, "X-A: a\rb"],
            "NUL in a value": [get, host, token, b"X-A: a\x00b"],
            "NUL in a name": [get, host, token, b"X\x00A: b"],
            "a blank before the colon": [get, host, "X-A : b"],
            "no colon": [get, host, "X-A"],
            "an empty name": [get, host, ": x"],
            "a folded line": [get, host, "X-A: a", " b"],
            "a name with blanks": [get, host, "X A: b"],
            "a non-ASCII name": [get, host, "X-\u00e4: b"],
            "no version": ["GET /open-apis/x"],
            "HTTP/2.0": ["GET / HTTP/2.0", host],
            "HTTP/9.9": ["GET / HTTP/9.9", host],
            "no target": ["GET HTTP/1.1", host],
            "a blank in the target": ["GET /a b HTTP/1.1", host],
            "NUL in the target": [b"GET /a\x00b HTTP/1.1", host],
            "a tab in the request line": ["GET\t/\tHTTP/1.1", host],
            "HTTP/2's preface": ["PRI * HTTP/2.0", "", "SM"],
            "a TLS hello": [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 300],
            "noise": [bytes(self.random.randrange(256) for _ in range(2000)).replace(b"\n", b"x")],
            "a binary method": [b"\xff\xfe\xfd / HTTP/1.1", host],
        }.items():
            self.add(f"head: {name}", raw(lines), REFUSED, closed=True)
        self.add("a non-ASCII header value is nobody's business",
                 raw([get, host, token, b"X-A: \xff\xfe\x80"]), FINE)
        self.add("an empty line before the request", b"\r\n\r\n" + self.progress(), FINE)
        self.add("header names in any case",
                 raw([get, "hOST: x", token.replace("Authorization", "aUTHORIZATION")]), FINE)
        self.add("a token that is no UTF-8", raw([get, host, b"Authorization: Bearer t-\xff\xfe"]),
                 wants(400, (99991663, 99991671)))
        self.add("a token of 10 KB", raw([get, host, "Authorization: Bearer t-" + "a" * 10_000]),
                 wants(400, 99991663))
        self.add("Authorization without a token", raw([get, host, "Authorization: Bearer"]),
                 wants(400, 99991661))
        self.add("Idempotency-Key that is no ASCII",
                 self.send(GOOD, {"Idempotency-Key": "\u00e4"}), INVALID)
        self.add("Idempotency-Key of 1,000 bytes",
                 self.send(GOOD, {"Idempotency-Key": "k" * 1000}), INVALID)

    # How long, and in what pieces.

    def lengths_and_codings(self):
        post = [f"POST {BATCH_SEND} HTTP/1.1", "Host: x", self.authorization()]
        body = json.dumps(GOOD).encode()
        for value in ("-1", "+5", "0x10", "1e3", "9" * 30, "5 5", "five", "", "5;", "\u0665"):
            self.add(f"Content-Length {value[:10]!r}",
                     raw(post + [f"Content-Length: {value}"], body), REFUSED, closed=True)
        self.add("two lengths that differ",
                 raw(post + [f"Content-Length: {len(body)}", "Content-Length: 3"], body), REFUSED,
                 closed=True)
        self.add("two lengths in one line",
                 raw(post + [f"Content-Length: {len(body)}, 3"], body), REFUSED, closed=True)
        chunked = post + ["Transfer-Encoding: chunked"]

        def chunks(*pieces):
            return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"

        self.add("a chunked body", raw(chunked, chunks(body[:10], body[10:11], body[11:])), FINE)
        single = [body[n : n + 1] for n in range(len(body))]
        self.add("one byte a chunk", raw(chunked, chunks(*single)), FINE)
        self.add("chunk extensions and a trailer",
                 raw(chunked, b"%x;name=value\r\n%s\r\n0;x\r\nX-Trailer: 1\r\n\r\n"
                     % (len(body), body)), FINE)
        self.add("a trailer changes no header",
                 raw(chunked, b"%x\r\n%s\r\n0\r\nAuthorization: Bearer t-0\r\n\r\n"
                     % (len(body), body)), FINE)
        for name, bad in {
            "no number": b"zz\r\nabc\r\n0\r\n\r\n",
            "a negative number": b"-1\r\nabc\r\n0\r\n\r\n",
            "0x": b"0x3\r\nabc\r\n0\r\n\r\n",
            "beyond 64 bits": b"fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
            "no line end after the data": b"3\r\nabcd\r\n0\r\n\r\n",
            "an endless extension": b"3;" + b"x" * 100_000 + b"\r\nabc\r\n0\r\n\r\n",
            "a NUL": b"3\x00\r\nabc\r\n0\r\n\r\n",
        }.items():
            self.add(f"chunk with {name}", raw(chunked, bad), REFUSED, closed=True)
        self.add("an endless trailer",
                 raw(chunked, b"2\r\n{}\r\n0\r\n" + b"X: y\r\n" * 100_000 + b"\r\n"), REFUSED,
                 closed=True)
        self.add("chunks beyond the limit",
                 raw(chunked, chunks(*[b" " * 100_000] * 12)), wants(200, 10002), closed=True)
        self.add("Expect: 100-continue", self.send(GOOD, {"Expect": "100-continue"}), FINE)
        self.add("Expect: 100-Continue on GET",
                 self.progress(headers={"Expect": "100-Continue"}, body=b"{}"), FINE)
        self.add("Expect: something else", self.send(GOOD, {"Expect": "200-ok"}), wants((200, 417)))

    def smuggling(self):
        post = [f"POST {BATCH_SEND} HTTP/1.1", "Host: x", self.authorization()]
        second = self.progress()
        inner = b"0\r\n\r\n" + second
        for name, lines in {
            "length and chunks": ["Content-Length: 5", "Transfer-Encoding: chunked"],
            "chunks and length": ["Transfer-Encoding: chunked", f"Content-Length: {len(inner)}"],
            "identity": ["Content-Length: 5", "Transfer-Encoding: identity"],
            "xchunked": ["Transfer-Encoding: xchunked", f"Content-Length: {len(inner)}"],
            "chunked, identity": ["Transfer-Encoding: chunked, identity"],
            "chunked twice": ["Transfer-Encoding: chunked, chunked"],
            "two lines": ["Transfer-Encoding: chunked", "Transfer-Encoding: x"],
            "a blank before the colon": ["Transfer-Encoding : chunked"],
            "a vertical tab": ["Transfer-Encoding: \x0bchunked"],
            "quoted": ['Transfer-Encoding: "chunked"'],
        }.items():
            self.add(f"smuggling: {name}", raw(post + lines, inner), REFUSED, closed=True)
        self.add("HTTP/1.0 has no chunks",
                 raw([post[0].replace("1.1", "1.0"), self.authorization(),
                      "Transfer-Encoding: chunked"], inner), REFUSED, closed=True)
        for method in ("GET", "DELETE"):
            body = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            target = batch_path(UNKNOWN, "" if method == "DELETE" else "/get_progress")
            headers = {"Authorization": f"Bearer {self.token}"}
            first = render(method, target, headers, body)
            last = render(method, target, {**headers, "Connection": "close"}, body)
            self.add(f"a request inside the body of a {method}", first + last,
                     wants(400, 230030, times=2), count=2, closed=True)

    # What real clients do, and more of it.

    def tolerated(self):
        for body in (b"{}", b"null", b"", b"not json", b"\x00\xff" * 20_000):
            self.add(f"GET with {body[:8]!r}, {len(body)} bytes", self.progress(body=body), FINE)
            headers = {"Authorization": f"Bearer {self.token}"}
            delete = render("DELETE", batch_path(UNKNOWN), headers, body)
            self.add(f"DELETE with {body[:8]!r}, {len(body)} bytes", delete + self.progress(),
                     lambda a: None if [x.status for x in a] == [400, 200] else "not 400 and 200",
                     count=2)
        for kind in (None, "text/plain", "application/x-www-form-urlencoded", "nonsense;;;", ""):
            headers = {} if kind is None else {"Content-Type": kind}
            self.add(f"batch_send as {kind!r}", self.send(GOOD, headers), FINE)
        whole = self.send(GOOD)
        self.add("one byte at a time", whole, FINE, pieces=[1] * len(whole))
        for n in range(5):
            cuts = [self.random.randint(1, 40) for _ in range(len(whole))]
            self.add(f"cut at random, {n}", whole + self.progress(), wants(200, 0, times=2),
                     count=2, pieces=cuts)
        mixed = [self.send(GOOD), self.progress(), self.progress(UNKNOWN),
                 self.progress(body=b"{}")]
        statuses = [200, 200, 400, 200]
        self.add("80 requests in one write", b"".join(mixed) * 20,
                 lambda a: None if [x.status for x in a] == statuses * 20 else "not in order",
                 count=80)
        self.add("HTTP/1.0", raw([f"GET {batch_path(self.batch_id, '/get_progress')} HTTP/1.0",
                                  self.authorization()]), FINE, closed=True)
        self.add("Connection: close", self.progress(headers={"Connection": "close"}), FINE,
                 closed=True)
        self.add("the whole URL as target",
                 raw([f"GET http://x{batch_path(self.batch_id, '/get_progress')} HTTP/1.1",
                      "Host: x", self.authorization()]), FINE)
        self.add("HEAD has no body", raw(["HEAD /healthz HTTP/1.1", "Host: x"]) + self.progress(),
                 None)
        self.cases[-1].wants = lambda a: None if len(a) == 2 else "not two answers"
        self.cases[-1].count = 2

    def paths(self):
        def get(target):
            return raw([b"GET " + target + b" HTTP/1.1", "Host: x", self.authorization()])

        prefix = b"/open-apis/im/v1/batch_messages/"
        for segment in (b"%00", b"%ff%fe", b"%zz", b"%", b"bm-", b"bm-%00" + b"0" * 31,
                        b"x" * 7_000, b"%2e%2e", b"%2f" * 100, b"bm-" + b"g" * 32,
                        b"bm-" + b"0" * 31, b"bm-" + b"0" * 33, b"'", b"${jndi}", b"\xc3\xa4",
                        b"\xff"):
            for call in (b"/get_progress", b"/read_user"):
                self.add(f"id {segment[:20]!r}{call.decode()}", get(prefix + segment + call),
                         lambda a: None if len(a) == 1 and a[0].status in (400, 404) else "not 400")
        self.add("an unknown id", get(prefix + UNKNOWN.encode() + b"/get_progress"),
                 wants(400, 230030))
        self.add("a target of 10 KB", get(b"/" + b"x" * 10_000), wants((414, 431)), closed=True)
        self.add("a target of 1 MB", get(b"/" + b"x" * 1_000_000), wants((414, 431)), closed=True)
        self.add("//open-apis", get(b"/" + prefix + self.batch_id.encode() + b"/get_progress/"),
                 FINE)

        def no_file(answers):
            if len(answers) != 1 or b"root:" in answers[0].body:
                return "that is a file of the machine"
            return None if answers[0].status in (400, 401, 404, 405) else "not refused"

        for target in (b"/../../../../../../etc/passwd", b"/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                       b"/..%2f..%2f..%2f..%2fetc%2fpasswd", b"/static/../../../../etc/passwd",
                       b"/inbox/../../../../../etc/passwd", b"/./.././/etc/passwd", b"/%00",
                       b"/open-apis/../../etc/passwd", b"/\\..\\..\\etc\\passwd"):
            self.add(f"GET {target.decode()}", get(target), no_file)
        for method in ("PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT", "FOO", "get", "X" * 3000):
            self.add(f"{method[:10]} of a known path",
                     raw([f"{method} {batch_path(UNKNOWN)} HTTP/1.1", "Host: x"]),
                     wants((400, 404, 405, 501)))

    def own_api(self):
        operator = {"Authorization": f"Bearer {ADMIN}"}
        for body in (b"", b"{", b"[]", b"null", b'{"tenant_key":1,"user_id":2}',
                     b'{"tenant_key":"acme"}', b'{"tenant_key":"acme","user_id":["u1"]}',
                     b"[" * 100_000, b"\xff"):
            self.add(f"session of {body[:30]!r}",
                     render("POST", "/api/v1/sessions", operator, body), wants(400))
            self.add(f"inbox/read of {body[:30]!r} without a session",
                     render("POST", "/api/v1/inbox/read", {}, body), wants(401))
        for body in (b"{", b"[" * 20_000_000, b'{"tenants":1}', b'{"tenants":[{"users":[1]}]}',
                     b"\x00" * 1000, b"\xff" * 1000, b'{"tenants":[{"tenant_key":1}]}'):
            self.add(f"import of {body[:30]!r}",
                     render("POST", "/api/v1/import", operator, body), wants((400, 409, 422)))
        for query in ("limit=-1", "limit=x", "limit=99999999999999999999", "before=%00",
                      "cursor=%ff", "limit=&before=", "a" * 4000, "%" * 100, "&&&&===="):
            self.add(f"batches?{query[:30]}",
                     render("GET", f"/api/v1/batches?{query}", operator),
                     wants((200, 400)))
