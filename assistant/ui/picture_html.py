"""A picture in a note as HTML: shown if it is one of the vault's, a link if it lies elsewhere, else its name. Pure."""

import posixpath
import re
from collections.abc import Callable
from html import escape
from urllib.parse import quote, urlsplit

from assistant.picture_size import Size
from assistant.pictures import Picture
from assistant.ui.texts import Texts
from index.reading.document import Link

FindTarget = Callable[[str], Picture | None]
"""Gives the picture that a target means in the note that is shown; None if the vault has none."""

_OUTSIDE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def picture_address(picture: Picture) -> str:
    """Where a picture is, seen from the page; one that was changed is at another address."""
    return f"mutgo/pictures/{quote(picture.path)}?v={picture.changed:x}"


def picture_html(link: Link | None, label: str, find: FindTarget, words: Texts, *, linked: bool) -> str:
    """Returns a picture as safe HTML, which fetches nothing but the vault's pictures.

    Args:
        link: What the note says of it; None for one that is written into the note itself.
        label: Its text or name; may be empty.
        find: Finds it in the vault.
        words: What is said of it.
        linked: It stands inside a link, which leads where the note says.
    """
    if link is not None and _OUTSIDE.match(link.target):
        return _named(label or words.picture) if linked else _outside(link.target, label, words)
    picture = find(link.target) if link is not None else None
    if link is None or picture is None:
        return _named(label or words.picture)
    name = label or posixpath.basename(picture.path)
    if picture.too_large:
        return _named(words.picture_large.format(picture=name))
    width, height = shown_size(link, picture.size)
    sizes = f' width="{width}"' * bool(width) + f' height="{height}"' * bool(height)
    return (
        f'<img class="picture" src="{escape(picture_address(picture))}" alt="{escape(name)}"{sizes}'
        ' loading="lazy" decoding="async">'
    )


def shown_size(link: Link, own: Size | None) -> tuple[int | None, int | None]:
    """Returns the width and height that a picture is shown at, never out of its proportions.

    >>> shown_size(Link("image", "a.png", 0, 0, width=300, height=100), (400, 200))
    (200, 100)
    """
    if own is None or not (link.width or link.height):
        return own or (link.width, link.height)
    scale = min(wanted / real for wanted, real in zip((link.width, link.height), own, strict=True) if wanted)
    return max(round(own[0] * scale), 1), max(round(own[1] * scale), 1)


def _named(label: str) -> str:
    return f'<span class="image">{escape(label)}</span>'


def _outside(address: str, label: str, words: Texts) -> str:
    """A link that the reader may follow; nothing is fetched before."""
    address = f"https:{address}" if address.startswith("//") else address
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:  # no address
        return _named(label or words.picture)
    return (
        f'<a class="image" href="{escape(address)}" target="_blank" rel="noopener noreferrer">'
        f"{escape(label or words.picture)}<small> {escape(words.picture_outside.format(host=host))}</small></a>"
    )
