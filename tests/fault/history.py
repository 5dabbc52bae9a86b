"""What a client knows: which calls were answered how. Every answer seen is held against it.

Shape   Batch is one thing that somebody wanted to send: asked (perhaps several times, with one
        Idempotency-Key), acknowledged or not. History keeps all of them and checks I1 to I6 in
        each progress, in the books and in each inbox page.
Errors  violate() notes what broke, with the batch's own story; the test goes on and fails at the
        end.
"""

import collections
import itertools
import json
import threading
import time

STATES = ["accepted", "sending", "sent", "recalling", "recalled"]
KILL = "the server was killed"  # how a note of a fault begins
FAULT = "fault:"  # likewise


class Batch:
    def __init__(self, app, number, body, people):
        self.app = app  # app_id
        self.number = number  # ascending in the order in which the app's one sender sends
        self.body = body
        self.text = body["content"]["text"]  # no two batches have the same
        self.key = f"key-{app}-{number}"
        self.people = people  # a Targets
        self.id = None
        self.acknowledged = False
        self.refused = False  # for good: no attempt was left without an answer, none is repeated
        self.finished = False  # seen sent whole, or recalled
        self.at_rest = False  # nothing can change any more but by new readers
        self.recall = None  # None, "asked" (no answer came), "acknowledged"
        self.recall_seen = False
        self.readers_asked = set()
        self.readers = set()  # acknowledged
        self.counts = {}  # the highest ever seen
        self.state = 0  # likewise, an index into STATES
        self.story = []

    def note(self, text):
        self.story.append((time.monotonic(), text))


class Seen:
    """What had been answered about a batch when a question was asked: no older answer may come,
    whoever asks and whatever others are told meanwhile."""

    def __init__(self, batch):
        self.recall = batch.recall == "acknowledged"
        self.readers = len(batch.readers)
        self.counts = dict(batch.counts)
        self.state = batch.state
        self.recall_seen = batch.recall_seen


class Targets:
    """Who a batch names: a test of membership and how many."""

    def __init__(self, name, valid, deliverable, holds):
        self.name = name
        self.valid = valid
        self.deliverable = deliverable
        self.holds = holds  # user_id -> should get it


