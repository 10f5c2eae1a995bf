"""How wide and high a picture is, read off the first bytes of its file: PNG, GIF, WebP, BMP, JPEG. Pure."""

from struct import error as TooShort
from struct import unpack_from

Size = tuple[int, int]
"""Width and height in pixels."""

HEAD_BYTES = 128 * 1024
"""So many bytes hold the size of nearly every picture: before it a JPEG may have a preview of 64 KiB."""

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ORIENTATION = 0x0112
_TURNED = range(5, 9)
"""Orientations by which a camera says that what it calls the width is the height."""


def picture_size(head: bytes) -> Size | None:
    r"""Returns the size of a picture as it is seen; None for other kinds, and where the bytes don't say.

    Args:
        head: The first bytes of the file, `HEAD_BYTES` or all of them.

    >>> picture_size(b"GIF89a\x2c\x01\xc8\x00")
    (300, 200)
    """
    try:
        width, height = _size(head)
    except TooShort:
        return None
    return (width, height) if width > 0 and height > 0 else None


def _size(head: bytes) -> Size:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return unpack_from(">II", head, 16)
    if head.startswith((b"GIF87a", b"GIF89a")):
        return unpack_from("<HH", head, 6)
    if head.startswith(b"BM"):
        width, height = unpack_from("<ii", head, 18)
        return width, abs(height)  # a negative height only says that the first row is the top one
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _webp(head)
    return _jpeg(head) if head.startswith(b"\xff\xd8") else (0, 0)


def _webp(head: bytes) -> Size:
    match head[12:16]:
        case b"VP8 ":
            width, height = unpack_from("<HH", head, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = unpack_from("<I", head, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
            return (width, height) if len(head) >= 30 else (0, 0)
        case _:
            return 0, 0


def _jpeg(head: bytes) -> Size:
    """Goes from segment to segment: a mark, its length, its content."""
    at, turned = 2, False
    while True:
        mark, length = unpack_from(">HH", head, at)
        if mark == 0xFFFF:  # filling
            at += 1
        elif mark >> 8 != 0xFF or length < 2:
            return 0, 0
        elif mark & 0xFF in _FRAMES:
            height, width = unpack_from(">HH", head, at + 5)
            return (height, width) if turned else (width, height)
        else:
            if mark == 0xFFE1 and head[at + 4 : at + 10] == b"Exif\0\0":
                turned = _is_turned(head[at + 10 : at + 2 + length])
            at += 2 + length


def _is_turned(exif: bytes) -> bool:
    order = "<" if exif.startswith(b"II") else ">"
    try:
        (first,) = unpack_from(f"{order}I", exif, 4)
        (count,) = unpack_from(f"{order}H", exif, first)
        for at in range(first + 2, first + 2 + 12 * count, 12):
            tag, value = unpack_from(f"{order}H6xH", exif, at)
            if tag == _ORIENTATION:
                return value in _TURNED
    except TooShort:
        pass
    return False
