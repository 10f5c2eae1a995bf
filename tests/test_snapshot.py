"""The searched state in memory: posting lists, BM25F, nearest vectors, scopes, names; taken anew after edits."""

import contextlib
import math
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.catalog import Catalog
from index.chunks import Chunk
from index.ranking.bm25 import FIELD_WEIGHTS, SATURATION, inverse_document_frequency, match
from index.ranking.dense import nearest, top
from index.ranking.gazetteer import Gazetteer, take_names
from index.ranking.postings import ENTRY, Postings, encode_terms
from index.ranking.snapshot import Snapshot, take
from index.reading.names import Name
from index.scope import Scope
from index.storage.rows import NewChunk, NoteRow

DIMENSION = 4

Fields = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


# ---- posting lists --------------------------------------------------------------------------------

IDS = {"s3": 1, "버킷": 2, "객체": 3, "요금": 5}
"""Ids of terms; 4 belongs to a term of no chunk."""


def postings(*chunks: Fields) -> Postings:
    return Postings.of_blobs([encode_terms(fields, IDS) for fields in chunks])


THREE = postings(
    (("s3",), ("s3", "버킷"), ("버킷", "객체", "버킷")),
    ((), (), ()),
    (("요금",), ("s3",), ("객체",)),
)


@pytest.mark.parametrize(
    ("term", "rows", "counts"),
    [
        ("s3", [0, 2], [[1, 1, 0], [0, 1, 0]]),
        ("버킷", [0], [[0, 1, 2]]),
        ("객체", [0, 2], [[0, 0, 1], [0, 0, 1]]),
        ("요금", [2], [[1, 0, 0]]),
    ],
)
def test_a_posting_list_has_the_rows_of_a_term_and_its_count_in_each_field(
    term: str, rows: list[int], counts: list[list[int]]
):
    held, times = THREE.holding(IDS[term])
    assert (held.tolist(), times.tolist()) == (rows, counts)


@pytest.mark.parametrize("unknown", [4, 6, 1000])
def test_a_term_that_no_row_holds_has_an_empty_list(unknown: int):
    rows, counts = THREE.holding(unknown)
    assert (len(rows), counts.shape) == (0, (0, 3))


def test_lengths_count_every_term_of_a_field():
    assert THREE.lengths.tolist() == [[1, 2, 3], [0, 0, 0], [1, 1, 1]]


def test_no_chunks_and_chunks_without_terms_have_no_postings():
    assert Postings.of_blobs([]).lengths.shape == (0, 3)
    assert postings(((), (), ())).lengths.tolist() == [[0, 0, 0]]
    assert len(postings(((), (), ())).holding(1)[0]) == 0


def test_a_count_ends_at_its_types_limit_instead_of_beginning_anew():
    (entry,) = np.frombuffer(encode_terms((("s3",) * 300, (), ("s3",) * 70_000), {"s3": 7}), ENTRY).tolist()
    assert entry == (7, 255, 0, 65_535)


# ---- a catalog one can edit -----------------------------------------------------------------------

WORDS = ("s3", "버킷", "객체", "요금", "람다", "함수", "권한")


