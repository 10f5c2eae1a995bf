"""Search alone, on a retrieval collection in BEIR's form: the fused search beside its parts.

    FOLDER/corpus.jsonl   {"_id", "title", "text"}      a title may be a heading path: `S3 > 요금`
    FOLDER/queries.jsonl  {"_id", "text", "type"}       types are measured apart
    FOLDER/qrels.tsv      query-id  corpus-id  score

Every document becomes a note of a vault that is indexed and asked as any other. A document is found
where its best passage is.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evals.errors import CasesError
from evals.metrics import Score, mean
from evals.stats import Interval, difference_interval
from index.opened import Index
from index.ranking.fusion import DEFAULT_FUSION, Fusion
from index.search import Hit, search

DEPTH = 10
"""Documents of a ranking that are looked at."""

FUSED = "hybrid"
LEGS = ("dense alone", "lexical alone", "equal-weight RRF", "whole passages alone")

INGREDIENTS: Mapping[str, Fusion] = {
    "without sentences and headings": replace(DEFAULT_FUSION, by_parts=False),
    "headings as near as sentences": replace(DEFAULT_FUSION, heading_margin=0.0, phrase_margin=0.0),
    "without trust by coverage": replace(DEFAULT_FUSION, coverage_power=0.0),
    "without usual by script": replace(DEFAULT_FUSION, by_script=False),
    "common words count as names do": replace(DEFAULT_FUSION, by_names=False),
    "phrases asked as sentences": replace(DEFAULT_FUSION, by_phrase=False),
    "without named sections": replace(DEFAULT_FUSION, name_bonus=0.0, phrase_bonus=0.0),
    "fields weighed alike": replace(DEFAULT_FUSION, field_weights=(1.0, 1.0, 1.0)),
}
"""The search with one ingredient turned off at a time."""

_ALL_HITS = 1000
_RRF_K = 60


@dataclass(frozen=True, slots=True)
class Document:
    """A document; the parts of a heading path in its title are split by ` > `."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question, its type, and how relevant the relevant documents are, by id."""

    id: str
    text: str
    type: str
    relevant: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents and queries."""

    documents: tuple[Document, ...]
    queries: tuple[Query, ...]

    @property
    def types(self) -> list[str]:
        """The types of query in the order they come."""
        return list(dict.fromkeys(query.type for query in self.queries))


@dataclass(frozen=True, slots=True)
class Row:
    """How one way of ranking did on one type of query.

    Attributes:
        way: The way of ranking.
        type: The type of query.
        queries: How many there are.
        ndcg: Mean nDCG@10.
        recall: Mean recall@10.
        gain: 95 % interval of what the fused search has more in nDCG@10, by paired queries; None for
            itself and where there are too few.
    """

    way: str
    type: str
    queries: int
    ndcg: float
    recall: float
    gain: Interval | None


def read_collection(folder: Path, only: Iterable[str] = ()) -> Collection:
    """Reads a collection.

    Args:
        folder: Its folder.
        only: Types of query to keep; all of them by default.

    Raises:
        CasesError: A file is missing or has a line that can't be read, or nothing is left to ask.
    """
    wanted = set(only)
    documents = [
        Document(str(row["_id"]), str(row.get("title", "")), str(row["text"]))
        for row in _rows(folder / "corpus.jsonl", ("_id", "text"))
    ]
    known = {document.id for document in documents}
    relevant: dict[str, dict[str, float]] = {}
    for query, document, score in _judgements(folder / "qrels.tsv"):
        if document in known and score > 0:
            relevant.setdefault(query, {})[document] = score
    queries = [
        Query(str(row["_id"]), str(row["text"]), str(row.get("type", "all")), relevant[str(row["_id"])])
        for row in _rows(folder / "queries.jsonl", ("_id", "text"))
        if str(row["_id"]) in relevant and (not wanted or row.get("type", "all") in wanted)
    ]
    if not queries:
        raise CasesError(f"{folder} has no query with a relevant document. Look at --only and at qrels.tsv.")
    return Collection(tuple(documents), tuple(queries))


def write_notes(documents: Sequence[Document], folder: Path) -> dict[str, str]:
    """Writes each document as a note, and returns the documents' ids by the notes' paths.

    The last part of its title is the note's heading, what is before it the note's title, as somebody
    who keeps pages of a handbook would have it. Documents with the same title stay apart.
    """
    ids: dict[str, str] = {}
    for number, document in enumerate(documents):
        *above, heading = [part.strip() for part in document.title.split(" > ")]
        path = f"{number // 1000:03}/{number:06}.md"
        title = json.dumps(" > ".join(above) or heading or document.id, ensure_ascii=False)
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        top = f"# {' '.join(heading.split())}\n\n" if heading else ""
        file.write_text(f"---\ntitle: {title}\n---\n{top}{document.text}\n", encoding="utf-8")
        ids[path] = document.id
    return ids


def measure(
    collection: Collection,
    index: Index,
    ids: Mapping[str, str],
    *,
    ingredients: bool = False,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> list[Row]:
    """Asks every query and returns how each way of ranking did on each type.

    Args:
        collection: The collection.
        index: The index of its notes.
        ids: The documents' ids by the notes' paths.
        ingredients: Also search with each ingredient turned off.
        progress: Told of every query.
    """
    ranked: dict[str, list[list[str]]] = {}
    for done, query in enumerate(collection.queries):
        progress("ask", done, len(collection.queries))
        for way, ranking in _ways(index, query.text, ids, ingredients).items():
            ranked.setdefault(way, []).append(ranking[:DEPTH])
    progress("ask", len(collection.queries), len(collection.queries))
    return [_row(collection, way, kind, ranked) for kind in collection.types for way in ranked]


def ndcg(ranking: Sequence[str], relevant: Mapping[str, float]) -> float:
    """Returns nDCG of a ranking.

    >>> ndcg(["b", "a"], {"a": 1.0}) == 1 / math.log2(3)
    True
    """
    best = sorted(relevant.values(), reverse=True)[:DEPTH]
    return _discounted([relevant.get(i, 0.0) for i in ranking]) / _discounted(best)


def reciprocal_rank_fusion(rankings: Iterable[Sequence[str]]) -> list[str]:
    """Returns the ids by the sum of 1 / (60 + rank) (Cormack, Clarke and Büttcher 2009)."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, i in enumerate(ranking, 1):
            scores[i] = scores.get(i, 0.0) + 1 / (_RRF_K + rank)
    return sorted(scores, key=lambda i: (-scores[i], i))


