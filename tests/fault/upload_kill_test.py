#!/usr/bin/env python3
"""Images are uploaded while the server is killed: what was answered is there, whole; nothing else.

Shape   Some threads upload images, each another one, until the server is killed; it is started
        again, every key that was answered is downloaded and compared, and the files that lie in the
        data folder are counted: after a start there are no more than rows that refer to them, so
        an upload that was cut off between file and row leaves nothing behind.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Connection, Lost, Server  # noqa: E402

ORGANISATION = {"tenants": [{"tenant_key": "acme", "apps": [
    {"app_id": "cli_a", "app_secret": "s", "scopes": ["im:resource"]}]}]}
UPLOADERS = 4


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def image(number):
    """A picture of its own, up to 300 kB."""
    return b"GIF89a" + number.to_bytes(8, "big") * (1 + number * 7919 % 37_500)


def form(data):
    body = (b"--B\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\nmessage\r\n"
            b"--B\r\nContent-Disposition: form-data; name=\"image\"; filename=\"x\"\r\n\r\n"
            + data + b"\r\n--B--\r\n")
    return body, {"Content-Type": "multipart/form-data; boundary=B"}


class Uploads:
    def __init__(self):
        self.lock = threading.Lock()
        self.next = 0
        self.answered = {}  # key -> number

    def run(self, address, token):
        try:
            connection = Connection(address)
            while True:
                with self.lock:
                    number, self.next = self.next, self.next + 1
                body, headers = form(image(number))
                answer = connection.call("POST", "/open-apis/im/v1/images",
                                         {"Authorization": "Bearer " + token, **headers}, body)
                check(answer.status == 200, repr(answer))
                with self.lock:
                    self.answered[answer.json()["data"]["image_key"]] = number
        except Lost:
            pass


def files_in(data):
    blobs = pathlib.Path(data) / "blobs"
    return [path for path in blobs.rglob("*") if path.is_file()] if blobs.exists() else []


def rows_in(data):
    """How many different images the rows refer to; asked of a stopped server's file."""
    import sqlite3
    with sqlite3.connect(f"file:{data}/carillon.db?mode=ro", uri=True) as database:
        return database.execute("SELECT count(DISTINCT blob) FROM media").fetchone()[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("carillon")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        organisation = os.path.join(folder, "org.json")
        with open(organisation, "w", encoding="utf-8") as out:
            json.dump(ORGANISATION, out)
        subprocess.run([options.carillon, "import", organisation, "--data", data], check=True,
                       stdout=subprocess.DEVNULL)
        uploads = Uploads()
        for _ in range(options.rounds):
            server = Server(options.carillon, data, "--profile", "own")
            server.start()
            token = server.app_token("cli_a", "s")
            threads = [threading.Thread(target=uploads.run, args=(server.address, token))
                       for _ in range(UPLOADERS)]
            before = len(uploads.answered)
            for thread in threads:
                thread.start()
            while len(uploads.answered) < before + 1 + chance.randrange(40):
                time.sleep(0.002)
            server.kill()
            server.reap()
            for thread in threads:
                thread.join()

        server = Server(options.carillon, data, "--profile", "own")
        server.start()
        token = server.app_token("cli_a", "s")
        connection = Connection(server.address)
        for key, number in uploads.answered.items():
            answer = connection.call("GET", f"/open-apis/im/v1/images/{key}",
                                     {"Authorization": "Bearer " + token})
            check(answer.status == 200 and answer.body == image(number), f"{key}: {answer!r}")
        connection.close()
        files = len(files_in(data))
        server.stop()
        rows = rows_in(data)
        check(rows >= len(uploads.answered), f"{rows} rows")
        check(files == rows, f"{files} files for {rows} rows")
        left = list((pathlib.Path(data) / "tmp").iterdir())
        check(not left, f"left in tmp: {left}")
        print(f"{len(uploads.answered)} uploads answered, {uploads.next} begun, {rows} kept")


if __name__ == "__main__":
    main()
