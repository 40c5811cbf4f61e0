"""MP4 and HEIF as the boxes they are made of, to be changed and written again."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_HOLDERS = frozenset(
    {
        b"moov",
        b"trak",
        b"mdia",
        b"minf",
        b"stbl",
        b"dinf",
        b"udta",
        b"moof",
        b"traf",
        b"edts",
        b"mvex",
        b"rmra",
        b"rmda",
    }
)


@dataclass
class Box:
    """One box: bytes, or boxes inside."""

    name: bytes
    content: bytes = b""
    inside: list[Box] = field(default_factory=list)

    def __bytes__(self) -> bytes:
        """Write it with its length."""
        content = self.content + b"".join(map(bytes, self.inside))
        return struct.pack(">I", len(content) + 8) + self.name + content

    def all(self, name: bytes) -> Iterator[Box]:
        """Find boxes of a name, however deep."""
        for box in self.inside:
            if box.name == name:
                yield box
            yield from box.all(name)


def read_boxes(content: bytes) -> Box:
    """Read a whole file; the outermost box has no name and is written with `whole`."""
    return Box(b"", b"", _boxes(content))


def whole(file: Box) -> bytes:
    """Write a whole file again."""
    return b"".join(map(bytes, file.inside))


def full(name: bytes, content: bytes, version: int = 0, flags: int = 0) -> Box:
    """Make a box that begins with its version and its flags."""
    return Box(name, struct.pack(">I", version << 24 | flags) + content)


def _boxes(content: bytes) -> list[Box]:
    boxes, at = [], 0
    while at + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, start)
            start += 8
        end = at + size if size else len(content)
        inside = content[start:end]
        boxes.append(Box(name, b"", _boxes(inside)) if name in _HOLDERS else Box(name, inside))
        at = end
    return boxes
