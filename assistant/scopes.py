"""The parts of a vault a question can be kept to: its folders and tags, by the names people type."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from assistant.answers import Language
from assistant.errors import UnknownPartError
from index.opened import Index
from index.scope import Scope
from index.search import Retrieval
from index.storage.rows import NoteRow

_NEAR = 3
"""Names that are offered instead of an unknown one."""

_ALIKE = 0.5
"""How alike they must be; letters of Hangul count one by one, so one typo leaves most of a name."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a vault can be narrowed by, as the vault spells it; parents are listed, too."""

    folders: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.folders or self.tags)


def vault_parts(rows: Iterable[NoteRow]) -> Parts:
    """Returns the folders and tags of the indexed notes, each with its parents, sorted."""
    folders: dict[str, str] = {}
    tags: dict[str, str] = {}
    for row in rows:
        for parent in _with_parents(row.path.rpartition("/")[0]):
            folders.setdefault(_key(parent), parent)
        for tag in row.tags:
            for parent in _with_parents(tag):
                tags.setdefault(_key(parent), parent)
    return Parts(tuple(sorted(folders.values())), tuple(sorted(tags.values())))


def named_scope(parts: Parts, vault: Path, folders: Sequence[str], tags: Sequence[str]) -> Scope:
    """Returns the scope of some folders and tags, spelled as the vault spells them.

    Args:
        parts: What there is.
        vault: The notes folder; a folder may be named by its whole path as well.
        folders: Folders as typed; `.` is the whole vault.
        tags: Tags as typed, with `#` or without.

    Raises:
        UnknownPartError: There is no such folder or tag; the message names those that are near.
    """
    named = [_within(vault, folder) for folder in folders]
    if not all(named):
        named = []  # the vault itself is among them
    return Scope(
        tuple(_known(folder, parts.folders, "folder") for folder in named),
        tuple(_known(tag.lstrip("#"), parts.tags, "tag") for tag in tags),
    )


def kept_to(scope: Scope, index: Index, retrieval: Retrieval) -> Retrieval:
    """Returns a retrieval whose things have only the places of a scope; hits are of it already.

    Args:
        scope: The part of the notes.
        index: The open index, locked by the caller.
        retrieval: What was found in that part.
    """
    if not scope:
        return retrieval
    tags = dict(index.snapshot.note_tags.values())
    things = [
        replace(thing, places=tuple(p for p in thing.places if scope.holds(p.note, tags.get(p.note, ()))))
        for thing in retrieval.things
    ]
    return replace(retrieval, things=tuple(things))


def limited_to(scope: Scope, language: Language) -> str:
    """Says that only a part of the notes was searched.

    >>> limited_to(Scope(("네트워크",), ("aws",)), "ko")
    '‘네트워크’ 폴더의 #aws 노트에서만 찾았어요.'
    """
    tags = ", ".join(f"#{tag}" for tag in scope.tags)
    if language == "ko":
        folders = ", ".join(f"‘{folder}’" for folder in scope.folders)
        places = f"{folders} 폴더" if folders else ""
        if tags:
            places = f"{places}의 {tags} 노트" if places else f"{tags} 노트"
        return f"{places}에서만 찾았어요."
    folders = ", ".join(f"“{folder}”" for folder in scope.folders)
    inside = f" in {folders}" if folders else ""
    return f"Searched only notes{inside}{f' tagged {tags}' if tags else ''}."


def _with_parents(name: str) -> list[str]:
    """`aws/storage` gives `aws` and itself; nothing gives nothing."""
    steps = [step for step in name.split("/") if step]
    return ["/".join(steps[: count + 1]) for count in range(len(steps))]


def _within(vault: Path, folder: str) -> str:
    path = Path(folder).expanduser()
    if path.is_absolute() and path.is_relative_to(vault):
        folder = path.relative_to(vault).as_posix()
    return "/".join(step for step in folder.replace("\\", "/").split("/") if step not in ("", "."))


def _known(name: str, known: Collection[str], what: str) -> str:
    spelled = {_key(one): one for one in known}
    if _key(name) in spelled:
        return spelled[_key(name)]
    near = [spelled[key] for key in get_close_matches(_key(name), spelled, _NEAR, _ALIKE)]
    offered = f"Near ones: {', '.join(near)}." if near else _listed(sorted(known), what)
    raise UnknownPartError(f"No note has the {what} {name!r}. {offered} Mend the name or leave it out.")


def _listed(known: Sequence[str], what: str) -> str:
    if not known:
        return f"The notes have no {what}s."
    more = f" and {len(known) - 10} more" if len(known) > 10 else ""
    return f"There are: {', '.join(known[:10])}{more}."


def _key(name: str) -> str:
    return unicodedata.normalize("NFD", name).casefold()