def vector(seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return drawn / np.linalg.norm(drawn)


def chunk(path: str, number: int, fields: Fields) -> Chunk:
    spans = ((number, number + 1),)
    return Chunk(
        f"{path}#{number}",
        path,
        number,
        fields[1],
        " ".join(fields[0]),
        " ".join(fields[2]),
        (number, 2 * number),
        spans,
    )


def store(
    catalog: Catalog,
    path: str,
    chunks: Sequence[Fields],
    *,
    tags: tuple[str, ...] = (),
    companion_of: str | None = None,
    names: Sequence[Name] = (),
) -> None:
    """Puts a note in place of what it was; the vector of each chunk is drawn by its text."""
    new = [
        NewChunk(
            chunk(path, i, fields), f"{companion_of}#{i}" if companion_of else None, repr(fields), fields
        )
        for i, fields in enumerate(chunks)
    ]
    keys = [n.embedding for n in new]
    with catalog.transaction():
        catalog.remove_note(path)
        vectors = np.array([vector(zlib.crc32(key.encode())) for key in keys], np.float32).reshape(
            -1, DIMENSION
        )
        catalog.add_embeddings(keys, vectors)
        row = NoteRow(0, path, path, path, "sha", 1, 1, companion_of, tags)
        catalog.add_note(row, "text", new, names)


def remove(catalog: Catalog, path: str) -> None:
    with catalog.transaction():
        catalog.remove_note(path)


def taken(catalog: Catalog, before: Snapshot | None = None) -> Snapshot:
    with catalog.reading():
        return take(catalog, before)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with contextlib.closing(Catalog(tmp_path / "catalog.sqlite")) as opened:
        yield opened


def body(*words: str) -> Fields:
    return (), (), words


def fill(catalog: Catalog, count: int) -> None:
    """Many notes of one chunk: an edit of one is then a small change."""
    for number in range(count):
        store(catalog, f"가득/{number:02}.md", [body(WORDS[number % len(WORDS)], "객체")])


def described(snapshot: Snapshot) -> dict[str, Any]:
    """All that a search reads off a snapshot, by chunk id, whatever the order of rows."""
    rows = [snapshot.row_of[i] for i in sorted(snapshot.row_of)]
    inside = {
        folder: sorted(snapshot.ids[r] for r in np.flatnonzero(snapshot.inside(Scope((folder,)))))
        for folder in ("가득", "다른", "")
    }
    terms = {
        term: sorted(
            (snapshot.ids[row], counts.tolist()) for row, counts in zip(*snapshot.holding(term), strict=True)
        )
        for term in WORDS
    }
    return {
        "ids": sorted(snapshot.row_of),
        "owners": [snapshot.ids[snapshot.owners[row]] for row in rows],
        "vectors": snapshot.vectors_of(np.array(rows, np.int32)).tolist(),
        "lengths": snapshot.lengths[rows].tolist(),
        "tags": sorted(snapshot.note_tags.values()),
        "companions": dict(snapshot.companions),
        "counts": (snapshot.living, snapshot.passages),
        "average": snapshot.average_lengths.tolist(),
        "terms": terms,
        "inside": inside,
    }


# ---- taken anew after edits -----------------------------------------------------------------------


def test_a_snapshot_of_an_empty_catalog_finds_nothing(catalog: Catalog):
    snapshot = taken(catalog)
    assert (snapshot.count, snapshot.living, snapshot.frequency("s3")) == (0, 0, 0)
    assert snapshot.average_lengths.tolist() == [1, 1, 1]
    store(catalog, "새.md", [body("s3")])
    assert taken(catalog, snapshot).frequency("s3") == 1


def test_an_edit_leaves_the_base_where_it_is_and_adds_a_tail(catalog: Catalog):
    fill(catalog, 30)
    before = taken(catalog)
    store(catalog, "가득/05.md", [body("람다", "람다"), body("권한")])
    after = taken(catalog, before)
    assert after.segments[0] is before.segments[0]
    assert after.segments[1].ids == ("가득/05.md#0", "가득/05.md#1")
    assert (after.count, after.living) == (32, 31)
    assert described(after) == described(taken(catalog))


def test_an_earlier_snapshot_stays_as_it_was(catalog: Catalog):
    fill(catalog, 30)
    before = taken(catalog)
    was = described(before)
    store(catalog, "가득/05.md", [body("람다")])
    remove(catalog, "가득/06.md")
    taken(catalog, before)
    assert described(before) == was


def test_the_newest_note_edited_again_and_again_is_read_each_time(catalog: Catalog):
    """Its row would come back under the old id if the catalog gave ids out twice."""
    fill(catalog, 30)
    snapshot = taken(catalog)
    for word in ("람다", "함수", "권한"):
        store(catalog, "가득/29.md", [body(word)], tags=(word,))
        snapshot = taken(catalog, snapshot)
        assert described(snapshot) == described(taken(catalog))


def test_after_many_edits_there_is_one_segment_again(catalog: Catalog):
    fill(catalog, 30)
    snapshot = taken(catalog)
    for number in range(8):
        store(catalog, f"가득/{number:02}.md", [body("함수")])
        snapshot = taken(catalog, snapshot)
    assert len(snapshot.segments) <= 2
    assert snapshot.count < 34
    assert described(snapshot) == described(taken(catalog))


def test_rows_that_are_gone_are_never_near(catalog: Catalog):
    fill(catalog, 30)
    before = taken(catalog)
    remove(catalog, "가득/07.md")
    after = taken(catalog, before)
    assert after.similarities(vector(1))[before.row_of["가득/07.md#0"]] == -1
    assert "가득/07.md#0" not in after.row_of


def test_a_companions_chunk_belongs_to_the_korean_one_and_has_its_notes_tags(catalog: Catalog):
    store(catalog, "다른/람다.md", [body("람다")], tags=("aws/함수",))
    store(catalog, "다른/람다.en.md", [body("s3")], companion_of="다른/람다.md")
    snapshot = taken(catalog)
    assert snapshot.ids[snapshot.owners[snapshot.row_of["다른/람다.en.md#0"]]] == "다른/람다.md#0"
    assert (snapshot.living, snapshot.passages) == (2, 1)
    assert snapshot.companions == {"다른/람다.md": "다른/람다.en.md"}
    assert snapshot.inside(Scope(tags=("aws",))).tolist() == [True, True]


def test_a_term_id_larger_than_any_of_the_base_is_found_in_the_tail(catalog: Catalog):
    fill(catalog, 30)
    before = taken(catalog)
    store(catalog, "다른/새말.md", [body("처음보는말")])
    after = taken(catalog, before)
    assert after.frequency("처음보는말") == 1
    assert before.frequency("처음보는말") == 0


words = st.lists(st.sampled_from(WORDS), max_size=3).map(tuple)
chunks_of_note = st.lists(st.tuples(words, words, words), max_size=3)
edits = st.lists(
    st.tuples(
        st.sampled_from([f"가득/{number:02}.md" for number in range(8)] + ["다른/a.md", "b.md"]),
        st.one_of(st.none(), chunks_of_note),
        st.sampled_from([(), ("aws",), ("aws/s3", "요금")]),
    ),
    max_size=6,
)


def test_a_rows_place_is_its_notes_path_its_section_and_its_blocks(catalog: Catalog):
    fill(catalog, 30)
    before = taken(catalog)
    store(catalog, "new.md", [body("s3"), body("버킷"), body("객체")])
    snapshot = taken(catalog, before)
    assert len(snapshot.segments) == 2
    for row in range(snapshot.count):
        chunk = catalog.chunks([snapshot.ids[row]])[snapshot.ids[row]].chunk
        assert snapshot.place(row) == (chunk.note, chunk.section, chunk.blocks)
    assert snapshot.place(snapshot.count - 1) == ("new.md", 2, (2, 4))


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(edits, min_size=1, max_size=4), notes=st.sampled_from([3, 40]))
def test_a_snapshot_taken_over_any_edits_is_the_one_taken_afresh(
    steps: list[list[tuple[str, list[Fields] | None, tuple[str, ...]]]],
    notes: int,
    tmp_path_factory: pytest.TempPathFactory,
):
    with contextlib.closing(Catalog(tmp_path_factory.mktemp("catalog") / "c.sqlite")) as catalog:
        fill(catalog, notes)
        snapshot, names = taken(catalog), gazetteer(catalog)
        for step in steps:
            for path, content, tags in step:
                if content is None:
                    remove(catalog, path)
                else:
                    store(catalog, path, content, tags=tags, names=names_of(content))
            snapshot, names = taken(catalog, snapshot), gazetteer(catalog, names)
            assert described(snapshot) == described(taken(catalog))
            fresh = gazetteer(catalog)
            assert (names.places, names.spellings) == (fresh.places, fresh.spellings)


