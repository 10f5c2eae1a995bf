"""Vectors to places on a plane, so that neighbours stay neighbours. Pure, and the same at every call.

The method is UMAP's (McInnes, Healy and Melville 2018): neighbours pull each other near, and rows drawn at
random push each other away. `docs/map.md` has what else was measured.
"""

from collections.abc import Callable

import numpy as np

from assistant.mapping.neighbours import Doubles, Floats, Graph, Numbers, nearest, neighbour_graph

Progress = Callable[[int, int], None]
"""Is told how many rounds are done, and how many there are."""

NEIGHBOURS = 10
"""Neighbours that pull: 15 and 8 kept a percent fewer on the notes that come with mutgo."""

_ROUNDS = 400
_ROUNDS_OF_MANY = 200
_MANY = 3_000
_PUSHES = 5
_STEP = 1.0
_STEP_AGAIN = 0.25
"""A layout that begins with an earlier one is only to be mended."""

_A, _B = 0.583, 1.334
"""The curve of nearness over distance, for places half a unit apart: any closer, a note's points were one blot."""

_WIDTH = 10.0
_AT_ONCE = 256
_SEED = 20_260_131


def arrange(
    vectors: Floats,
    before: Doubles | None = None,
    *,
    keep: bool = True,
    progress: Progress = lambda done, total: None,
) -> Doubles:
    """Returns a place for each vector.

    Args:
        vectors: Unit vectors, (n, dimension).
        before: Places of an earlier layout, (n, 2); NaN for what is new.
        keep: Leave those places as they are and only find some for the others.
        progress: Told how far it is.

    Returns:
        Places, (n, 2); those of two rows are near if the rows are neighbours.
    """
    total = len(vectors)
    if total < 2:
        return np.zeros((total, 2)) if before is None else np.nan_to_num(before)
    random = np.random.default_rng(_SEED)
    fresh = np.ones(total, np.bool_) if before is None else np.isnan(before[:, 0])
    if before is None or fresh.all():
        places, moving, step = _principal(vectors, random), np.arange(total), _STEP
    else:
        places = _beside_neighbours(vectors, before, fresh, random)
        moving = np.flatnonzero(fresh) if keep else np.arange(total)
        step = _STEP_AGAIN
    if len(moving):
        _settle(places, neighbour_graph(vectors, NEIGHBOURS), moving, step, random, progress)
    return places


def _principal(vectors: Floats, random: np.random.Generator) -> Doubles:
    """The two directions in which the vectors differ most, where a layout begins, (n, 2)."""
    centred = (vectors - vectors.mean(axis=0)).astype(np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :2]
    axes *= np.where(axes[np.abs(axes).argmax(axis=0), [0, 1]] < 0, -1, 1)  # either sign is an eigenvector
    places = centred @ axes
    places *= _WIDTH / max(float(np.abs(places).max()), 1e-9)
    return places + random.normal(0, 0.01, places.shape)  # what is quite the same must be able to part


def _beside_neighbours(
    vectors: Floats, before: Doubles, fresh: np.ndarray, random: np.random.Generator
) -> Doubles:
    """The earlier places, and what is new in the middle of its nearest neighbours that have one, (n, 2)."""
    places = before.copy()
    known, new = np.flatnonzero(~fresh), np.flatnonzero(fresh)
    for first in range(0, len(new), _AT_ONCE):
        rows = new[first : first + _AT_ONCE]
        cosines = vectors[rows] @ vectors[known].T
        for row, near in zip(rows, np.argsort(-cosines, axis=1, kind="stable")[:, :3], strict=True):
            places[row] = middle(before[known[near]], np.array([3.0, 2.0, 1.0])[: len(near)])
    places[new] += random.normal(0, 0.05, (len(new), 2))
    return places


def _settle(
    places: Doubles,
    graph: Graph,
    moving: Numbers,
    step: float,
    random: np.random.Generator,
    progress: Progress,
) -> None:
    """Moves some of the places, round by round, ever less."""
    total = len(places)
    pulled, by = np.concatenate([graph.one, graph.other]), np.concatenate([graph.other, graph.one])
    weight = np.concatenate([graph.weight, graph.weight])
    if len(moving) < total:
        own = np.isin(pulled, moving)
        pulled, by, weight = pulled[own], by[own], weight[own]
    rounds = _ROUNDS if total < _MANY else _ROUNDS_OF_MANY
    for done in range(rounds):
        drawn = random.random(len(weight)) < weight
        rows, others = pulled[drawn], by[drawn]
        move = _sum(_pull(places[rows] - places[others]), rows, total)
        for _ in range(_PUSHES):
            strangers = random.integers(0, total, len(rows))
            move += _sum(_push(places[rows] - places[strangers]), rows, total)
        places += step * (1 - done / rounds) * np.clip(move, -4, 4)
        progress(done + 1, rounds)


def _pull(apart: Doubles) -> Doubles:
    squared = np.maximum((apart * apart).sum(axis=1, keepdims=True), 1e-12)
    return np.clip(-2 * _A * _B * squared ** (_B - 1) / (1 + _A * squared**_B) * apart, -4, 4)


def _push(apart: Doubles) -> Doubles:
    squared = (apart * apart).sum(axis=1, keepdims=True)
    return np.clip(2 * _B / ((0.001 + squared) * (1 + _A * squared**_B)) * apart, -4, 4)


def _sum(moves: Doubles, rows: Numbers, total: int) -> Doubles:
    """The moves of each row together, (total, 2)."""
    sums = [np.bincount(rows, moves[:, axis], total).astype(np.float64) for axis in (0, 1)]
    return np.stack(sums, axis=1)


def middle(places: Doubles, weights: Doubles) -> Doubles:
    """Returns the place with the least weighted distance to all of some, (2,): far ones hardly draw it.

    Weiszfeld's iteration for the geometric median.

    Args:
        places: (n, 2), n at least 1.
        weights: (n,), above 0.
    """
    found = (places * weights[:, None]).sum(axis=0) / weights.sum()
    for _ in range(24):
        pull = weights / np.maximum(np.sqrt(((places - found) ** 2).sum(axis=1)), 1e-6)
        found = (places * pull[:, None]).sum(axis=0) / pull.sum()
    return found


def kept_neighbours(vectors: Floats, places: Doubles, count: int = 10) -> float:
    """Returns the mean share of each row's nearest others that are nearest on the map, too.

    Args:
        vectors: Unit vectors, (n, dimension).
        places: Their places, (n, 2).
        count: How many neighbours to look at.
    """
    count = min(count, len(vectors) - 1)
    if count < 1:
        return 1.0
    meant, _ = nearest(vectors, count)
    shares: list[float] = []
    for row, wanted in enumerate(meant):
        distances = ((places - places[row]) ** 2).sum(axis=1)
        distances[row] = np.inf
        shown = np.argpartition(distances, count - 1)[:count]
        shares.append(len(np.intersect1d(wanted, shown)) / count)
    return float(np.mean(shares))
