"""A graph opened by ONNX Runtime, at once or when it is first used."""

import os
import threading
from pathlib import Path
from typing import Any, Protocol, cast

# Since 1.29 it reports to its maker what graphs it runs, unless told not to before it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # noqa: TID251

import onnxruntime  # pyright: ignore[reportMissingTypeStubs]

from index.e5.weights import OTHER_MODEL, FloatArray
from index.errors import EmbedderError


class Session(Protocol):
    """What is used of an `onnxruntime.InferenceSession`, which has no types of its own."""

    def run(self, output_names: list[str], input_feed: dict[str, Any]) -> list[FloatArray]:
        """Returns the named outputs of the graph for these inputs."""
        ...


class LateSession:
    """A session that is opened when it is first used.

    Who only asks needs no graph for passages, and who only indexes none for questions.
    """

    def __init__(self, graph: Path, threads: int) -> None:
        """Takes what `open_session` takes."""
        self._graph = graph
        self._threads = threads
        self._lock = threading.Lock()
        self._session: Session | None = None

    def run(self, output_names: list[str], input_feed: dict[str, Any]) -> list[FloatArray]:
        """See `Session`.

        Raises:
            EmbedderError: ONNX Runtime can't load the graph.
        """
        return self.opened().run(output_names, input_feed)

    def opened(self) -> Session:
        """Returns the session itself, opened by now.

        Raises:
            EmbedderError: ONNX Runtime can't load the graph.
        """
        with self._lock:
            if self._session is None:
                self._session = open_session(self._graph, self._threads)
            return self._session


def available_threads() -> int:
    """Returns the processors this process may use, which in a container are fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def open_session(graph: Path, threads: int) -> Session:
    """Loads a graph.

    Raises:
        EmbedderError: ONNX Runtime can't.
    """
    runtime = cast(Any, onnxruntime)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # it keeps a plan for every shape it has seen
    # Threads that spin for work would burn the processor between a server's questions.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return runtime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no base of their own
        raise EmbedderError(
            f"ONNX Runtime can't load {str(graph)!r}: {error}. "
            f"Run `pip install --upgrade onnxruntime`, {OTHER_MODEL}."
        ) from error
