"""What to do with a file of drafted cases: read it, then ask its questions, by commands that run as they stand."""

import shlex
import sys
from pathlib import Path

from assistant.drafting.file import Drafted

_ROOT = Path(__file__).parents[2]
"""The checkout, where this is one: an installed copy has no `evals` beside it."""

_READ = """\
{cases}개 문항 초안을 {file}에 적었어요 (노트 {notes}개에서).
  1. 한 줄씩 읽고, 어색하거나 틀린 줄은 지우세요. absent와 near_miss는 정말 노트에 없는지 확인하세요.
  2. {where_ko} 평가에 쓰는 패키지를 한 번 설치하고 물어보세요.
{commands}

{cases} drafted cases are in {file} (from {notes} notes).
  1. Read every line; delete the bad ones. Check that absent and near_miss really are not in your notes.
  2. {where_en} install what the evals need, once, and ask the questions.
{commands}"""


def next_steps(drafted: Drafted, folder: Path, root: Path = _ROOT) -> str:
    """Says in both languages what to do next.

    Args:
        drafted: What was drafted.
        folder: The notes.
        root: Where mutgo's packages lie.
    """
    file = shlex.quote(str(drafted.file))
    at_hand = (root / "evals" / "__main__.py").is_file()
    python = shlex.quote(sys.executable) if at_hand else ".venv/bin/python"
    commands = [
        f'{python} -m pip install -c .ci/constraints.txt -e ".[evals]"',
        f"{python} -m evals run --notes {shlex.quote(str(folder))} --cases {file}",
    ]
    if at_hand:
        commands.insert(0, f"cd {shlex.quote(str(root))}")
    return _READ.format(
        cases=drafted.cases,
        notes=drafted.notes,
        file=file,
        commands="\n".join(f"       {command}" for command in commands),
        where_ko="다음 명령으로" if at_hand else "mutgo 저장소에서 (거기서 `make run`을 한 뒤)",
        where_en="With these commands" if at_hand else "In a checkout of mutgo (after `make run` there)",
    )
