"""Fifty photos and recordings that tell where they were made and with what: the marks must be in nothing we store."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av
from PIL import Image, ImageCms, PngImagePlugin

from tests.media.boxes import Box, full, read_boxes, whole
from tests.media.heif import make_heic
from tests.media.making import make_recording

MARK = "PLANTED-7f3a9c"
PLACE = "+59.3480+018.0630/"
_XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF exif:GPSLatitude="59,{MARK}"/></x:xmpmeta>'.encode()
_TRAILER = f"{MARK} behind the end {PLACE}".encode()


@dataclass(frozen=True, slots=True)
class Located:
    """A file with marks in it; `is_packed`: they cannot be found by looking at the bytes."""

    name: str
    kind: Literal["photo", "recording"]
    content: bytes
    is_packed: bool = False


def located_files(folder: Path) -> list[Located]:
    """Make all of them."""
    return [*_photos(), *_films(folder), *_sounds(folder)]


def _photos() -> Iterator[Located]:
    exif, profile = _exif(), _profile()
    jpeg = _saved("JPEG")
    yield Located("jpeg with exif", "photo", _saved("JPEG", exif=exif))
    yield Located(
        "jpeg with exif and a small picture",
        "photo",
        _with_segment(jpeg, 0xE1, exif + _saved("JPEG", comment=MARK.encode())),
    )
    yield Located("jpeg with xmp", "photo", _with_segment(jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _XMP))
    yield Located("jpeg with iptc", "photo", _with_segment(jpeg, 0xED, _iptc()))
    yield Located("jpeg with a comment", "photo", _saved("JPEG", comment=MARK.encode()))
    yield Located("jpeg with a profile", "photo", _saved("JPEG", icc_profile=profile))
    yield Located("jpeg with a maker's segment", "photo", _with_segment(jpeg, 0xE7, MARK.encode() * 10))
    yield Located("jpeg with something behind it", "photo", jpeg + _TRAILER)
    yield Located("jpeg with a second picture behind it", "photo", jpeg + _saved("JPEG", comment=MARK.encode()))
    yield Located(
        "progressive jpeg with all",
        "photo",
        _saved("JPEG", progressive=True, exif=exif, comment=MARK.encode(), icc_profile=profile, xmp=_XMP),
    )
    yield Located("grey jpeg with exif", "photo", _saved("JPEG", "L", exif=exif))
    yield Located("cmyk jpeg with exif", "photo", _saved("JPEG", "CMYK", exif=exif))
    for name, packed in (("tEXt", False), ("zTXt", True), ("iTXt", False)):
        info = PngImagePlugin.PngInfo()
        if name == "iTXt":
            info.add_itxt("XML:com.adobe.xmp", _XMP.decode())
        else:
            info.add_text("Comment", f"{MARK} {PLACE}", zip=packed)
        yield Located(f"png with {name}", "photo", _saved("PNG", pnginfo=info), is_packed=packed)
    yield Located("png with exif", "photo", _saved("PNG", exif=exif))
    yield Located("png with a profile", "photo", _saved("PNG", icc_profile=profile), is_packed=True)
    yield Located("clear png with exif", "photo", _saved("PNG", "RGBA", exif=exif))
    yield Located("png with a maker's chunk", "photo", _with_chunk(_saved("PNG"), b"prVt", MARK.encode()))
    yield Located("png with something behind it", "photo", _saved("PNG") + _TRAILER)
    for lossless in (False, True):
        yield Located(
            f"webp, lossless {lossless}",
            "photo",
            _saved("WEBP", lossless=lossless, exif=exif, xmp=_XMP, icc_profile=profile),
        )
    yield Located("webp with something behind it", "photo", _saved("WEBP") + _TRAILER)
    yield Located("heic with exif", "photo", make_heic(_image(), exif=exif))
    yield Located("heic with xmp and a profile", "photo", make_heic(_image(), xmp=_XMP, icc=profile, turns=1))
    yield Located("heic with something behind it", "photo", make_heic(_image()) + bytes(Box(b"free", _TRAILER)))
    yield Located("avif with exif", "photo", _saved("AVIF", exif=exif, speed=10))
    yield Located("avif with xmp and a profile", "photo", _saved("AVIF", xmp=_XMP, icc_profile=profile, speed=10))


def _films(folder: Path) -> Iterator[Located]:
    told = {"title": MARK, "comment": MARK, "location": PLACE, "artist": MARK, "creation_time": "2026-03-02T09:00:00Z"}
    apple = {
        f"com.apple.quicktime.{name}": f"{MARK} {PLACE}" for name in ("location.ISO6709", "make", "model", "software")
    }

    def film(name: str, muxer: str, *, after: Any = None, **more: Any) -> Located:
        content = make_recording(folder / "film", muxer, seconds=0.4, **({"audio": "aac"} | more)).read_bytes()
        return Located(name, "recording", after(content) if after else content)

    tags = {"movflags": "use_metadata_tags"}
    h264 = {"video": "libx264"}
    yield film("mp4 with tags", "mp4", metadata=told, **h264)
    yield film("mp4 with tags of its own", "mp4", metadata=told | {"my-tag": MARK}, options=tags, **h264)
    yield film("mov of an iphone", "mov", metadata=apple, options=tags, **h264)
    yield film("hevc mov of an iphone", "mov", metadata=apple, options=tags, video="libx265")
    yield film("mp4 with places in udta", "mp4", after=_with_udta, **h264)
    yield film(
        "fragmented mp4 with places in udta",
        "mp4",
        after=_with_udta,
        options={"movflags": "frag_keyframe+empty_moov+default_base_moof"},
        **h264,
    )
    yield film("mp4 with boxes of makers", "mp4", after=_with_maker_boxes, **h264)
    yield film("mp4 with names of tracks", "mp4", after=_with_track_names, **h264)
    yield film("mp4 with words among the pictures", "mp4", after=_with_words_in_pictures, **h264)
    yield film(
        "3gp with a place",
        "3gp",
        video="h263",
        audio="libopencore_amrnb",
        rate=8000,
        layout="mono",
        size=(176, 144),
        after=_with_udta,
    )
    yield film("webm with tags", "webm", metadata=told, video="libvpx", audio="libopus")
    yield film("mkv with tags", "matroska", metadata=told, video="libx264")
    yield Located("webm with chapters", "recording", _chaptered(folder / "film"))
    yield Located("mkv with an attachment", "recording", _attached(folder / "film"))


def _sounds(folder: Path) -> Iterator[Located]:
    told = {"title": MARK, "comment": f"{MARK} {PLACE}", "artist": MARK}

    def sound(name: str, muxer: str, codec: str, **more: Any) -> bytes:
        return make_recording(folder / name, muxer, audio=codec, seconds=0.4, metadata=told, **more).read_bytes()

    yield Located("m4a with tags", "recording", sound("1", "ipod", "aac"))
    yield Located("m4a with places in udta", "recording", _with_udta(sound("2", "ipod", "aac")))
    yield Located(
        "mp3 with tags at both ends", "recording", sound("3", "mp3", "libmp3lame", options={"write_id3v1": "1"})
    )
    yield Located("mp3 with something behind it", "recording", sound("4", "mp3", "libmp3lame") + b"APETAGEX" + _TRAILER)
    yield Located("aac with a tag", "recording", sound("5", "adts", "aac", options={"write_id3v2": "1"}))
    yield Located("ogg with tags", "recording", sound("6", "ogg", "libopus"))
    yield Located("flac with tags", "recording", sound("7", "flac", "flac"))
    yield Located("wav with tags", "recording", sound("8", "wav", "pcm_s16le", options={"write_bext": "1"}))


def _image(mode: str = "RGB") -> Image.Image:
    return Image.linear_gradient("L").resize((96, 64)).convert(mode)


def _saved(format_: str, mode: str = "RGB", **options: Any) -> bytes:
    content = io.BytesIO()
    _image(mode).save(content, format_, **options)
    return content.getvalue()


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x010E], exif[0x0131] = MARK, f"{MARK} 15", MARK, MARK
    exif.get_ifd(0x8769).update({0x927C: MARK.encode() * 5, 0xA434: MARK, 0x9286: MARK.encode()})
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 20.0, 52.8), 3: "E", 4: (18.0, 3.0, 46.8), 29: MARK})
    return exif.tobytes()


def _profile() -> bytes:
    """An sRGB profile whose description is the mark, as those of telephones name the telephone."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    words = "sRGB built-in".encode("utf-16-be")
    at = profile.index(words)
    profile[at : at + len(words)] = MARK.encode("utf-16-be")[: len(words)]
    return bytes(profile) + MARK.encode()


