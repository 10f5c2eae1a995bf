"""Every problem has words in both languages, and they ask for no particular that it lacks."""

import string
from pathlib import Path
from typing import get_args

import pytest

from assistant.settings import terminal_language
from assistant.wording.words import WORDS, done, remedy, what
from index.notes import read_note
from index.problems import FileProblem, IndexProblem, NoteProblem, Outcome, Problem, ProblemKind, VaultProblem
from index.text import has_hangul

KINDS: list[ProblemKind] = [
    kind for group in (FileProblem, NoteProblem, VaultProblem, IndexProblem) for kind in get_args(group)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_problem_has_words_and_a_remedy_in_both_languages(kind: ProblemKind):
    words = WORDS[kind]
    assert has_hangul(words.what_ko)
    assert has_hangul(words.remedy_ko)
    assert not has_hangul(words.what_en + words.remedy_en)
    asked = [{name for _, name, *_ in string.Formatter().parse(text) if name} for text in words]
    assert asked[0] | asked[1] >= asked[2] | asked[3]


def test_there_are_no_words_for_what_is_no_problem():
    assert set(WORDS) == set(KINDS)


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_every_outcome_has_words_in_both_languages(outcome: Outcome):
    assert has_hangul(done(outcome, "ko"))
    assert not has_hangul(done(outcome, "en"))


def test_a_cp949_note_is_told_what_to_do_and_that_nothing_is_lost(tmp_path: Path):
    file = tmp_path / "옛.md"
    file.write_bytes("# 녹차\n녹차는 덖은 찻잎으로 만든 차이다.\n".encode("cp949"))
    (problem,) = read_note(file, tmp_path).warnings
    assert "nothing is lost" in what(problem, "en")
    assert "save the file as UTF-8" in remedy(problem, "en")
    assert "잃지 않았어요" in what(problem, "ko")
    assert "Obsidian" in remedy(problem, "ko")


def test_a_near_name_is_the_remedy():
    assert remedy(Problem("missing_note", ("S4",)), "en", "S3") == "did you mean 'S3'? mend the link"
    assert "‘S3’" in remedy(Problem("missing_note", ("S4",)), "ko", "S3")


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR.UTF-8", "LC_ALL": ""}, "ko"),
        ({}, "en"),
    ],
)
def test_the_terminals_language_is_its_locales(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], language: str
):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert terminal_language() == language
