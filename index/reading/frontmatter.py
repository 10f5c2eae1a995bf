"""A note's front matter: its title, other names, tags and date, whatever YAML it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from index.problems import Problem
from index.text import normalise

_MAX_LENGTH = 20_000
_ENTRY = re.compile(r"^(?=[^\s#-][^:\r\n]*:)", re.MULTILINE)
_QUOTABLE = re.compile(r"([\w -]{1,40}):[ \t]*(\S.*)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says.

    Attributes:
        title: The title; empty without one.
        aliases: Other names.
        tags: Tags without `#`.
        date: The date as written.
        drawing: The note is an Excalidraw drawing.
        warning: What is wrong with it, if anything is.
    """

    title: str = ""
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    date: str = ""
    drawing: bool = False
    warning: Problem | None = None


def read_front_matter(content: str) -> FrontMatter:
    r"""Reads the YAML between the dashes; broken YAML entry by entry.

    >>> read_front_matter("title: AWS: 람다\ntags: [aws, '#aws/compute']").title
    'AWS: 람다'
    """
    meta, warning = _load(content)
    return FrontMatter(
        title=_scalar(_first(meta, "title")),
        aliases=_strings(_first(meta, "aliases", "alias")),
        tags=tuple(dict.fromkeys(_tags(_first(meta, "tags", "tag")))),
        date=_scalar(_first(meta, "date", "created", "날짜", "작성일")),
        drawing="excalidraw-plugin" in meta,
        warning=warning,
    )


def _load(content: str) -> tuple[dict[str, Any], Problem | None]:
    if len(content) > _MAX_LENGTH:
        return {}, Problem("front_matter_long")
    try:
        meta = _yaml(content)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = str(mark.line + 2 if mark else 1)
        kept = dict(_entries(content))
        return kept, Problem("front_matter_partly" if kept else "front_matter_left", (line,))
    if meta is None:
        return {}, None
    return (_keys(meta), None) if isinstance(meta, dict) else ({}, Problem("front_matter_shape"))


def _yaml(content: str) -> Any:
    # BaseLoader leaves all as written: dates stay text, and no tag (`!!bool x`) makes a value.
    return yaml.load(content, Loader=yaml.BaseLoader)


def _entries(content: str) -> Iterator[tuple[str, Any]]:
    """Yields the entries of broken YAML that can be read, each by itself.

    An entry of one line that is broken by what its value holds (`title: AWS: 람다`) is taken as written.
    """
    for entry in _ENTRY.split(content)[:1000]:
        try:
            meta = _yaml(entry)
        except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
            plain = _QUOTABLE.fullmatch(entry.strip())
            meta = {plain[1]: plain[2]} if plain and plain[2][0] not in "[{&*!|>'\"" else None
        if isinstance(meta, dict):
            yield from _keys(meta).items()


def _keys(meta: dict[Any, Any]) -> dict[str, Any]:
    return {key.strip().casefold(): value for key, value in meta.items() if isinstance(key, str)}


def _first(meta: dict[str, Any], *names: str) -> Any:
    return next((meta[name] for name in names if meta.get(name)), None)


def _strings(value: Any) -> tuple[str, ...]:
    """Front matter lists come as a YAML list or as text with commas."""
    parts = value if isinstance(value, list) else _scalar(value).split(",")
    return tuple(dict.fromkeys(text for part in parts if (text := _scalar(part))))


def _tags(value: Any) -> Iterator[str]:
    """Tags hold no spaces: text of several is split there too."""
    names = value if isinstance(value, list) else _scalar(value).replace(",", " ").split()
    return (tag for name in names if (tag := _scalar(name).removeprefix("#").strip("/")))


def _scalar(value: Any) -> str:
    """A plain value as text; nothing for a list or mapping, which YAML's aliases can make endless."""
    text = normalise(value) if isinstance(value, str) else ""
    return "" if text.casefold() in ("null", "~") else text