def _iptc() -> bytes:
    dataset = b"".join(
        b"\x1c\2" + bytes([kind]) + struct.pack(">H", len(MARK)) + MARK.encode() for kind in (90, 101, 120)
    )
    return b"Photoshop 3.0\x008BIM\4\4\0\0" + struct.pack(">I", len(dataset)) + dataset


def _with_segment(jpeg: bytes, kind: int, content: bytes) -> bytes:
    return jpeg[:2] + bytes([0xFF, kind]) + struct.pack(">H", len(content) + 2) + content + jpeg[2:]


def _with_chunk(png: bytes, name: bytes, content: bytes) -> bytes:
    chunk = struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return png[:33] + chunk + png[33:]


def _with_udta(content: bytes) -> bytes:
    """Put the boxes of Apple and of Android into the film's head, which is behind the data."""
    place = f"{PLACE}{MARK}".encode()
    xyz = Box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7) + place)
    loci = full(b"loci", b"\x15\xc7" + MARK.encode() + b"\0\0" + bytes(12) + MARK.encode() + b"\0\0")
    return _with_boxes(
        content, [Box(b"udta", b"", [xyz, loci, Box(b"\xa9mod", struct.pack(">HH", len(MARK), 0) + MARK.encode())])]
    )


def _with_maker_boxes(content: bytes) -> bytes:
    return _with_boxes(
        content, [Box(b"uuid", bytes(16) + _XMP), Box(b"GPMF", _TRAILER), Box(b"free", _TRAILER)]
    ) + bytes(Box(b"skip", _TRAILER))


