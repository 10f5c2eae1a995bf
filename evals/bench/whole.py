"""The application as people meet it: its command's start, its memory, its answers."""

from collections.abc import Generator

from evals.bench.process import run
from evals.bench.sampling import Comparison, Sample, seconds
from evals.bench.workbench import QUESTIONS, Workbench
from index.embed import DEFAULT_EMBEDDER

NOTHING = "python -c pass"
WITH_PYTORCH = "the same with PyTorch"
BARE = "python with numpy and onnxruntime"

_BARE = "import numpy, onnxruntime; from evals.bench.process import peak_bytes; print(peak_bytes())"
_MB = 1e6


def start(bench: Workbench) -> Generator[Comparison]:
    """Seconds of a whole `mutgo --help` and `mutgo ask`, the index being there."""
    nothing = _lasting("-c", "pass")
    yield Comparison(
        name="start-help",
        what="`mutgo --help`, the whole process",
        unit="s",
        better="less",
        rounds=2 * bench.plan.process_rounds,
        ours=_lasting("-m", "assistant.cli", "--help"),
        yardsticks={NOTHING: nothing},
    )
    yardsticks = {NOTHING: nothing}
    if bench.plan.pytorch_processes:
        yardsticks[WITH_PYTORCH] = _lasting(
            *_asking(bench, str(bench.pytorch_data), bench.engines.pytorch_name())
        )
    yield Comparison(
        name="start-ask",
        what="`mutgo ask`, the whole process",
        unit="s",
        better="less",
        rounds=bench.plan.process_rounds,
        ours=_lasting(*_asking(bench, str(bench.data), DEFAULT_EMBEDDER)),
        yardsticks=yardsticks,
    )


def memory(bench: Workbench) -> Generator[Comparison]:
    """Peak memory of a process that opens the index and answers every question."""
    yardsticks = {BARE: _peaking("-c", _BARE)}
    if bench.plan.pytorch_processes:
        yardsticks[WITH_PYTORCH] = _peaking(
            *_answering(bench, str(bench.pytorch_data), bench.engines.pytorch_name())
        )
    yield Comparison(
        name="memory",
        what="peak memory of a process that answers",
        unit="MB",
        better="less",
        rounds=min(3, bench.plan.process_rounds),
        ours=_peaking(*_answering(bench, str(bench.data), DEFAULT_EMBEDDER)),
        yardsticks=yardsticks,
        warm_ups=0,
    )


def answer(bench: Workbench) -> Generator[Comparison]:
    """Seconds an answer, beside its search alone and its question's embedding alone."""
    assistant, embedder = bench.assistant, bench.engines.ours()
    for question in QUESTIONS:
        assistant.ask(question)  # what is remembered of a question, all three then remember alike
    yield Comparison(
        name="answer",
        what="an answer from the corpus",
        unit="s",
        better="less",
        rounds=bench.plan.queries,
        ours=lambda number: seconds(lambda: assistant.ask(_question(number))),
        yardsticks={
            "its search alone": lambda number: seconds(lambda: assistant.search(_question(number))),
            "embedding the question alone": lambda number: seconds(
                lambda: embedder.encode_query(_question(number))
            ),
        },
        warm_ups=0,
    )


def _question(number: int) -> str:
    return QUESTIONS[number % len(QUESTIONS)]


def _asking(bench: Workbench, data: str, embedder: str) -> list[str]:
    options = ["--notes", str(bench.notes), "--data", data, "--embedder", embedder]
    return ["-m", "assistant.cli", "ask", QUESTIONS[0], *options]


def _answering(bench: Workbench, data: str, embedder: str) -> list[str]:
    return ["-m", "evals.bench.process", str(bench.notes), data, embedder]


def _lasting(*arguments: str) -> Sample:
    return lambda number: seconds(lambda: run(arguments))


def _peaking(*arguments: str) -> Sample:
    return lambda number: int(run(arguments)) / _MB
