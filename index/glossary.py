"""The glossary: names of one thing in both languages, read from a YAML file."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from index.errors import GlossaryError
from index.text import squeeze

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is
_KEYS = {"id", "kind", "en", "ko", "abbr", "misspellings", "definition"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A service or concept.

    Attributes:
        id: A slug, unique in the glossary.
        kind: Whether it is a service or a concept.
        en: Full English name.
        ko: Korean names, the preferred one first.
        abbr: Abbreviations and short Latin names.
        misspellings: Spellings and spacings people type that no note uses.
        definition_ko: One line in Korean.
        definition_en: One line in English.
    """

    id: str
    kind: Literal["service", "concept"]
    en: str
    ko: tuple[str, ...]
    abbr: tuple[str, ...]
    misspellings: tuple[str, ...]
    definition_ko: str
    definition_en: str

    @property
    def names(self) -> tuple[str, ...]:
        """Every spelling that means this entry."""
        return (self.en, *self.ko, *self.abbr, *self.misspellings)


def load_glossary(path: Path) -> tuple[Entry, ...]:
    """Reads a glossary.

    Raises:
        GlossaryError: An entry lacks a key, has an unknown one, or shares a name with another.
    """
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GlossaryError(f"The glossary {str(path)!r} can't be read: {error}. Mend the file.") from error
    if not isinstance(rows, list):
        raise GlossaryError(f"The glossary {str(path)!r} is no list of entries. Mend the file.")
    entries = tuple(_entry(row, path) for row in cast("list[Any]", rows))
    _check_names(entries, path)
    return entries


def _entry(row: Any, path: Path) -> Entry:
    if not isinstance(row, dict) or set(cast("dict[str, Any]", row)) != _KEYS:
        raise GlossaryError(
            f"The glossary {str(path)!r} has an entry {row!r:.80} whose keys are not "
            f"{sorted(_KEYS)}. Add or remove keys."
        )
    values = cast("dict[str, Any]", row)
    for key in ("ko", "abbr", "misspellings"):
        if not isinstance(values[key], list | None):
            raise GlossaryError(
                f"The glossary {str(path)!r} has an entry {values['id']!r} whose {key!r} is no list. "
                "Write its names in brackets."
            )
    definition = values["definition"]
    if not isinstance(definition, dict) or set(cast("dict[str, Any]", definition)) != {"ko", "en"}:
        raise GlossaryError(
            f"The glossary {str(path)!r} has an entry {values['id']!r} whose definition is not in both "
            "languages. Give it the keys 'ko' and 'en'."
        )
    return Entry(
        id=str(values["id"]),
        kind=values["kind"],
        en=str(values["en"]),
        ko=_names(values["ko"]),
        abbr=_names(values["abbr"]),
        misspellings=_names(values["misspellings"]),
        definition_ko=str(values["definition"]["ko"]),
        definition_en=str(values["definition"]["en"]),
    )


def _names(values: Iterable[Any] | None) -> tuple[str, ...]:
    return tuple(str(value) for value in values or ())


def _check_names(entries: tuple[Entry, ...], path: Path) -> None:
    owners: dict[str, str] = {}
    ids = [entry.id for entry in entries]
    if repeated := sorted({i for i in ids if ids.count(i) > 1}):
        raise GlossaryError(f"The glossary {str(path)!r} gives the id {repeated[0]!r} twice. Rename one.")
    for entry in entries:
        for key in {squeeze(name) for name in entry.names}:
            if (owner := owners.setdefault(key, entry.id)) != entry.id:
                raise GlossaryError(
                    f"The glossary {str(path)!r} gives the name {key!r} to both {owner!r} and "
                    f"{entry.id!r}. Keep it in one of them."
                )
