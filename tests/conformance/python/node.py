"""The server under test, through the C-core stack of gRPC. Messages are bytes both ways."""

import queue
from urllib.parse import urlsplit

import grpc

from protocol import append, batch, new_id

SERVICES = "/event_store.client."
STREAMS = SERVICES + "streams.Streams/"
#: Whatever takes longer hangs.
PATIENCE = 30
TRANSPORT = {"content-type", "date", "server", "grpc-accept-encoding", "grpc-encoding"}


class Node:
    def __init__(self, url):
        address = urlsplit(url).netloc.rpartition("@")[2]
        self.channel = grpc.insecure_channel(address)

    def unary(self, path, request=b"", **options):
        return self.channel.unary_unary(path)(request, **{"timeout": PATIENCE, **options})

    def append(self, stream, data, revision=None, **options):
        call = self.channel.stream_unary(STREAMS + "Append")
        return call(append(stream, data, revision), **{"timeout": PATIENCE, **options})

    def read(self, request, **options):
        return self.channel.unary_stream(STREAMS + "Read")(request, **{"timeout": PATIENCE, **options})

    def fill(self, stream, count):
        """Events by the thousand, some batches in flight at once. Answers the answers."""
        batches = []
        for first in range(0, count, 1000):
            data = [str(n).encode() for n in range(first, min(count, first + 1000))]
            batches.append(batch(new_id(), stream, data))
        return self.batches(batches)

    def batches(self, batches, **options):
        with Conversation(self.channel, STREAMS + "BatchAppend", **options) as call:
            call.say(*batches)
            return [call.hear() for _ in batches]


class Conversation:
    """A bidirectional call whose requests are sent as they come to mind."""

    def __init__(self, channel, path, **options):
        self.requests = queue.SimpleQueue()
        self.call = channel.stream_stream(path)(iter(self.requests.get, None), **{"timeout": PATIENCE, **options})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.requests.put(None)
        self.call.cancel()

    def say(self, *requests):
        for request in requests:
            self.requests.put(request)

    def hear(self):
        return next(self.call)


def outcome(call):
    """How a call that is over ended: its status, and the trailers that are not the transport's."""
    trailers = {key: value for key, value in call.trailing_metadata() or () if key not in TRANSPORT}
    return {"code": call.code().name, "trailers": trailers}


def fails(work):
    """The outcome of a call that must not end well."""
    try:
        work()
    except grpc.RpcError as call:
        return outcome(call)
    return {"code": "OK", "trailers": {}}
