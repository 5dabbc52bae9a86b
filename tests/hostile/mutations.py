"""Valid requests with some of their bytes changed; whatever comes back, it is HTTP and no 500."""

import json
import socket

from cases import GOOD, TOKEN_PATH, UNKNOWN
from harness import ADMIN, BATCH_SEND, batch_path, parse_head, render


def seeds(token, person, batch_id):
    own = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    operator = {"Authorization": f"Bearer {ADMIN}"}
    session = {"Authorization": f"Bearer {person}"}

    def body(value):
        return json.dumps(value, ensure_ascii=False).encode()

    post = {"post": {"zh_cn": {"title": "标题", "content": [[{"tag": "text", "text": "行"}]]}}}
    card = {"elements": [{"tag": "div", "text": {"tag": "lark_md", "content": "**x**"}}]}
    chunked = render("POST", BATCH_SEND, own)[:-2].replace(b"Content-Length: 0\r\n", b"")
    chunked += b"Transfer-Encoding: chunked\r\n\r\n"
    text = body(GOOD)
    chunked += b"%x\r\n%s\r\n0\r\n\r\n" % (len(text), text)
    organisation = {"tenants": [{"tenant_key": "mutated", "users": [{"user_id": "m1"}],
                                 "departments": [{"department_id": "d", "parent": "0"}]}]}
    # The digits of a token are good in both dialects.
    classic = "/topapi/message/corpconversation/%s?access_token=" + token.removeprefix("t-")
    task = body({"agent_id": "77", "userid_list": ["u1"], "to_all_user": "false",
                 "msg": {"msgtype": "text", "text": {"content": "mutated"}}})
    form = (b"agent_id=77&userid_list=u1,u2&dept_id_list=1&msg[msgtype]=action_card&"
            b"msg[action_card][markdown]=m&msg[action_card][btn_json_list][0][title]=t&"
            b"msg[action_card][btn_json_list][0][action_url]=u")
    upload = (b'--B\r\nContent-Disposition:form-data;name="media";filename="a.gif"\r\n\r\n'
              b"GIF89a\r\n--B--\r\n")
    return [
        render("POST", classic % "asyncsend_v2", {}, task),
        render("POST", classic % "asyncsend_v2", {}, form),
        render("POST", classic % "getsendprogress", {}, body({"agent_id": 77, "task_id": 1})),
        render("POST", classic % "getsendresult", {}, b"agent_id=77&task_id=1"),
        render("POST", "/media/upload?type=image&access_token=" + token.removeprefix("t-"),
               {"Content-Type": "multipart/form-data; boundary=B"}, upload),
        render("GET", "/gettoken?appkey=dinghostile&appsecret=s3cret2"),
        render("POST", TOKEN_PATH, {}, body({"app_id": "cli_hostile", "app_secret": "s3cret"})),
        render("POST", BATCH_SEND, own, text),
        render("POST", BATCH_SEND, {**own, "Idempotency-Key": "k1"}, text),
        render("POST", BATCH_SEND, {**own, "Expect": "100-continue"}, text),
        render("POST", BATCH_SEND, own, body({"open_ids": ["ou_1"], "msg_type": "post",
                                              "content": post})),
        render("POST", BATCH_SEND, own, body({"department_ids": ["d1"], "msg_type": "interactive",
                                              "card": card})),
        chunked,
        render("GET", batch_path(batch_id, "/get_progress"), own, b"{}"),
        render("GET", batch_path(batch_id, "/read_user"), own, b"null"),
        render("DELETE", batch_path(UNKNOWN), own, b"{}"),
        render("GET", "/api/v1/inbox?limit=5&before=", session),
        render("POST", "/api/v1/inbox/read", session, body({"batch_ids": [batch_id]})),
        render("GET", f"/api/v1/batches/{batch_id}/recipients?state=delivered&limit=3", operator),
        render("GET", "/api/v1/batches?limit=3", operator),
        render("POST", "/api/v1/sessions", operator,
               body({"tenant_key": "acme", "user_id": "u1"})),
        render("POST", "/api/v1/import", operator, body(organisation)),
    ]


def mutate(rng, data, others):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 3, 8])):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(7)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1 and at < len(data):
            data[at] = rng.randrange(256)
        elif kind == 2:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 20)))
        elif kind == 3:
            del data[at : at + rng.randint(1, 30)]
        elif kind == 4:
            data[at:at] = data[at : at + rng.randint(1, 60)]
        elif kind == 5:
            data[at:at] = rng.choice([b"\r\n", b"\n", b"\x00", b"\r\n\r\n", b"[[[[", b"}}", b"\\u",
                                      b"%00", b": ", b",", b"9" * 30, b"\xff\xfe", b'"'])
        else:
            other = rng.choice(others)
            cut = rng.randrange(len(other))
            data[at:] = other[cut:]
        if not data:
            data = bytearray(b"\x00")
    return bytes(data)


def exchange(address, data):
    """Sends all of it and nothing more, and reads to the end. The statuses of the answers."""
    with socket.create_connection(address, timeout=5) as one:
        answer = b""
        try:
            one.sendall(data)
            one.shutdown(socket.SHUT_WR)
            while piece := one.recv(1 << 16):
                answer += piece
        except ConnectionError:
            pass  # refused half way; what was answered counts all the same
    statuses = []
    while answer:
        end = answer.find(b"\r\n\r\n")
        if end < 0:
            break  # cut off by a reset
        status, headers = parse_head(answer[:end])
        statuses.append(status)
        answer = answer[end + 4 + int(headers.get("content-length", 0)) :]
        if headers.get("transfer-encoding") == "chunked":
            break  # events: they end with the connection
    return statuses
