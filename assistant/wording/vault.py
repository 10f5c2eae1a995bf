"""Words for what may be the matter between files, and with the index."""

from assistant.wording.entries import Words
from index.problems import IndexProblem, VaultProblem

_AGAIN = ("`mutgo index`나 `mutgo doctor --fix`를 실행하세요.", "run `mutgo index`, or `mutgo doctor --fix`")
_FIX = ("`mutgo doctor --fix`를 실행하세요.", "run `mutgo doctor --fix`")
_LINK = (
    "링크를 있는 이름으로 고치거나, 그 노트를 만들거나, 링크를 지우세요.",
    "write a name that exists, make the missing one, or remove the link",
)

VAULT: dict[VaultProblem | IndexProblem, Words] = {
    "missing_note": Words(
        "‘{0}’ 링크가 가리키는 파일이 없어요",
        _LINK[0],
        "the link to {0!r} leads nowhere: there is no such file",
        _LINK[1],
    ),
    "missing_embed": Words(
        "끼워 넣은 ‘{0}’ 파일이 없어요",
        _LINK[0],
        "the embed of {0!r} leads nowhere: there is no such file",
        _LINK[1],
    ),
    "missing_image": Words(
        "그림 ‘{0}’ 파일이 없어요",
        "그림 파일을 노트 폴더에 두거나 링크를 지우세요.",
        "the image {0!r} leads nowhere: there is no such file",
        "put the picture into the notes folder, or remove the link",
    ),
    "missing_block": Words(
        "{0}에 없는 블록이에요: ^{1}",
        "가리키려던 줄 끝에 그 이름(^{1})을 적거나 링크를 고치세요.",
        "{0!r} has no block '^{1}'",
        "write ^{1} at the end of the line that is meant, or mend the link",
    ),
    "missing_heading": Words(
        "{0}에 없는 제목이에요: ‘{1}’",
        "링크를 그 노트에 있는 제목으로 고치세요.",
        "{0!r} has no heading {1!r}",
        "name a heading that the note has",
    ),
    "duplicate": Words(
        "내용이 같은 노트가 또 있어요: {0}",
        "둘 다 필요한 것이 아니면 하나만 두세요.",
        "it has the same content as {0}",
        "keep one of them, unless both are wanted",
    ),
    "glossary_broken": Words(
        "용어집을 읽지 못해요: {0}",
        "위에 적힌 곳을 고치세요.",
        "the glossary can't be used: {0}",
        "mend the place that is named",
    ),
    "glossary_unused": Words(
        "‘{1}’ 항목의 이름 ‘{0}’이 어느 노트에도 없어요",
        "노트에서 쓰거나, 용어집의 misspellings로 옮기세요.",
        "the name {0!r} of {1!r} occurs in no note",
        "use it in a note, or move it to the misspellings",
    ),
    "no_index": Words("아직 색인이 없어요", _AGAIN[0], "there is no index yet", _AGAIN[1]),
    "damaged": Words("색인이 상했어요: {0}", _FIX[0], "{0}", _FIX[1]),
    "older_index": Words(
        "옛 mutgo가 만든 색인이라 벡터를 쓸 수 없어요",
        "할 일은 없어요.",
        "it is from an older mutgo, whose vectors can't be used any more",
        "there is nothing to do",
    ),
    "stale_added": Words("색인한 뒤에 생겼어요", _AGAIN[0], "it was added since it was indexed", _AGAIN[1]),
    "stale_removed": Words(
        "색인한 뒤에 없어졌어요", _AGAIN[0], "it was removed since it was indexed", _AGAIN[1]
    ),
    "stale_changed": Words(
        "색인한 뒤에 바뀌었어요", _AGAIN[0], "it has changed since it was indexed", _AGAIN[1]
    ),
    "stale_more": Words("{0}개 노트가 더 달라요", _AGAIN[0], "{0} more notes differ", _AGAIN[1]),
    "orphans": Words("노트 없는 행이 {0}개 있어요", _FIX[0], "{0} rows belong to no note", _FIX[1]),
    "no_vectors": Words(
        "조각 {0}개의 벡터가 빌드 {1}의 카탈로그에 없어요",
        f"{_FIX[0]} 그 조각만 다시 임베딩해요.",
        "{0} passages have no vector in the catalog of build {1}",
        f"{_FIX[1]}: they are embedded again",
    ),
    "other_model": Words(
        "임베딩 모델 {0!r}로 만든 색인인데, 지금 물으려는 모델은 달라요: {1!r}",
        "--embedder와 MUTGO_EMBEDDER를 빼거나, `mutgo index --embedder {1}` 명령을 실행하세요.",
        "it was made with the embedding model {0!r}, not with {1!r}",
        "leave out --embedder and MUTGO_EMBEDDER, or run `mutgo index --embedder {1}`",
    ),
    "other_version": Words(
        "임베딩 모델 {0!r}의 다른 판으로 만든 색인이에요",
        _AGAIN[0],
        "it was made with another version of the embedding model {0!r}",
        _AGAIN[1],
    ),
    "vectors_wrong": Words(
        "Chroma의 벡터가 맞지 않아요: {0}",
        f"{_FIX[0]} 카탈로그에서 다시 만들어요. Chroma 서버를 쓴다면 먼저 서버를 켜고 MUTGO_CHROMA_URL을 확인하세요.",
        "{0}",
        f"{_FIX[1]}: they are made again from the catalog. With a Chroma server, start it first and check "
        "MUTGO_CHROMA_URL",
    ),
    "vectors_unasked": Words(
        "Chroma에 벡터를 두지 못했어요: {0}",
        "위에 적힌 것을 고치고 `mutgo index`를 다시 실행하세요.",
        "Chroma could not take the vectors: {0}",
        "mend what it says, then run `mutgo index` again",
    ),
    "leftover_build": Words(
        "{0!r}용 빌드가 끝나지 않았거나 더는 쓰이지 않아요",
        _AGAIN[0],
        "the build for {0!r} was never finished, or is not used any more",
        _AGAIN[1],
    ),
    "leftover_damaged": Words(
        "상한 색인을 여기에 치워 뒀어요",
        "살펴볼 생각이 없으면 지우세요.",
        "a damaged part of the index was set aside here",
        "delete it if you don't want to look at it",
    ),
}
"""By kind."""
