"""A retrieval collection: read, made into notes, asked, measured. The collection is made up."""

import json
import math
from pathlib import Path

import pytest

from evals.collection import (
    FUSED,
    INGREDIENTS,
    LEGS,
    Document,
    as_table,
    measure,
    ndcg,
    read_collection,
    reciprocal_rank_fusion,
    write_notes,
)
from evals.errors import CasesError
from tests.conftest import OpenIndex

DOCUMENTS = (
    {"_id": "tea#1", "title": "차 > 녹차", "text": "녹차 잎은 80도 물에 우린다."},
    {"_id": "tea#2", "title": "차 > 홍차", "text": "홍차 잎은 끓는 물에 우린다."},
    {"_id": "tea#3", "title": "차 > 홍차", "text": "홍차 캔은 그늘에 둔다."},
    {"_id": "cup", "title": "", "text": "잔은 먼저 데운다."},
)
QUERIES = (
    {"_id": "q1", "text": "녹차 잎은 80도 물에 우린다.", "type": "sentence"},
    {"_id": "q2", "text": "홍차 캔은 그늘에 둔다.", "type": "sentence"},
    {"_id": "q3", "text": "잔", "type": "word"},
    {"_id": "q4", "text": "누구도 답을 모른다", "type": "word"},
)
QRELS = "query-id\tcorpus-id\tscore\nq1\ttea#1\t1\nq2\ttea#3\t1\nq3\tcup\t1\nq4\tgone\t1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "collection"
    folder.mkdir()
    for name, rows in (("corpus", DOCUMENTS), ("queries", QUERIES)):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "qrels.tsv").write_text(QRELS, encoding="utf-8")
    return folder


def test_a_query_without_a_document_that_answers_it_is_not_asked(folder: Path):
    found = read_collection(folder)
    assert [query.id for query in found.queries] == ["q1", "q2", "q3"]
    assert found.types == ["sentence", "word"]
    assert found.queries[1].relevant == {"tea#3": 1.0}


def test_only_some_types_of_query_are_asked(folder: Path):
    assert [query.id for query in read_collection(folder, ["word"]).queries] == ["q3"]
    with pytest.raises(CasesError, match="no query with a relevant document"):
        read_collection(folder, ["riddle"])


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("corpus.jsonl", "{", r"corpus.jsonl line 1 is no JSON"),
        ("queries.jsonl", '{"_id": "q"}', r"queries.jsonl line 1 lacks one of _id, text"),
        ("qrels.tsv", "q1\ttea#1\t1\nq2 tea#3 1", r"qrels.tsv line 2 is not"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(folder: Path, file: str, text: str, message: str):
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(CasesError, match=message):
        read_collection(folder)


def test_a_missing_file_is_said(tmp_path: Path):
    with pytest.raises(CasesError, match="can't be read"):
        read_collection(tmp_path)


def test_documents_of_one_title_become_notes_of_their_own(tmp_path: Path, open_index: OpenIndex):
    ids = write_notes([Document(d["_id"], d["title"], d["text"]) for d in DOCUMENTS], tmp_path / "notes")
    assert list(ids.values()) == [d["_id"] for d in DOCUMENTS]
    index = open_index(tmp_path / "notes")
    notes = [index.note(path) for path in ids]
    assert [(note.title, note.sections[-1].headings) for note in notes if note] == [
        ("차", ("녹차",)),
        ("차", ("홍차",)),
        ("차", ("홍차",)),
        ("cup", ()),
    ]


def test_every_way_of_ranking_is_measured_by_type(folder: Path, tmp_path: Path, open_index: OpenIndex):
    found = read_collection(folder)
    ids = write_notes(found.documents, tmp_path / "notes")
    rows = measure(found, open_index(tmp_path / "notes"), ids, ingredients=True)
    assert [(row.type, row.way) for row in rows] == [
        (kind, way) for kind in ("sentence", "word") for way in (FUSED, *LEGS, *INGREDIENTS)
    ]
    fused = rows[0]
    assert (fused.queries, fused.ndcg, fused.recall, fused.gain) == (2, 1.0, 1.0, None)
    # Two queries with the same right document first in every ranking: no difference to find.
    lexical = next(row for row in rows if row.way == "lexical alone")
    assert (lexical.ndcg, lexical.gain and (lexical.gain.low, lexical.gain.high)) == (1.0, (0.0, 0.0))
    assert json.loads(json.dumps(as_table(rows)))["sentence"][0]["ndcg@10"] == 1.0


def test_ndcg_is_what_one_counts_by_hand():
    relevant = {"a": 1.0, "b": 1.0}
    ideal = 1 + 1 / math.log2(3)
    assert ndcg(["a", "b"], relevant) == pytest.approx(1.0)
    assert ndcg(["x", "a"], relevant) == pytest.approx((1 / math.log2(3)) / ideal)
    assert ndcg(["x"], relevant) == 0.0


def test_rank_fusion_prefers_what_both_rankings_have():
    # a: 1/61 + 1/62, b: 1/62 + 1/61, c: 1/63; equal ones by name
    assert reciprocal_rank_fusion([["a", "b", "c"], ["b", "a"]]) == ["a", "b", "c"]
    assert reciprocal_rank_fusion([["a", "b"], ["b"]]) == ["b", "a"]
