"""Somebody who takes events by HTTP, or refuses them while `good` is false."""
import http.server
import json
import threading


class Receiver:
    def __init__(self):
        self.good = True
        self.taken = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.answer(self, body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/events"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler, body):
        event = json.loads(body)
        answer = b"{}"
        if event.get("type") == "url_verification":
            answer = json.dumps({"challenge": event["challenge"]}).encode()
        elif self.good:
            self.taken.append(body)
        handler.send_response(200 if self.good else 500)
        handler.send_header("Content-Length", str(len(answer)))
        handler.end_headers()
        handler.wfile.write(answer)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
