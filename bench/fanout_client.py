"""Drives bench/fanout.cc (the sockets that hear) and bench/baseline_send.cc (the bare loop).

Whoever publishes takes time.monotonic_ns() before; the client answers with times of the same clock.
"""

import json
import select
import subprocess

from harness import LOAD_CORE, SERVER_CORE, Process, pinned

SILENCE_SECONDS = 180


class Commanded(Process):
    """A program that also obeys lines on stdin, one answer each."""

    def __init__(self, command, core, log):
        # Not Process's own start: that one gives the program no stdin.
        self.log = open(log, "ab") if log else subprocess.DEVNULL
        self.process = subprocess.Popen(
            pinned(core, [str(part) for part in command]), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.name = str(command[0])
        answer = self.answer()
        self.port = int(answer[len("ready "):])

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answer(self):
        ready, _, _ = select.select([self.process.stdout], [], [], SILENCE_SECONDS)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            raise RuntimeError(f"{self.name} has ended or says nothing; see its log")
        return line.strip()

    def ask(self, line):
        self.say(line)
        return self.answer()

    def stop(self):
        self.process.stdin.close()
        super().stop()


class Fanout(Commanded):
    """N subscribed sockets; options are those of fanout.cc."""

    def __init__(self, bench, protocol, port, sockets, **options):
        command = [bench.programs / "fanout", "--protocol", protocol, "--port", port,
                   "--sockets", sockets]
        for name, value in options.items():
            command += ["--" + name, value]
        self.sockets = sockets
        super().__init__(command, LOAD_CORE, bench.work / "fanout.log")

    def expect(self, messages):
        if self.ask(f"expect {messages}") != "armed":
            raise RuntimeError("fanout: not armed")

    def heard(self):
        return json.loads(self.answer())

    def one_shot(self, publish):
        """Milliseconds from publish(1), which gives the moment it began, to the last socket."""
        self.expect(1)
        began = publish(1)
        result = self.heard()
        return {part: (result[part + "_ns"] - began) / 1e6
                for part in ("first", "p50", "p99", "last")}

    def stream(self, publish, messages):
        """Deliveries a second of publish(messages), from its beginning to the last delivery."""
        self.expect(messages)
        began = publish(messages)
        result = self.heard()
        return self.sockets * messages / ((result["last_ns"] - began) / 1e9)

    def save(self):
        self.ask("save")


class BareSend(Commanded):
    """The bare send() loop with its sockets: publish(k) sends the message k times."""

    def __init__(self, bench, message):
        super().__init__([bench.programs / "baseline_send", "--message", message], SERVER_CORE,
                         bench.work / "fanout.log")

    def subscribe(self, bench, sockets, message):
        self.say(f"wait {sockets}")
        fanout = Fanout(bench, "raw", self.port, sockets, bytes=message.stat().st_size)
        self.answer()
        return fanout

    def publish(self, messages):
        return int(self.ask(f"send {messages}").split()[1])
