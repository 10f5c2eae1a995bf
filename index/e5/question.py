r"""The graph for a single question, in 8-bit integers: a third of the time of fp32's, and of its memory.

    x W'  ~  (x / d)_8 (W d)_8' + b        a matrix product of integers, scaled back to fp32

Inputs get one scale a product, found anew for every question, weights one a row. A few channels of the
inputs are some twenty times as large as the others and would leave those no digits; `d` moves most of
that into the weights beforehand ("SmoothQuant", Xiao et al. 2023). How large each channel gets is seen
on the questions of `calibration.txt`. What comes out of GELU is too uneven even so: there inputs and
weights get a scale for every 128 numbers, which is slower.

Every second of them is kept to check with. A processor whose integers give other vectors than fp32 gets
no such graph, and embeds questions as it does passages.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, load, numpy_helper, save

from index.e5.session import available_threads, open_session
from index.e5.tokens import UnigramTokenizer
from index.e5.weights import ATTENTION_MASK, EMBEDDING, HIDDEN, INPUT_IDS, FloatArray

LEAST_COSINE = 0.999
"""So near a question's vector must be to fp32's."""

_AFTER_NORM, _ELSEWHERE = 0.65, 0.75
"""How much of a channel's size moves into the weights, as an exponent: a scan from .5 to .95 by .1 for the
inputs that come out of a layer norm and for the others, on questions that are not in `calibration.txt`."""

_LEAST = 1e-3
_LEVELS = 127
_BLOCK = 128
_ZERO = 128
_INTEGERS = 4
"""ONNX Runtime's number for products whose inputs are 8-bit integers, too."""

_MICROSOFT = "com.microsoft"


def write_question_graph(folder: Path, exact: str, tokenizer: str, name: str) -> bool:
    """Writes the graph beside the exact one, if this processor computes it well enough.

    Args:
        folder: The converted model.
        exact: File name of its graph in fp32.
        tokenizer: File name of its tokenizer.
        name: File name of the new graph.

    Returns:
        Whether it was written.

    Raises:
        OSError: The folder can't be written.
    """
    texts = Path(__file__).with_name("calibration.txt").read_text(encoding="utf-8").splitlines()
    questions = UnigramTokenizer(folder / tokenizer).encode([f"query: {text}" for text in texts])
    graph = load(folder / exact, load_external_data=False)
    products = [node for node in graph.graph.node if node.op_type == "Gemm"]
    largest = _largest(folder, graph, products, questions[::2])
    save(_in_integers(folder, graph, products, largest), folder / name)
    expected, found = (_vectors(folder / file, questions[1::2]) for file in (exact, name))
    if float((expected * found).sum(axis=1).min()) >= LEAST_COSINE:
        return True
    (folder / name).unlink()
    return False


def _largest(
    folder: Path, graph: ModelProto, products: Sequence[NodeProto], questions: Sequence[Sequence[int]]
) -> Mapping[str, FloatArray]:
    """Returns how large each channel of each product's input gets, (channels,), by the input's name."""
    names = list(dict.fromkeys(node.input[0] for node in products))
    watched = ModelProto()
    watched.CopyFrom(graph)
    for name in names:
        watched.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    file = folder / "watched.onnx"
    save(watched, file)
    try:
        session = open_session(file, available_threads())
        seen = [session.run(names, _inputs(tokens)) for tokens in questions]
    finally:
        file.unlink()
    return {
        name: np.max([np.abs(states[place]).max(axis=0) for states in seen], axis=0)
        for place, name in enumerate(names)
    }


def _in_integers(
    folder: Path, graph: ModelProto, products: Sequence[NodeProto], largest: Mapping[str, FloatArray]
) -> ModelProto:
    """Returns the graph with every product of a weight matrix in 8-bit integers."""
    tensors = {tensor.name: tensor for tensor in graph.graph.initializer}
    matrices = {
        node.name: numpy_helper.to_array(
            tensors[node.input[1].removesuffix(".fp32")], base_dir=str(folder)
        ).astype(np.float32)
        for node in products
    }
    shares = {
        name: _share(name, products, matrices, channels)
        for name, channels in largest.items()
        if not name.endswith("gelu")
    }
    weights = [numpy_helper.from_array(1 / share, f"{name}.share") for name, share in shares.items()]
    nodes: list[NodeProto] = []
    divided: set[str] = set()
    for node in graph.graph.node:
        name = node.input[0]
        if node.op_type != "Gemm":
            nodes.append(node)
        elif name not in shares:
            nodes.append(_by_blocks(node, matrices[node.name], weights))
        else:
            if name not in divided:
                even = f"{name}.even"
                nodes.append(helper.make_node("Mul", [name, f"{name}.share"], [even], even))
                divided.add(name)
            nodes.append(_by_tensor(node, matrices[node.name] * shares[name], weights))
    return _pruned(graph, nodes, weights)


