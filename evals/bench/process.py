"""Whole processes: how long they take and how much memory they need.

As a program, `python -m evals.bench.process NOTES DATA EMBEDDER`, it answers the questions and
prints its own peak of memory in bytes.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def run(arguments: Sequence[str]) -> str:
    """Runs Python with these arguments to its end and returns what it printed.

    Raises:
        InfrastructureError: It failed; the message ends with its own last line.
    """
    from evals.errors import InfrastructureError

    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise InfrastructureError(
            f"A measured process ended with {done.returncode}: python {' '.join(arguments)!r}. Mend this: {said}"
        )
    return done.stdout


def peak_bytes() -> int:
    """Returns the most memory this process has held at once (resident set)."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage would not do: on Linux its peak is also that of the process it was forked from.
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(notes: str, data: str, embedder: str) -> None:
    """Answers the questions over an index and prints the peak of memory.

    Raises:
        InfrastructureError: The index was not ready, so that more than answering was measured.
    """
    from assistant.assistant import open_assistant
    from assistant.settings import go_offline, read_settings
    from evals.bench.workbench import QUESTIONS
    from evals.errors import InfrastructureError

    go_offline()
    assistant = open_assistant(read_settings(notes=Path(notes), data=Path(data), embedder=embedder))
    if assistant.report is None or assistant.report.embedded:
        raise InfrastructureError(
            f"The index {data!r} is of another model. Index the notes with {embedder!r}."
        )
    for question in QUESTIONS:
        assistant.ask(question)
    sys.stdout.write(f"{peak_bytes()}\n")
    assistant.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
