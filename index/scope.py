"""A part of the vault that a search is kept to: some folders, some tags."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Folders and tags; a note is inside if it lies in any of the folders and has any of the tags.

    A folder holds its subfolders, a tag the tags nested in it: `aws` holds `aws/storage`. No folder
    means all folders, no tag all tags. Case and Unicode form don't matter, nor a leading `#`.
    """

    folders: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.folders or self.tags)

    def holds(self, path: str, tags: Iterable[str]) -> bool:
        """Says whether a note of this path and these tags is inside.

        >>> Scope(folders=("네트워크",)).holds("네트워크/VPC.md", [])
        True
        >>> Scope(tags=("#aws",)).holds("S3.md", ["aws/storage"])
        True
        """
        return self.holds_folder(path.rpartition("/")[0]) and self.holds_tags(tags)

    def holds_folder(self, folder: str) -> bool:
        """Says whether notes that lie in a folder are inside, whatever their tags."""
        held = _key(folder) + "/"
        wanted = [_key(folder) for folder in self.folders]
        return not wanted or any(not w or held.startswith(w + "/") for w in wanted)

    def holds_tags(self, tags: Iterable[str]) -> bool:
        """Says whether notes with these tags are inside, whatever their folder."""
        wanted = [_key(tag.lstrip("#")) for tag in self.tags]
        held = [_key(tag) for tag in tags] if wanted else []
        return not wanted or any(h == w or h.startswith(w + "/") for w in wanted for h in held)


def _key(name: str) -> str:
    name = unicodedata.normalize("NFC", name).casefold().replace("\\", "/").strip("/").removeprefix("./")
    return "" if name == "." else name
