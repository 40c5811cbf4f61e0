import base64
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from media.photos import prepare_photo
from media.probe import BrokenFile, NotAPicture, PhotoSides, PhotoTooLarge, RecordingInsteadOfPicture
from tests.media.making import make_huge_png, make_recording

# 64 × 48 pixels, red above blue, to be turned clockwise. Nothing at hand writes HEIC.
_HEIC = base64.b85decode(
    r"0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0005VZDn*}000000000XXk=`10000000000aA{+700000000000000000000G-"
    r"+&aV*mgE07O6l0ssL300001>;M4(00000001oj0ssI200J2R0RR9100000H~;_uIB98aW&i*H00062000$fZf0cy000000RRAKc4"
    r"ILB0000LX>Mj^0ssI300IC2MR;ju000004sdC7Z2$lO00031009SSaB^?}008D`aAR)(004Gqc4I>U18@KU0FVFx0000U@BsY%`1"
    r"k+-4+CHT0RR|40Sp2E{{wIU00RJ!0009300RIXx&lC90096hLID8-"
    r"Z~y=U0FVFx0{{R603M(qfd!W8<fgf}2xu@M00096AOHXZ03l)k0RRR>0l{;?i2wiq6Ju{|a&BX6cmM$a4FCp!0000KX>)L800000"
    r"0000$0000$0000eV{Bn?0000$000010000m000010000000002|NsB+000020000GaA|mH000000|*ER00009X>xCL0{{R38EJ5B"
    r"VE_OC000000RRC8fdT^sgoXeB02*m>Wo7^X0000001jhhb7KGk009620001OZDe6|0000fC;_ht;3G9H|Lb4>_}uayHJKedyY(pl"
    r")}8L~r@!}nZGHMl)l~<a2mk;821R&jW&i+9O#mtY000O80s#*I0ssI22mk;8CIJ!v0{{R30RRR70000006`#dXm4(100"
)


async def test_a_photo_is_turned_and_loses_its_place(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    exif = Image.Exif()
    exif[0x0112] = 6  # Turn by 90 degrees clockwise.
    exif[0x010F] = "A phone"
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 20.0, 50.0), 3: "E", 4: (18.0, 1.0, 20.0)})
    picture = Image.new("RGB", (300, 200), "blue")
    picture.paste("red", (0, 0, 300, 100))
    picture.save(source, "JPEG", exif=exif, comment=b"hello")

    photo = await prepare_photo(source, folder)

    assert (photo.width, photo.height, photo.content_type) == (200, 300, "image/jpeg")
    for path in (photo.large, photo.small):
        assert b"A phone" not in path.read_bytes()
        with Image.open(path) as made:
            assert dict(made.getexif()) == {}
            assert made.info.keys() <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }
            assert made.getpixel((190, 150))[0] > 200 > made.getpixel((10, 150))[0]


async def test_a_heic_photo_of_a_phone_becomes_jpeg(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(_HEIC)

    photo = await prepare_photo(source, folder)

    with Image.open(photo.large) as large:
        assert (large.format, large.size) == ("JPEG", (48, 64))
        assert large.getpixel((44, 32)) == pytest.approx((200, 40, 40), abs=12)
        assert dict(large.getexif()) == {}


async def test_a_large_photo_is_made_smaller_twice(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    Image.new("RGB", (4000, 3000), "green").save(source, "JPEG")

    photo = await prepare_photo(source, folder)

    assert (photo.width, photo.height) == (2048, 1536)
    with Image.open(photo.large) as large, Image.open(photo.small) as small:
        assert (large.size, large.info["progressive"]) == ((2048, 1536), 1)
        assert (small.size, small.info["progressive"]) == ((640, 480), 1)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
async def test_what_shines_through_becomes_white(kind: str, tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(source, kind)

    photo = await prepare_photo(source, folder)

    with Image.open(photo.large) as large:
        assert large.mode == "RGB"
        assert min(large.getpixel((32, 32))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK", "RGB"])
async def test_every_way_to_store_pixels_becomes_rgb(mode: str, tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    Image.new(mode, (64, 48)).save(source, "JPEG" if mode == "CMYK" else "PNG")

    photo = await prepare_photo(source, folder)

    with Image.open(photo.large) as large:
        assert (large.mode, large.size) == ("RGB", (64, 48))


async def test_a_colour_profile_is_used_and_dropped(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (64, 64), (200, 100, 50)).save(source, "PNG", icc_profile=profile)

    photo = await prepare_photo(source, folder)

    with Image.open(photo.large) as large:
        assert "icc_profile" not in large.info
        assert large.getpixel((32, 32)) == pytest.approx((200, 100, 50), abs=4)


async def test_a_damaged_colour_profile_does_not_matter(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    Image.new("RGB", (64, 64), "red").save(source, "PNG", icc_profile=b"nonsense" * 20)

    photo = await prepare_photo(source, folder)

    assert photo.large.is_file()


async def test_a_small_file_of_very_many_pixels_is_refused(tmp_path: Path, folder: Path) -> None:
    source = make_huge_png(tmp_path / "upload", side=12_000)

    with pytest.raises(PhotoTooLarge):
        await prepare_photo(source, folder)

    assert source.stat().st_size < 100_000


@pytest.mark.parametrize("size", [(1, 1), (15, 400), (12_001, 20)])
async def test_a_photo_with_a_side_out_of_bounds_is_refused(
    size: tuple[int, int], tmp_path: Path, folder: Path
) -> None:
    source = tmp_path / "upload"
    Image.new("RGB", size).save(source, "PNG")

    with pytest.raises(PhotoSides):
        await prepare_photo(source, folder)


@pytest.mark.parametrize(
    "content",
    [b"<!doctype html><title>Sign in</title>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + bytes(40)],
)
async def test_what_is_no_photo_is_refused_whatever_its_name(content: bytes, tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload.jpg"
    source.write_bytes(content)

    with pytest.raises(NotAPicture):
        await prepare_photo(source, folder)


async def test_a_cut_photo_is_refused(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    Image.effect_noise((400, 400), 90).convert("RGB").save(source, "JPEG")
    source.write_bytes(source.read_bytes()[:5000])

    with pytest.raises(BrokenFile):
        await prepare_photo(source, folder)


async def test_a_recording_is_no_photo(tmp_path: Path, folder: Path) -> None:
    source = make_recording(tmp_path / "upload", "mp4", audio="aac", seconds=0.2)

    with pytest.raises(RecordingInsteadOfPicture):
        await prepare_photo(source, folder)
