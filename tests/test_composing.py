"""What an answer is made of besides the section that its kind calls for: over small vaults."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.cues import gives_advice, gives_reason
from assistant.question import understand
from assistant.settings import Settings
from index.opened import Index

DRIP_BAG = """\
# 드립백
드립백은 컵에 걸어 우리는 커피이다.
- 드립백을 진하게 마시려면 물을 적게 붓는다.

## 우리는 순서
1. 봉지를 뜯는다.
2. 컵에 건다.
3. 끓인 물을 붓는다.

## 종류
| 이름 | 맛 |
| --- | --- |
| 산미형 | 새콤하다 |
| 고소형 | 고소하다 |
| 균형형 | 무난하다 |
"""

BEANS = """\
# 원두
원두는 볶은 커피콩이다.
- 아라비카는 고지대에서 자라고 신맛이 난다.
- 로부스타는 저지대에서 자라고 쓴맛이 난다.
- 리베리카는 드물다.
"""

OpenNotes = Callable[[dict[str, str]], Assistant]
Ask = Callable[[dict[str, str], str], list[str]]


@pytest.fixture
def open_notes(
    write_vault: Callable[[dict[str, str]], Path], open_index: Callable[[Path], Index], data: Path
) -> OpenNotes:
    """Opens an assistant over notes."""

    def opened(notes: dict[str, str]) -> Assistant:
        folder = write_vault(notes)
        return Assistant(Settings(notes=folder, data=data), open_index(folder))

    return opened


@pytest.fixture
def ask(open_notes: OpenNotes) -> Ask:
    """Asks notes a question and returns the lines of the answer."""

    def run(notes: dict[str, str], question: str) -> list[str]:
        return [sentence.text for sentence in open_notes(notes).ask(question).sentences]

    return run


def test_steps_of_what_befalls_a_thing_are_not_how_it_is_made(open_notes: OpenNotes) -> None:
    note = DRIP_BAG + "- 드립백은 원두 봉지에 갈아 담아 만든다.\n"
    for question, form in (("드립백 우리는 순서", "step"), ("드립백 만드는 순서", "item")):
        sentences = open_notes({"드립백.md": note}).ask(question).sentences
        assert {s.form for s in sentences if s.text == "봉지를 뜯는다."} == {form}


def test_a_note_that_opens_with_an_alias_defines_it(ask: Ask) -> None:
    note = "---\naliases: [필터, 여과지]\n---\n# 필터와 커피\n필터(여과지)는 가루를 거르는 종이이다.\n## 필터 (Filter)\n- 필터는 한 번 쓰고 버린다.\n"
    said = ask({"필터와 커피.md": note}, "필터가 뭐야?")
    assert said == ["필터(여과지)는 가루를 거르는 종이이다.", "필터는 한 번 쓰고 버린다."]


def test_a_sentence_on_two_things_defines_neither(ask: Ask) -> None:
    note = "# 필터와 주전자\n필터와 주전자는 도구이다.\n## 필터 (Filter)\n필터는 가루를 거르는 종이이다.\n## 주전자\n주전자는 물을 담는다.\n"
    assert ask({"도구.md": note}, "필터가 뭐야?")[0] == "필터는 가루를 거르는 종이이다."


def test_steps_that_are_beside_the_point_do_not_hide_the_sentence_that_answers(ask: Ask) -> None:
    said = ask({"드립백.md": DRIP_BAG}, "드립백을 진하게 마시려면 어떻게 해?")
    assert any("물을 적게 붓는다" in line for line in said)


def test_the_kinds_below_the_opening_are_listed_in_other_words(ask: Ask) -> None:
    said = ask({"드립백.md": DRIP_BAG}, "드립백 커피 전부 나열해줘")
    assert all(any(name in line for line in said) for name in ("산미형", "고소형", "균형형"))


def test_steps_are_no_list_of_kinds(ask: Ask) -> None:
    said = ask({"드립백.md": DRIP_BAG.split("## 종류")[0]}, "드립백 끓인 물 목록")
    assert not any("봉지를 뜯는다" in line for line in said)


def test_a_comparison_has_more_than_one_sentence(ask: Ask) -> None:
    said = ask({"원두.md": BEANS}, "아라비카 고지대 신맛 차이")
    assert any("고지대" in line for line in said)
    assert any("저지대" in line for line in said)


def test_a_reason_is_known_by_its_wording() -> None:
    assert gives_reason(understand("왜 쓴맛이 적어?"), "찬물로 우리기 때문이다.")
    assert gives_reason(understand("why is it smooth?"), "It is smooth because it is steeped cold.")
    assert not gives_reason(understand("왜 쓴맛이 적어?"), "쓴맛이 적다.")
    assert not gives_reason(understand("쓴맛이 적어?"), "찬물로 우리기 때문이다.")


def test_advice_is_known_by_its_wording() -> None:
    assert gives_advice(understand("뭐 써야 해?"), "여름에는 콜드브루가 알맞다.")
    assert gives_advice(understand("which one should I use?"), "Choose cold brew in summer.")
    assert not gives_advice(understand("뭐 써야 해?"), "콜드브루는 커피이다.")
