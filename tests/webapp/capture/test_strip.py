"""Photos that the browser cannot decode lose everything but the picture before they leave the phone."""

import base64
import io
import random
import zlib

import pi_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from tests.media.test_photos import _HEIC
from tests.webapp.capture.conftest import InBrowser

pytestmark = pytest.mark.browser

SECRET = b"Invented Phone Works 59.3293 N"
_STRIP = """({ stripped }, texts, { bytes, base64 }) => texts.map((text) => {
    const photo = stripped(bytes(text));
    return photo && base64(photo.bytes);
})"""


def strip(in_browser: InBrowser, *photos: bytes) -> list[bytes | None]:
    """Strip photos in the browser; None for each that is refused."""
    texts = in_browser("strip", _STRIP, [base64.b64encode(photo).decode() for photo in photos])
    return [None if text is None else base64.b64decode(text) for text in texts]


def picture() -> Image.Image:
    """Something to see in it: no two corners are equal."""
    made = Image.linear_gradient("L").resize((96, 64)).convert("RGB")
    made.paste("red", (0, 0, 30, 20))
    return made


def telling() -> Image.Exif:
    """What a phone writes about place and maker; the photo lies on its side."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 20.0, 50.0), 3: "E", 4: (18.0, 1.0, 20.0)})
    return exif


def saved(kind: str, **options: object) -> bytes:
    """Write the picture in a format."""
    file = io.BytesIO()
    picture().save(file, kind, **options)
    return file.getvalue()


def jpeg() -> bytes:
    """A JPEG with Exif, XMP, a comment, a maker's segment, and a second file behind its end."""
    photo = saved("JPEG", exif=telling(), comment=SECRET, xmp=b"<x>" + SECRET + b"</x>", progressive=True)
    segment = b"\xff\xea" + (len(SECRET) + 2).to_bytes(2, "big") + SECRET
    return photo[:2] + segment + photo[2:] + SECRET


def png() -> bytes:
    """A PNG with Exif, texts of both kinds, a chunk of somebody's own, and something behind its end."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Place", SECRET.decode())
    info.add_itxt("Place", SECRET.decode())
    photo = saved("PNG", exif=telling(), pnginfo=info)
    own = b"maKe" + SECRET
    chunk = len(SECRET).to_bytes(4, "big") + own + zlib.crc32(own).to_bytes(4, "big")
    return photo[:33] + chunk + photo[33:] + SECRET


def webp() -> bytes:
    """A WebP with Exif and XMP, and something behind its end."""
    return saved("WEBP", exif=telling(), xmp=b"<x>" + SECRET + b"</x>", lossless=True) + SECRET


def avif() -> bytes:
    """An AVIF with Exif, XMP and a film behind it, as some phones add one."""
    return saved("AVIF", exif=telling(), xmp=b"<x>" + SECRET + b"</x>") + _box(b"mpvd", SECRET)


def heic() -> bytes:
    """A HEIC of a phone whose Exif, 56 bytes at its end, names the maker; a maker's box behind it does too."""
    return _HEIC[:-56] + SECRET.ljust(56, b".") + _box(b"uuid", bytes(16) + SECRET)


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def _tiled(*, grid: bytes, tile: bytes, reach: int = 0) -> bytes:
    """Lay out a HEIC as iPhones do: the grid inside "meta", with an XMP block behind it; tile and Exif outside."""
    kinds = (b"grid", b"hvc1", b"Exif", b"mime")
    named = [_box(b"infe", b"\2\0\0\0" + bytes((0, item, 0, 0)) + kind + SECRET) for item, kind in enumerate(kinds, 1)]
    lengths = (len(grid), len(tile) + reach, len(SECRET), len(SECRET))

    def meta(mdat: int) -> bytes:
        offsets = (0, mdat, mdat + len(tile), len(grid))
        rows = [
            bytes((0, item, 0, int(kind in {b"grid", b"mime"}), 0, 0, 0, 1))
            + at.to_bytes(4, "big")
            + size.to_bytes(4, "big")
            for item, (kind, at, size) in enumerate(zip(kinds, offsets, lengths, strict=True), 1)
        ]
        return _box(
            b"meta",
            bytes(4)
            + _box(b"iinf", bytes(4) + b"\0\4" + b"".join(named))
            + _box(b"iloc", b"\1\0\0\0\x44\0\0\4" + b"".join(rows))
            + _box(b"iprp", _box(b"ipco", _box(b"udes", SECRET)))
            + _box(b"idat", grid + SECRET),
        )

    head = _box(b"ftyp", b"heic\0\0\0\0mif1heic")
    return head + meta(len(head) + len(meta(0)) + 8) + _box(b"mdat", tile + SECRET)


