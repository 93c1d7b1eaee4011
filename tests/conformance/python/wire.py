"""As much of protobuf as the checks need."""


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def message(*fields):
    """Fields as pairs of number and value: an int, text, or bytes (a nested message, too)."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            value = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return out


def fields(data):
    """The fields of a message, in their order: pairs of number and an int or bytes."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    found = []
    while at < len(data):
        tag = number()
        if tag & 7 == 0:
            found.append((tag >> 3, number()))
        elif tag & 7 == 2:
            length = number()
            found.append((tag >> 3, data[at : at + length]))
            at += length
        else:
            raise ValueError(f"wire type {tag & 7}")
    return found


def at(data, *path):
    """The value at the end of a path of field numbers, or None."""
    for number in path:
        data = dict(fields(data)).get(number) if data is not None else None
    return data