# ---- names ----------------------------------------------------------------------------------------


def gazetteer(catalog: Catalog, before: Gazetteer | None = None) -> Gazetteer:
    with catalog.reading():
        return take_names(catalog, before)


def names_of(content: Sequence[Fields]) -> list[Name]:
    """Every word of a chunk's headings is a name of its section; those of one chunk are one thing's."""
    return [
        Name(word, word.upper(), section, None, "heading", "source")
        for section, (_, headings, _) in enumerate(content)
        for word in dict.fromkeys(headings)
    ]


def test_names_of_one_heading_are_spellings_of_each_other(catalog: Catalog):
    content: list[Fields] = [((), ("람다", "s3"), ()), ((), ("요금",), ())]
    store(catalog, "함수.md", content, names=names_of(content))
    names = gazetteer(catalog)
    assert names.spellings == {"람다": {"람다", "s3"}, "s3": {"람다", "s3"}}
    assert [(place.note, place.section) for place in names.places["요금"]] == [("함수.md", 1)]


def test_a_companions_names_stand_for_the_korean_note(catalog: Catalog):
    korean, english = [((), ("람다",), ())], [((), ("s3",), ())]
    store(catalog, "함수.md", korean, names=names_of(korean))
    store(catalog, "함수.en.md", english, companion_of="함수.md", names=names_of(english))
    names = gazetteer(catalog)
    assert [place.note for key in ("람다", "s3") for place in names.places[key]] == ["함수.md", "함수.md"]
    assert names.spellings["s3"] == {"람다", "s3"}
    # The English words change: the Korean name stays, what joined the two goes.
    english = [((), ("권한",), ())]
    store(catalog, "함수.en.md", english, companion_of="함수.md", names=names_of(english))
    names = gazetteer(catalog, names)
    assert names.spellings == {"람다": {"람다", "권한"}, "권한": {"람다", "권한"}}
    remove(catalog, "함수.en.md")
    names = gazetteer(catalog, names)
    assert (names.spellings, list(names.places)) == ({}, ["람다"])


