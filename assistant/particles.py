"""Korean particles that sound right after any word: `람다는`, `EC2는`, `버킷은`, `S3로`, `SQL을`."""

import re
from typing import Literal, get_args

Particle = Literal["은/는", "이/가", "을/를", "과/와", "으로/로", "이랑/랑", "이라고/라고", "이에요/예요"]
"""The form after a consonant, then the form after a vowel."""

_PARTICLES: dict[str, Particle] = {
    form: particle for particle in get_args(Particle) for form in particle.split("/")
}
_PARTICLE = re.compile(rf"({'|'.join(sorted(_PARTICLES, key=len, reverse=True))})(?=\s|$)")

_SPOKEN_DIGITS = {"0": 21, "1": 8, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": 8, "8": 8, "9": 0}
"""The final consonant of each digit's name, as Unicode counts them: 영 일 이 삼 사 오 육 칠 팔 구."""

_SPOKEN_LETTERS = {"l": 8, "m": 16, "n": 4, "r": 8}
"""The same of the letters whose names have one: 엘 엠 엔 알."""

_FINAL_L = 8


def with_particle(word: str, particle: Particle) -> str:
    """Returns a word with the form of a particle that its last sound takes, both where that is not known.

    >>> with_particle("람다", "은/는"), with_particle("버킷", "이/가"), with_particle("SQL", "으로/로")
    ('람다는', '버킷이', 'SQL로')
    """
    after_consonant, after_vowel = particle.split("/")
    final = final_consonant(word)
    if final is None:
        return f"{word}{after_consonant}({after_vowel})"
    if particle == "으로/로" and final == _FINAL_L:
        return word + after_vowel
    return word + (after_consonant if final else after_vowel)


def before_particle(word: str, rest: str) -> str:
    """Returns a word before the rest of a sentence, whose particle takes the form that the word asks for.

    >>> before_particle("람다", "은 얼마야?"), before_particle("버킷", " 요금은?")
    ('람다는 얼마야?', '버킷 요금은?')
    """
    found = _PARTICLE.match(rest)
    return with_particle(word, _PARTICLES[found[1]]) + rest[found.end() :] if found else word + rest


def final_consonant(word: str) -> int | None:
    """Returns the final consonant of a word as it is spoken, 0 for none; None where that is not known.

    Latin words in capitals are spelled out (`SQL`); how others sound only their last vowels tell.
    """
    bare = word.rstrip(")]）\"'”’ ")
    last = bare[-1:]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28
    if last in _SPOKEN_DIGITS:
        return _SPOKEN_DIGITS[last]
    letter = last.casefold()
    if not ("a" <= letter <= "z"):
        return None
    spelled = last.isupper() or len(bare) == 1 or not bare[-2].isalpha()
    if spelled:
        return _SPOKEN_LETTERS.get(letter, 0)
    if letter in "lmn":
        return _SPOKEN_LETTERS[letter]
    return 0 if letter in "aiouyrsz" else None
