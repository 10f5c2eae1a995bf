"""Vaults of any size, made up: Korean study notes about services that don't exist.

    write_vault(folder, count=125, seed=1)   # 125 notes of 8 sections, the same every time

Every note is about one invented service, named in both scripts (`하누리 큐 (Hanuri Queue)`), lies in
one of the `folders`, carries one of the nested `TAGS`, and has an opening and sections of bullets, paragraphs and definitions under headings: each is one chunk.
Sections draw from a pool of sentences made first. In a vault of 1,000 sections a sentence hardly
comes twice; in one of 100,000 it comes some forty times, under other titles and headings. That is
the price of reading 100,000 sections in minutes: `LineReader` reads each sentence once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from random import Random

GENERATOR_VERSION = 2
"""Raised when the same seed gives another vault: results before and after can't be compared."""

SECTIONS = 8
"""Sections of a note, its opening included."""

_POOL = 8000
_DEFINITION_POOL = 1000
_NOTES_IN_A_FOLDER = 250

_SYLLABLES = (
    "ha 하,nu 누,ri 리,ba 바,da 다,mo 모,so 소,ra 라,ji 지,ko 코,te 테,vi 비,lo 로,ma 마,sae 새,du 두,"
    "no 노,ga 가,pi 피,yu 유,mi 미,to 토,na 나,ru 루,she 셰,bo 보,ne 네,chu 추,ro 루,ki 키"
)
_KINDS = (
    "Queue 큐,Store 스토어,Stream 스트림,Gate 게이트,Vault 볼트,Graph 그래프,Cache 캐시,Relay 릴레이,"
    "Table 테이블,Batch 배치,Mesh 메시,Watch 워치,Bridge 브리지,Index 인덱스,Ledger 레저,Sync 싱크"
)
TAGS = tuple(f"서비스/{pair.split()[1]}" for pair in _KINDS.split(","))
"""A note has one of these: that of its service's kind."""

_HEADINGS = (
    "특징,요금,한도,보안 설정,구성 요소,만드는 방법,장애 조치,백업과 복원,모니터링,접근 제어,성능 조정,"
    "다른 서비스와 비교,주의할 점,용어 (Terms),네트워크,데이터 보존"
).split(",")
_QUALITIES = (
    "예약,지연,임시,공유,암호화된,압축된,중복,오래된,실시간,외부,내부,수동,자동,보조,실패한,대량,익명,"
    "분할된,원격,검증된,읽기 전용,비동기,누락된,지역별"
).split(",")
_NOUNS = (
    "요청,메시지,파티션,복제본,암호 키,작업 기록,연결,볼륨,스냅숏,사용자 권한,로그,지표,이벤트,인증서,세션,"
    "데이터 블록,배포 묶음,대기열,검색 색인,파일,경고,토큰,주소,정책,보고서,샘플"
).split(",")
_PLACES = (
    "서울 센터,예비 서버,공용 네트워크,사설 서브넷,중앙 저장소,관리 콘솔,분석 계층,캐시 계층,부산 센터,"
    "시험 환경,운영 환경,감사 계정,보관 구역,처리 단계"
).split(",")
_SETTINGS = (
    "maxRetries,idle_timeout,node.size,read-quota,keepAlive,shardCount,log.level,ttl_seconds,batchWindow,"
    "warm_pool,dry-run,replicaFactor,m4.large,v2.small,ipv6Only,auditTrail"
).split(",")
_UNITS = "개,초,분,GB,MB,일,%,시간".split(",")

_OPENINGS = (
    "{service:는} {thing:를} {place}에 모아 두고 필요할 때 꺼내 쓰게 하는 서비스이다. 영어로는 {en}라고 쓴다.",
    "{en}(이하 {service})는 {thing:와} {other:를} 한곳에서 관리하는 도구이다. 직접 서버를 돌릴 필요가 없다.",
    "{service}({en})는 {place}에서 일어난 {thing} 변화를 다른 시스템으로 넘겨주는 중계 서비스를 말한다.",
)
_SENTENCES = (
    "{thing} 하나의 크기는 최대 {number}{unit}이다.",
    "기본 설정에서 {thing:는} {number}{unit} 동안 보관되고 그 뒤에 지워진다.",
    "`{setting}` 값을 {number}까지 올리면 {thing:를} 더 자주 확인한다.",
    "{place}에 있는 {thing:를} 읽기 전에 {other}부터 검사한다.",
    "{thing:가} 실패하면 {number}번까지 다시 시도하고, 그래도 안 되면 {other}에 남긴다.",
    "비용은 {thing}의 수와 {other:를} 옮긴 양으로 계산한다.",
    "{thing:와} {other:를} 서로 다른 {place}에 두는 편이 안전하다.",
    "Console에서 **{thing:를}** 고르고 `{setting}` 항목을 켜면 바로 적용된다.",
    "{service:와} 함께 쓰면 {thing:를} 따로 옮기지 않아도 된다.",
    "처음 만든 {thing}에는 이름표가 없으므로 {other:를} 보고 구별해야 한다.",
    "{service}({en})에서 보낸 {thing:는} {place:를} 거쳐 도착한다.",
    "{place}마다 {thing:를} {number}{unit}보다 많이 만들 수 없다.",
)
_DEFINITIONS = (
    "**{thing}**: {place}에 남는 {other}의 묶음",
    "**{setting}**: {thing:를} 몇 {unit}마다 살필지 정하는 값",
)
_QUESTIONS = (
    "{service:가} 뭐야?",
    "{service}에서 {thing:는} 최대 몇 {unit}까지 돼?",
    "{en}의 {heading} 알려줘",
    "{thing:가} 실패하면 {service:는} 어떻게 해?",
    "{setting} 값을 바꾸면 {thing:가} 어떻게 되나요?",
    "What is {en}?",
    "How do I change {setting} in {en}?",
)
_PARTICLES = {"는": "은는", "가": "이가", "를": "을를", "와": "과와"}
"""Each particle after a consonant and after a vowel."""


