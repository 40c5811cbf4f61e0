"""Files that nobody should send, generated the same each time, and snares for what they reach out to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Bad:
    """One bad file, made when it is needed."""

    name: str
    make: Callable[[], bytes]


def spread(bad: Sequence[Bad], count: int) -> list[Bad]:
    """Take `count` of them, evenly from the first to the last."""
    return [bad[number * len(bad) // count] for number in range(min(count, len(bad)))]


def mutated(content: bytes, number: int) -> bytes:
    """Damage a file in one of ten ways, the same way for the same number."""
    random = Random(number)
    data = bytearray(content)
    size = len(data)
    at = random.randrange(size)
    match number % 10:
        case 0:
            del data[at:]
        case 1:
            for _ in range(random.randrange(1, 20)):
                data[random.randrange(size)] ^= 1 << random.randrange(8)
        case 2:
            for _ in range(random.randrange(1, 200)):
                data[random.randrange(size)] = random.randrange(256)
        case 3:
            # Lengths and counts are near the start, and the extremes of their kind are what is forgotten.
            at = random.randrange(min(size, 600))
            data[at : at + 4] = random.choice([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0"])
        case 4:
            data[at : at + random.randrange(1, 500)] = b""
        case 5:
            data[at:at] = random.randbytes(random.randrange(1, 2000))
        case 6:
            piece = data[at : at + random.randrange(1, 2000)]
            data[at:at] = piece * random.randrange(1, 30)
        case 7:
            data[at : at + 1000] = bytes(min(1000, size - at))
        case 8:
            start = random.randrange(size)
            data[at:], data[:start] = data[at:][::-1], data[:start]
        case _:
            # The head stays as it is, and what follows is noise.
            keep = random.randrange(16, min(200, size))
            data[keep:] = random.randbytes(size - keep)
    return bytes(data)