# ---- BM25F ----------------------------------------------------------------------------------------


def scored(snapshot: Snapshot, *terms: str) -> list[float]:
    return match(snapshot, [{term: 1.0} for term in terms]).scores.tolist()


def test_a_term_tells_more_the_fewer_chunks_hold_it():
    # ln(1 + (10 - 2 + .5) / (2 + .5)) = ln 4.4 and ln(1 + .5 / 10.5) = ln 1.0476
    assert inverse_document_frequency(2, 10) == pytest.approx(1.4816, abs=1e-4)
    assert inverse_document_frequency(10, 10) == pytest.approx(0.0465, abs=1e-4)


def test_the_score_of_a_term_worked_out_by_hand(catalog: Catalog):
    store(catalog, "노트.md", [((), ("s3",), ("버킷", "객체")), ((), (), ("객체", "객체"))])
    # s3 stands in 1 of 2 chunks: ln(1 + 1.5 / 1.5) = .6931. Its heading has 1 term, headings have .5 on
    # average: norm 1 - .5 + .5 * 1 / .5 = 1.5; its count weighs 3 / 1.5 = 2, and 2 / (1.2 + 2) is .625.
    assert scored(taken(catalog), "s3") == pytest.approx([0.6931 * 0.625, 0], abs=1e-4)
    # 객체 stands in both: ln(1 + .5 / 2.5) = .1823. Both bodies have the average length, so that the norm
    # is 1: counts 1 and 2 give 1 / 2.2 and 2 / 3.2.
    assert scored(taken(catalog), "객체") == pytest.approx([0.1823 / 2.2, 0.1823 * 2 / 3.2], abs=1e-4)


def bm25f(chunks: Sequence[Fields], term: str) -> list[float]:
    """The same from the texts, without arrays or posting lists."""
    held = [chunk for chunk in chunks if any(term in field for field in chunk)]
    idf = math.log(1 + (len(chunks) - len(held) + 0.5) / (len(held) + 0.5))
    average = [sum(len(chunk[f]) for chunk in chunks) / len(chunks) or 1.0 for f in range(3)]
    scores: list[float] = []
    for chunk in chunks:
        norms = [1 - b + b * len(chunk[f]) / average[f] for f, b in enumerate((0.5, 0.5, 0.4))]
        times = sum(FIELD_WEIGHTS[f] * chunk[f].count(term) / norms[f] for f in range(3))
        scores.append(idf * times / (SATURATION + times))
    return scores


