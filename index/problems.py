"""What a person should know about a file or the index: a kind and its particulars, in nobody's language.

    Problem("comment_open", ("3",))     "3번째 줄에서 시작한 주석(%%)이 ..." / "a comment begins in line 3 ..."

Whoever shows one has the words (`assistant/wording/`), for each kind what is wrong and what ends it.
"""

from dataclasses import dataclass
from typing import Literal

FileProblem = Literal[
    "binary",
    "broken_characters",
    "cp949",
    "misnamed_encoding",
    "no_regular_file",
    "too_large",
    "unknown_encoding",
    "unreadable",
    "utf16_unmarked",
    "folder_closed",
    "link_hidden",
    "link_loop",
    "link_nowhere",
    "link_out",
    "name_no_utf8",
    "same_name",
]
"""What may be the matter with a file or folder before a word of it is read."""

NoteProblem = Literal[
    "comment_open",
    "front_matter_left",
    "front_matter_long",
    "front_matter_open",
    "front_matter_partly",
    "front_matter_shape",
    "json_broken",
    "script_open",
    "empty",
    "only_images",
    "unlike_block_count",
    "unlike_blocks",
    "unlike_heading_count",
    "unlike_headings",
]
"""What may be the matter with what a note says; the `unlike` ones, with a companion."""

VaultProblem = Literal[
    "duplicate",
    "glossary_broken",
    "glossary_unused",
    "missing_block",
    "missing_embed",
    "missing_heading",
    "missing_image",
    "missing_note",
]
"""What may be the matter between files."""

IndexProblem = Literal[
    "damaged",
    "leftover_build",
    "leftover_damaged",
    "no_index",
    "no_vectors",
    "older_index",
    "orphans",
    "other_model",
    "other_version",
    "stale_added",
    "stale_changed",
    "stale_more",
    "stale_removed",
    "vectors_unasked",
    "vectors_wrong",
]
"""What may be the matter with an index."""

ProblemKind = FileProblem | NoteProblem | VaultProblem | IndexProblem

Outcome = Literal["indexed", "skipped", "kept", "listed", "apart", "set_aside", "made_anew", "exact"]
"""What was done about it: the note is indexed, or skipped, or kept as it was read before, or listed only; the
companion is a note of its own; the index was set aside and made again, or made anew; searches go on
without Chroma."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is the matter.

    Attributes:
        kind: What kind of thing.
        about: Its particulars in the order in which the words for it ask for them: lines, counts, names.
    """

    kind: ProblemKind
    about: tuple[str, ...] = ()
