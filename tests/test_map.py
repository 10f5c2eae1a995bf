"""The map of the notes: what is alike lies together, what was there stays, and no broken file breaks it."""

import doctest
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.assistant import Assistant
from assistant.mapping import groups
from assistant.mapping.drawn import Drawn, read_drawn
from assistant.mapping.layout import arrange, kept_neighbours, middle
from assistant.mapping.note_map import FILE, MapState, NoteMap
from assistant.mapping.places import read_places
from assistant.mapping.process import draw
from assistant.settings import Settings
from index.storage.builds import catalog_file
from tests.conftest import OpenIndex, SyncFolder, WriteVault

# ---- the layout -----------------------------------------------------------------------------------


def clusters(count: int, each: int, seed: int = 1) -> np.ndarray:
    """Unit vectors around a few directions that have nothing in common, (count * each, 32)."""
    random = np.random.default_rng(seed)
    vectors = np.repeat(np.eye(count, 32), each, axis=0) + random.normal(0, 0.12, (count * each, 32))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_what_is_alike_lies_together():
    vectors = clusters(6, 15)
    places = arrange(vectors)
    assert places.shape == (90, 2)
    own = np.repeat(np.arange(6), 15)
    for row, place in enumerate(places):
        near = np.argsort(((places - place) ** 2).sum(axis=1))[1:6]
        assert (own[near] == own[row]).all()
    # By chance, 10 of 89 others would hold 10 / 89 of the neighbours; two principal directions hold some more.
    assert kept_neighbours(vectors, places) > 0.5


def test_the_same_notes_give_the_same_map():
    vectors = clusters(4, 10)
    assert np.array_equal(arrange(vectors), arrange(vectors))


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_few_notes_are_a_map_too(count: int):
    places = arrange(clusters(3, 1)[:count])
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert len({tuple(place) for place in places.tolist()}) == count


def test_notes_that_say_the_same_have_places_of_their_own():
    places = arrange(np.repeat(clusters(1, 1), 12, axis=0))
    assert np.isfinite(places).all()
    assert len({tuple(place) for place in places.tolist()}) == 12


def test_a_new_note_comes_to_its_neighbours_and_moves_nobody():
    vectors = clusters(5, 12)
    before = arrange(vectors)
    more = np.concatenate([vectors, clusters(5, 12, seed=2)[3:4]])  # of the first cluster
    after = arrange(more, np.concatenate([before, [[np.nan, np.nan]]]))
    assert np.array_equal(after[:-1], before)
    near = np.argsort(((before - after[-1]) ** 2).sum(axis=1))[:5]
    assert (near < 12).all()


def test_a_layout_that_is_mended_keeps_the_great_lines():
    vectors = clusters(5, 12)
    before = arrange(vectors)
    after = arrange(vectors, before, keep=False)
    apart = [
        np.linalg.norm(places[:12].mean(axis=0) - places[12:24].mean(axis=0)) for places in (before, after)
    ]
    middles = [places.reshape(5, 12, 2).mean(axis=1) for places in (before, after)]
    assert np.linalg.norm(middles[0] - middles[1], axis=1).max() < apart[0] / 2


def test_the_middle_of_places_lies_with_most_of_them():
    places = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [90.0, 90.0]])
    assert np.abs(middle(places, np.ones(4))).max() < 1.1


def test_the_examples_of_the_groups_hold():
    assert doctest.testmod(groups).failed == 0


# ---- over an index --------------------------------------------------------------------------------

NOTES: dict[str, str | bytes] = {
    "aws/람다.md": "---\ntags: [aws/compute]\n---\n# 람다\n\n람다는 함수 서비스이다.\n\n## 한도\n\n15분까지 실행된다.\n",
    "aws/람다.en.md": "---\ntags: [aws/compute]\n---\n# Lambda\n\nLambda runs functions.\n\n## Limits\n\n15 minutes at most.\n",
    "aws/S3.md": "---\ntags: [aws/storage]\n---\n# S3\n\nS3는 객체 저장소이다.\n\n## 클래스\n\n등급을 고른다.\n",
    "요리/김치.md": "# 김치\n\n김치는 발효 음식이다.\n",
}


@pytest.fixture
def open_assistant(vault: Path, data: Path, open_index: OpenIndex) -> Callable[[], Assistant]:
    return lambda: Assistant(Settings(notes=vault, data=data), open_index(vault))


def drawn(note_map: NoteMap, again: bool = False) -> MapState:
    """Waits until nothing is being drawn."""
    state = note_map.look(again)
    for _ in range(600):
        if state.state != "drawing":
            return state
        time.sleep(0.1)
        state = note_map.look()
    pytest.fail("the map was never drawn")


def rows(map: Drawn | None) -> list[tuple[str, str, int]]:
    assert map is not None
    points = map.shown["points"]
    paths = [path for path, *_ in map.shown["notes"]]
    return [
        (paths[note], heading, line)
        for note, heading, line in zip(points["note"], points["heading"], points["line"], strict=True)
    ]


def test_every_section_is_a_point_and_a_companion_none(
    write_vault: WriteVault, open_assistant: Callable[[], Assistant]
):
    write_vault(NOTES)
    state = drawn(NoteMap(open_assistant()))
    assert state.state == "ready"
    assert rows(state.drawn) == [
        ("aws/S3.md", "", 6),
        ("aws/S3.md", "클래스", 10),
        ("aws/람다.md", "", 6),
        ("aws/람다.md", "한도", 10),
        ("요리/김치.md", "", 3),
    ]
    assert state.drawn is not None
    assert [folder for _, _, folder, _ in state.drawn.shown["notes"]] == ["aws", "aws", "요리"]
    assert "keys" not in state.drawn.shown


