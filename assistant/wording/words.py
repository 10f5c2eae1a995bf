"""A problem, an outcome or a finding to words in one language.

remedy(Problem("cp949"), "en")    "To end this notice, save the file as UTF-8: ..."
"""

from typing import Any, Literal

from assistant.wording.entries import Words
from assistant.wording.notes import NOTES
from assistant.wording.vault import VAULT
from index.checks.findings import Finding
from index.problems import Outcome, Problem, ProblemKind
from index.storage.rows import Notice

WordLanguage = Literal["ko", "en"]

WORDS: dict[ProblemKind, Words] = {**NOTES, **VAULT}
"""The words for every kind of problem."""

_OUTCOMES: dict[Outcome, tuple[str, str]] = {
    "indexed": ("색인했어요", "indexed"),
    "skipped": ("건너뛰었어요", "skipped"),
    "kept": ("건너뛰었고, 그전에 읽은 내용으로 답해요", "skipped; the version read before stays"),
    "listed": ("목록에만 있어요", "kept in the list; there is nothing to search in it"),
    "apart": ("따로 된 노트로 색인했어요", "indexed as a note of its own"),
    "set_aside": ("치워 두고 새로 만들었어요", "set aside; the index was made again"),
    "made_anew": ("색인을 새로 만들었어요", "the index was made anew"),
    "exact": ("색인했고, 검색은 Chroma 없이 계속돼요", "indexed; searches go on without Chroma"),
}

_NEAR = (
    "이름이 가장 가까운 것: ‘{0}’. 그것이면 링크를 그 이름으로 고치세요.",
    "did you mean {0!r}? mend the link",
)


def what(problem: Problem, language: WordLanguage) -> str:
    """Says what is the matter."""
    words = WORDS[problem.kind]
    return (words.what_ko if language == "ko" else words.what_en).format(*problem.about)


def remedy(problem: Problem, language: WordLanguage, near: str = "") -> str:
    """Says what ends it; `near` is a name that may have been meant."""
    if near:
        return _NEAR[language == "en"].format(near)
    words = WORDS[problem.kind]
    return (words.remedy_ko if language == "ko" else words.remedy_en).format(*problem.about)


def done(outcome: Outcome, language: WordLanguage) -> str:
    """Says what was done about a file."""
    return _OUTCOMES[outcome][language == "en"]


def notice_json(notice: Notice, language: WordLanguage) -> dict[str, str]:
    """Returns the stable fields of a notice."""
    problem = notice.problem
    return {
        "path": notice.path,
        "what": what(problem, language),
        "done": done(notice.done, language),
        "remedy": remedy(problem, language),
    }


def finding_json(finding: Finding, language: WordLanguage) -> dict[str, Any]:
    """Returns the stable fields of a finding."""
    return {
        "kind": finding.kind,
        "where": finding.where,
        "what": what(finding.problem, language),
        "remedy": remedy(finding.problem, language, finding.near),
        "fixable": finding.fixable,
        "remark": finding.remark,
    }
