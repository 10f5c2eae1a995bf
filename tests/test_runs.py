"""Running cases: what is kept, what is the same twice, and how the command ends."""

import errno
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.settings import Settings
from evals.baselines import BASELINES
from evals.choosing import choose
from evals.errors import CasesError, EvalsError, InfrastructureError
from evals.explain import explain
from evals.gold import GoldCase, load_cases
from evals.observation import Answered, Passage
from evals.results import read_results, write_results
from evals.run import observe, run
from evals.systems import RememberingEmbedder, Setup, open_setup, open_system
from evals.vault import read_vault
from tests.conftest import WriteVault
from tests.fakes import WordHashEmbedder

ROOT = Path(__file__).parent.parent
VAULT: dict[str, str | bytes] = {
    "람다.md": "# 람다\n람다는 이벤트가 오면 코드를 실행하는 서비스이다.\n## 한도\n- 람다 함수는 최대 15분까지 실행된다.\n",
    "람다.en.md": "# Lambda\nLambda is a service that runs code on events.\n## Limits\n- A Lambda function runs for up to 15 minutes.\n",
    "S3.md": "# S3\nS3는 파일을 객체로 저장하는 스토리지이다.\n",
}
QUESTIONS = [
    ("lambda", "ko", "what_is", "람다가 뭐야?", ["람다.md", ["람다"], "람다는 이벤트가 오면 코드를 실행하는 서비스이다."], "이벤트", []),
    ("limit", "ko", "value", "람다 함수는 최대 몇 분 실행돼?", ["람다.md", ["람다", "한도"], "람다 함수는 최대 15분까지 실행된다."], "15분", ["nfd"]),
    ("alone", "en", "what_is", "What is S3?", ["S3.md", ["S3"], "S3는 파일을 객체로 저장하는 스토리지이다."], "객체", ["english_over_korean"]),
    ("kimchi", "ko", "absent", "김치찌개 끓이는 법", None, None, []),
]  # fmt: skip


def quiet(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def setup(write_vault: WriteVault, tmp_path: Path) -> Iterator[Setup]:
    glossary = tmp_path / "glossary.yaml"
    glossary.write_text("[]", encoding="utf-8")
    settings = Settings(notes=write_vault(VAULT), glossary=glossary)
    with open_setup(settings, read_vault(settings.notes_folder()), quiet, WordHashEmbedder()) as opened:
        yield opened


@pytest.fixture
def cases(setup: Setup, tmp_path: Path) -> list[GoldCase]:
    rows: list[str] = []
    for slug, lang, kind, text, gold, fact, slices in QUESTIONS:
        place = [[dict(zip(("note", "headings", "text"), gold, strict=True))]] if gold else []
        facts = [{"ko": [fact], "en": []}] if fact else []
        rows.append(
            json.dumps(
                {
                    "id": slug, "split": "gate", "lang": lang, "kind": kind, "turns": [text], "rewritten": None,
                    "gold": place, "facts": facts, "forbid": [], "about": [], "slices": slices, "must_pass": False,
                }
            )
        )  # fmt: skip
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(rows), encoding="utf-8")
    return load_cases([file], setup.vault)


def test_a_run_finds_answers_and_refuses(setup: Setup, cases: list[GoldCase]):
    results = run(cases, "all", "mutgo", setup, quiet)
    assert {case.id: case.value("found") for case in results.cases} == {
        "lambda": 1,
        "limit": 1,
        "alone": 1,
        "kimchi": None,
    }
    assert {case.id: case.value("correct") for case in results.cases} == {
        "lambda": 1,
        "limit": 1,
        "alone": 1,
        "kimchi": 1,
    }
    assert results.errors == []
    assert results.timings["cases"]["lambda"].keys() == {"answer", "search"}


def test_two_runs_are_the_same_but_for_their_timings(setup: Setup, cases: list[GoldCase], tmp_path: Path):
    first = run(cases, "all", "mutgo", setup, quiet)
    second = run(cases, "all", "mutgo", replace(setup, work=tmp_path / "again"), quiet)
    assert first.identity == second.identity
    write_results(first, tmp_path / "a.json")
    assert read_results(tmp_path / "a.json").identity == first.identity


