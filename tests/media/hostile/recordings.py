"""Bad recordings: playlists, references to other files, lying heads, endless lengths, and good ones, damaged."""

from __future__ import annotations  # PyAV's Packet takes a parameter in its types only.

import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from random import Random

from tests.media.boxes import Box, full, read_boxes, whole
from tests.media.hostile import Bad, mutated
from tests.media.making import make_recording

FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "200000"}
# FFmpeg's muxer, the codecs of picture and sound, and what else the maker is told.
_GOOD: dict[str, tuple[str, str | None, str | None, dict[str, object]]] = {
    "webm": ("webm", "libvpx", "libopus", {"options": {"live": "1", "cluster_time_limit": "200"}}),
    "vp9 webm": ("webm", "libvpx-vp9", "libopus", {}),
    "mkv": ("matroska", "libx264", "aac", {}),
    "mp4": ("mp4", "libx264", "aac", {}),
    "quick mp4": ("mp4", "libx264", "aac", {"options": {"movflags": "faststart"}}),
    "fragmented mp4": ("mp4", "libx264", "aac", {"options": FRAGMENTS}),
    "mov": ("mov", "libx264", "pcm_s16le", {}),
    "hevc mov": ("mov", "libx265", "aac", {}),
    "3gp": ("3gp", "mpeg4", "libopencore_amrnb", {"rate": 8000, "layout": "mono", "size": (176, 144)}),
    "m4a": ("ipod", None, "aac", {}),
    "aac": ("adts", None, "aac", {}),
    "mp3": ("mp3", None, "libmp3lame", {}),
    "ogg": ("ogg", None, "libopus", {}),
    "wav": ("wav", None, "pcm_s16le", {"rate": 8000}),
    "flac": ("flac", None, "flac", {"rate": 8000}),
    "amr": ("amr", None, "libopencore_amrnb", {"rate": 8000, "layout": "mono"}),
}
_TWO_BYTES = (0, 1, 255, 65_535)


def bad_recordings(count: int = 600, *, canary: Path, address: str) -> list[Bad]:
    """List `count` bad recordings: every made one first, then damaged ones of every format in turn.

    They try to reach the file `canary` and the server at `address`, host and port.
    """
    made = [*_playlists(canary, address), *_references(canary, address), *_lies(), *_lengths(), *_polyglots()]
    formats = list(_GOOD)
    numbers = range(count - len(made))
    return [
        *made,
        *(Bad(f"damaged {n} {i}", partial(_damaged, n, i)) for i in numbers for n in [formats[i % len(formats)]]),
    ]


def _playlists(canary: Path, address: str) -> Iterator[Bad]:
    """Name other files in every language that FFmpeg understands."""
    port = address.partition(":")[2]
    for kind, place in _places(canary, address):
        lists = {
            "m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{place}\n#EXT-X-ENDLIST\n",
            "m3u8 with a key": f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{place}"\n#EXTINF:10,\n{place}\n',
            "concat": f"ffconcat version 1.0\nfile '{place}'\n",
            "sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\na=control:{place}\nm=audio {port} RTP/AVP 0\n",
            "mpd": f'<?xml version="1.0"?><MPD><Period><BaseURL>{place}</BaseURL></Period></MPD>',
            "asx": f'<asx version="3.0"><entry><ref href="{place}"/></entry></asx>',
            "ram": f"{place}\n",
        }
        for name, text in lists.items():
            yield Bad(f"{name} to {kind}", lambda t=text: t.encode())
        inner = lists["m3u8"].encode()
        heads = {
            "ID3": b"ID3\4\0\0\0\0\0\0" + inner,
            "WebM": b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + inner,
            "MP4": bytes(Box(b"ftyp", b"isom" + bytes(4))) + inner,
            "Ogg": b"OggS" + inner,
            "WAV": b"RIFF\xff\0\0\0WAVE" + inner,
        }
        for name, content in heads.items():
            yield Bad(f"m3u8 to {kind} behind the head of {name}", lambda c=content: c)


