#!/usr/bin/env python3
"""Makes an organisation to import: a department tree, people with imported ids, and apps.

Everything follows from the seed. The tenant is called acme; its apps are cli_a000000000000001,
cli_a000000000000002, ... with the secrets secret1, secret2, ...; the first, third, ... may reach
everybody, the others one branch of the tree and a few people. The union_id of each person is for
the one developer of these apps, the open_id for the first app.

  --moved 0.05    also writes FILE.moved, in which that share of the people changes department:
                  after importing both, departments are no longer exact ranges of user numbers.
  --random-order  FILE puts people into departments at random and FILE.moved all of them into
                  their real ones: user numbers are then random with respect to the tree.
"""

import argparse
import json
import random

TENANT = "acme"
SCOPES = [
    "im:message",
    "im:message:send_as_bot",
    "im:message:send_multi_users",
    "im:message:send_multi_depts",
    "im:message:recall",
    "im:message:readonly",
]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董"
GIVEN = ("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀兰 霞 平 刚 桂英 建华 文 辉 "
         "子涵 浩然 雨桐 思远 梓萱 俊杰 欣怡 佳琪 志强 晓东 雷 梅梅").split()
FIRST = ("Alice Ben Carla David Emma Frank Grace Henry Ines Jack Kate Liam Maria Noah Olga Paul "
         "Quinn Rosa Sam Tina Uma Victor Wendy Xavier Yara Zoe").split()
LAST = ("Smith Jones Brown Taylor Wilson Davies Evans Thomas Johnson Roberts Walker Wright Hall "
        "Green Wood Clarke Hughes Turner Cooper Baker").split()
UNITS = ("Engineering Sales Finance Legal Marketing Operations Support Research Design Logistics "
         "人力资源 市场部 研发中心 客户服务 财务部 供应链 产品部 质量管理").split()


def make_departments(count, rng):
    """A list of (id, parent id, name); parents first; about five levels."""
    departments = []
    levels = []
    for n in range(count):
        if n < max(1, min(20, count // 10 + 1)):
            parent, level = "0", 0
        else:
            # Wide above, deep below: most departments hang under one of the last third.
            at = rng.randrange(n) if rng.random() < 0.5 else rng.randrange(max(1, n // 8 + 1))
            while levels[at] >= 5:
                at = rng.randrange(n)
            parent, level = departments[at][0], levels[at] + 1
        unit = rng.choice(UNITS)
        departments.append((f"d{n + 1}", parent, f"{unit} {n + 1}"))
        levels.append(level)
    return departments


def make_name(rng):
    if rng.random() < 0.7:
        return rng.choice(SURNAMES) + rng.choice(GIVEN)
    return rng.choice(FIRST) + " " + rng.choice(LAST)


def real_departments(departments, rng):
    if not departments:
        return []
    first = departments[rng.randrange(len(departments))][0]
    if rng.random() < 0.05:
        second = departments[rng.randrange(len(departments))][0]
        if second != first:
            return [first, second]
    return [first]


def make_apps(args, departments, user_ids, rng):
    apps = []
    for n in range(1, args.apps + 1):
        availability = {"all": True}
        if n % 2 == 0:
            availability = {
                "departments": [d[0] for d in departments[:1]],
                "users": sorted(rng.sample(user_ids, min(5, len(user_ids)))),
            }
        apps.append({
            "app_id": f"cli_a{n:015d}",
            "app_secret": f"secret{n}",
            "name": f"App {n}",
            "developer": TENANT,
            "scopes": SCOPES,
            "availability": availability,
        })
    return apps


def user_ids_of(args):
    # An odd factor makes a permutation of 32 bits: ids look random and never repeat.
    return [f"{(n * 2654435761 + args.seed * 40503 + 12345) & 0xffffffff:08x}"
            for n in range(args.users)]


class Output:
    """Writes entities as lines, or as the lists of one document."""

    def __init__(self, path, as_lines):
        self.file = open(path, "w", encoding="utf-8")
        self.as_lines = as_lines
        self.list = None
        self.first = True

    def tenant(self, fields):
        if self.as_lines:
            self.entity("tenant", fields)
        else:
            text = json.dumps(fields, ensure_ascii=False)
            self.file.write('{"tenants":[' + text[:-1])

    def entity(self, kind, fields):
        self.text(kind, json.dumps(fields, ensure_ascii=False, separators=(",", ":")))

    def text(self, kind, text):
        """`text` is the JSON of the entity without its tenant."""
        if self.as_lines:
            if kind != "tenant":
                text = f'{{"tenant_key":"{TENANT}",{text[1:]}'
            self.file.write(f'{{"{kind}":{text}}}\n')
            return
        if self.list != kind:
            self.file.write(("" if self.list is None else "]") + f',\n"{kind}s":[\n')
            self.list = kind
            self.first = True
        self.file.write(text if self.first else ",\n" + text)
        self.first = False

    def close(self):
        if not self.as_lines:
            self.file.write(("" if self.list is None else "]") + "}]}\n")
        self.file.close()


def write_moved(args, departments, placed, rng):
    out = Output(args.output + ".moved", args.format == "jsonl")
    out.tenant({"tenant_key": TENANT})
    for user_id, real in zip(user_ids_of(args), placed):
        moves = rng.random() < args.moved
        if not moves and not args.random_order:
            continue
        where = real_departments(departments, rng) if moves else real
        out.entity("user", {"user_id": user_id, "departments": where})
    out.close()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--departments", type=int, default=50)
    parser.add_argument("--apps", type=int, default=2)
    parser.add_argument("--format", choices=["json", "jsonl"], default="json")
    parser.add_argument("--moved", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("--random-order", action="store_true")
    parser.add_argument("--contacts", action="store_true", help="with e-mail and mobile number")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", required=True, metavar="FILE")
    args = parser.parse_args()

    rng = random.Random(args.seed)
    departments = make_departments(args.departments, rng)
    user_ids = user_ids_of(args)
    out = Output(args.output, args.format == "jsonl")
    out.tenant({"tenant_key": TENANT, "name": "Acme", "timezone": "Asia/Shanghai"})
    for department_id, parent, name in departments:
        out.entity("department",
                   {"department_id": department_id, "parent": parent, "name": name})
    for app in make_apps(args, departments, user_ids, rng):
        out.entity("app", app)
    out.entity("chat", {"chat_id": "oc_84983ff6516d731e5b5f68d4ea2e1da5", "name": "All hands"})
    out.entity("image", {"image_key": "img_v2_8e5a80ec-4d94-4bb2-84d5-e25d6c28dacj"})

    placed = []
    bits = rng.getrandbits
    for n, user_id in enumerate(user_ids):
        real = real_departments(departments, rng)
        if args.moved or args.random_order:
            placed.append(real)
        where = real_departments(departments, rng) if args.random_order else real
        text = (f'{{"user_id":"{user_id}","name":"{make_name(rng)}",'
                f'"departments":{json.dumps(where)},"union_id":"on_{bits(128):032x}"')
        if args.apps:
            text += f',"open_ids":{{"cli_a{1:015d}":"ou_{bits(128):032x}"}}'
        if args.contacts:
            text += f',"email":"user{n}@acme.test","mobile":"+86138{n % 100000000:08d}"'
        out.text("user", text + "}")
    out.close()
    if args.moved or args.random_order:
        write_moved(args, departments, placed, rng)


if __name__ == "__main__":
    main()
