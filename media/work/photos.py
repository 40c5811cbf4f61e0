"""Prepares a photo: decoded by a short list of formats, turned upright, made smaller, pasted into a new image."""

import io
import re
import struct
import warnings
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pi_heif
from PIL import AvifImagePlugin, Image, ImageCms, ImageOps

from media.photos import LARGE_NAME, LARGE_SIDE, SMALL_NAME, SMALL_SIDE
from media.probe import MAX_PHOTO_PIXELS, MAX_PHOTO_SIDE, MIN_PHOTO_SIDE, BrokenFile, PhotoSides, PhotoTooLarge
from media.sniffing import photo_format

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")
_QUALITY = 85
# What Pillow's decoders raise for bytes that make no sense.
_DECODER_ERRORS = (
    *(OSError, EOFError, SyntaxError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError),
    *(RuntimeError, struct.error, zlib.error),
)

# An entry of HEIF's list of items: its length (at most 4095), version 2 or 3, its number, its lock, its type.
_ITEM_ENTRY = re.compile(rb"\x00\x00[\x00-\x0f].infe(?:\x02...(?:..)|\x03...(?:....))..(?:mime|uri )", re.DOTALL)

pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
Image.MAX_IMAGE_PIXELS = MAX_PHOTO_PIXELS


def prepare(
    sources: Sequence[Path], folder: Path, arguments: dict[str, Any], progress: Callable[[float], None]
) -> dict[str, Any]:
    """Write both sizes into `folder`; answers `{"width", "height"}` of the large one."""
    del arguments, progress
    (source,) = sources
    if photo_format(source) == "HEIF":
        _check_item_names(source)
    image = _painted(_decoded(source))
    image.save(folder / LARGE_NAME, "JPEG", quality=_QUALITY, progressive=True, optimize=True)
    small = image.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    small.save(folder / SMALL_NAME, "JPEG", quality=_QUALITY, progressive=True, optimize=True)
    return {"width": image.width, "height": image.height}


def _decoded(source: Path) -> Image.Image:
    """Decode upright; raises BrokenFile, PhotoTooLarge, PhotoSides."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with source.open("rb") as file, Image.open(file, formats=_FORMATS) as image:
                _check_size(image)
                # A JPEG can be decoded at half or quarter size; the others do not care.
                image.draft(None, (LARGE_SIDE, LARGE_SIDE))
                image.load()
                return _turned(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PhotoTooLarge from error
    except _DECODER_ERRORS as error:
        raise BrokenFile from error


def _check_item_names(source: Path) -> None:
    """Raise BrokenFile for a HEIC whose items have names that are no text: pi-heif 1.4 falls over them."""
    content = source.read_bytes()
    for found in _ITEM_ENTRY.finditer(content):
        (length,) = struct.unpack_from(">I", found[0])
        try:
            content[found.end() : found.start() + length].decode()
        except UnicodeDecodeError as error:
            raise BrokenFile from error


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PHOTO_PIXELS:
        raise PhotoTooLarge
    if min(image.size) < MIN_PHOTO_SIDE or max(image.size) > MAX_PHOTO_SIDE:
        raise PhotoSides


def _painted(image: Image.Image) -> Image.Image:
    """Paint the pixels, and nothing else of the file, on white: RGB of at most 2048 pixels a side."""
    profile = image.info.get("icc_profile")
    plain = _in_eight_bits(image)
    plain.thumbnail((LARGE_SIDE, LARGE_SIDE))
    coloured = _in_srgb(plain, profile)
    painted = Image.new("RGB", coloured.size, "white")
    painted.paste(coloured, mask=coloured.getchannel("A") if coloured.mode == "RGBA" else None)
    return painted


def _turned(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except _DECODER_ERRORS:
        return image  # Its EXIF is damaged, its pixels are not.


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Give RGB, RGBA or CMYK (which its colour profile explains best) of eight bits a channel."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if image.mode in {"RGB", "RGBA", "CMYK"}:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert by the file's colour profile where that works, else as if there were none."""
    if profile and image.mode in {"RGB", "CMYK"}:
        try:
            return ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            ) or image.convert("RGB")
        except (ImageCms.PyCMSError, *_DECODER_ERRORS):
            pass
    return image.convert("RGB") if image.mode == "CMYK" else image
