"""How the cosines of an embedding model are to be read.

One model gives a question and its answer .88 and two texts on different things .75, another .6 and .1. Some
questions with their answers, on things that no vault is likely to be about, show where a model puts either.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_Vector = npt.NDArray[np.float32]

PAIRS: dict[str, list[tuple[str, str]]] = {
    "ko": [
        ("고래는 어떻게 숨을 쉬어?", "고래는 물 위로 올라와 머리 위의 숨구멍으로 공기를 들이마신다."),
        ("김치는 왜 시어져?", "유산균이 당을 젖산으로 바꾸기 때문에 김치는 시간이 지나면 신맛이 난다."),
        ("첼로의 줄은 몇 개야?", "첼로에는 굵기가 다른 네 개의 줄이 있다."),
        ("비행기는 어떻게 떠?", "날개 위아래의 압력 차이로 생기는 양력이 비행기를 떠받친다."),
        ("화산의 종류는?", "화산은 활동하는 정도에 따라 활화산, 휴화산, 사화산으로 나눈다."),
        ("저작권은 언제까지 보호돼?", "저작권은 지은이가 죽은 뒤 70년까지 보호된다."),
        ("식물의 뿌리가 하는 일", "뿌리는 흙에서 물과 양분을 빨아들이고 줄기를 붙들어 준다."),
        ("바둑에서 축이 뭐야?", "축은 단수로 계속 몰아서 돌을 잡는 수이다."),
    ],
    "en": [
        ("How do bees find flowers?", "Bees find flowers by their scent, colour and patterns in ultraviolet light."),
        ("What is sourdough?", "Sourdough is bread that rises with wild yeast and lactic acid bacteria."),
        ("how many players are in a rugby team", "A rugby union team has fifteen players on the field."),
        ("Why is the sea salty?", "Rivers carry dissolved minerals from rocks into the sea, where the salt stays."),
        ("difference between a violin and a viola", "A viola is larger than a violin and tuned a fifth lower."),
        ("When was paper invented?", "Paper was invented in China about two thousand years ago."),
        ("Which clouds bring thunderstorms?", "Cumulonimbus clouds bring lightning, thunder and heavy rain."),
        ("steps to develop a film", "The film is developed, put in a stop bath, fixed, washed and dried."),
    ],
}  # fmt: skip
"""Questions, each with a sentence that answers it."""

_NARROWEST = 0.02
"""A model that hardly tells an answer from another sentence must not make a hair's breadth of it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a model puts what does not belong together, and what does, as cosines."""

    unrelated: float
    related: float

    def read(self, cosine: float) -> float:
        """Returns how near a text is to a question: 0 as one on something else, 1 as a plain answer.

        >>> round(Scale(0.75, 0.87).read(0.81), 2)
        0.5
        """
        return (cosine - self.unrelated) / max(self.related - self.unrelated, _NARROWEST)


def measure_scale(
    encode_query: Callable[[str], _Vector], encode_documents: Callable[[Sequence[str]], _Vector]
) -> Scale:
    """Returns the scale of a model, from questions with their answers and with each other's.

    Args:
        encode_query: Gives a question's vector (dimension,), normalised.
        encode_documents: Gives sentences' vectors (sentences, dimension), normalised.
    """
    related, unrelated = list[float](), list[float]()
    for pairs in PAIRS.values():
        questions = np.stack([encode_query(question) for question, _ in pairs])
        cosines = questions @ encode_documents([sentence for _, sentence in pairs]).T
        own = np.eye(len(pairs), dtype=bool)
        related += cosines[own].tolist()
        unrelated += cosines[~own].tolist()
    return Scale(float(np.mean(unrelated)), float(np.mean(related)))
