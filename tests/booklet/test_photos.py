"""Photographs as they are printed: the same pixels and colours, nothing else of the camera's."""

import io

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageCms, PngImagePlugin

from cxlib.booklet.photos import bare, located

PLAIN = Image.fromarray(np.random.default_rng(1).integers(0, 255, (60, 90, 3), dtype=np.uint8))
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
TOLD = b"ZZJansen"


def noted(kind: str, orientation: int = 1, **options) -> bytes:
    """A picture with a name and a position in everything that may hold one."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = orientation, TOLD.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 4.0, 14.0), 3: "E", 4: (4.0, 18.0, 3.0)})
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", TOLD.decode())
    texts.add_text("Comment", TOLD.decode() * 50, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", TOLD.decode())
    own = {"PNG": {"pnginfo": texts}, "GIF": {"comment": TOLD}, "WEBP": {"xmp": TOLD}}
    own["JPEG"] = {"comment": TOLD, "xmp": b"<x>" + TOLD + b"</x>", "quality": 90}
    whole = io.BytesIO()
    PLAIN.save(whole, kind, exif=exif, icc_profile=PROFILE, **own[kind], **options)
    data = whole.getvalue()
    if kind == "JPEG":  # IPTC, a thumbnail, and a second picture after the first
        thumbnail = b"\xff\xe0\0\x14JFXX\0\x10" + TOLD + b"\0\0\0\0"
        data = (
            data[:2] + b"\xff\xed\0\x18Photoshop 3.0\0" + TOLD + data[2:20] + thumbnail + data[20:]
        )
        data += b"\xff\xd8" + TOLD
    return data


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {}), ("GIF", {})],
)
@pytest.mark.parametrize("orientation", [1, 6])
def test_nothing_is_left_but_the_picture(kind: str, options: dict, orientation: int) -> None:
    data = noted(kind, orientation, **options)
    made, extension = bare(data)
    assert TOLD in data and TOLD not in made and not located(made)
    assert kind == "GIF" or located(data)
    with Image.open(io.BytesIO(made)) as picture:
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density",
                                     "progressive", "progression", "icc_profile"}  # fmt: skip
        assert extension == ("jpg" if kind == "JPEG" else "png")
        assert kind == "GIF" or picture.info["icc_profile"] == PROFILE
        turned = orientation == 6 and kind != "GIF"
        assert picture.size == ((60, 90) if turned else (90, 60))
        if not turned and kind in ("JPEG", "PNG"):
            with Image.open(io.BytesIO(data)) as old:
                assert ImageChops.difference(picture, old).getbbox() is None


def test_what_has_nothing_to_hide_keeps_its_bytes() -> None:
    whole = io.BytesIO()
    PLAIN.save(whole, "JPEG", icc_profile=PROFILE)
    assert bare(whole.getvalue())[0] == whole.getvalue()


def test_colours_for_print_and_a_broken_file() -> None:
    whole = io.BytesIO()
    PLAIN.convert("CMYK").save(whole, "JPEG")
    with Image.open(io.BytesIO(bare(whole.getvalue())[0])) as picture:
        assert picture.mode == "CMYK" and picture.load() is not None
    with pytest.raises(OSError):
        bare(b"no picture")
