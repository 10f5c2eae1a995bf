"""Something the doctor found."""

from dataclasses import dataclass
from typing import Literal

FindingKind = Literal[
    "file", "link", "companion", "glossary", "duplicate", "index", "model", "stale", "vectors", "leftover"
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: where, what, and how to mend it.

    Attributes:
        kind: What it is about.
        where: A note, with the line where there is one (`aws/S3.md:12`); else a part of the index.
        what: What is wrong.
        remedy: What mends it.
        fixable: Whether `doctor --fix` does.
        remark: Worth knowing, but no fault.
    """

    kind: FindingKind
    where: str
    what: str
    remedy: str
    fixable: bool = False
    remark: bool = False