def _by_tensor(node: NodeProto, matrix: FloatArray, weights: list[TensorProto]) -> NodeProto:
    """One scale for all of the input, one for each row of the matrix."""
    scale = np.abs(matrix).max(axis=1) / np.float32(_LEVELS)
    kept = {
        f"{node.name}.int8": np.rint(matrix / scale[:, None]).astype(np.int8).T.copy(),
        f"{node.name}.scale": scale,
        f"{node.name}.zero": np.zeros(len(scale), np.int8),
    }
    weights += [numpy_helper.from_array(values, name) for name, values in kept.items()]
    taken = [f"{node.input[0]}.even", *kept, node.input[2]]
    return helper.make_node("DynamicQuantizeMatMul", taken, node.output, name=node.name, domain=_MICROSOFT)


def _by_blocks(node: NodeProto, matrix: FloatArray, weights: list[TensorProto]) -> NodeProto:
    """One scale for each 128 numbers of a token's input, and of a row of the matrix."""
    rows, columns = matrix.shape
    blocks = matrix.reshape(rows, columns // _BLOCK, _BLOCK)
    scale = np.abs(blocks).max(axis=2) / np.float32(_LEVELS)
    kept = {
        f"{node.name}.int8": (np.rint(blocks / scale[:, :, None]) + _ZERO).astype(np.uint8),
        f"{node.name}.scale": scale.reshape(-1),
    }
    weights += [numpy_helper.from_array(values, name) for name, values in kept.items()]
    taken = [node.input[0], *kept, "", "", node.input[2]]
    sizes = {"K": columns, "N": rows, "bits": 8, "block_size": _BLOCK, "accuracy_level": _INTEGERS}
    return helper.make_node(
        "MatMulNBits", taken, node.output, name=node.name, domain=_MICROSOFT, **cast(dict[str, Any], sizes)
    )


def _share(
    name: str,
    products: Sequence[NodeProto],
    matrices: Mapping[str, FloatArray],
    channels: FloatArray,
) -> FloatArray:
    """Returns by what each channel of an input is divided, and its weights multiplied, (channels,)."""
    own = [np.abs(matrices[node.name]).max(axis=0) for node in products if node.input[0] == name]
    power = _AFTER_NORM if name.endswith(("LayerNorm", "embeddings")) else _ELSEWHERE
    sizes = np.maximum(channels, _LEAST) ** power / np.maximum(np.max(own, axis=0), _LEAST) ** (1 - power)
    return sizes.astype(np.float32)


def _pruned(graph: ModelProto, nodes: list[NodeProto], weights: list[TensorProto]) -> ModelProto:
    """Returns the graph with these nodes, without what only the replaced ones needed; it gives the embedding."""
    used = {name for node in nodes if node.op_type != "Cast" for name in node.input} | {EMBEDDING}
    nodes = [node for node in nodes if node.op_type != "Cast" or node.output[0] in used]
    used |= {name for node in nodes for name in node.input}
    result = ModelProto()
    result.CopyFrom(graph)
    kept = [tensor for tensor in graph.graph.initializer if tensor.name in used]
    for field, values in (("node", nodes), ("initializer", [*kept, *weights])):
        result.graph.ClearField(field)
        getattr(result.graph, field).extend(values)
    result.graph.ClearField("output")
    result.graph.output.append(helper.make_tensor_value_info(EMBEDDING, TensorProto.FLOAT, ["texts", HIDDEN]))
    return result


def _vectors(file: Path, questions: Sequence[Sequence[int]]) -> FloatArray:
    session = open_session(file, available_threads())
    return np.concatenate([session.run([EMBEDDING], _inputs(tokens))[0] for tokens in questions])


def _inputs(tokens: Sequence[int]) -> dict[str, Any]:
    ids = np.array([tokens], np.int64)
    return {INPUT_IDS: ids, ATTENTION_MASK: np.ones_like(ids)}