def _with_boxes(content: bytes, boxes: list[Box]) -> bytes:
    file = read_boxes(content)
    (head,) = (box for box in file.inside if box.name == b"moov")
    grown = sum(len(bytes(box)) for box in boxes)
    if file.inside.index(head) < [box.name for box in file.inside].index(b"mdat"):
        # Nobody's offsets may move: fragments count from their own start, as these do.
        assert any(box.name == b"moof" for box in file.inside), grown
    head.inside.extend(boxes)
    return whole(file)


def _with_track_names(content: bytes) -> bytes:
    file = read_boxes(content)
    for name in file.all(b"hdlr"):
        name.content = name.content[:24] + MARK.encode() + b"\0"
    return whole(file)


def _with_words_in_pictures(content: bytes) -> bytes:
    """H.264 lets an encoder speak among the pictures; x264 tells about itself there, and is made to tell the mark."""
    at = content.index(b"x264 - core")
    words = f"{MARK} {PLACE}".encode()
    return content[:at] + words + content[at + len(words) :]


def _chaptered(path: Path) -> bytes:
    make_recording(path, "webm", video="libvpx", audio="libopus", seconds=0.4)
    with av.open(str(path)) as source, av.open(str(path) + "2", "w", format="webm") as target:
        streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        target.set_chapters(
            [
                {
                    "id": 1,
                    "start": 0,
                    "end": 300,
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": MARK},
                }
            ]
        )
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream_index]
                target.mux(packet)
    return Path(str(path) + "2").read_bytes()


def _attached(path: Path) -> bytes:
    with av.open(str(path), "w", format="matroska") as target:
        target.add_attachment(MARK, "text/plain", f"{MARK} {PLACE}".encode())
        sound = target.add_stream("libopus", rate=48_000, layout="mono")
        for number in range(20):
            frame = av.AudioFrame(format="s16", layout="mono", samples=960)
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            frame.sample_rate, frame.pts = 48_000, number * 960
            target.mux(sound.encode(frame))
        target.mux(sound.encode(None))
    return path.read_bytes()
