"""The encoder of multilingual-e5-small as an ONNX graph without weights of its own.

Every weight is a range of bytes of `model.safetensors` beside it (ONNX calls this external data), so
that sentence-transformers and ONNX Runtime read one copy. Matrices are stored in fp16 and widened to
fp32 when the graph is loaded; of the word table only the rows that are looked up are widened, and only
the pages that were touched are in memory.

    input_ids, attention_mask (texts, tokens) int64  ->  embedding (texts, 384) fp32, L2-normalised
                                                        states (texts, tokens, 384) fp32, each token's

BERT, post-norm: embeddings -> 12 x (attention, add & norm, feed-forward with exact GELU, add & norm)
-> mean over the tokens of the mask -> L2 norm. Tokens lie in one flat (texts * tokens, 384) matrix
but for attention, because a plain matrix product is the fastest kernel there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from index.e5.weights import (
    ATTENTION_MASK,
    EMBEDDING,
    HEADS,
    HIDDEN,
    INPUT_IDS,
    LAYERS,
    STATES,
    Stored,
)

_EPSILON = 1e-12
_MICROSOFT = "com.microsoft"
"""ONNX Runtime's own operators; of them only fused attention is used."""


def encoder(stored: Mapping[str, Stored], weights_file: str) -> bytes:
    """Returns the serialised graph over the tensors of a weights file, by their BERT names."""
    graph = _Graph()
    for name, tensor in stored.items():
        graph.weights.append(_external(name, tensor, weights_file))
    tokens = _embed_tokens(graph)
    for layer in range(LAYERS):
        tokens = _layer(graph, f"encoder.layer.{layer}.", tokens)
    _pool(graph, tokens)
    return _model(graph).SerializeToString(deterministic=True)


@dataclass(slots=True)
class _Graph:
    """The graph while it is written. A node's output has the node's name."""

    nodes: list[NodeProto] = field(default_factory=list[NodeProto])
    weights: list[TensorProto] = field(default_factory=list[TensorProto])

    def add(self, op: str, inputs: list[str], output: str, **attributes: int | float | str) -> str:
        typed = cast(dict[str, Any], attributes)  # make_node's own keywords have other types
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **typed))
        return output

    def constant(self, name: str, values: list[int]) -> str:
        self.weights.append(numpy_helper.from_array(np.array(values, np.int64), name))
        return name

    def wide(self, name: str) -> str:
        """Returns a stored fp16 matrix in fp32; the runtime folds this when it loads the graph."""
        return self.add("Cast", [name], name + ".fp32", to=TensorProto.FLOAT)

    def dense(self, name: str, inputs: str) -> str:
        weights = [inputs, self.wide(f"{name}.weight"), f"{name}.bias"]
        return self.add("Gemm", weights, name, transB=1)

    def add_and_norm(self, name: str, left: str, right: str) -> str:
        total = self.add("Add", [left, right], name + ".sum")
        weights = [total, f"{name}.weight", f"{name}.bias"]
        return self.add("LayerNormalization", weights, name, axis=-1, epsilon=_EPSILON)


def _external(name: str, tensor: Stored, weights_file: str) -> TensorProto:
    kind = TensorProto.FLOAT16 if tensor.half else TensorProto.FLOAT
    proto = TensorProto(name=name, data_type=kind, dims=tensor.shape)
    proto.data_location = TensorProto.EXTERNAL
    place = {"location": weights_file, "offset": tensor.offset, "length": tensor.length}
    for key, value in place.items():
        proto.external_data.add(key=key, value=str(value))
    return proto


def _embed_tokens(graph: _Graph) -> str:
    """Adds word, position and type (always 0) embeddings; flattens texts and tokens."""
    graph.constant("first", [0])
    graph.constant("axis_tokens", [1])
    graph.constant("flat", [-1, HIDDEN])
    graph.constant("hidden", [HIDDEN])
    batch = graph.add("Shape", [INPUT_IDS], "batch")
    graph.add("Concat", [batch, "hidden"], "batch_shape", axis=0)
    words = graph.add("Gather", ["embeddings.word_embeddings.weight", INPUT_IDS], "words.fp16")
    words = graph.add("Cast", [words], "words", to=TensorProto.FLOAT)
    length = graph.add("Shape", [INPUT_IDS], "length", start=1, end=2)
    table = "embeddings.position_embeddings.weight"
    places = graph.add("Slice", [table, "first", length, "first"], "positions")
    kind = graph.add("Gather", ["embeddings.token_type_embeddings.weight", "first"], "type")
    places = graph.add("Add", [places, kind], "positions_and_type")
    summed = graph.add("Add", [words, places], "embeddings.sum")
    tokens = graph.add("Reshape", [summed, "flat"], "embeddings.flat")
    norm = [tokens, "embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias"]
    graph.add("Cast", [ATTENTION_MASK], "key_mask", to=TensorProto.INT32)
    return graph.add("LayerNormalization", norm, "embeddings", axis=-1, epsilon=_EPSILON)


def _layer(graph: _Graph, prefix: str, tokens: str) -> str:
    heads = [
        graph.add("Reshape", [graph.dense(name, tokens), "batch_shape"], name + ".batch")
        for name in (f"{prefix}attention.self.{part}" for part in ("query", "key", "value"))
    ]
    attention = graph.add(
        "MultiHeadAttention",
        [*heads, "", "key_mask"],
        prefix + "attention",
        domain=_MICROSOFT,
        num_heads=HEADS,
    )
    attention = graph.add("Reshape", [attention, "flat"], prefix + "attention.flat")
    attention = graph.dense(f"{prefix}attention.output.dense", attention)
    tokens = graph.add_and_norm(f"{prefix}attention.output.LayerNorm", attention, tokens)
    inner = graph.dense(f"{prefix}intermediate.dense", tokens)
    inner = graph.add("Gelu", [inner], prefix + "gelu")
    inner = graph.dense(f"{prefix}output.dense", inner)
    return graph.add_and_norm(f"{prefix}output.LayerNorm", inner, tokens)


def _pool(graph: _Graph, tokens: str) -> None:
    """Averages each text's own tokens. The count cancels out in the norm, so a sum will do."""
    graph.constant("axis_last", [-1])
    tokens = graph.add("Reshape", [tokens, "batch_shape"], STATES)
    mask = graph.add("Cast", [ATTENTION_MASK], "mask.fp32", to=TensorProto.FLOAT)
    mask = graph.add("Unsqueeze", [mask, "axis_last"], "mask")
    own = graph.add("Mul", [tokens, mask], "own_tokens")
    total = graph.add("ReduceSum", [own, "axis_tokens"], "total", keepdims=0)
    graph.add("LpNormalization", [total], EMBEDDING, axis=-1, p=2)


def _model(graph: _Graph) -> ModelProto:
    shape = ["texts", "tokens"]
    proto = helper.make_graph(
        graph.nodes,
        "multilingual-e5-small",
        [helper.make_tensor_value_info(n, TensorProto.INT64, shape) for n in (INPUT_IDS, ATTENTION_MASK)],
        [
            helper.make_tensor_value_info(EMBEDDING, TensorProto.FLOAT, ["texts", HIDDEN]),
            helper.make_tensor_value_info(STATES, TensorProto.FLOAT, [*shape, HIDDEN]),
        ],
        graph.weights,
    )
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid(_MICROSOFT, 1)]
    return helper.make_model(proto, opset_imports=opsets, ir_version=10, producer_name="mutgo")
