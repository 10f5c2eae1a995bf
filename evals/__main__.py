"""`python -m evals`: asks every question of `questions.jsonl` and fails below the floors.

Exit codes: 0 fine, 1 below a floor, 2 bad questions.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from assistant.assistant import open_assistant
from assistant.settings import go_offline, read_settings
from assistant.terminal import progress_bars
from evals.questions import Case, Outcome, QuestionsError, judge, load_cases

ROOT = Path(__file__).parent
FLOORS = {"answered": 0.95, "refused": 0.9}
"""Share of answerable questions with all their facts, and of unanswerable ones that are refused."""


def main() -> int:
    """Runs the questions over the corpus and prints what failed, then a line a kind."""
    go_offline()
    try:
        cases = load_cases(ROOT / "questions.jsonl")
    except QuestionsError as error:
        sys.stderr.write(f"evals: {error}\n")
        return 2
    with tempfile.TemporaryDirectory() as data, progress_bars() as told:
        settings = read_settings(data=Path(data), notes=ROOT.parent / "corpus")
        assistant = open_assistant(settings, told)
        try:
            outcomes = [judge(case, assistant) for case in cases]
        finally:
            assistant.close()
    return _report(cases, outcomes)


def _report(cases: list[Case], outcomes: list[Outcome]) -> int:
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for case, outcome in zip(cases, outcomes, strict=True):
        gate = "answered" if case.answerable else "refused"
        for key in (gate, f"{case.kind}/{case.lang}"):
            asked[key] += 1
            right[key] += outcome.right
        if not outcome.right:
            sys.stdout.write(f"{case.id} {case.question}\n    {outcome.reason}\n")
    for key in sorted(asked):
        sys.stdout.write(f"{key:14} {right[key]:4} of {asked[key]:4}\n")
    inexact = sum(outcome.inexact for outcome in outcomes)
    sys.stdout.write(f"quotes that are not what the note says: {inexact}\n")
    low = [gate for gate, floor in FLOORS.items() if right[gate] < floor * asked[gate]]
    sys.stdout.write(f"below the floor: {', '.join(low)}\n" if low else "all floors held\n")
    return 1 if low or inexact else 0


if __name__ == "__main__":
    sys.exit(main())
