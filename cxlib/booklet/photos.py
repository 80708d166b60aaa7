"""Photographs as they may be printed: upright, and without what the camera noted beside them."""

from __future__ import annotations

import io
import re

from PIL import ExifTags, Image, ImageOps

_NEXT = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")  # the marker after the coded pixels of a JPEG


def bare(data: bytes) -> tuple[bytes, str]:
    """Return a picture without metadata, and its extension.

    Pixels and colour profile stay as they are, but for a JPEG that has to be turned; all other
    formats become PNG. Position, names, comments and thumbnails go.

    Parameters
    ----------
    data : bytes
        A file that Pillow opens; otherwise it raises OSError.

    Examples
    --------
    >>> noted = io.BytesIO()
    >>> Image.new("RGB", (2, 2)).save(noted, "JPEG", comment=b"by An")
    >>> plain, kind = bare(noted.getvalue())
    >>> kind, b"by An" in plain
    ('jpg', False)
    """
    with Image.open(io.BytesIO(data)) as picture:
        profile = picture.info.get("icc_profile")
        jpeg = picture.format in ("JPEG", "MPO")
        if picture.getexif().get(ExifTags.Base.Orientation, 1) in (0, 1) and jpeg:
            return _jpeg(data), "jpg"
        whole, upright = io.BytesIO(), ImageOps.exif_transpose(picture)
        if jpeg:
            upright.save(whole, "JPEG", quality=95, icc_profile=profile)
            return _jpeg(whole.getvalue()), "jpg"
        upright.save(whole, "PNG", icc_profile=profile)
        return whole.getvalue(), "png"


def located(data: bytes) -> bool:
    """Return whether a picture says where it was taken.

    Examples
    --------
    >>> whole = io.BytesIO()
    >>> Image.new("RGB", (2, 2)).save(whole, "PNG")
    >>> located(whole.getvalue())
    False
    """
    with Image.open(io.BytesIO(data)) as picture:
        there = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        return bool(there) or b"GPSLatitude" in data


def _jpeg(data: bytes) -> bytes:
    """Keep the segments that pixels and colours need, up to the end of the first picture."""
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at + 1] != 0xD9:
        if data[at + 1] == 0xFF:  # filled up
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if data[at + 1] == 0xDA:
            found = _NEXT.search(data, end)
            end = found.end() - 2 if found else len(data)
        kept.append(_needed(data[at:end]))
        at = end
    return b"".join([*kept, b"\xff\xd9"])


def _needed(segment: bytes) -> bytes:
    """Return a segment of a JPEG, the sizes of a JFIF without its thumbnail, or nothing."""
    marker, name = segment[1], segment[4:16]
    if marker == 0xE0 and name.startswith(b"JFIF\0"):
        return b"\xff\xe0\0\x10" + segment[4:16] + b"\0\0"
    profile = marker == 0xE2 and name.startswith(b"ICC_PROFILE")
    adobe = marker == 0xEE and name.startswith(b"Adobe")  # how its colours are coded
    return segment if profile or adobe or not (0xE0 <= marker <= 0xEF or marker == 0xFE) else b""
