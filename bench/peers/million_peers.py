"""A message to a million people, durable, until the last person's inbox page shows it.

Each on the machine as it is, in turns. What another design does for the same promise:

  PostgreSQL   a row a recipient, INSERT ... SELECT from a table of a million people in one synced
               transaction; the last person's page (20 newest, joined with their texts) is asked for
               on another connection. What the WAL took is in the notes.
  BullMQ       a job a recipient in Redis, which appends and syncs before it answers
               (appendonly yes, appendfsync always); one process adds, one works. Measured with
               100,000 people and multiplied by ten.
  sync         2 kB appended to a file and synced: the least that any durable acceptance takes here
"""

import os
import socket
import time

from fanout_client import Commanded
import organisations
from workloads.million import Scene

from peers import servers
from peers.comparison import OURS

RUNS = 5
PEOPLE = 1_000_000
QUEUE_PEOPLE = 100_000
POLL_SECONDS = 0.002
MEASURE = "a batch to 1,000,000 people, until the last one's inbox page shows it"


def run(bench, results, only):
    large = organisations.large(bench, "tree")
    data = large.copy(bench, "peers-million")
    with bench.serve(data, profile="own") as server:
        scene = Scene(bench, server, large.file, "tree")
        last = scene.last_person(0)
        contestants = {OURS: lambda: scene.million(0, last)[0] * 1000,
                       ("append + fdatasync of 2 kB", "-"): Sync(bench).milliseconds}
        peers = []
        if only in (None, "postgresql"):
            peers.append(RowPerRecipient(bench))
            contestants["PostgreSQL, a row a recipient", peers[-1].version] = peers[-1].milliseconds
        if only in (None, "bullmq"):
            peers.append(JobPerRecipient(bench))
            contestants["BullMQ + Redis, from 100,000", peers[-1].version] = peers[-1].milliseconds
        runs = {key: [] for key in contestants}
        for turn in range(RUNS + 1):
            for key, milliseconds in contestants.items():
                value = milliseconds()
                if turn > 0:  # the first is the warm-up
                    runs[key].append(value)
        results.add(MEASURE, "ms", runs, lower_is_better=True)
        for peer in peers:
            results.notes.update(peer.notes)
            peer.stop()


class Sync:
    def __init__(self, bench):
        self.file = os.open(bench.work / "sync", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def milliseconds(self):
        began = time.monotonic()
        os.write(self.file, bytes(2048))
        os.fdatasync(self.file)
        return (time.monotonic() - began) * 1000


class RowPerRecipient:
    """Tables as the simplest mass notifier has them."""

    TABLES = f"""
CREATE TABLE people(user_no int PRIMARY KEY);
INSERT INTO people SELECT generate_series(1, {PEOPLE});
CREATE TABLE messages(message_id bigint PRIMARY KEY, content text NOT NULL,
                      sent_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE inbox(user_no int, message_id bigint, state smallint NOT NULL DEFAULT 0,
                   PRIMARY KEY(user_no, message_id));
VACUUM ANALYZE people"""
    SEND = """BEGIN;
INSERT INTO messages(message_id, content) VALUES({number}, 'Message {number}');
INSERT INTO inbox(user_no, message_id) SELECT user_no, {number} FROM people;
COMMIT"""
    PAGE = f"""
SELECT m.message_id, m.content, m.sent_at, i.state FROM inbox i JOIN messages m USING (message_id)
WHERE i.user_no = {PEOPLE} ORDER BY i.message_id DESC LIMIT 20"""

    def __init__(self, bench):
        self.server = servers.Postgresql(bench)
        self.version = self.server.version()
        self.sender, self.reader = self.server.session(), self.server.session()
        self.sender.run(self.TABLES)
        self.number = 0
        self.notes = {"postgresql_wal_mb": []}

    def wal_bytes(self):
        return int(self.reader.run("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")[0])

    def milliseconds(self):
        self.number += 1
        before = self.wal_bytes()
        began = time.monotonic()
        self.sender.start(self.SEND.format(number=self.number))
        while True:
            page = self.reader.run(self.PAGE)
            if page and page[0].startswith(f"{self.number}|"):
                break
            time.sleep(POLL_SECONDS)
        took = time.monotonic() - began
        self.sender.finish()
        self.notes["postgresql_wal_mb"].append((self.wal_bytes() - before) / 1e6)
        return took * 1000

    def stop(self):
        self.sender.close()
        self.reader.close()
        self.server.stop()


class JobPerRecipient:
    """queue.js with a Redis of its own."""

    def __init__(self, bench):
        self.redis = servers.Redis(bench, None, durable=True)
        folder = bench.root / "bench" / "peers"
        self.version = f"{queue_version(folder)} (Redis {self.redis.version()})"
        command = ["node", folder / "queue.js"]
        log = bench.work / "queue.log"
        self.worker = Commanded([*command, "work", self.redis.port], None, log)
        self.producer = Commanded([*command, "produce", self.redis.port], None, log)
        self.reader = socket.create_connection(("127.0.0.1", self.redis.port))
        self.answers = self.reader.makefile("rb")
        self.number = 0
        self.notes = {"bullmq_people": QUEUE_PEOPLE}

    def ask(self, *words):
        command = f"*{len(words)}\r\n" + "".join(f"${len(w)}\r\n{w}\r\n" for w in words)
        self.reader.sendall(command.encode())
        return self._value()

    def _value(self):
        text = self.answers.readline().decode().strip()
        if text[0] == "*":
            return [self._value() for _ in range(int(text[1:]))]
        if text[0] == "$":
            size = int(text[1:])
            return self.answers.read(size + 2)[:-2].decode() if size >= 0 else None
        return text[1:]

    def milliseconds(self):
        self.number += 1
        batch = f"m{self.number}"
        began = time.monotonic()
        self.producer.say(f"batch {batch} {QUEUE_PEOPLE}")
        while self.ask("GET", f"delivered:{batch}") != str(QUEUE_PEOPLE):
            time.sleep(POLL_SECONDS)
        if self.ask("LRANGE", f"person:{QUEUE_PEOPLE - 1}", "0", "19")[0] != batch:
            raise RuntimeError("the last person's page does not show the message")
        took = time.monotonic() - began
        self.producer.answer()
        return took * 1000 * PEOPLE / QUEUE_PEOPLE

    def stop(self):
        self.reader.close()
        for process in (self.producer, self.worker, self.redis):
            process.stop()


def queue_version(folder):
    lock = (folder / "node_modules" / "bullmq" / "package.json").read_text()
    return lock.split('"version": "', 1)[1].split('"', 1)[0]