PHOTOS = {"JPEG": jpeg, "PNG": png, "WEBP": webp, "AVIF": avif, "HEIC": heic}


@pytest.mark.parametrize("kind", PHOTOS)
def test_photo_loses_everything_but_the_picture(in_browser: InBrowser, kind: str) -> None:
    photo = PHOTOS[kind]()
    assert SECRET in photo

    (clean,) = strip(in_browser, photo)

    assert clean is not None
    assert SECRET not in clean
    assert _pixels(clean) == _pixels(photo)


# In an AVIF which way up it is stands beside the Exif block, as a property of the picture, and stays.
@pytest.mark.parametrize(("kind", "kept"), [("PNG", {}), ("WEBP", {}), ("AVIF", {0x0112: 6})])
def test_no_place_can_be_read_from_the_photo(in_browser: InBrowser, kind: str, kept: dict[int, object]) -> None:
    photo = PHOTOS[kind]()
    assert 0x8825 in _exif(photo)

    (clean,) = strip(in_browser, photo)

    assert clean is not None
    assert _exif(clean) == kept


def test_jpeg_keeps_only_which_way_up_it_is(in_browser: InBrowser) -> None:
    (clean,) = strip(in_browser, jpeg())

    assert clean is not None
    assert _exif(clean) == {0x0112: 6}


def test_colour_profiles_stay(in_browser: InBrowser) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kinds = ("JPEG", "PNG", "WEBP")

    cleaned = strip(in_browser, *(saved(kind, icc_profile=profile) for kind in kinds))

    for clean in cleaned:
        assert clean is not None
        with Image.open(io.BytesIO(clean)) as opened:
            assert opened.info["icc_profile"] == profile


def test_photo_in_cmyk_keeps_its_colours(in_browser: InBrowser) -> None:
    file = io.BytesIO()
    Image.new("CMYK", (32, 32), (200, 10, 30, 0)).save(file, "JPEG", comment=SECRET)

    (clean,) = strip(in_browser, file.getvalue())

    assert clean is not None
    assert _pixels(clean) == _pixels(file.getvalue())


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a" + bytes(60), b"%PDF-1.7", b"<svg/>", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"],
)
def test_what_is_no_photo_is_refused(in_browser: InBrowser, content: bytes) -> None:
    assert strip(in_browser, content) == [None]


def test_photo_of_tiles_keeps_the_tiles_and_the_grid_that_joins_them(in_browser: InBrowser) -> None:
    photo = _tiled(grid=b"the grid", tile=b"the tile")

    (clean,) = strip(in_browser, photo)

    assert clean is not None
    assert (b"the grid" in clean, b"the tile" in clean, SECRET in clean) == (True, True, False)
    assert len(clean) == len(photo)


def test_picture_that_reaches_into_what_must_go_is_refused(in_browser: InBrowser) -> None:
    assert strip(in_browser, _tiled(grid=b"the grid", tile=b"the tile", reach=1)) == [None]


def test_video_in_the_same_boxes_is_refused(in_browser: InBrowser) -> None:
    film = _box(b"ftyp", b"isom\0\0\0\0isommp42") + _box(b"moov", SECRET) + _box(b"mdat", SECRET)

    assert strip(in_browser, film) == [None]


@pytest.mark.parametrize("kind", PHOTOS)
def test_damaged_photos_are_refused_or_stripped_but_never_let_a_secret_through(
    in_browser: InBrowser, kind: str
) -> None:
    photo = PHOTOS[kind]()
    dice = random.Random(kind)
    damaged = [photo[: dice.randrange(len(photo))] for _ in range(40)]
    head = len(photo) - 80
    for _ in range(160):
        changed = bytearray(photo)
        # Damage to the secret itself would hide it from this test.
        for at in (dice.randrange(head) for _ in range(dice.randrange(1, 4))):
            changed[at] = dice.randrange(256)
        damaged.append(bytes(changed))

    cleaned = strip(in_browser, *damaged)

    assert any(clean is None for clean in cleaned)
    leaks = [
        clean for before, clean in zip(damaged, cleaned, strict=True) if clean and SECRET in before and SECRET in clean
    ]
    assert leaks == []


def _pixels(photo: bytes) -> list[tuple[int, ...]]:
    pi_heif.register_heif_opener()
    with Image.open(io.BytesIO(photo)) as opened:
        return list(opened.convert("RGB").get_flattened_data())


def _exif(photo: bytes) -> dict[int, object]:
    with Image.open(io.BytesIO(photo)) as opened:
        return dict(opened.getexif())
