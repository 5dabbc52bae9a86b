#!/usr/bin/env python3
"""The tree checks itself: who includes whom, words, head comments, columns, coroutine rules.

Fails with file and line. The include table is the one that ARCHITECTURE.md draws.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# folder -> the folders of ours that it may include (besides itself)
DOMAIN = ["people", "directory", "media", "access", "audience", "batch", "inbox", "ledger", "dispatch"]
MAY_INCLUDE = {
    "base": [],
    "json": ["base"],
    "crypto": ["base"],
    "people": ["base"],
    "core": ["base", "crypto", *DOMAIN],
    "engine": ["base", "crypto", "core", *DOMAIN],
    "import": ["base", "crypto", "json", "core", "engine", *DOMAIN],
    "http": ["base"],
    "dialect/feishu": ["base", "crypto", "json", "core", "engine", "http", *DOMAIN],
    "dialect/dingtalk": ["base", "crypto", "json", "core", "engine", "http", *DOMAIN],
    "dialect/console": ["base", "crypto", "json", "core", "engine", "http", "import",
                        "channel/live", "channel/webpush", "oidc", *DOMAIN],
    "bus": ["base"],
    "store/files": ["base", "crypto", "media", "directory", "people"],
    "channel/live": ["base", "http", *DOMAIN],
    "channel/webhook": ["base", "crypto", "http", *DOMAIN],
    "oidc": ["base", "crypto", "json", "http", "channel/webhook", *DOMAIN],
    "channel/webpush": ["base", "crypto", "json", "http", "channel/webhook", *DOMAIN],
    "store/rows": ["base", "crypto", *DOMAIN],  # what both stores pack alike
    "relocation": ["base", "crypto", "store/rows", *DOMAIN],  # sums are over rows as packed
    "store/sqlite": ["base", "crypto", "store/rows", *DOMAIN],
    "store/postgres": ["base", "crypto", "store/rows", *DOMAIN],
    "server": None,  # everything
}
for place, folder in enumerate(DOMAIN[1:], 1):
    MAY_INCLUDE[folder] = ["base", "crypto", *DOMAIN[:place]]

# What a dialect may know of http: plain values, never sockets.
HTTP_VALUES = {"message.h", "router.h", "body_sink.h", "event_stream.h", "percent.h", "text.h",
               "static_files.h", "websocket.h", "websocket_handshake.h", "spool_file.h", "form_upload.h"}

# library header prefix -> the folders that may include it
LIBRARIES = {
    "roaring/": ["people"],
    "sqlite3.h": ["store/sqlite"],
    "libpq-fe.h": ["store/postgres"],
    "nats/": ["bus"],
    "simdjson": ["json"],
    "openssl/": ["crypto", "http"],
    "sodium.h": ["crypto"],
    "boost/asio": ["http"],
    "boost/beast": ["http"],
    "re2/": ["core"],
    "date/": ["access"],
    "spdlog/": ["server"],
    "prometheus/": ["server"],
    "CLI/": ["server"],
    "toml++/": ["server"],
}

# a word -> what to say instead; vendor words are at home in their dialect only
BANNED = {
    r"\bTODO\b": "an issue, or the work itself",
    r"\bFIXME\b": "an issue, or the work itself",
    r"\bXXX\b": "an issue, or the work itself",
    r"\bcampaign\b": "batch",
    r"\bsubscriber\b": "recipient",
    r"\bblacklist\b": "a word for what it does",
    r"\bwhitelist\b": "a word for what it does",
    r"\bsanity check\b": "check",
    r"\butils?\.(h|cc)\b": "a name by domain",
}
VENDOR_WORDS = re.compile(r"open-apis|tenant_access_token|batch_send|99991\d{3}|\b2300\d\d\b|\b112\d\d\b"
                          r"|topapi|gettoken|corpconversation|\b143[12]0\d\b|feishu|dingtalk", re.IGNORECASE)
VENDOR_HOMES = ("dialect/", "server/", "import/")  # an organisation file has a part for each vendor

problems: list[str] = []
api_numbers: dict[tuple[str, str], str] = {}


def report(path, line, text):
    problems.append(f"{path.relative_to(ROOT)}:{line}: {text}")


def folder_of(path):
    parts = path.relative_to(ROOT / "src").parts
    return "/".join(parts[:2]) if parts[0] in ("dialect", "store", "channel") else parts[0]


def folder_of_include(name):
    parts = name.split("/")
    return "/".join(parts[:2]) if parts[0] in ("dialect", "store", "channel") else parts[0]


def check_includes(path, lines):
    folder = folder_of(path)
    if folder not in MAY_INCLUDE:
        report(path, 1, f"folder {folder} is not in the include table")
        return
    allowed = MAY_INCLUDE[folder]
    for number, line in enumerate(lines, 1):
        if own := re.match(r'#include "([^"]+)"', line):
            name = own.group(1)
            target = folder_of_include(name)
            if allowed is not None and target != folder and target not in allowed:
                report(path, number, f"{folder} may not include {target}")
            if folder.startswith("dialect/") and target == "http":
                if name.split("/")[-1] not in HTTP_VALUES:
                    report(path, number, f"a dialect may include plain values of http only, not {name}")
        elif library := re.match(r"#include <([^>]+)>", line):
            for prefix, homes in LIBRARIES.items():
                if library.group(1).startswith(prefix) and folder not in homes:
                    report(path, number, f"<{library.group(1)}> belongs to {', '.join(homes)}")


def check_head_comment(path, lines):
    if path.suffix == ".h" and not (lines and lines[0].startswith("//")):
        report(path, 1, "a header begins with a comment that says what it is")
    if path.suffix == ".h" and "#pragma once" not in lines:
        report(path, 1, "#pragma once is missing")


def check_words(path, lines):
    inside = path.relative_to(ROOT).as_posix()
    for number, line in enumerate(lines, 1):
        for word, instead in BANNED.items():
            if re.search(word, line):
                report(path, number, f"say {instead} instead of {word}")
        if inside.startswith("src/") and not inside[4:].startswith(VENDOR_HOMES):
            code = line.split("//")[0]
            if VENDOR_WORDS.search(code):
                report(path, number, "a vendor's word outside its dialect")


def check_columns(path, lines):
    for number, line in enumerate(lines, 1):
        data = 'R"' in line or '":' in line  # a line of JSON in a raw string stays one line
        if len(line) > 100 and "http://" not in line and not data:
            report(path, number, f"{len(line)} columns; 100 is the limit")


def check_coroutines(path, lines):
    """style.md section 5, rule 1: g++ 12 destroys such temporaries twice, without a warning."""
    text = "\n".join(lines)
    for found in re.finditer(r"co_await\s+[^;]*;", text):
        expression = re.sub(r"//[^\n]*", "", found.group(0))
        number = text.count("\n", 0, found.start()) + 1
        if re.search(r"\[[^\]\[]*\]\s*(\([^)]*\))?\s*(mutable\s*)?\{", expression):
            report(path, number, "a lambda inside a co_await expression: name it first")
        if re.search(r"[(,]\s*[A-Z]\w*\{[^}]", expression) or re.search(r"\(\s*\{", expression):
            report(path, number, "a braced temporary inside a co_await expression: name it first")
    for number, line in enumerate(lines, 1):
        if re.search(r"\bdetached\b", line.split("//")[0]) and path.name != "async.h":
            report(path, number, "background work starts through the helper in http/async.h")


def check_api_numbers(path, lines):
    """Calls are counted by the numbers of their APIs: within a dialect no two have the same."""
    if path.suffix != ".h" or not folder_of(path).startswith("dialect/"):
        return
    for number, line in enumerate(lines, 1):
        if api := re.search(r"constexpr (?:Api|std::uint16_t) (k\w+)\W+(0x[0-9a-f]+)\b", line):
            name, value = api.groups()
            other = api_numbers.setdefault((folder_of(path), value), name)
            if other != name:
                report(path, number, f"{name} has the number of {other}")


def tracked(*patterns):
    out = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", *patterns],
                         capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in out if name and (ROOT / name).is_file()]


def main():
    sources = tracked("src/*.h", "src/*.cc")
    tests = tracked("tests/*.h", "tests/*.cc", "bench/*.cc", "bench/*.h")
    for path in sources:
        lines = path.read_text(encoding="utf-8").split("\n")
        check_includes(path, lines)
        check_coroutines(path, lines)
        check_api_numbers(path, lines)
    for path in sources + tests:
        lines = path.read_text(encoding="utf-8").split("\n")
        check_head_comment(path, lines)
        check_words(path, lines)
        check_columns(path, lines)
    for path in tests:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if re.search(r"sleep_for|usleep\(", line) and not re.search(r"// (polling|paced)", line):
                report(path, number, "a test waits on conditions, not on sleeps")
    if problems:
        print("\n".join(problems))
        print(f"{len(problems)} findings")
        return 1
    print(f"tidy: {len(sources) + len(tests)} files, no findings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