def test_a_question_without_companions_is_asked_over_korean_notes_alone(setup: Setup, cases: list[GoldCase]):
    results = run(cases, "answers", "mutgo", setup, quiet)
    alone = next(case for case in results.cases if case.id == "alone")
    assert alone.answer
    assert any("no English version" in sentence["text"] for sentence in alone.answer["sentences"])
    assert sorted(path.name for path in (setup.work / "korean").iterdir()) == ["S3.md", "람다.md"]


@pytest.mark.parametrize("suite", ["retrieval", "answers"])
def test_half_a_suite_scores_half(setup: Setup, cases: list[GoldCase], suite: str):
    results = run(cases, suite, "mutgo", setup, quiet)  # type: ignore[arg-type]
    assert (results.cases[0].value("found") is None) == (suite == "answers")
    assert (results.cases[0].value("correct") is None) == (suite == "retrieval")


@pytest.mark.parametrize("name", BASELINES)
def test_every_baseline_runs_on_the_same_cases(setup: Setup, cases: list[GoldCase], name: str):
    results = run(cases, "all", name, setup, quiet)
    assert results.errors == []
    assert [case.id for case in results.cases] == [gold.case.id for gold in cases]


def test_an_unknown_answerer_is_refused_with_the_names_there_are(setup: Setup, cases: list[GoldCase]):
    with pytest.raises(EvalsError, match=r"no baseline 'chatgpt'. Choose one of bm25_ensemble, .* posthoc"):
        run(cases, "all", "chatgpt", setup, quiet)