def test_an_empty_folder_is_an_empty_map(vault: Path, open_assistant: Callable[[], Assistant]):
    state = drawn(NoteMap(open_assistant()))
    assert state.state == "ready"
    assert rows(state.drawn) == []
    assert NoteMap(open_assistant()).place_of("람다가 뭐야?") is None


def test_very_many_notes_are_points_and_then_left_out(
    write_vault: WriteVault, vault: Path, open_index: OpenIndex
):
    write_vault(NOTES)
    catalog = open_index(vault).catalog
    by_note, fewer = read_places(catalog, 3), read_places(catalog, 2)
    assert [(place.note, place.section) for place in by_note.places] == [(0, -1), (1, -1), (2, -1)]
    assert np.allclose(np.linalg.norm(by_note.vectors, axis=1), 1)
    assert (len(fewer.places), fewer.left_out) == (2, 1)
    assert read_places(catalog, 2).notes == fewer.notes


def test_an_edit_moves_nothing_else(
    write_vault: WriteVault, vault: Path, sync_folder: SyncFolder, open_assistant: Callable[[], Assistant]
):
    many = {f"{i:02}.md": f"# 노트 {i}\n\n{'람다 ' * (i % 3)}이야기 {i} 번째이다.\n" for i in range(20)}
    write_vault({**NOTES, **many})
    assistant = open_assistant()
    note_map = NoteMap(assistant)
    before = drawn(note_map).drawn
    write_vault(
        {
            "aws/S3.md": "# S3\n\nS3는 객체 저장소이다.\n\n## 요금\n\n쓴 만큼 낸다.\n",
            "07.md": "# 노트 7\n\n다른 말이다.\n",
        }
    )
    sync_folder(vault)
    after = drawn(note_map).drawn
    assert before is not None
    assert after is not None
    assert after.version != before.version

    def places(map: Drawn) -> dict[tuple[str, str], tuple[float, float]]:
        points = map.shown["points"]
        where = zip(points["x"], points["y"], strict=True)
        return dict(zip([(path, heading) for path, heading, _ in rows(map)], where, strict=True))

    old, new = places(before), places(after)
    assert ("aws/S3.md", "요금") in new
    assert {name: new[name] for name in new if name in old} == {
        name: old[name] for name in old if name in new
    }
    assert ("07.md", "") in old


def test_a_map_is_kept_and_a_broken_file_is_drawn_anew(
    write_vault: WriteVault, data: Path, open_assistant: Callable[[], Assistant]
):
    write_vault(NOTES)
    assistant = open_assistant()
    first = drawn(NoteMap(assistant)).drawn
    assert first is not None

    def never() -> "subprocess.Popen[str]":
        pytest.fail("it was drawn again")

    again = NoteMap(assistant, never).look()
    assert (again.state, again.drawn) == ("ready", first)
    for broken in (
        '{"format": 1',
        "[]",
        json.dumps({**first.row, "points": {}}),
        json.dumps({**first.row, "keys": []}),
    ):
        (data / FILE).write_text(broken, encoding="utf-8")
        fresh = drawn(NoteMap(assistant))
        assert (fresh.state, fresh.drawn) == ("ready", first)
    assert read_drawn((data / FILE).read_text(encoding="utf-8")) == first


def test_what_could_not_be_drawn_is_tried_again_when_told(
    write_vault: WriteVault,
    data: Path,
    open_assistant: Callable[[], Assistant],
    caplog: pytest.LogCaptureFixture,
):
    write_vault(NOTES)
    starts = 0

    def dying() -> "subprocess.Popen[str]":
        nonlocal starts
        starts += 1
        code = "import sys; sys.stdin.read(); print('1 9'); sys.exit('no room')"
        return subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    note_map = NoteMap(open_assistant(), dying)
    assert drawn(note_map).state == "failed"
    assert note_map.look().state == "failed"
    assert starts == 1
    assert "no room" in caplog.text
    assert drawn(note_map, again=True).state == "failed"
    assert starts == 2
    assert not (data / FILE).exists()


def test_a_question_stands_amid_what_it_is_about(
    write_vault: WriteVault, open_assistant: Callable[[], Assistant]
):
    write_vault(NOTES)
    note_map = NoteMap(open_assistant())
    state = drawn(note_map)
    assert state.drawn is not None
    where = note_map.place_of("김치는 발효 음식이다.")
    assert where is not None
    points = state.drawn.shown["points"]
    lows, highs = (min(points["x"]), min(points["y"])), (max(points["x"]), max(points["y"]))
    assert lows[0] <= where[0] <= highs[0]
    assert lows[1] <= where[1] <= highs[1]
    assert note_map.place_of("  ") is None


def test_it_is_said_how_far_a_map_is(write_vault: WriteVault, vault: Path, open_index: OpenIndex):
    write_vault(NOTES)
    index = open_index(vault)
    told: list[tuple[int, int]] = []
    draw(catalog_file(index.build), index.build.name, None, lambda done, total: told.append((done, total)))
    assert told[0] == (1, told[-1][1])
    assert told[-1][0] == told[-1][1]
