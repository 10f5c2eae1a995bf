"""The page of numbers: what it shows of any history, and the run it starts, stops and tells of."""

import doctest
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from assistant.measuring.numbers import Numbers, NumbersReader
from assistant.measuring.running import Runner, RunState
from assistant.measuring.suite import Suite, find_suite, read_rows
from assistant.settings import Settings
from assistant.ui import numbers_chart, numbers_parts
from assistant.ui.numbers_chart import Dot, line_chart
from assistant.ui.numbers_texts import ENGLISH, KOREAN, numbers_texts
from assistant.ui.numbers_view import numbers_html
from evals.compare import MARGINS
from evals.metrics import Score
from evals.results import CaseResult, Results, write_results
from evals.summary import runs_in, summary

EVIL = """<script>document.title='hacked'</script>"'"""
ROOT = Path(__file__).parents[1]


def case(number: int, correct: float = 1, **changes: Any) -> CaseResult:
    row = CaseResult(
        id=f"c{number}", digest=f"c{number}", split="dev", slices=("kind:what_is", "lang:ko"), cluster=f"{number}.md",
        must_pass=False, question=(f"{number}이 뭐야?",), error=None, passages=(), answer=None,
        wrong=() if correct else ("not said: 15분",), lost=None if correct else "not_used",
        scores={"correct": Score(float(correct)), "recall@5": Score(1.0)},
    )  # fmt: skip
    return replace(row, **changes)


def results(*cases: CaseResult, day: int = 1) -> Results:
    about = {"suite": "all", "answerer": "mutgo", "commit": "abc", "notes": "n1"}
    return Results(
        about, cases, f"2026-11-{day:02}T12:00:00+00:00", {}, {"seconds": 9.0, "peak_memory_mb": 1}
    )


def in_short(
    run: Results, before: Results | None = None, history: list[dict[str, Any]] | None = None
) -> Numbers:
    made = json.loads(json.dumps(summary(run, before, history or [])))
    return Numbers("ready", made, made["history"])


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """A reader's own suite of three cases, in a checkout."""
    cases = tmp_path / "data.evals" / "cases"
    return Suite("own", tmp_path / "notes", cases, 3, cases.parent / "runs", ROOT, ())


def page(
    suite: Suite, numbers: Numbers, run: RunState | None = None, disliked: int = 0, language: str = "ko"
) -> str:
    return numbers_html(suite, numbers, run or RunState(), disliked, numbers_texts(language))


NOTHING = Numbers("none", None, [])

# ---- what it shows --------------------------------------------------------------------------------


def test_a_run_is_shown_with_its_change_its_slices_and_its_worst_cases(suite: Suite):
    before = results(case(1), case(2, 0), case(3), case(4), day=1)
    after = results(case(1), case(2), case(3, 0, question=("하나가 뭐야?", "그럼 둘은?")), case(4), day=2)
    history = [{"date": before.date, "cases": 4, "metrics": {"correct": 0.75}, "why": "처음"}]
    shown = page(suite, in_short(after, before, history))
    assert "75%" in shown  # three of four cases are right in either run
    assert "기준보다 ±0%p" in shown
    assert "2026-11-02에 문항 4개로 쟀어요 · 9초 걸림" in shown
    assert ">정의<" in shown
    assert "노트에 있음" in shown
    assert '<span class="unseen">75%, 문항 4개</span>' in shown
    assert shown.index("하나가 뭐야?</button>") < shown.index("그럼 둘은?</button>")
    assert "말하지 않음: 15분" in shown
    assert "새로 틀림" in shown
    assert "처음" in shown
    assert (
        shown.count('class="dot hollow"') == 2
    )  # `correct` and `recall@5` have a chart each, with the latest run
    english = page(suite, in_short(after, before, history), language="en")
    assert "Measured on 2026-11-02 with 4 cases" in english
    assert "not said: 15분" in english


def test_one_run_is_a_point_and_no_change(suite: Suite):
    shown = page(suite, in_short(results(case(1), case(2, 0))))
    assert "50%" in shown
    assert KOREAN.change_none in shown
    assert KOREAN.trend_one in shown
    assert shown.count('class="dot hollow"') == 2


def test_a_run_of_some_cases_is_no_step_of_the_trend():
    history = [{"date": "2026-11-01", "cases": 100, "metrics": {"correct": 0.75}}]
    numbers = in_short(results(case(1), case(2)), None, history)
    assert numbers.history == history
    assert numbers.summary is not None
    assert numbers.summary["part"]


