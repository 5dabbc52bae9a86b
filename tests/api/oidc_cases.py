"""Sign-in by OpenID Connect, as far as the API alone goes: what is asked of the provider and what it
answers is in tests/sdk/node/oidc_test.js, with a real one."""
import http.server
import json
import threading
import urllib.parse

from cases import equal

SIGN_INS_PER_MINUTE = 2


class Description:
    """A provider that only says where its endpoints are."""

    def __init__(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps({"issuer": outer.issuer,
                                   "authorization_endpoint": outer.issuer + "/auth?a=b",
                                   "token_endpoint": outer.issuer + "/token",
                                   "jwks_uri": outer.issuer + "/keys"}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def settings(self):
        return [part for name, value in (("oidc.issuer", self.issuer), ("oidc.client_id", "c"),
                                         ("oidc.allow_addresses", "127.0.0.1"),
                                         ("oidc.operator_roles", "a=b=admin"),
                                         ("console.sign_ins_per_minute", SIGN_INS_PER_MINUTE))
                for part in ("--set", f"{name}={value}")]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def without_a_provider(w):
    for name in ("startOidc", "finishOidc"):
        w.api.call(name, 404)


def with_a_provider(contract, provider):
    equal(contract.call("getSession", 200).json["sign_in"]["oidc"], True)
    answer = contract.call("startOidc", 302, query={"who": "operator"})
    where = urllib.parse.urlsplit(answer.headers["Location"])
    equal(f"{where.scheme}://{where.netloc}{where.path}", provider.issuer + "/auth")
    asked = dict(urllib.parse.parse_qsl(where.query))
    equal((asked["a"], asked["response_type"], asked["client_id"]), ("b", "code", "c"))
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    equal(cookie.startswith("carillon_sign_in="), True, cookie)
    for query in ({"who": "root"}, {"next": "//elsewhere.example"}):
        contract.call("startOidc", 400, query=query)
    for headers, query in (({}, {"state": asked["state"], "code": "x"}),
                           ({"Cookie": cookie}, {"state": "other", "code": "x"}),
                           ({"Cookie": cookie}, {"code": "x"}),
                           ({"Cookie": cookie + "x"}, {"state": asked["state"], "code": "x"})):
        contract.call("finishOidc", 401, headers=headers, query=query)
    contract.call("finishOidc", 400, query={"state": "x" * 5000})
    refused = contract.call("finishOidc", 302, headers={"Cookie": cookie},
                            query={"state": asked["state"], "error": "access_denied"})
    equal(refused.headers["Location"], "/console?sign_in_failed=refused")
    for _ in range(10 * SIGN_INS_PER_MINUTE - 1):
        contract.call("startOidc", 302)
    contract.call("startOidc", 429)
    contract.call("finishOidc", 429, headers={"Cookie": cookie},
                  query={"state": asked["state"], "code": "x"})
