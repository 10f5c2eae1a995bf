"""Which vectors lie near each other, and how surely: the graph a map is drawn from."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

_ROWS = 1024
"""So many vectors are compared with all others at a time: 10,000 of them need 40 MB."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Pairs of neighbours, each pair once.

    Attributes:
        one: A row of each pair, (pairs,).
        other: The other, (pairs,).
        weight: How surely the two are neighbours, above 0 and at most 1, (pairs,).
    """

    one: Numbers
    other: Numbers
    weight: Doubles


def nearest(vectors: Floats, count: int) -> tuple[Numbers, Floats]:
    """Returns the nearest others of each row, best first, and their distances.

    Args:
        vectors: Unit vectors, (n, dimension).
        count: How many; fewer where there are fewer others.

    Returns:
        Rows and Euclidean distances, both (n, min(count, n - 1)).
    """
    total = len(vectors)
    count = min(count, total - 1)
    rows = np.empty((total, count), np.int64)
    distances = np.empty((total, count), np.float32)
    for first in range(0, total, _ROWS):
        own = np.arange(first, min(first + _ROWS, total))
        cosines = vectors[own] @ vectors.T
        cosines[np.arange(len(own)), own] = -np.inf
        # By cosine and, where that is the same, by row: the order may not hang on how a sum was rounded.
        best = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        values = np.take_along_axis(cosines, best, axis=1)
        order = np.lexsort((best, -values), axis=1)
        rows[own] = np.take_along_axis(best, order, axis=1)
        found = np.take_along_axis(values, order, axis=1)
        distances[own] = np.sqrt(np.maximum(2 - 2 * found, 0))
    return rows, distances


def neighbour_graph(vectors: Floats, count: int) -> Graph:
    """Returns the graph of neighbours with UMAP's weights (McInnes, Healy and Melville 2018, section 3.1).

    A row's nearest neighbour is one surely, the others less so the farther they are, at a scale of the
    row's own: what lies alone still has neighbours.

    Args:
        vectors: Unit vectors, (n, dimension), n at least 2.
        count: Neighbours of each row.
    """
    total = len(vectors)
    rows, distances = nearest(vectors, count)
    beyond = np.maximum(distances - distances[:, :1], 0).astype(np.float64)
    weights = np.exp(-beyond / _scales(beyond))
    one, other = np.repeat(np.arange(total), rows.shape[1]), rows.ravel()
    pairs, pair_of = np.unique(np.minimum(one, other) * total + np.maximum(one, other), return_inverse=True)
    unlikely = np.ones(len(pairs))
    np.multiply.at(unlikely, pair_of, 1 - weights.ravel())  # of two rows' views, either is enough
    return Graph(pairs // total, pairs % total, 1 - unlikely)


def _scales(beyond: Doubles) -> Doubles:
    """The scale of each row at which its weights add up to log2 of their number, (n, 1)."""
    wanted = np.log2(max(2, beyond.shape[1]))
    low, high = np.full((len(beyond), 1), 1e-4), np.full((len(beyond), 1), 10.0)
    for _ in range(32):
        middle = (low + high) / 2
        much = np.exp(-beyond / middle).sum(axis=1, keepdims=True) > wanted
        low, high = np.where(much, low, middle), np.where(much, middle, high)
    return (low + high) / 2