def test_nothing_of_a_case_or_a_history_becomes_html(suite: Suite):
    evil = case(
        1, 0, id=EVIL, question=(EVIL,), error=EVIL, wrong=(f"not said: {EVIL}",), slices=(f"kind:{EVIL}",)
    )
    history = [{"date": EVIL, "cases": EVIL, "metrics": {"correct": 0.5}, "why": EVIL, "commit": EVIL}]
    numbers = in_short(results(evil, case(2)), None, [])
    shown = page(suite, replace(numbers, history=history), RunState("failed", said=EVIL))
    assert "<script" not in shown
    assert EVIL not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("language", ["ko", "en"])
def test_without_a_run_it_says_how_to_make_one(suite: Suite, language: str):
    words = numbers_texts(language)
    assert words.no_runs in page(suite, NOTHING, language=language)
    none = page(replace(suite, count=0), NOTHING, language=language)
    assert words.no_cases in none
    assert "mutgo eval init --notes" in none
    assert str(suite.cases) in none
    assert "data-run" not in none
    assert words.lacking in page(replace(suite, lacking=("scipy",)), NOTHING, language=language)
    installed = page(replace(suite, root=None, count=0), NOTHING, language=language)
    assert words.no_checkout in installed
    assert words.no_cases in installed


def test_for_lack_of_runs_of_ones_own_those_of_mutgo_are_shown_as_such(suite: Suite):
    history = [{"date": "2026-11-01", "cases": 5, "metrics": {"correct": 0.7}, "why": "처음"}]
    shown = page(replace(suite, count=0), Numbers("none", None, history, borrowed=True))
    assert KOREAN.about_accepted in shown
    assert "70%" in shown


def test_thumbs_down_are_offered_as_cases(suite: Suite):
    assert "evals add --from-feedback" in page(suite, NOTHING, disliked=2)
    assert "evals add --from-feedback" not in page(suite, NOTHING)


def test_a_run_that_goes_on_is_told_of_with_a_button_that_stops_it(suite: Suite):
    shown = page(suite, NOTHING, RunState("running", stage="ask", done=3, total=12))
    assert "문항에 답하고 있어요 3/12" in shown
    assert 'value="3" max="12"' in shown
    assert shown.count("data-run=") == 1
    assert 'data-run="stop"' in shown
    assert "data-run" not in page(suite, NOTHING, RunState("stopping"))
    assert KOREAN.elsewhere in page(suite, NOTHING, RunState("elsewhere"))


def test_a_quick_run_is_offered_where_there_are_many_cases(suite: Suite):
    assert 'data-run="quick"' not in page(suite, NOTHING)
    assert 'data-run="quick"' in page(replace(suite, count=200), NOTHING)


def test_every_headline_metric_is_explained_in_both_languages():
    assert set(KOREAN.metrics) == set(ENGLISH.metrics) == set(numbers_parts.ORDER) == set(MARGINS)


def test_a_chart_tells_of_every_point_and_fits_any_values():
    assert line_chart("정답", []) == ""
    one = line_chart("정답", [Dot(1.0, "11-01", "2026-11-01 · 100%")])
    assert "<title>2026-11-01 · 100%</title>" in one
    assert line_chart(EVIL, [Dot(0, EVIL, EVIL)]).count("<script") == 0
    for values in ([0.0], [1.0, 1.0], [0.0, 1.0], [0.501, 0.502]):
        low, high = numbers_chart.value_range(values)
        assert 0 <= low <= min(values)
        assert max(values) <= high <= 1
        assert high - low >= 0.099
    assert doctest.testmod(numbers_chart).failed == 0
    assert doctest.testmod(numbers_parts).failed == 0


# ---- whose cases ----------------------------------------------------------------------------------


def test_the_notes_that_come_with_mutgo_have_its_cases_and_others_their_own(tmp_path: Path):
    known = find_suite(Settings(notes=ROOT / "corpus", data=tmp_path / "data"))
    assert (known.kind, known.can_run) == ("mutgo", True)
    assert known.count > 900
    notes = tmp_path / "notes"
    notes.mkdir()
    settings = Settings(notes=notes, data=tmp_path / "data")
    none = find_suite(settings)
    assert (none.kind, none.count, none.can_run) == ("own", 0, False)
    none.cases.mkdir(parents=True)
    (none.cases / "mine.jsonl").write_text("{}\n\n{}\n", encoding="utf-8")
    assert (find_suite(settings).count, find_suite(settings).can_run) == (2, True)
    installed = find_suite(settings, tmp_path)
    assert (installed.root, installed.can_run) == (None, False)


