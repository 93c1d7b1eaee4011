"""Requests of the EventStoreDB protocol, and what its answers say."""

import uuid

from wire import at, fields, message

EMPTY = b""
FORWARDS, BACKWARDS = 0, 1
ANSWERS = ["", "event", "confirmation", "checkpoint", "not found", "first", "last", "last of all", "caught up", "behind"]


def identifier(stream):
    return message((3, stream))


def new_id():
    return message((2, str(uuid.uuid4())))


def stream_start(stream):
    return 1, message((1, identifier(stream)), (3, EMPTY))


def stream_end(stream):
    return 1, message((1, identifier(stream)), (4, EMPTY))


ALL_END = 2, message((3, EMPTY))


def read(place, count=None, direction=FORWARDS, prefix=None):
    """A read of so many events, or without a count a subscription."""
    amount = (6, EMPTY) if count is None else (5, count)
    selection = (8, EMPTY)
    if prefix:
        selection = 7, message((1, message((2, prefix))), (4, EMPTY), (5, 1))
    ids_as_text = 9, message((2, EMPTY))
    return message((1, message(place, (3, direction), amount, selection, ids_as_text)))


def proposed(data):
    kind = message((1, "type"), (2, "Counted"))
    content_type = message((1, "content-type"), (2, "application/octet-stream"))
    return message((1, new_id()), (2, kind), (2, content_type), (4, data))


def expecting(stream, revision=None):
    return (1, identifier(stream)), ((4, EMPTY) if revision is None else (2, revision))


def append(stream, data, revision=None):
    """The messages of one Append; without a revision any will do."""
    yield message((1, message(*expecting(stream, revision))))
    for one in data:
        yield message((2, proposed(one)))


def batch(correlation, stream, data, revision=None):
    """One append, whole, as BatchAppend wants it."""
    options = message(*expecting(stream, revision), (7, message((1, 10))))
    return message((1, correlation), (2, options), *[(3, proposed(one)) for one in data], (4, 1))


def kind(answer):
    """Which answer of Read this is."""
    return ANSWERS[fields(answer)[0][0]]


def revisions(answers):
    return [at(answer, 1, 1, 3) or 0 for answer in answers if kind(answer) == "event"]


def data_of(answer):
    return at(answer, 1, 1, 8)