class Word(str):
    """A Korean word that takes its particle in a template.

    >>> f"{Word('로그'):는} {Word('연결'):는}"
    '로그는 연결은'
    """

    __slots__ = ()

    def __format__(self, particle: str) -> str:
        """Returns the word with the particle's right form; a word alone without one."""
        if not particle:
            return str(self)
        ends_in_vowel = (ord(self[-1]) - ord("가")) % 28 == 0
        return self + _PARTICLES[particle][ends_in_vowel]


@dataclass(frozen=True, slots=True)
class Service:
    """An invented service: its name in both scripts."""

    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class MadeNote:
    """A note to be written: its path in the vault and its Markdown."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class _Pool:
    """What sections are put together from."""

    sentences: list[str]
    definitions: list[str]


def services(count: int, seed: int) -> list[Service]:
    """Returns that many services, no two of one name; fewer are the beginning of more."""
    random = Random(f"services {GENERATOR_VERSION} {seed}")
    syllables = [pair.split() for pair in _SYLLABLES.split(",")]
    kinds = [pair.split() for pair in _KINDS.split(",")]
    made: dict[str, Service] = {}
    while len(made) < count:
        name = [random.choice(syllables) for _ in range(3)]
        kind = random.choice(kinds)
        latin = "".join(part[0] for part in name).capitalize()
        service = Service(f"{''.join(part[1] for part in name)} {kind[1]}", f"{latin} {kind[0]}")
        made.setdefault(service.en, service)
    return list(made.values())


def notes(count: int, seed: int) -> Iterator[MadeNote]:
    """Yields the notes of a vault."""
    random = Random(f"notes {GENERATOR_VERSION} {seed}")
    known = services(count, seed)
    pool = _Pool(
        [_filled(random, _SENTENCES, random.choice(known)) for _ in range(min(_POOL, 4 * SECTIONS * count))],
        [
            _filled(random, _DEFINITIONS, random.choice(known))
            for _ in range(min(_DEFINITION_POOL, SECTIONS * count))
        ],
    )
    for number, service in enumerate(known):
        path = f"{_folder(number)}/{service.en}.md"
        yield MadeNote(path, _note(random, service, pool))


def folders(count: int) -> list[str]:
    """Returns the folders of a vault of so many notes."""
    return list(dict.fromkeys(_folder(number) for number in range(count)))


def write_vault(folder: Path, count: int, seed: int, most: int | None = None) -> None:
    """Writes a vault.

    Args:
        folder: Where.
        count: Its notes.
        seed: Which vault of that size.
        most: Write only so many notes, the first.
    """
    for note in islice(notes(count, seed), most):
        file = folder / note.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(note.text, encoding="utf-8")


def questions(count: int, notes: int, seed: int) -> list[str]:
    """Returns questions about the vault of so many notes and that seed, Korean and English in turn."""
    random = Random(f"questions {GENERATOR_VERSION} {seed}")
    known = services(notes, seed)
    return [
        _filled(random, _QUESTIONS[i % len(_QUESTIONS) :][:1], random.choice(known)) for i in range(count)
    ]


def _folder(number: int) -> str:
    """The folder of the note with that number."""
    return f"묶음 {number // _NOTES_IN_A_FOLDER + 1:03}"


def _note(random: Random, service: Service, pool: _Pool) -> str:
    tags = f"---\ntags: [서비스/{service.ko.split()[1]}]\n---"
    parts = [tags, f"# {service.ko} ({service.en})", _filled(random, _OPENINGS, service)]
    for heading in random.sample(_HEADINGS, SECTIONS - 1):
        parts += [f"## {heading}", _section(random, pool)]
    return "\n\n".join(parts) + "\n"


def _section(random: Random, pool: _Pool) -> str:
    """A list of two to four sentences, or a paragraph of two and a definition."""
    said = random.choices(pool.sentences, k=random.randint(2, 4))
    if random.random() < 0.8:
        return "\n".join(f"- {sentence}" for sentence in said)
    return f"{said[0]}\n{said[1]}\n\n- {random.choice(pool.definitions)}"


def _filled(random: Random, templates: Sequence[str], service: Service) -> str:
    """A template with words in its blanks; some words come far more often, as in any text."""
    return random.choice(templates).format(
        service=Word(service.ko),
        en=service.en,
        thing=_thing(random),
        other=_thing(random),
        place=Word(_often_the_first(random, _PLACES)),
        setting=_often_the_first(random, _SETTINGS),
        number=random.randint(2, 990),
        unit=random.choice(_UNITS),
        heading=random.choice(_HEADINGS),
    )


def _thing(random: Random) -> Word:
    return Word(f"{_often_the_first(random, _QUALITIES)} {_often_the_first(random, _NOUNS)}")


def _often_the_first(random: Random, words: Sequence[str]) -> str:
    """Draws by Zipf's law: the second word half as often as the first, the third a third."""
    return random.choices(words, cum_weights=list(accumulate(1 / n for n in range(1, len(words) + 1))))[0]