class History:
    def __init__(self):
        self.began = time.monotonic()
        self.by_text = {}
        self.by_id = {}
        self.batches = []
        self.numbers = collections.defaultdict(itertools.count)
        self.events = collections.deque(maxlen=400)
        self.violations = []
        self.lock = threading.Lock()

    def note(self, text):
        self.events.append((time.monotonic(), text))

    def violate(self, invariant, what, batch=None):
        with self.lock:
            if len(self.violations) < 50:
                lines = [f"VIOLATION of {invariant}: {what}"]
                if batch is not None:
                    lines.append(f"  {batch.app} number {batch.number}, id {batch.id}, to "
                                 f"{batch.people.name}; its story:")
                    story = batch.story + [e for e in self.events if e[1].startswith((KILL, FAULT))]
                    for at, text in sorted(story)[-60:]:
                        lines.append(f"    {at - self.began:9.4f} {text}")
                print("\n".join(lines), flush=True)
            self.violations.append(f"{invariant}: {what}")

    def expect(self, holds, invariant, what, batch=None):
        if not holds:
            self.violate(invariant, what, batch)

    # Sending and recalling.

    def new_batch(self, app, people, people_fields):
        number = next(self.numbers[app])
        text = f"{app} number {number} to {people.name}"
        body = {**people_fields, "msg_type": "text", "content": {"text": text}}
        batch = Batch(app, number, body, people)
        self.by_text[text] = batch
        self.batches.append(batch)
        return batch

    def sent(self, batch, reply):
        answer = reply.json()
        batch.note(f"batch_send answered {reply}")
        if reply.status != 200 or answer.get("code") != 0:
            return self.violate("I8", f"batch_send answered {reply}", batch)
        batch_id = answer["data"]["message_id"]
        if batch.id is not None:
            self.expect(batch.id == batch_id, "I2", f"the key now gives {batch_id}", batch)
        other = self.by_id.setdefault(batch_id, batch)
        self.expect(other is batch, "I1", f"{batch_id} was given to two batches", batch)
        batch.id = batch_id
        batch.acknowledged = True

    def recall_answered(self, batch, reply):
        batch.note(f"recall answered {reply}")
        if reply.status != 200 or reply.json().get("code") != 0:
            return self.violate("I8", f"recall answered {reply}", batch)
        batch.recall = "acknowledged"

    # Counts.

    def _never_down(self, batch, counts, seen):
        for name, count in counts.items():
            before = seen.counts.get(name)
            if before is not None and count < before:
                self.violate("I5", f"{name} went from {before} to {count}", batch)
            with self.lock:
                batch.counts[name] = max(count, batch.counts.get(name, 0))

    def progress(self, batch, reply, seen):
        """`seen` is from before the question was asked. Returns the counts
        (valid, success, read, recall, recalled)."""
        answer = reply.json()
        if reply.status != 200 or answer.get("code") != 0:
            return self.violate("I1", f"get_progress answered {reply}", batch)
        send = answer["data"]["batch_message_send_progress"]
        recall = answer["data"]["batch_message_recall_progress"]
        valid, success = send["valid_user_ids_count"], send["success_user_ids_count"]
        read, recalled = send["read_user_ids_count"], recall["recall_count"]
        story = f"get_progress: {success} of {valid}, read {read}, recalled {recalled} " \
                f"{recall['recall']}"
        if not batch.story or not batch.story[-1][1] == story:
            batch.note(story)
        self._never_down(batch, {"delivered": success, "read": read, "recalled": recalled},
                         seen)
        self.expect(valid == batch.people.valid, "I4", f"valid {valid}, named were "
                    f"{batch.people.valid}", batch)
        self.expect(success <= batch.people.deliverable, "I4", f"{success} delivered of "
                    f"{batch.people.deliverable} deliverable", batch)
        self._shared(batch, success, read, recalled, seen)
        self._recall_flag(batch, recall["recall"], seen)
        return valid, success, read, recall["recall"], recalled

    def _shared(self, batch, delivered, read, recalled, seen):
        self.expect(read <= delivered and recalled <= delivered, "I4",
                    f"delivered {delivered}, read {read}, recalled {recalled}", batch)
        self.expect(read >= seen.readers, "I1",
                    f"{seen.readers} readers acknowledged, {read} counted", batch)
        self.expect(read <= len(batch.readers_asked), "I2",
                    f"{len(batch.readers_asked)} readers reported, {read} counted", batch)

    def _recall_flag(self, batch, flag, seen):
        if seen.recall:
            self.expect(flag, "I1", "an acknowledged recall is gone", batch)
        if seen.recall_seen:
            self.expect(flag, "I5", "a recall that was shown is gone", batch)
        if flag:
            batch.recall_seen = True
            self.expect(batch.recall is not None, "I7", "recalled, but nobody asked for it", batch)

    def books(self, batch, reply, seen):
        """The answer of GET /api/v1/batches/{id}; returns it."""
        if reply.status != 200:
            return self.violate("I1", f"the batch's page answered {reply}", batch)
        book = reply.json()
        parts = book["pending"] + book["delivered"] + book["failed"] + book["excluded"]
        story = {k: book[k] for k in ("state", "valid", "pending", "delivered", "failed",
                                      "excluded", "read", "recalled")}
        batch.note(f"books: {json.dumps(story)}")
        self.expect(book["valid"] == parts, "I4", f"{story}", batch)
        self.expect(book["valid"] == batch.people.valid, "I4", f"valid {book['valid']}", batch)
        self.expect(book["batch_id"] == batch.id, "I7", f"asked for {batch.id}: {book}", batch)
        self.expect(sum(book["reasons"].values()) == book["failed"] + book["excluded"], "I4",
                    f"reasons {book['reasons']} of {story}", batch)
        names = ("delivered", "failed", "excluded", "read", "recalled")
        self._never_down(batch, {name: book[name] for name in names}, seen)
        self._shared(batch, book["delivered"], book["read"], book["recalled"], seen)
        state = STATES.index(book["state"])
        self.expect(state >= seen.state, "I5",
                    f"state went from {STATES[seen.state]} to {book['state']}", batch)
        batch.state = max(state, batch.state)
        self._recall_flag(batch, state >= STATES.index("recalling"), seen)
        if book["state"] == "sent":
            self.expect(book["delivered"] == batch.people.deliverable, "I2",
                        f"sent to {book['delivered']} of {batch.people.deliverable}", batch)
        if book["state"] == "recalled":
            self.expect(book["recalled"] == book["delivered"], "I5", f"{story}", batch)
        if book["state"] in ("sent", "recalled"):
            self.expect(book["pending"] == 0, "I4", f"{story}", batch)
        return book

    # Inboxes.

    def recalled_now(self):
        """To be asked before a page is asked for: these must not be on it."""
        return {b.text for b in self.batches if b.recall == "acknowledged"}

    def page(self, user, reply, hidden):
        """One page of an inbox: nothing on it that must not be there. Returns its messages."""
        if reply.status != 200:
            self.violate("I8", f"the inbox of {user} answered {reply}")
            return []
        messages = reply.json()["messages"]
        self.inbox(user, messages, hidden)
        return messages

    def inbox(self, user, messages, hidden):
        """Consecutive messages of one person, newest first."""
        seen = set()
        newest = {}
        for message in messages:
            text, batch_id = message["content"].get("text"), message["batch_id"]
            batch = self.by_text.get(text)
            if batch is None:
                self.violate("I7", f"{user} has what nobody sent: {message}")
                continue
            self.expect(text not in seen, "I2", f"{user} has it twice", batch)
            seen.add(text)
            self.expect(text not in hidden, "I6", f"{user} still sees it: {message}", batch)
            self.expect(batch.people.holds(user), "I7", f"{user} was not to get it", batch)
            self.expect(not batch.refused, "I1", f"{user} has what was refused", batch)
            if batch.id is None:
                batch.id = batch_id  # its answer is still on the way, or was lost
            self.expect(batch.id == batch_id, "I2", f"{user} has it as {batch_id}", batch)
            self.expect(message["app"]["app_id"] == batch.app, "I7", f"{message['app']}", batch)
            later = newest.get(batch.app)
            self.expect(later is None or batch.number < later, "I3",
                        f"{user} has number {later} of {batch.app} below it", batch)
            newest[batch.app] = batch.number
            if user in batch.readers:
                self.expect(message["read_at"], "I1", f"{user}'s reading is lost", batch)
            if user not in batch.readers_asked:
                self.expect(not message["read_at"], "I7", f"{user} never read it", batch)

    def whole_inbox(self, user, messages):
        """After everything came to rest: all that is theirs is there."""
        have = {m["content"].get("text") for m in messages}
        for batch in self.batches:
            if batch.acknowledged and batch.recall is None and batch.people.holds(user):
                self.expect(batch.text in have, "I2", f"{user} does not have it", batch)