@settings(max_examples=40, deadline=None)
@given(chunks=st.lists(st.tuples(words, words, words), min_size=1, max_size=12))
def test_bm25f_from_posting_lists_is_bm25f_from_the_texts(
    chunks: list[Fields], tmp_path_factory: pytest.TempPathFactory
):
    with contextlib.closing(Catalog(tmp_path_factory.mktemp("catalog") / "c.sqlite")) as catalog:
        store(catalog, "노트.md", chunks)
        snapshot = taken(catalog)
        for term in WORDS:
            assert scored(snapshot, term) == pytest.approx(bm25f(chunks, term), rel=1e-4, abs=1e-6)


def test_scores_of_terms_add_up_by_how_much_they_count(catalog: Catalog):
    fill(catalog, 10)
    snapshot = taken(catalog)
    s3, fee = (np.array(scored(snapshot, term)) for term in ("s3", "요금"))
    both = match(snapshot, [{"s3": 2.0}, {"요금": 0.5}, {"없는말": 9.0}])
    assert both.scores.tolist() == pytest.approx((2 * s3 + fee / 2).tolist())
    assert scored(snapshot, "s3", "요금") == match(snapshot, [{"s3": 1.0}], also=["요금"]).scores.tolist()


def test_a_chunk_holds_the_share_of_the_words_that_it_has_by_what_they_tell(catalog: Catalog):
    store(catalog, "노트.md", [body("s3"), body("요금"), body("s3", "요금"), body("람다"), body("함수")])
    snapshot = taken(catalog)
    assert match(snapshot, [{"s3": 1.0}, {"요금": 1.0}]).shares.tolist() == pytest.approx([0.5, 0.5, 1, 0, 0])
    # Two readings of one word: either is the word, the less sure one half of it.
    assert match(snapshot, [{"람다": 1.0, "함수": 0.5}]).shares.tolist() == pytest.approx([0, 0, 0, 1, 0.5])
    # A word of no chunk is missing from all, and it would have told most.
    most = match(snapshot, [{"s3": 1.0}, {"없는말": 1.0}]).shares
    assert 0 < most.max() < 0.5
    assert match(snapshot, []).shares.tolist() == [0] * 5


# ---- nearest vectors ------------------------------------------------------------------------------


def index_of(snapshot: Snapshot) -> Any:
    """As much of an open index as the dense leg needs below the size at which Chroma is asked."""
    return SimpleNamespace(snapshot=snapshot, asks_chroma=False)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 9999), limit=st.integers(1, 40), kept=st.floats(0, 1))
def test_the_nearest_rows_are_those_of_all_comparisons(
    seed: int, limit: int, kept: float, snapshot_of_many: Snapshot
):
    question = vector(seed)
    allowed = snapshot_of_many.alive & (np.random.default_rng(seed).random(snapshot_of_many.count) < kept)
    rows, scores = nearest(index_of(snapshot_of_many), question, limit, allowed)
    vectors = np.concatenate([segment.vectors for segment in snapshot_of_many.segments])
    cosines = {row: float(vectors[row] @ question) for row in np.flatnonzero(allowed).tolist()}
    best = sorted(cosines.values(), reverse=True)[:limit]
    assert scores.tolist() == pytest.approx(best, abs=1e-6)
    assert [cosines[row] for row in rows.tolist()] == pytest.approx(best, abs=1e-6)
    assert len(set(rows.tolist())) == len(best)


@pytest.fixture(scope="module")
def snapshot_of_many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """Base and tail, with rows that are gone."""
    with contextlib.closing(Catalog(tmp_path_factory.mktemp("many") / "c.sqlite")) as catalog:
        for number in range(60):
            store(catalog, f"{number}.md", [body(f"말{number}")])
        before = taken(catalog)
        remove(catalog, "7.md")
        store(catalog, "8.md", [body("s3"), body("람다")])
        yield taken(catalog, before)


@pytest.mark.parametrize("kinds", [3, 40, 100_000])
def test_the_top_of_many_rows_is_that_of_all_of_them_sorted(kinds: int):
    random = np.random.default_rng(kinds)
    for count in (1, 63, 64, 65, 1000, 5000):
        scores = random.choice(random.normal(size=kinds), count).astype(np.float32)
        for limit in {1, 7, 50, count}:
            ordered = np.argsort(-scores, kind="stable")[:limit]
            found = top(scores, limit)
            # Those that tie for the last place are left out, unless that leaves nothing.
            sure = ordered[scores[ordered] > scores[ordered[-1]]] if limit < count else ordered
            assert found[: len(sure)].tolist() == sure.tolist()
            assert len(found) <= limit
            assert scores[found].tolist() == scores[ordered][: len(found)].tolist()


