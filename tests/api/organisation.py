"""The organisation that the tests work with: two tenants, so that each can try to see the other."""
import json

SCOPES = ["im:message:send_as_bot", "im:message:send_multi_users", "im:message:send_multi_depts",
          "im:resource"]

ORGANISATION = {
    "tenants": [
        {
            "tenant_key": "acme", "name": "Acme",
            "departments": [
                {"department_id": "eng", "name": "Engineering"},
                {"department_id": "web", "parent": "eng", "name": "Web"},
                {"department_id": "ops", "name": "Operations"},
            ],
            "users": [
                {"user_id": "li", "name": "Li Lei", "departments": ["eng"]},
                {"user_id": "han", "name": "Han \"Mei\", jun.", "departments": ["web"]},
                {"user_id": "evil", "name": "=HYPERLINK(\"http://x\")", "departments": ["web"]},
                {"user_id": "jim", "name": "Jim", "departments": ["ops", "web"]},
                {"user_id": "root", "name": "In no department"},
                {"user_id": "gone", "name": "Gone", "departments": ["eng"], "active": False},
                *({"user_id": f"leaving{n}", "name": f"Leaving {n}"} for n in range(8)),
            ],
            "apps": [
                {"app_id": "cli_demo", "app_secret": "demo-secret", "name": "HR", "scopes": SCOPES},
                {"app_id": "cli_other", "app_secret": "other-secret", "name": "Another",
                 "scopes": SCOPES},
                {"app_id": "cli_ding", "app_secret": "ding-secret", "name": "Ding",
                 "dingtalk": {"appkey": "dingkey", "appsecret": "ding-secret-2",
                              "agent_id": 77}},
            ],
        },
        {
            "tenant_key": "globex", "name": "Globex",
            "users": [{"user_id": "li", "name": "Another Li"}],
            "apps": [{"app_id": "cli_globex", "app_secret": "globex-secret", "name": "Globex",
                      "scopes": SCOPES}],
        },
    ],
    "apps": [{"app_id": "cli_store", "app_secret": "store-secret", "name": "Shop", "type": "store",
              "developer": "isv1", "installed_in": [{"tenant_key": "acme", "agent_id": 1}]}],
}


def as_bytes():
    return json.dumps(ORGANISATION).encode()


def large_import(users, round):
    """JSONL with so many users of a tenant of its own, all of them changed in each round."""
    lines = [json.dumps({"tenant": {"tenant_key": "large"}})]
    lines += [json.dumps({"user": {"tenant_key": "large", "user_id": f"u{n}",
                                   "name": f"User {n} of round {round}"}})
              for n in range(users)]
    return "\n".join(lines).encode()
