"""Drives an EventStoreDB-compatible server through grpcio and prints what it saw: one line of JSON for each check."""

import itertools
import json
import sys
import time
import traceback
import uuid

import grpc

import protocol as ask
from node import SERVICES, STREAMS, Conversation, Node, fails, outcome
from wire import at, fields, message

PERSISTENT = SERVICES + "persistent_subscriptions.PersistentSubscriptions/"
LARGE = bytes(range(256)) * 3600
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def take(call, count):
    return list(itertools.islice(call, count))


@check
def append(node, stream):
    answer = node.append(stream, [b"a", b"b", b"c"])
    return {"revision": at(answer, 1, 1), "stored": [ask.data_of(m).decode() for m in events(node, stream)]}


def events(node, stream, **options):
    answers = node.read(ask.read(ask.stream_start(stream), 100_000), **options)
    return [answer for answer in answers if ask.kind(answer) == "event"]


@check
def batch_append(node, stream):
    correlations = [ask.new_id() for _ in range(50)]
    answers = node.batches([ask.batch(one, stream, [b"x"] * 4) for one in correlations])
    asked = sorted(at(one, 2).decode() for one in correlations)
    return {
        "answered": sorted(at(answer, 1, 2).decode() for answer in answers) == asked,
        "revisions": [at(answer, 3, 1) for answer in answers] == list(range(3, 200, 4)),
        "stored": len(events(node, stream)),
    }


@check
def reads_with_counts(node, stream):
    node.fill(stream, 10)
    forwards = node.read(ask.read(ask.stream_start(stream), 3))
    backwards = node.read(ask.read(ask.stream_end(stream), 4, ask.BACKWARDS))
    everything = node.read(ask.read(ask.ALL_END, 2, ask.BACKWARDS))
    return {
        "forwards": ask.revisions(forwards),
        "backwards": ask.revisions(backwards),
        "all": len(ask.revisions(everything)),
    }


@check
def long_read(node, stream):
    node.fill(stream, 20_000)
    call = node.read(ask.read(ask.stream_start(stream), 20_000))
    first = take(call, 1)
    # What the server has sent by now fills every window.
    time.sleep(0.5)
    found = [ask.data_of(answer) for answer in [*first, *call] if ask.kind(answer) == "event"]
    return {"events": found == [str(n).encode() for n in range(20_000)], **outcome(call)}


@check
def missing_stream(node, stream):
    call = node.read(ask.read(ask.stream_start(stream), 1))
    answers = list(call)
    return {"kinds": [ask.kind(answer) for answer in answers], "name": named(answers[0], stream), **outcome(call)}


def named(answer, stream):
    return at(answer, 4, 1, 3) == stream.encode()


@check
def tombstoned_stream(node, stream):
    node.append(stream, [b"a"])
    node.unary(STREAMS + "Tombstone", message((1, message(*ask.expecting(stream)))))
    read = fails(lambda: list(node.read(ask.read(ask.stream_start(stream), 1))))
    append = fails(lambda: node.append(stream, [b"b"]))
    for end in (read, append):
        end["trailers"]["stream-name"] = end["trailers"].get("stream-name") == stream
    return {"read": read, "append": append}


@check
def wrong_expected_revision(node, stream):
    node.append(stream, [b"a", b"b"])
    wrong = at(node.append(stream, [b"c"], revision=7), 2)
    error = at(node.batches([ask.batch(ask.new_id(), stream, [b"c"], revision=7)])[0], 2)
    return {
        "append": {"current": at(wrong, 6), "expected": at(wrong, 8)},
        "batch": {"code": at(error, 1), "details": at(error, 3, 1).decode()},
    }


@check
def stream_subscription(node, stream):
    node.append(stream, [b"a", b"b"])
    call = node.read(ask.read(ask.stream_start(stream)))
    caught_up = take(call, 4)
    node.append(stream, [b"c"])
    answers = caught_up + take(call, 1)
    call.cancel()
    return {"kinds": [ask.kind(answer) for answer in answers], "revisions": ask.revisions(answers)}


@check
def all_subscription(node, stream):
    call = node.read(ask.read(ask.ALL_END, prefix=stream))
    kinds = until_caught_up(call)
    node.append(stream, [b"a", b"b"])
    seen = take((answer for answer in call if ask.kind(answer) == "event"), 2)
    call.cancel()
    return {"first": kinds[0], "last": kinds[-1], "data": [ask.data_of(answer).decode() for answer in seen]}


