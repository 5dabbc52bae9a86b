"""One message, and a stream of them, to 1,000 and 10,000 sockets: ours, the bare loop, and peers.

All have their sockets open at the same time and take turns. Each carries the JSON of our event; the
bare send() loop sends our whole frame. Ours alone has the message on disk before anybody hears it
and knows who each socket is; the others pass on what they get to whoever asked for the channel.

  one shot   from the first byte of the publisher's call (the loop's first send()) to the last
             socket; milliseconds, and the server's CPU for it, which other work on the machine
             hardly changes. Ours includes the call, the batch and its way to disk.
  stream     all messages handed over at once: to the last delivery; deliveries a second. Ours has
             at most 64 calls under way. Servers below 60,000/s get a fifth of the messages.
"""

import contextlib

from fanout_client import BareSend, Fanout
from harness import SERVER_CORE, WIDE_LIMITS
import organisations
from workloads import live

from peers import servers
from peers.comparison import OURS

SIZES = [1_000, 10_000]
RUNS = 5
PEERS = {"nchan": servers.Nchan, "redis": servers.Redis, "nats": servers.Nats,
         "mosquitto": servers.Mosquitto, "ejabberd": servers.Ejabberd}
SHOWN = {"nchan": "nginx + nchan", "redis": "Redis pub/sub", "nats": "NATS core",
         "mosquitto": "mosquitto QoS 0", "ejabberd": "ejabberd announce"}
SLOW = {"mosquitto", "ejabberd"}
BARE = ("bare send() loop", "-")


def run(bench, results, only):
    people = max(SIZES)
    data = organisations.flat(bench, "peers-live", people)
    with bench.serve(data, SERVER_CORE, WIDE_LIMITS) as server:
        ours = live.Ours(bench, server, people)
        frame = bench.temp / "peers.frame"
        ours.save_frame(frame)
        payload = frame.with_name(frame.name + ".payload").read_bytes()
        results.notes["fanout_payload_bytes"] = len(payload)
        for sockets in SIZES:
            with contextlib.ExitStack() as stack:
                compare(results, sockets, contestants(
                    bench, stack, sockets, ours, frame, payload, only))
        ours.close()


def contestants(bench, stack, sockets, ours, frame, payload, only):
    """(key, fanout, publisher, messages of a stream) of each, all subscribed."""
    messages = live.STREAM_DELIVERIES // sockets
    out = [(OURS, stack.enter_context(ours.subscribe(sockets)), ours, messages)]
    bare = stack.enter_context(BareSend(bench, frame))
    out.append((BARE, stack.enter_context(bare.subscribe(bench, sockets, frame)), bare, messages))
    for name, make in PEERS.items():
        if only not in (None, name):
            continue
        peer = stack.enter_context(make(bench, SERVER_CORE, payload))
        fanout = Fanout(bench, peer.protocol, peer.port, sockets, **peer.fanout_options())
        out.append(((SHOWN[name], peer.version()), stack.enter_context(fanout), peer,
                    messages // 5 if name in SLOW else messages))
    return out


def compare(results, sockets, all_of_them):
    """First all single messages, then all streams: a server may need a while to calm down."""
    shots = {key: [] for key, *_ in all_of_them}
    cpu = {key: [] for key, *_ in all_of_them}
    for turn in range(RUNS + 1):
        for key, fanout, publisher, _ in all_of_them:
            server = getattr(publisher, "server", publisher)
            before = server.cpu_seconds()
            shot = fanout.one_shot(publisher.publish)["last"]
            used = server.cpu_seconds() - before
            server.wait_until_idle()
            if turn > 0:  # the first is the warm-up
                shots[key].append(shot)
                cpu[key].append(used * 1e6 / sockets)
    results.add(f"one message to {sockets:,} sockets, until the last has it", "ms", shots,
                lower_is_better=True)
    results.add(f"one message to {sockets:,} sockets, CPU of the server", "us a delivery", cpu,
                lower_is_better=True)
    streams = {key: [] for key, *_ in all_of_them}
    for turn in range(RUNS + 1):
        for key, fanout, publisher, messages in all_of_them:
            rate = fanout.stream(publisher.publish, messages)
            live.publisher_idle(publisher)
            if turn > 0:
                streams[key].append(rate)
    results.add(f"a stream to {sockets:,} sockets", "deliveries/s", streams,
                lower_is_better=False)
