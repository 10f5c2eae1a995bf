"""The processes that `large.py` measures; each prints one JSON object, its peak of memory in it.

python -m evals.bench.large_process build NOTES DATA                   indexes the notes
python -m evals.bench.large_process read NOTES                         reads and splits some of them
python -m evals.bench.large_process serve NOTES DATA COUNT QUESTIONS  answers questions from the index
python -m evals.bench.large_process models [passages]                  loads what both need, no more
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from evals.bench import generator
from evals.bench.process import peak_bytes
from evals.bench.sampling import seconds
from evals.bench.synthetic import RealCostEmbedder
from evals.bench.vaults import SEED
from evals.bench.workbench import spread
from index.chunks import split_note
from index.embed import load_embedder
from index.glossary import load_glossary
from index.notes import read_note
from index.opened import Index
from index.sync import SyncReport, sync
from index.terms import TermReader

_EMBEDDED_EVERY = 100
"""Of so many batches of passages the real model embeds one: 80,000 would take it hours."""

_LONGEST_BATCH = 64
"""So many passages as long as the model reads are embedded first: no notes can ask for more memory."""

_NOTES_READ = 500


def build(notes: str, data: str) -> Mapping[str, float]:
    """Indexes notes from nothing, as `mutgo index` does; the models are loaded before the clock starts."""
    reader, embedder = _reader(), _embedder(longest=True)
    reports: list[SyncReport] = []
    took = seconds(lambda: reports.append(sync(Path(notes), Path(data), embedder, reader)))
    report = reports[0]
    return {"notes": report.notes, "chunks": report.chunks, "embedded": report.embedded, "seconds": took}


def read(notes: str) -> Mapping[str, float]:
    """Reads and splits notes evenly spread over a vault."""
    folder, embedder = Path(notes), _embedder()
    files = spread(sorted(folder.rglob("*.md")), _NOTES_READ)

    def work() -> None:
        for file in files:
            split_note(read_note(file, folder), embedder.count_tokens)

    return {"notes_per_second": len(files) / seconds(work)}


def serve(notes: str, data: str, count: str, questions: str) -> Mapping[str, float]:
    """Opens an index and answers questions from it."""
    from assistant.assistant import Assistant
    from assistant.settings import read_settings

    settings = read_settings(notes=Path(notes), data=Path(data))
    assistant = Assistant(settings, Index(Path(data), _embedder(), _reader()))
    for question in generator.questions(int(questions), int(count), SEED):
        assistant.ask(question)
    assistant.close()
    return {"questions": int(questions)}


def models(passages: str = "") -> Mapping[str, float]:
    """Loads the model and the reader and uses both; passages cost the model more memory than a question."""
    reader, embedder = _reader(), _embedder(longest=bool(passages))
    reader.terms("가장 작은 배포 단위")
    embedder.encode_query("가장 작은 배포 단위")
    return {}


def _embedder(*, longest: bool = False) -> RealCostEmbedder:
    from assistant.settings import read_settings

    real = load_embedder(cache_dir=read_settings().cache_folder())
    if longest:
        real.encode_documents(["배포 단위를 " * real.max_tokens] * _LONGEST_BATCH)
    return RealCostEmbedder(real, every=_EMBEDDED_EVERY)


def _reader() -> TermReader:
    from assistant.settings import read_settings

    reader = TermReader(load_glossary(read_settings().glossary_file()))
    reader.terms("가")
    return reader


COMMANDS: Mapping[str, Callable[..., Mapping[str, float]]] = {
    "build": build, "read": read, "serve": serve, "models": models,
}  # fmt: skip


def main(command: str, *arguments: str) -> None:
    """Does what a command says and prints what it found."""
    from assistant.settings import go_offline

    go_offline()
    found = dict(COMMANDS[command](*arguments))
    sys.stdout.write(json.dumps(found | {"peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