def until_caught_up(call):
    kinds = []
    while "caught up" not in kinds:
        kinds.append(ask.kind(next(call)))
    return kinds


@check
def cancelled_read(node, stream):
    node.fill(stream, 20_000)
    call = node.read(ask.read(ask.stream_start(stream), 20_000))
    read = len(take(call, 10))
    call.cancel()
    end = fails(lambda: list(call))
    return {"read": read, "code": end["code"], "after": len(events(node, stream))}


@check
def cancelled_subscription(node, stream):
    node.append(stream, [b"a"])
    call = node.read(ask.read(ask.stream_start(stream)))
    until_caught_up(call)
    call.cancel()
    end = fails(lambda: list(call))
    return {"code": end["code"], "after": at(node.append(stream, [b"b"]), 1, 1)}


@check
def deadline(node, stream):
    started = time.monotonic()
    end = fails(lambda: list(node.read(ask.read(ask.stream_start(stream)), timeout=0.5)))
    return {"code": end["code"], "in time": 0.4 < time.monotonic() - started < 5}


@check
def persistent_subscription(node, stream):
    node.fill(stream, 5)
    times = (5, 10), (14, 30_000), (15, 1000)
    counts = (7, 10), (8, 1000), (10, 500), (11, 20), (12, 500)
    settings = message(*times, *counts, (16, "RoundRobin"))
    group = (2, "group"), (3, settings), (4, ask.stream_start(stream)[1])
    node.unary(PERSISTENT + "Create", message((1, message(*group))))
    again = fails(lambda: node.unary(PERSISTENT + "Create", message((1, message(*group)))))
    revisions = consume(node, stream, 5)
    node.unary(PERSISTENT + "Delete", message((1, message((1, ask.identifier(stream)), (2, "group")))))
    return {"revisions": revisions, "again": again["code"]}


def consume(node, stream, count):
    """With room for one event, each comes only when the one before is acknowledged."""
    ids_as_text = message((2, b""))
    options = message((1, ask.identifier(stream)), (2, "group"), (3, 1), (4, ids_as_text))
    revisions = []
    with Conversation(node.channel, PERSISTENT + "Read") as call:
        call.say(message((1, options)))
        call.hear()
        for _ in range(count):
            event = at(call.hear(), 1, 1)
            revisions.append(at(event, 3) or 0)
            call.say(message((2, message((2, at(event, 1))))))
        # Acknowledgements that are still under way are lost with the call.
        time.sleep(0.2)
    return revisions


@check
def server_features(node, _):
    answer = node.unary(SERVICES + "server_features.ServerFeatures/GetSupportedMethods")
    methods = {at(method, 1).decode() for number, method in fields(answer) if number == 1}
    return {"version": bool(at(answer, 2)), "batches": "batchappend" in methods}


@check
def gossip(node, _):
    members = fields(node.unary(SERVICES + "gossip.Gossip/Read"))
    leader = 8
    return {"members": len(members), "leader": at(members[0][1], 3) == leader, "alive": at(members[0][1], 4)}


@check
def gzip(node, stream):
    data = [b"again and " * 2000, b"again"]
    node.append(stream, data, compression=grpc.Compression.Gzip)
    node.batches([ask.batch(ask.new_id(), stream, data)], compression=grpc.Compression.Gzip)
    call = events(node, stream, compression=grpc.Compression.Gzip)
    return {"stored": [ask.data_of(answer) for answer in call] == data + data}


@check
def large_event(node, stream):
    node.append(stream, [LARGE])
    return {"stored": [ask.data_of(answer) == LARGE for answer in events(node, stream)]}


@check
def unknown_methods(node, _):
    paths = STREAMS + "Nothing", "/nowhere.Nothing/Read"
    return {"codes": [fails(lambda path=path: node.unary(path))["code"] for path in paths]}


def main(url):
    node = Node(url)
    for function in CHECKS:
        try:
            found = function(node, f"core-{uuid.uuid4()}")
        except Exception:
            found = traceback.format_exc(limit=-3)
        print(json.dumps({"check": function.__name__, "found": found}), flush=True)
    node.channel.close()


main(sys.argv[1])
