"""The served OpenAPI document as a judge: every answer must be one that it declares.

Shape   call() goes to a declared operation by its operationId and checks status, content type and
        body against the document, and that what was sent is declared too. What was declared and
        never met is left over in missing().
"""
import json
import urllib.parse

import schema

METHODS = ("get", "put", "post", "patch", "delete")
# Answers that any operation may give and that no test can ask for.
NOT_EXERCISED = {"5XX"}


class Wrong(AssertionError):
    pass


class Answer:
    def __init__(self, status, headers, raw):
        self.status = status
        self.headers = headers
        self.raw = raw
        kind = headers.get("Content-Type", "").split(";")[0].strip()
        self.kind = kind
        self.json = json.loads(raw) if raw and kind.endswith("json") else None


class Operation:
    def __init__(self, document, path, item, method):
        self.path = path
        self.method = method.upper()
        self.node = item[method]
        self.name = self.node["operationId"]
        self.statuses = {status: schema.resolve(document, response)
                         for status, response in self.node["responses"].items()}
        both = item.get("parameters", []) + self.node.get("parameters", [])
        self.parameters = [schema.resolve(document, parameter) for parameter in both]
        self.callers = [name for entry in self.node.get("security", []) for name in entry]
        self.has_body = "requestBody" in self.node

    def names(self, place):
        return [p["name"] for p in self.parameters if p["in"] == place]

    def target(self, params, query):
        path = self.path
        for name in self.names("path"):
            path = path.replace("{" + name + "}", urllib.parse.quote(str(params[name]), safe=""))
        return path + ("?" + urllib.parse.urlencode(query) if query else "")


class Contract:
    def __init__(self, server, document):
        self.server = server
        self.document = document
        self.operations = {}
        for path, item in document["paths"].items():
            for method in METHODS:
                if method in item:
                    operation = Operation(document, path, item, method)
                    self.operations[operation.name] = operation
        self.met = set()

    def call(self, name, expect, *, token=None, params=None, query=None, headers=None, body=None,
             raw=None):
        """One call; `body` is sent as JSON, `raw` as it is. Gives the checked answer."""
        operation = self.operations[name]
        self._check_sent(operation, query or {}, headers or {}, body, expect)
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = "Bearer " + token
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
            raw = json.dumps(body).encode()
        target = operation.target(params or {}, query or {})
        answer = Answer(*self.server.request(operation.method, target, sent, raw))
        self.check(operation, answer)
        if answer.status != expect:
            raise Wrong(f"{operation.method} {target}: {answer.status} instead of {expect}: "
                        f"{answer.raw[:500]!r}")
        return answer

    def check(self, operation, answer):
        """Is this answer declared, in every respect? Then it counts as met."""
        where = f"{operation.name} {answer.status}"
        key = str(answer.status)
        declared = operation.statuses.get(key)
        if declared is None and answer.status >= 500:
            key, declared = "5XX", operation.statuses.get("5XX")
        if declared is None:
            raise Wrong(f"{where}: this status is not declared; {answer.raw[:300]!r}")
        content = declared.get("content", {})
        if not content:
            if answer.raw or answer.kind:
                raise Wrong(f"{where}: a body is not declared; {answer.kind} {answer.raw[:300]!r}")
        elif answer.kind not in content:
            raise Wrong(f"{where}: content type {answer.kind!r} is not declared")
        elif answer.json is not None:
            found = schema.problems(self.document, content[answer.kind]["schema"], answer.json)
            if found:
                raise Wrong(f"{where}: " + "; ".join(found))
        if answer.kind == "application/problem+json":
            if answer.json["status"] != answer.status:
                raise Wrong(f"{where}: the problem says {answer.json['status']}")
            if answer.json["instance"] != answer.headers["X-Request-Id"]:
                raise Wrong(f"{where}: instance is not the log id")
        if answer.status == 401 and answer.headers.get("WWW-Authenticate") != "Bearer":
            raise Wrong(f"{where}: no WWW-Authenticate")
        self.met.add((operation.name, key))

    def check_value(self, name, value):
        """Is this value, from inside another body, one of that declared schema?"""
        found = schema.problems(self.document, {"$ref": "#/components/schemas/" + name}, value)
        if found:
            raise Wrong(f"{name}: " + "; ".join(found))

    def missing(self):
        declared = {(operation.name, status) for operation in self.operations.values()
                    for status in operation.statuses if status not in NOT_EXERCISED}
        return sorted(declared - self.met)

    def _check_sent(self, operation, query, headers, body, expect):
        """What the tests send and is answered well must be declared as well."""
        for name in query:
            if name not in operation.names("query"):
                raise Wrong(f"{operation.name}: the parameter {name} is not declared")
        if expect >= 300:
            return
        by_name = {p["name"]: p for p in operation.parameters}
        for name, value in query.items():
            if value == "":  # counts as absent
                continue
            form = by_name[name]["schema"]
            types = schema.resolve(self.document, form).get("type")
            value = int(value) if types == "integer" else str(value)
            found = schema.problems(self.document, form, value, name)
            if found:
                raise Wrong(f"{operation.name}: " + "; ".join(found))
        if body is not None:
            form = operation.node["requestBody"]["content"]["application/json"]["schema"]
            found = schema.problems(self.document, form, body)
            if found:
                raise Wrong(f"{operation.name}: the request is not as declared: "
                            + "; ".join(found))
