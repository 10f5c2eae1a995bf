"""Something the doctor found; the words for it are the assistant's."""

from dataclasses import dataclass
from typing import Literal

from index.problems import Problem

FindingKind = Literal[
    "file", "link", "companion", "glossary", "duplicate", "index", "model", "stale", "vectors", "leftover"
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: where and what, from which follows how to mend it.

    Attributes:
        kind: What it is about.
        where: A note, with the line where there is one (`aws/S3.md:12`); else a part of the index.
        problem: What is wrong.
        near: The nearest name to a missing one; empty where none is near.
        fixable: Whether `doctor --fix` does.
        remark: Worth knowing, but no fault.
    """

    kind: FindingKind
    where: str
    problem: Problem
    near: str = ""
    fixable: bool = False
    remark: bool = False
