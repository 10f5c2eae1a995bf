"""Whole processes: how long they take and how much memory they need.

As a program, `python -m evals.bench.process NOTES DATA EMBEDDER`, it answers the questions and
prints its own peak of memory in bytes.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

_LOOK_SECONDS = 0.1
"""A process that has children is looked at this often; a shorter peak of theirs is missed."""


def run(arguments: Sequence[str]) -> str:
    """Runs Python with these arguments to its end and returns what it printed.

    Raises:
        InfrastructureError: It failed; the message ends with its own last line.
    """
    return run_watched(arguments)[0]


def run_watched(arguments: Sequence[str]) -> tuple[str, int]:
    """Does the same and also returns the most memory that it held with all its children, in bytes.

    A page that two of them share counts twice. Without `/proc` the memory is 0.

    Raises:
        InfrastructureError: It failed; the message ends with its own last line.
    """
    from evals.errors import InfrastructureError

    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    peaks, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_SECONDS):
            peaks.append(max(peaks.pop(), sum(map(_held_bytes, _family(process.pid)))))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    printed, said = process.communicate()
    over.set()
    watcher.join()
    if process.returncode:
        last = (said.strip() or "it said nothing").splitlines()[-1]
        raise InfrastructureError(
            f"A measured process ended with {process.returncode}: python {' '.join(arguments)!r}. "
            f"Mend this: {last}"
        )
    return printed, peaks[0]


def _family(pid: int) -> Iterator[int]:
    """Yields a process, its children, and theirs."""
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = file.read_text(encoding="utf-8").split()
        except OSError:  # it ended just now
            continue
        for child in children:
            yield from _family(int(child))


def _held_bytes(pid: int) -> int:
    """Returns the memory a process holds at present (resident set); 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), 0)


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
