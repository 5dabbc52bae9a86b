"""Many hostile connections at once: stalled senders, stalled readers, bodies of 100 MB.

Shape   Everything here is one thread with non-blocking sockets, so that 3,000 connections cost the
        test little. The sockets stay open until close().
"""

import selectors
import socket
import time

from harness import ADMIN, BATCH_SEND, batch_path, parse_head, render

BODY_BYTES = 100_000_000
PIECE = b" " * (1 << 18)


def open_sockets(address, count, receive_buffer=None):
    sockets = []
    for _ in range(count):
        one = socket.socket()
        if receive_buffer:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        one.settimeout(10)
        one.connect(address)
        one.setblocking(False)
        sockets.append(one)
    return sockets


def push(one, data):
    """As much as goes out without waiting."""
    try:
        return one.send(data)
    except (BlockingIOError, ConnectionError):
        return 0


class Stalled:
    """Connections that began something and never go on."""

    def __init__(self, address, token, batch_id, person, count):
        authorization = {"Authorization": f"Bearer {token}"}
        # Half a header: some in the first line, some after it, some just before its end.
        head = render("GET", batch_path(batch_id, "/get_progress"), authorization)
        self.heads = open_sockets(address, count)
        for n, one in enumerate(self.heads):
            push(one, head[: 1 + n * (len(head) - 2) // count])
        # Half a body: from nothing at all to nearly everything.
        whole = render("POST", BATCH_SEND, authorization, b"{" + b" " * 900_000)
        start = whole.index(b"\r\n\r\n") + 4
        self.bodies = open_sockets(address, count)
        for n, one in enumerate(self.bodies):
            push(one, whole[: start + n % 10 * 20_000])
        # Thousands of questions, whose answers nobody reads.
        questions = [
            head * 200,
            render("GET", "/api/v1/inbox?limit=100", {"Authorization": f"Bearer {person}"}) * 50,
            render("GET", "/api/v1/openapi.json") * 50,
            render("POST", BATCH_SEND, authorization, b"{}") * 100,
        ]
        self.readers = open_sockets(address, count, receive_buffer=4096)
        for n, one in enumerate(self.readers):
            push(one, questions[n % len(questions)])

    def all(self):
        return self.heads + self.bodies + self.readers

    def head_answers(self, timeout):
        """What the half headers were answered until the server closed; the statuses."""
        deadline = time.monotonic() + timeout
        statuses = []
        for one in self.heads:
            one.setblocking(True)
            one.settimeout(max(0.1, deadline - time.monotonic()))
            data = b""
            try:
                while piece := one.recv(65536):
                    data += piece
                statuses.append(parse_head(data)[0] if data else 0)
            except TimeoutError:
                statuses.append(-1)
            except ConnectionError:
                statuses.append(0)
        return statuses

    def close(self):
        for one in self.all():
            one.close()


class Upload:
    """One body of 100 MB under way. `total` counts what is left of it."""

    def __init__(self, name, one, head, chunked, filler):
        self.name = name
        self.socket = one
        self.waiting = head
        self.left = BODY_BYTES
        self.chunked = chunked
        self.filler = filler
        self.answer = b""
        self.closed = False

    def writable(self):
        if not self.waiting and self.left > 0:
            piece = self.filler[: min(len(self.filler), self.left)]
            self.left -= len(piece)
            self.waiting = b"%x\r\n%s\r\n" % (len(piece), piece) if self.chunked else piece
            if self.left == 0 and self.chunked:
                self.waiting += b"0\r\n\r\n"
        try:
            self.waiting = self.waiting[self.socket.send(self.waiting) :]
        except BlockingIOError:
            pass
        except ConnectionError:
            self.left, self.waiting = 0, b""

    def readable(self):
        try:
            piece = self.socket.recv(65536)
        except BlockingIOError:
            return
        except ConnectionError:
            piece = b""
        self.answer += piece
        self.closed = not piece

    def sent_all(self):
        return not self.waiting and self.left == 0

    def done(self):
        if self.closed:
            return True
        end = self.answer.find(b"\r\n\r\n")
        if end < 0:
            return False
        _, headers = parse_head(self.answer[:end])
        return len(self.answer) >= end + 4 + int(headers.get("content-length", 0))


def upload_bodies(address, token, each_tick, timeout=60):
    """100 bodies of 100 MB at once; returns (name, status, body) of each, status 0 for none."""
    uploads = []
    for n, one in enumerate(open_sockets(address, 100)):
        chunked = n % 3 == 1
        operator = n % 10 == 9
        if operator:
            # An import: spooled to disk and then found to be nonsense.
            name, headers = "import", {"Authorization": f"Bearer {ADMIN}"}
            target, filler = "/api/v1/import", b"[1,2\n" * (1 << 15)
        else:
            name, headers = "batch_send", {"Authorization": f"Bearer {token}"}
            target, filler = BATCH_SEND, PIECE
        headers["Transfer-Encoding" if chunked else "Content-Length"] = \
            "chunked" if chunked else str(BODY_BYTES)
        lines = [f"POST {target} HTTP/1.1", "Host: x"] + [f"{k}: {v}" for k, v in headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        uploads.append(Upload(name, one, head, chunked, filler))
    selector = selectors.DefaultSelector()
    both = selectors.EVENT_READ | selectors.EVENT_WRITE
    for upload in uploads:
        selector.register(upload.socket, both, upload)
    deadline = time.monotonic() + timeout
    while selector.get_map() and time.monotonic() < deadline:
        for key, events in selector.select(0.05):
            upload = key.data
            if events & selectors.EVENT_READ:
                upload.readable()
            if upload.done():
                selector.unregister(upload.socket)
                continue
            if events & selectors.EVENT_WRITE:
                upload.writable()
                if upload.sent_all():
                    selector.modify(upload.socket, selectors.EVENT_READ, upload)
        each_tick()
    out = []
    for upload in uploads:
        end = upload.answer.find(b"\r\n\r\n")
        status = parse_head(upload.answer[:end])[0] if end >= 0 else 0
        out.append((upload.name, status, upload.answer[end + 4 :]))
        upload.socket.close()
    selector.close()
    return out
