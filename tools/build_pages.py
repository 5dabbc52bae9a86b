#!/usr/bin/env python3
"""Builds the pages and packs them into the one file that the program embeds.

    build_pages.py ARCHIVE

Runs `npm ci` and `npm run build` in web/ only if what they work on has changed, adds the API
reference (docs_page.py), and compresses each file once. The archive, which
src/http/static_files.h reads: a line "PATH\tHASH\tPLAIN\tGZIP\tBROTLI" a file, where the last
three are lengths in bytes (0: that form does not pay), an empty line, then the bytes in that order.
"""
import fcntl
import gzip
import hashlib
import os
import pathlib
import subprocess
import sys

import docs_page

ROOT = pathlib.Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
DIST = WEB / "dist"
OPENAPI = ROOT / "src/dialect/console/openapi.json"
PAGES = ("console", "docs", "inbox")
GENERATED = ".gen.ts"  # by the build itself


def digest(paths):
    out = hashlib.sha256()
    for path in sorted(paths):
        out.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return out.hexdigest()


def files_below(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def run_when_changed(stamp, inputs, work):
    """Notes in `stamp` what the work was last done with."""
    now = digest(inputs)
    if stamp.is_file() and stamp.read_text() == now:
        return
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(now)


def npm(*arguments):
    done = subprocess.run(["npm", *arguments], cwd=WEB, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"npm {' '.join(arguments)} in web/ failed:\n{done.stdout}")


def build():
    """Leaves web/dist as the sources have it; several builds at a time take turns."""
    DIST.mkdir(exist_ok=True)
    with open(DIST / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        packages = [WEB / "package.json", WEB / "package-lock.json"]
        # The stamp lies in what `npm ci` removes first: one that broke off leaves none.
        run_when_changed(WEB / "node_modules/.carillon-stamp", packages, lambda: npm("ci"))
        sources = [path for path in files_below(WEB / "src") if not path.name.endswith(GENERATED)]
        sources += [path for path in WEB.glob("*") if path.is_file()]
        run_when_changed(DIST / ".stamp", sources + [OPENAPI], lambda: npm("run", "build"))
        docs_page.write(OPENAPI, DIST / "docs")
        return pack()


def brotli(plain):
    return subprocess.run(["brotli", "--stdout", "--quality=11", "-"], input=plain,
                          stdout=subprocess.PIPE, check=True).stdout


def pack():
    heads, bodies = [], []
    for path in sorted(path for page in PAGES for path in files_below(DIST / page)):
        plain = path.read_bytes()
        forms = [gzip.compress(plain, 9, mtime=0), brotli(plain)]
        forms = [form if len(form) < 0.9 * len(plain) else b"" for form in forms]
        name = path.relative_to(DIST).as_posix()
        lengths = "\t".join(str(len(form)) for form in [plain, *forms])
        heads.append(f"{name}\t{hashlib.sha256(plain).hexdigest()[:20]}\t{lengths}\n")
        bodies += [plain, *forms]
    return "".join(heads).encode() + b"\n" + b"".join(bodies)


def main():
    archive = pathlib.Path(sys.argv[1])
    bytes_now = build()
    archive.parent.mkdir(parents=True, exist_ok=True)
    if not archive.is_file() or archive.read_bytes() != bytes_now:
        archive.write_bytes(bytes_now)
    else:
        os.utime(archive)


if __name__ == "__main__":
    main()