def test_the_top_rows_are_best_first_and_equal_ones_in_order():
    assert top(np.array([1, 3, 2, 3, 0], np.float32), 3).tolist() == [1, 3, 2]
    assert top(np.array([3, 1, 1], np.float32), 2).tolist() == [0]  # a tie for the last place
    assert top(np.array([1, 1, 1], np.float32), 2).tolist() == [0, 1]
    assert top(np.array([1, 2], np.float32), 5).tolist() == [1, 0]
    assert top(np.zeros(0, np.float32), 5).tolist() == []


# ---- scopes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folders", "path", "inside"),
    [
        ((), "어디/든.md", True),
        (("네트워크",), "네트워크/VPC.md", True),
        (("네트워크/",), "네트워크/깊은/VPC.md", True),
        (("네트워크",), "네트워크2/VPC.md", False),
        (("네트워크",), "다른/네트워크/VPC.md", False),
        (("다른/네트워크",), "다른/네트워크/VPC.md", True),
        (("보안", "네트워크"), "네트워크/VPC.md", True),
        (("./AWS",), "aws/S3.md", True),
        ((unicodedata.normalize("NFD", "네트워크"),), "네트워크/VPC.md", True),
        (("",), "S3.md", True),
        ((".",), "보안/IAM.md", True),
        (("네트워크",), "S3.md", False),
    ],
)
def test_a_folder_holds_its_notes_and_its_subfolders(folders: tuple[str, ...], path: str, inside: bool):
    assert Scope(folders=folders).holds(path, ()) is inside


@pytest.mark.parametrize(
    ("tags", "held", "inside"),
    [
        ((), (), True),
        (("aws",), ("aws",), True),
        (("#aws",), ("aws/storage",), True),
        (("aws/storage",), ("aws",), False),
        (("aws",), ("awsome",), False),
        (("AWS",), ("aws",), True),
        (("aws", "보안"), ("보안",), True),
        (("aws",), (), False),
    ],
)
def test_a_tag_holds_the_tags_nested_in_it(tags: tuple[str, ...], held: tuple[str, ...], inside: bool):
    assert Scope(tags=tags).holds("노트.md", held) is inside


def test_a_scope_of_folders_and_tags_wants_both():
    scope = Scope(folders=("aws",), tags=("요금",))
    assert scope.holds("aws/S3.md", ("요금",))
    assert not scope.holds("aws/S3.md", ("보안",))
    assert not scope.holds("기타/S3.md", ("요금",))


@settings(max_examples=40, deadline=None)
@given(
    folders=st.lists(st.sampled_from(["가", "가/나", "나", ""]), max_size=2).map(tuple),
    tags=st.lists(st.sampled_from(["aws", "aws/s3", "요금"]), max_size=2).map(tuple),
)
def test_rows_inside_a_scope_are_those_of_notes_inside_it(
    folders: tuple[str, ...], tags: tuple[str, ...], filed: Snapshot
):
    scope = Scope(folders, tags)
    expected = [filed.alive[row] and scope.holds(*FILED[filed.ids[row]]) for row in range(filed.count)]
    assert filed.inside(scope).tolist() == expected


FILED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    f"{folder}{name}.md#0": (f"{folder}{name}.md", tags)
    for folder in ("", "가/", "가/나/", "나/", "가나/")
    for name, tags in (("a", ()), ("b", ("aws",)), ("c", ("AWS/s3", "기타")), ("d", ("요금", "aws/s3")))
}
"""Path and tags of the note of each chunk."""


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    with contextlib.closing(Catalog(tmp_path_factory.mktemp("filed") / "c.sqlite")) as catalog:
        for path, tags in FILED.values():
            store(catalog, path, [body("객체")], tags=tags)
        before = taken(catalog)
        remove(catalog, "가/a.md")
        yield taken(catalog, before)
