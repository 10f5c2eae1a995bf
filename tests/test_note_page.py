"""The page beside an answer shows what the index reads: no markup, no scene data, the right place marked."""

import re

from assistant.ui.note_html import render_note
from assistant.ui.readable import readable


def shown(text: str, cited: str = "") -> str:
    start = text.find(cited) if cited else 0
    return render_note(text, start, start + len(cited)).html


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_highlights_ids_and_bold_before_a_particle_show_no_marks():
    html = shown("==중요==한 **이름(Name)**은 a == b 이다. ^id-1\n")
    assert words(html) == "중요 한 이름(Name) 은 a == b 이다."
    assert "<mark>중요</mark>" in html
    assert "<strong>이름(Name)</strong>" in html


def test_footnotes_show_their_labels_and_their_text():
    html = shown("글[^긴이름]이다.\n\n[^긴이름]: 각주다.\n", "각주다.")
    assert words(html) == "글 긴이름 이다. 긴이름 각주다."
    assert '<mark class="cite">각주다.</mark>' in html


def test_a_highlight_does_not_unmark_a_citation():
    assert shown("앞 ==중요한 것==이다.\n", "중요한 것").count('class="cite"') == 1


def test_a_canvas_is_shown_as_its_words_with_the_cited_one_marked():
    text = (
        '{"nodes":[{"type":"text","text":"# 저장소\\n- S3는 \\"객체\\"다."},{"type":"group","label":"묶음"}]}'
    )
    html = shown(text, 'S3는 \\"객체\\"다.')
    assert words(html) == '저장소 S3는 "객체"다. 묶음'
    assert '<mark class="cite">S3는 "객체"다.</mark>' in html


def test_a_drawing_is_shown_without_its_scene():
    text = (
        "---\nexcalidraw-plugin: parsed\n---\n# Excalidraw Data\n\n## Text Elements\n로드 밸런서 ^abcd1234\n\n"
        "%%\n## Drawing\n```compressed-json\nN4KgLg\n```\n%%\n"
    )
    html = shown(text, "로드 밸런서")
    assert words(html) == "로드 밸런서"
    assert "cite" in html


def test_a_note_in_markdown_stays_as_it_is():
    assert readable('{"묶음"}은 JSON이 아니다', 0, 4) == ('{"묶음"}은 JSON이 아니다', 0, 4)
    assert readable("# 제목\n글", 5, 6) == ("# 제목\n글", 5, 6)


def test_prose_that_begins_with_a_brace_is_still_shown():
    assert words(shown("{이름}은 자리 표시다.\n")) == "{이름}은 자리 표시다."