def _references(canary: Path, address: str) -> Iterator[Bad]:
    """QuickTime may keep its pictures in another file, or be nothing but the name of another film."""
    for kind, place in _places(canary, address):
        for name in ("mp4", "mov", "m4a"):
            yield Bad(f"{name} whose data are at {kind}", partial(_with_data_elsewhere, name, place))
            yield Bad(f"{name} whose data are at {kind} by alias", partial(_with_alias, name, place))
        for inside in (b"url ", b"alis", b"rsrc"):
            yield Bad(f"film that is at {kind} by {inside!r}", partial(_reference_film, place, inside))
        yield Bad(f"webm that goes on at {kind}", lambda p=place: _good("webm") + p.encode())


def _lies() -> Iterator[Bad]:
    for value in (b"\0\0\0\0", b"\0\0\0\1", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"):
        said = value.hex()
        for box, offset in [
            (b"stsz", 8),
            (b"stsc", 4),
            (b"stts", 4),
            (b"stco", 4),
            (b"stsd", 4),
            (b"mdhd", 12),
            (b"mvhd", 12),
        ]:
            yield Bad(f"mp4 with {said} in {box.decode()}", partial(_with_box_value, "mp4", box, offset, value))
        for box, offset in [(b"trun", 4), (b"tfhd", 4)]:
            yield Bad(
                f"fragments with {said} in {box.decode()}",
                partial(_with_box_value, "fragmented mp4", box, offset, value),
            )
        yield Bad(f"wav of {said} samples a second", lambda v=value: _patched("wav", b"fmt ", 8, v))
        yield Bad(f"wav of {said} bytes", lambda v=value: _patched("wav", b"data", 0, v))
    for number in _TWO_BYTES:
        value = struct.pack("<H", number)
        yield Bad(f"wav of {number} channels", lambda v=value: _patched("wav", b"fmt ", 6, v))
        yield Bad(f"wav of {number} bits", lambda v=value: _patched("wav", b"fmt ", 18, v))
        yield Bad(f"wav in blocks of {number}", lambda v=value: _patched("wav", b"fmt ", 16, v))
        yield Bad(f"flac that claims {number}", lambda v=value: _patched("flac", b"fLaC", 14, v * 4))
        yield Bad(f"mp4 of a picture of {number}", partial(_with_size, number))
    for name, value in {
        "nan": b"\x7f\xf8" + bytes(6),
        "infinite": b"\x7f\xf0" + bytes(6),
        "negative": b"\xff\xef" + b"\xff" * 6,
    }.items():
        yield Bad(f"webm of {name} length", lambda v=value: _patched("vp9 webm", b"\x44\x89\x88", 0, v))
        yield Bad(f"webm of {name} samples a second", lambda v=value: _patched("webm", b"\xb5\x88", 0, v))
    for value in (b"\0\0\0", b"\xff\xff\xff", b"\0\0\1"):
        yield Bad(f"webm whose clock is {value.hex()}", lambda v=value: _patched("webm", b"\x2a\xd7\xb1\x83", 0, v))
    for count in (100, 1000):
        yield Bad(f"mp4 of {count} streams", partial(_of_streams, count))
    yield Bad("mp4 of boxes in boxes", _deep_boxes)
    yield Bad(
        "mp4 with two heads",
        lambda: _good("mp4") + whole(Box(b"", b"", [b for b in read_boxes(_good("mp4")).inside if b.name == b"moov"])),
    )
    yield Bad("mp4 whose head is packed", _packed_head)
    for part in (0.5, 0.9, 0.97, 0.999):
        for name in ("mp4", "quick mp4", "mov", "hevc mov", "3gp", "m4a"):
            yield Bad(f"{name} of which {part} came", lambda n=name, p=part: _good(n)[: int(len(_good(n)) * p)])
    yield Bad(
        "mp4 without data",
        lambda: whole(Box(b"", b"", [b for b in read_boxes(_good("mp4")).inside if b.name != b"mdat"])),
    )
    yield Bad(
        "mp4 without a head",
        lambda: whole(Box(b"", b"", [b for b in read_boxes(_good("mp4")).inside if b.name != b"moov"])),
    )


def _lengths() -> Iterator[Bad]:
    """Four hours and more, in few bytes."""
    yield Bad("wav of four hours at 100 samples a second", lambda: _slow_wav(4 * 3600))
    yield Bad("mp3 of four hours", lambda: _repeated("mp3", 4 * 3600))
    yield Bad("aac of four hours", lambda: _repeated("aac", 4 * 3600))
    yield Bad("amr of four hours", lambda: _repeated("amr", 4 * 3600))
    for name, codec in (("webm", "libopus"), ("matroska", "flac")):
        for hours in (1.9, 4, 10_000):
            yield Bad(f"{name} with a pause of {hours} hours", partial(_with_pause, name, codec, hours))
    for scale in (1, 3):
        yield Bad(
            f"mp4 of {scale} ticks a second", partial(_with_box_value, "mp4", b"mdhd", 12, struct.pack(">I", scale))
        )
    yield Bad(
        "webm whose clock is a hundred times slower", lambda: _patched("webm", b"\x2a\xd7\xb1\x83", 0, b"\xff\xff\xff")
    )
    yield Bad("mp4 that claims 2**32 - 1 ticks", partial(_with_box_value, "mp4", b"mvhd", 16, b"\xff\xff\xff\xff"))


def _polyglots() -> Iterator[Bad]:
    page, archive = b"<!doctype html><script>alert(1)</script>", b"PK\3\4" + bytes(60) + b"PK\5\6" + bytes(18)
    for name in _GOOD:
        yield Bad(f"page in front of {name}", lambda n=name: page + _good(n))
        yield Bad(f"{name} cut, then an archive", lambda n=name: _good(n)[: len(_good(n)) // 2] + archive)
    others = {
        "nothing": b"",
        "one byte": b"\xff",
        "zeros": bytes(100_000),
        "words": b"Dear assessor, here is my film.",
        "jpeg": b"\xff\xd8\xff\xe0" + bytes(500),
        "pdf": b"%PDF-1.7\n",
        "avi": b"RIFF\xff\xff\0\0AVI LIST" + bytes(500),
        "flv": b"FLV\1\5\0\0\0\x09" + bytes(500),
        "mpeg": b"\0\0\1\xba" + bytes(500),
        "transport stream": (b"\x47\x40\0\x10" + bytes(184)) * 20,
        "rtsp": b"rtsp://127.0.0.1/film",
        "subtitles": b"WEBVTT\n\n00:00.000 --> 99:00.000\nhello\n",
    }
    for name, content in others.items():
        yield Bad(name, lambda c=content: c)
    heads = {
        "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm",
        "mp4": b"\0\0\0\x18ftypisom",
        "mp3": b"\xff\xfb\x90\x64",
        "ogg": b"OggS\0\2",
        "flac": b"fLaC\0\0\0\x22",
        "aac": b"\xff\xf1\x50\x80\x02\x1f\xfc",
        "amr": b"#!AMR\n",
    }
    for name, head in heads.items():
        for size in (0, 20, 50_000):
            yield Bad(f"head of {name} and {size} bytes of noise", lambda h=head, s=size: h + Random(s).randbytes(s))


def _places(canary: Path, address: str) -> list[tuple[str, str]]:
    return [
        ("a file", f"file://{canary}"),
        ("a path", str(canary)),
        ("a neighbour", canary.name),
        ("a server", f"http://{address}/canary.webm"),
        ("a stream", f"tcp://{address}"),
    ]


def _damaged(name: str, number: int) -> bytes:
    return mutated(_good(name), number)


@cache
def _good(name: str) -> bytes:
    muxer, video, audio, more = _GOOD[name]
    return _made(lambda path: make_recording(path, muxer, video=video, audio=audio, seconds=0.4, **more))  # type: ignore[arg-type]


def _made(make: Callable[[Path], Path]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return make(Path(folder) / "made").read_bytes()


def _patched(name: str, mark: bytes, behind: int, value: bytes) -> bytes:
    data = bytearray(_good(name))
    at = data.index(mark) + len(mark) + behind
    data[at : at + len(value)] = value
    return bytes(data)


def _with_box_value(name: str, box: bytes, offset: int, value: bytes) -> bytes:
    data = bytearray(_good(name))
    at = data.find(box)
    while at >= 0:
        start = at + 4 + offset
        data[start : start + len(value)] = value
        at = data.find(box, at + 4)
    return bytes(data)


def _with_size(side: int) -> bytes:
    return _with_box_value("mp4", b"avc1", 24, struct.pack(">HH", side, side))


def _with_reference(name: str, reference: Box) -> bytes:
    file = read_boxes(_good(name))
    # The offsets stay right, because the head is behind the data.
    for dref in file.all(b"dref"):
        dref.content = struct.pack(">II", 0, 1) + bytes(reference)
    return whole(file)


def _with_data_elsewhere(name: str, place: str) -> bytes:
    return _with_reference(name, full(b"url ", place.encode() + b"\0"))


def _with_alias(name: str, place: str) -> bytes:
    path = place.encode()
    # FFmpeg reads a volume, a file's name, and then pairs of a kind and a text; 2 is the path, 18 the POSIX path.
    record = bytearray(150)
    record[10 : 10 + 5] = b"\4disk"
    # How many folders to go up and down from here, without which FFmpeg does not even try.
    record[130:134] = b"\0\1\0\1"
    record[50 : 51 + min(len(path), 60)] = bytes([min(len(path), 60)]) + path[:60]
    for kind in (2, 18):
        text = path + bytes(len(path) % 2)
        record += struct.pack(">HH", kind, len(path)) + text
    record += struct.pack(">HH", 0xFFFF, 0)
    return _with_reference(name, full(b"alis", bytes(record)))


def _reference_film(place: str, kind: bytes) -> bytes:
    text = place.encode() + b"\0"
    rdrf = Box(b"rdrf", struct.pack(">I4sI", 0, kind, len(text)) + text)
    moov = Box(b"moov", b"", [Box(b"rmra", b"", [Box(b"rmda", b"", [rdrf])])])
    return bytes(Box(b"ftyp", b"qt  " + bytes(4) + b"qt  ")) + bytes(moov)


def _of_streams(count: int) -> bytes:
    file = read_boxes(_good("mp4"))
    (moov,) = (box for box in file.inside if box.name == b"moov")
    (track, *_) = moov.all(b"trak")
    for number in range(count):
        copy = read_boxes(bytes(track)).inside[0]
        (head,) = copy.all(b"tkhd")
        head.content = head.content[:12] + struct.pack(">I", number + 10) + head.content[16:]
        moov.inside.append(copy)
    return whole(file)


def _deep_boxes() -> bytes:
    content = b""
    for _ in range(10_000):
        content = bytes(Box(b"trak", content))
    return bytes(Box(b"ftyp", b"isom" + bytes(4))) + bytes(Box(b"moov", content))


def _packed_head() -> bytes:
    """QuickTime's packed head, which unpacks to 500 MB."""
    packed = zlib.compress(bytes(500_000_000), 9)
    inside = Box(b"cmov", bytes(Box(b"dcom", b"zlib")) + bytes(Box(b"cmvd", struct.pack(">I", 500_000_000) + packed)))
    return bytes(Box(b"ftyp", b"qt  " + bytes(4))) + bytes(Box(b"moov", bytes(inside)))


def _slow_wav(seconds: int) -> bytes:
    size = seconds * 100
    head = struct.pack("<IHHIIHH", 16, 1, 1, 100, 100, 1, 8)
    return (
        b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + head + b"data" + struct.pack("<I", size) + b"\x80" * size
    )


def _repeated(name: str, seconds: int) -> bytes:
    """Repeat the frames of a second or so, which are independent of each other."""
    muxer, _, audio, _ = _GOOD[name]
    once = _made(lambda path: make_recording(path, muxer, audio=audio, seconds=4, rate=8000, layout="mono", volume=0))
    head = 6 if name == "amr" else 0
    return once[:head] + once[head:] * (seconds // 4)


def _with_pause(muxer: str, codec: str, hours: float) -> bytes:
    return _made(
        lambda path: make_recording(
            path, muxer, audio=codec, seconds=1, pause_after=0.5, pause_seconds=round(hours * 3600)
        )
    )
