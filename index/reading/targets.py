"""The markup of one link to a `Link`: what it points at, and what it says in the text."""

import re
import unicodedata
from urllib.parse import unquote

from index.reading.document import Link, LinkKind

_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|avif|ico|tiff?|heic)$", re.IGNORECASE)
_SIZE = re.compile(r"\s*(\d{1,5})(?:x(\d{1,5}))?\s*")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:|//", re.IGNORECASE)


def wikilink(*, embedded: bool, target: str, alias: str, start: int, end: int) -> Link:
    """Reads `[[target|alias]]` or, embedded, `![[target|alias|width]]`.

    >>> link = wikilink(embedded=False, target="S3#버킷", alias="", start=0, end=9)
    >>> link.target, link.heading, link_text(link)
    ('S3', '버킷', 'S3 버킷')
    """
    name, heading, block_id = _parts(_composed(target))
    alias = _composed(alias)
    kind: LinkKind = "link" if not embedded else "image" if _PICTURE.search(name) else "embed"
    alias, width, height = _sized(alias) if embedded else (alias.strip(), None, None)
    return Link(kind, name, start, end, heading, block_id, alias, width, height)


def markdown_link(*, picture: bool, address: str, label: str, start: int, end: int) -> Link | None:
    """Reads `[label](address)` or `![label|width](address)`; None for a link out of the vault.

    A remote image is kept: it is part of what the note shows. `%23` is a part of a name, `#` begins a heading.

    >>> link = markdown_link(picture=False, address="C%23%20기초.md#값", label="C#", start=0, end=9)
    >>> link and (link.target, link.heading)
    ('C# 기초.md', '값')
    """
    if not address or (_ADDRESS.match(address) and not picture) or address.startswith("data:"):
        return None
    remote = _ADDRESS.match(address)
    file, _, place = (address, "", "") if remote else map(_read, address.partition("#"))
    _, heading, block_id = _parts(f"#{place}")
    label = _composed(label)
    alias, width, height = _sized(label) if picture else (label, None, None)
    kind: LinkKind = "image" if picture else "link"
    return Link(kind, file.strip(), start, end, heading, block_id, alias, width, height)


def link_text(link: Link) -> str:
    """What a wikilink says where it stands; a space for what is embedded."""
    if link.kind != "link":
        return " "
    return link.alias or " ".join(part for part in (link.target, *link.heading.split("#")) if part)


def _read(part: str) -> str:
    return _composed(unquote(part))


def _composed(written: str) -> str:
    """Names in the form in which paths and titles are kept."""
    return unicodedata.normalize("NFC", written)


def _parts(target: str) -> tuple[str, str, str]:
    name, _, place = target.partition("#")
    heading, _, block_id = place.partition("^")
    return name.strip(), heading.strip(" #"), block_id.strip()


def _sized(label: str) -> tuple[str, int | None, int | None]:
    alias, _, last = label.rpartition("|")
    match = _SIZE.fullmatch(last)
    if match is None:
        return label.strip(), None, None
    return alias.strip(), int(match[1]), int(match[2]) if match[2] else None
