"""Where links lead: from a wikilink to a note, a section or a block, and what an embed shows."""

import posixpath
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from index.reading.document import Block, Link, Note
from index.text import normalise, squeeze

MAX_EMBED_DEPTH = 5
"""Embeds within embeds are followed so deep, as in Obsidian's reading view."""


@dataclass(frozen=True, slots=True)
class VaultPaths:
    """The paths of a vault, made ready to resolve many links.

    Attributes:
        by_path: Path by folded path.
        by_name: Paths by folded file name, with and without the ending `.md`.
    """

    by_path: dict[str, str]
    by_name: dict[str, tuple[str, ...]]


def vault_paths(paths: Collection[str]) -> VaultPaths:
    """Makes the paths of a vault ready for `resolve_link`."""
    names: dict[str, list[str]] = {}
    for path in sorted(paths, key=_nearness):
        names.setdefault(posixpath.basename(_folded(path)), []).append(path)
    return VaultPaths(
        {_folded(path): path for path in sorted(paths, reverse=True)},
        {name: tuple(found) for name, found in names.items()},
    )


def resolve_link(link: Link, from_path: str, paths: Collection[str] | VaultPaths) -> str | None:
    """Returns the path of the file a link means, as Obsidian finds it; None if the vault has none.

    A target is first a path from the vault's root, then one from the note's own folder, then the end of
    any path: of several, the one in the fewest folders. Case, Unicode form and the ending do not count.

    Args:
        link: The link.
        from_path: Path of the note it stands in.
        paths: The vault's paths; for more than a few links, `vault_paths` of them.
    """
    if not link.target:
        return from_path
    known = paths if isinstance(paths, VaultPaths) else vault_paths(paths)
    target = _folded(link.target.replace("\\", "/"))
    for wanted in _places(target, posixpath.dirname(_folded(from_path))):
        if found := known.by_path.get(wanted):
            return found
    if target.startswith(("./", "../", "/")):
        return None
    name = posixpath.basename(target)
    return next(
        (path for path in known.by_name.get(name, ()) if f"/{_folded(path)}".endswith(f"/{target}")), None
    )


def anchor_section(note: Note, anchor: str) -> int | None:
    """Returns the position of the section a link's heading means; None where there is none.

    Marks, spaces and case do not count, as Obsidian drops them from links. Nested headings are
    separated by `#`, each within the one before; a heading's own id (`{ #id }`) counts too. Of a heading
    that ends with tags (`개요 #db`), Obsidian's link holds them without their `#` (`[[노트#개요 db]]`).
    """
    found = _section(note, anchor)
    if found is None and note.tags and (bare := _without_tags(anchor, note.tags)) != anchor:
        return _section(note, bare)
    return found


def _without_tags(anchor: str, tags: Collection[str]) -> str:
    words = anchor.split()
    while len(words) > 1 and normalise(words[-1].removeprefix("#")) in tags:
        words.pop()
    return " ".join(words)


def _section(note: Note, anchor: str) -> int | None:
    wanted = [part for part in anchor.split("#") if part.strip()]
    if not wanted:
        return None
    for position, section in enumerate(note.sections):
        if section.level and (section.id == wanted[-1] or squeeze(section.title) == squeeze(wanted[-1])):
            titles = iter([squeeze(title) for title in section.headings[:-1]])
            if all(squeeze(part) in titles for part in wanted[:-1]):
                return position
    return None


def links_in(note: Note, start: int, end: int) -> tuple[Link, ...]:
    """Returns the links of a note that stand within a range of its text."""
    first = bisect_left(note.links, start, key=lambda link: link.start)
    near = takewhile(lambda link: link.start < end, islice(note.links, first, None))
    return tuple(link for link in near if link.end <= end)


def embedded_blocks(
    note: Note,
    host: Block | Link,
    read: Callable[[str], Note | None],
    paths: Collection[str] | VaultPaths,
) -> tuple[tuple[str, int], ...]:
    """Returns what the embeds of a block show: blocks of notes, sections or single blocks, in order.

    What is embedded may embed more. Each place is shown once, so that notes that embed each other end.

    Args:
        note: The note that embeds.
        host: One of its blocks, or an embed of it.
        read: Gives the note at a path, None if it can't be read.
        paths: The vault's paths.

    Returns:
        The path of the note that each block stands in, and its position in `Note.blocks`.
    """
    known = paths if isinstance(paths, VaultPaths) else vault_paths(paths)
    links = (host,) if isinstance(host, Link) else links_in(note, host.start, host.end)
    return tuple(_shown(note, links, read, known, set(), MAX_EMBED_DEPTH))


def _shown(
    note: Note,
    links: Sequence[Link],
    read: Callable[[str], Note | None],
    paths: VaultPaths,
    seen: set[tuple[str, int]],
    depth: int,
) -> Iterator[tuple[str, int]]:
    for link in links:
        path = resolve_link(link, note.path, paths) if link.kind == "embed" and depth else None
        target = note if path == note.path else read(path) if path else None
        for position in _range(target, link) if target else ():
            if target and (target.path, position) not in seen:
                seen.add((target.path, position))
                block = target.blocks[position]
                if block.sentences:
                    yield target.path, position
                inner = links_in(target, block.start, block.end)
                yield from _shown(target, inner, read, paths, seen, depth - 1)


def _range(note: Note, link: Link) -> Sequence[int]:
    """Positions of the blocks of a note that an embed shows."""
    if link.block_id:
        anchor = next((a for a in note.anchors if a.id.casefold() == link.block_id.casefold()), None)
        return range(anchor.first, anchor.end) if anchor else ()
    if not link.heading:
        return range(len(note.blocks))
    section = anchor_section(note, link.heading)
    if section is None:
        return ()
    inside = {section}
    for position, found in enumerate(note.sections):
        if found.parent in inside:
            inside.add(position)
    return [position for position, block in enumerate(note.blocks) if block.section in inside]


def _places(target: str, folder: str) -> Iterator[str]:
    if not target.startswith(("./", "../")):
        yield target.lstrip("/")
    if not target.startswith("/"):
        yield posixpath.normpath(posixpath.join(folder, target))


def _folded(path: str) -> str:
    """A path in the form in which paths are compared; `.md` may be left out of a link."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
    return folded.removesuffix(".md")


def _nearness(path: str) -> tuple[int, int, str]:
    return path.count("/"), len(path), path