def as_table(rows: Sequence[Row]) -> dict[str, list[dict[str, Any]]]:
    """Returns the rows by type of query, ready for JSON."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        gain = [row.gain.low, row.gain.high] if row.gain else None
        tables.setdefault(row.type, []).append(
            {
                "way": row.way,
                "queries": row.queries,
                "ndcg@10": row.ndcg,
                "recall@10": row.recall,
                "gain": gain,
            }
        )
    return tables


def _ways(index: Index, text: str, ids: Mapping[str, str], ingredients: bool) -> dict[str, list[str]]:
    hits = search(index, text, _ALL_HITS).hits
    dense = _documents(sorted(hits, key=lambda hit: -hit.dense_score), ids)
    lexical = _documents(
        sorted((hit for hit in hits if hit.lexical_score > 0), key=lambda hit: -hit.lexical_score), ids
    )
    passages = _documents(sorted(hits, key=lambda hit: -hit.similarity), ids)
    legs = (dense, lexical, reciprocal_rank_fusion([dense, lexical]), passages)
    found: dict[str, list[str]] = {FUSED: _documents(hits, ids), **dict(zip(LEGS, legs, strict=True))}
    for name, fusion in INGREDIENTS.items() if ingredients else ():
        found[name] = _documents(search(index, text, _ALL_HITS, fusion=fusion).hits, ids)
    return found


def _documents(hits: Iterable[Hit], ids: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(ids[hit.chunk.note] for hit in hits))


def _row(collection: Collection, way: str, kind: str, ranked: Mapping[str, list[list[str]]]) -> Row:
    places = [place for place, query in enumerate(collection.queries) if query.type == kind]
    own, fused = (
        [Score(ndcg(ranked[name][i], collection.queries[i].relevant)) for i in places]
        for name in (way, FUSED)
    )
    recalls = [_recall(ranked[way][i], collection.queries[i].relevant) for i in places]
    # Queries about one document share their luck.
    clusters = [min(collection.queries[i].relevant) for i in places]
    gain = None if way == FUSED else difference_interval(list(zip(own, fused, strict=True)), clusters)
    recall = sum(recalls) / len(recalls)
    return Row(way, kind, len(places), round(mean(own) or 0.0, 6), round(recall, 6), gain)


def _recall(ranking: Sequence[str], relevant: Mapping[str, float]) -> float:
    return sum(i in relevant for i in ranking) / min(len(relevant), DEPTH)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _rows(file: Path, keys: Sequence[str]) -> Iterable[dict[str, Any]]:
    for number, line in _lines(file):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise CasesError(f"{file} line {number} is no JSON: {error}. Mend or remove it.") from error
        if not isinstance(row, dict) or any(key not in row for key in keys):
            raise CasesError(f"{file} line {number} lacks one of {', '.join(keys)}. Add it.")
        yield row


def _judgements(file: Path) -> Iterable[tuple[str, str, float]]:
    for number, line in _lines(file):
        query, *rest = line.split("\t")
        try:
            document, score = rest
            yield query, document, float(score)
        except ValueError as error:
            if number > 1:  # the first line may be a header
                raise CasesError(
                    f"{file} line {number} is not `query-id, corpus-id, score` with tabs. Mend it."
                ) from error


def _lines(file: Path) -> Iterable[tuple[int, str]]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CasesError(f"{file} can't be read: {error}. Name a folder in BEIR's form.") from error
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
