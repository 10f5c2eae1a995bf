"""The choice of where to look: a list of the vault's folders and tags, any of them at once."""

from collections.abc import Sequence

from assistant.scopes import Parts
from index.scope import Scope

_FOLDER = "in:"
_TAG = "tag:"


def scope_choices(parts: Parts) -> list[tuple[str, str]]:
    """What is shown and what it stands for: folders as `네트워크/`, tags as `#aws`.

    >>> scope_choices(Parts(("네트워크",), ("aws",)))
    [('네트워크/', 'in:네트워크'), ('#aws', 'tag:aws')]
    """
    folders = [(f"{folder}/", _FOLDER + folder) for folder in parts.folders]
    return folders + [(f"#{tag}", _TAG + tag) for tag in parts.tags]


def chosen_scope(chosen: Sequence[str]) -> Scope:
    """The scope that a choice stands for; nothing chosen is all notes."""
    folders = [one.removeprefix(_FOLDER) for one in chosen if one.startswith(_FOLDER)]
    tags = [one.removeprefix(_TAG) for one in chosen if one.startswith(_TAG)]
    return Scope(tuple(folders), tuple(tags))