def test_a_history_with_broken_lines_is_read_as_far_as_it_can_be(tmp_path: Path):
    file = tmp_path / "history.jsonl"
    good = {"date": "2026-11-01", "cases": 3, "metrics": {"correct": 1}}
    lines = [
        json.dumps(good),
        "{",
        "[]",
        json.dumps({"date": 1}),
        json.dumps({"date": 1, "metrics": {"a": "b"}}),
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert read_rows(file) == [good]
    assert read_rows(tmp_path / "none.jsonl") == read_rows(None) == []


def test_the_numbers_of_runs_are_read_by_the_suite_itself(suite: Suite):
    reader = NumbersReader()
    assert reader.read(suite).state == "none"
    write_results(results(case(1), case(2), day=1), suite.runs / "1.json")
    write_results(results(case(1), case(2, 0), day=2), suite.runs / "2.json")
    (suite.runs / "3.json").write_text("{", encoding="utf-8")
    assert reader.read(suite).state == "reading"
    for _ in range(600):
        found = reader.read(suite)
        if found.state != "reading":
            break
        time.sleep(0.1)
    assert found.state == "ready"
    assert [row["metrics"]["correct"] for row in found.history] == [1.0, 0.5]
    assert found.summary is not None
    assert {tile["metric"]: tile["change"] for tile in found.summary["tiles"]} == {
        "correct": -0.5,
        "recall@5": 0.0,
    }
    assert [one.date[:10] for one in runs_in(suite.runs)] == ["2026-11-01", "2026-11-02"]


# ---- running --------------------------------------------------------------------------------------

_LONG = """
import json, signal, sys, time
signal.signal(signal.SIGTERM, signal.default_int_handler)
print("something else", flush=True)
for done in range(600):
    print(json.dumps({"stage": "ask", "done": done, "total": 600}), flush=True)
    time.sleep(0.05)
"""


@pytest.fixture
def running() -> Iterator[list[Runner]]:
    made: list[Runner] = []
    yield made
    for runner in made:
        runner.close()


def runner_of(code: str, running: list[Runner]) -> Runner:
    running.append(Runner(lambda words: [sys.executable, "-c", code, *words]))
    return running[-1]


def until(runner: Runner, *states: str, done: int = 0) -> RunState:
    for _ in range(600):
        if runner.state.state in states and runner.state.done >= done:
            return runner.state
        time.sleep(0.05)
    pytest.fail(f"it stayed {runner.state}")


def test_a_run_tells_how_far_it_is_is_alone_and_can_be_stopped(suite: Suite, running: list[Runner]):
    runner, other = runner_of(_LONG, running), runner_of(_LONG, running)
    assert runner.start(suite).state == "running"
    state = until(runner, "running", done=2)
    assert (state.stage, state.total) == ("ask", 600)
    assert runner.start(suite, quick=True).quick is False, "the run that is there goes on"
    assert other.start(suite).state == "elsewhere"
    assert runner.stop().state == "stopping"
    assert until(runner, "stopped").state == "stopped"
    assert runner.stop().state == "stopped"
    assert other.start(suite, quick=True).state == "running"


def test_a_run_that_fails_says_why(suite: Suite, running: list[Runner]):
    runner = runner_of("import sys; sys.exit('evals: There is no folder of notes.')", running)
    runner.start(suite)
    assert until(runner, "failed").said == "There is no folder of notes."


def test_a_run_that_ends_is_done_and_old_runs_go(suite: Suite, running: list[Runner]):
    code = "import sys, pathlib; pathlib.Path(sys.argv[sys.argv.index('--out') + 1]).write_text('{}')"
    suite.runs.mkdir(parents=True)
    for day in range(1, 32):
        (suite.runs / f"2026-01-{day:02}.json").write_text("{}", encoding="utf-8")
    runner = runner_of(code, running)
    runner.start(suite)
    until(runner, "done")
    kept = sorted(file.name for file in suite.runs.glob("*.json"))
    assert len(kept) == 30
    assert kept[0] == "2026-01-03.json"
    assert not FileLock(suite.lock).is_locked


def test_without_cases_or_packages_nothing_is_run(suite: Suite, running: list[Runner]):
    runner = runner_of(_LONG, running)
    assert runner.start(replace(suite, count=0)).state == "idle"
    assert runner.start(replace(suite, lacking=("scipy",))).state == "idle"
    assert runner.stop().state == "idle"