class Failing:
    """A system that fails in a given way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def search(self, turns: Sequence[str]) -> tuple[Passage, ...]:
        raise self.error

    def answer(self, turns: Sequence[str]) -> Answered:
        raise self.error

    def close(self) -> None: ...


def test_a_case_that_errs_is_an_error_with_its_reason(setup: Setup, cases: list[GoldCase]):
    seen = observe(cases[0], Failing(KeyError("x")), "all", setup)
    assert seen.error == "KeyError: 'x'"
    assert seen.answer is None


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), MemoryError()])
def test_a_failing_machine_is_not_the_systems_fault(setup: Setup, cases: list[GoldCase], error: Exception):
    with pytest.raises(InfrastructureError, match="The machine failed at lambda"):
        observe(cases[0], Failing(error), "all", setup)


def test_a_remembered_vector_is_made_once(setup: Setup):
    inner = WordHashEmbedder()
    remembering = RememberingEmbedder(inner)
    first = remembering.encode_documents(["a b", "c", "a b"])
    assert first.shape == (3, 64)
    assert (first == remembering.encode_documents(["a b", "c", "a b"])).all()
    assert inner.embedded == ["a b", "c"]
    assert remembering.encode_documents([]).shape == (0, 64)


def test_vectors_are_kept_and_recalled_and_a_damaged_file_is_as_none(tmp_path: Path):
    file = tmp_path / "kept" / "vectors.npz"
    first = RememberingEmbedder(WordHashEmbedder())
    vectors = first.encode_documents(["가 b", "c\0"])
    first.keep(file)
    again = RememberingEmbedder(WordHashEmbedder())
    again.recall(file)
    assert (again.encode_documents(["가 b", "c\0"]) == vectors).all()
    assert (first.made, again.made) == (2, 0)
    file.write_bytes(b"PK not a zip")
    damaged = RememberingEmbedder(WordHashEmbedder())
    damaged.recall(file)
    damaged.recall(tmp_path / "none.npz")
    assert (damaged.encode_documents(["c\0"]) == vectors[1:]).all()


def test_a_case_is_explained_from_question_to_answer(setup: Setup, cases: list[GoldCase]):
    text = "\n".join(explain(cases[1], setup, quiet))
    for part in (
        "? 람다 함수는 최대 몇 분 실행돼?", "understood as passage", "gold 1 is at rank 1", "matched:", "15분까지 실행된다. [1] supported",
        "right",
    ):  # fmt: skip
        assert part in text


def test_a_follow_up_is_explained_with_its_stand_alone_form(setup: Setup, cases: list[GoldCase]):
    turns = {
        "turns": ("람다가 뭐야?", "그럼 한도는?"),
        "rewritten": "람다 함수는 최대 몇 분 실행돼?",
        "slices": (),
    }
    follow_up = cases[1].model_copy(update={"case": cases[1].case.model_copy(update=turns)})
    text = "\n".join(explain(follow_up, setup, quiet))
    assert "written out it is: 람다 함수는 최대 몇 분 실행돼?\n  then gold 1 is at rank 1" in text


def test_gold_that_no_chunk_holds_is_said_to_be_not_indexed(setup: Setup, cases: list[GoldCase]):
    open_system("mutgo", setup, True, quiet).close()
    beyond = cases[1].model_copy(update={"needs": ((replace(cases[1].needs[0][0], end=9999),),)})
    assert "gold 1 is NOT INDEXED" in "\n".join(explain(beyond, setup, quiet))


def test_cases_are_chosen_by_slice_and_split_and_drawn_alike(cases: list[GoldCase]):
    def ids(*names: str, split: str | None = None, limit: int | None = None) -> list[str]:
        return [gold.case.id for gold in choose(cases, names, split, limit)]

    assert ids("kind:what_is") == ["lambda", "alone"]
    assert ids("kind:what_is", "lang:en") == ["alone"]
    assert ids(limit=2) == ids(limit=2)
    assert len(ids(limit=2)) == 2
    with pytest.raises(CasesError, match=r"There is no slice 'kind:what'\. Try kind:what_is"):
        ids("kind:what")
    with pytest.raises(CasesError, match="No case is in all of these"):
        ids("kind:value", "lang:en")


# ---- the command ----------------------------------------------------------------------------------


def evals(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "evals", *words], capture_output=True, text=True, encoding="utf-8", cwd=ROOT
    )


def test_the_command_checks_the_committed_cases():
    done = evals("check")
    assert done.returncode == 0, done.stderr
    assert "cases are fine" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "--slice", "kind:riddle"), "There is no slice 'kind:riddle'"),
        (("run", "--notes", "/no/such/folder"), "/no/such/folder"),
        (("run", "--suite", "half"), "half"),
        (("run", "--split", "tset"), "tset"),
        (("compare", "/no/a.json", "/no/b.json"), "There is no results file"),
        (("gate", "--run", "/no/a.json"), "There is no results file"),
        (("accept", "--why", " "), "A baseline needs a reason"),
        (("show", "no-such-case"), "There is no case 'no-such-case'"),
        (("add",), "--from-feedback"),
        (("check", "/no/cases.jsonl"), "can't be read"),
    ],
)
def test_bad_use_ends_with_two_and_a_sentence(words: tuple[str, ...], message: str):
    done = evals(*words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_comparing_two_files_ends_with_one_where_something_regressed(
    setup: Setup, cases: list[GoldCase], tmp_path: Path
):
    results = run(cases, "all", "mutgo", setup, quiet)
    many = [
        replace(case, id=f"{case.id}-{i}", cluster=str(i)) for i in range(40) for case in results.cases[:1]
    ]
    scores = many[0].scores | {"correct": replace(many[0].scores["correct"], value=0.0)}
    write_results(replace(results, cases=tuple(many)), tmp_path / "a.json")
    write_results(replace(results, cases=tuple(replace(c, scores=scores) for c in many)), tmp_path / "b.json")
    better = evals("compare", str(tmp_path / "b.json"), str(tmp_path / "a.json"))
    worse = evals("compare", str(tmp_path / "a.json"), str(tmp_path / "b.json"))
    assert (better.returncode, worse.returncode) == (0, 1)
    assert "regressed" in worse.stdout
