"""What the page of numbers says, in Korean and English."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.ui.texts import UiLanguage


@dataclass(frozen=True, slots=True)
class Explained:
    """A metric: what it is called, and what it counts, in one sentence."""

    name: str
    about: str


@dataclass(frozen=True, slots=True)
class NumbersTexts:
    """Every text of the page in one language; `{}` are filled by `str.format`."""

    language: UiLanguage
    metrics: Mapping[str, Explained]
    verdicts: Mapping[str, str]
    groups: Mapping[str, str]
    stages: Mapping[str, str]
    title: str
    about: str
    about_accepted: str
    own: str
    suite: str
    latest: str
    latest_accepted: str
    seconds: str
    errors: str
    points: str
    to: str
    interval: str
    change: str
    change_run: str
    change_last: str
    change_none: str
    lower: str
    compared: str
    compared_run: str
    reading: str
    unread: str
    run: str
    run_quick: str
    run_takes: str
    stop: str
    running: str
    running_quick: str
    stopping: str
    stopped: str
    done: str
    failed: str
    elsewhere: str
    no_cases: str
    no_cases_how: tuple[str, ...]
    no_checkout: str
    lacking: str
    no_runs: str
    trend: str
    trend_about: str
    trend_run: str
    trend_one: str
    trend_table: str
    when: str
    why: str
    cases: str
    slices: str
    slices_about: str
    slice_row: str
    worst: str
    worst_about: str
    worst_none: str
    lost: str
    ask: str
    feedback: str


KOREAN = NumbersTexts(
    language="ko",
    metrics={
        "correct": Explained(
            "정답", "필요한 사실을 근거와 함께 모두 말했거나, 노트에 없는 것을 없다고 한 문항이에요."
        ),
        "recall@5": Explained(
            "근거 찾기", "답에 필요한 곳 가운데 검색 결과 위쪽 다섯 개 안에 든 비율이에요."
        ),
        "ndcg@10": Explained("근거 순서", "필요한 곳이 검색 결과에서 위에 있을수록 높아요."),
        "fact_recall": Explained("말한 사실", "답해야 할 사실 가운데 실제로 말한 비율이에요."),
        "citation_recall": Explained(
            "근거를 댄 사실", "답해야 할 사실 가운데, 인용한 곳에 그대로 적혀 있는 비율이에요."
        ),
        "refusal_recall": Explained("올바른 거절", "노트에 없는 것을 물었을 때 없다고 한 비율이에요."),
        "false_refusal": Explained("잘못된 거절", "노트에 있는데도 없다고 한 비율이에요."),
        "unsupported": Explained("근거 없는 문장", "인용한 어느 곳도 뒷받침하지 않는 문장의 비율이에요."),
        "exact_spans": Explained("원문 그대로", "인용문이 노트의 글자와 똑같은 비율이에요."),
    },
    verdicts={
        "improved": "나아졌어요",
        "regressed": "나빠졌어요",
        "equivalent": "그대로예요",
        "inconclusive": "뚜렷하지 않아요",
    },
    groups={"kind": "무엇을 물었나", "lang": "질문의 언어", "in_notes": "노트에 답이 있나"},
    stages={
        "starting": "준비하고 있어요",
        "model": "모델을 준비하고 있어요",
        "read": "노트를 읽고 있어요",
        "embed": "노트를 임베딩하고 있어요",
        "store": "색인을 적고 있어요",
        "check": "색인을 살펴보고 있어요",
        "ask": "문항에 답하고 있어요",
    },
    title="수치",
    about="답을 아는 문항을 물어서, mutgo가 얼마나 잘 답하는지 잰 값이에요.",
    about_accepted="아래는 mutgo를 만들면서 함께 들어 있는 노트로 잰 값이에요. 내 노트의 값은 아니에요.",
    own="내 문항 {count}개",
    suite="함께 들어 있는 문항 {count}개",
    latest="{date}에 문항 {cases}개로 쟀어요",
    latest_accepted="{date}에 문항 {cases}개로 잰 기준값이에요",
    seconds="{seconds}초 걸림",
    errors="실행하지 못한 문항 {count}개",
    points="%p",
    to="~",
    interval="95% 구간 {low}–{high}",
    change="기준보다 {change} · {verdict}",
    change_run="지난번보다 {change} · {verdict}",
    change_last="지난 기준보다 {change}",
    change_none="견줄 기준이 아직 없어요",
    lower="낮을수록 좋아요",
    compared_run="{date}의 지난 실행과 함께 있는 문항 {shared}개를 견주었어요",
    compared="{date}의 기준과 함께 있는 문항 {shared}개를 견주었어요",
    reading="수치를 읽고 있어요. 몇 초 걸려요.",
    unread="결과 파일을 읽지 못했어요. 다시 돌려 보면 새로 적혀요.",
    run="지금 돌려 보기",
    run_quick="{count}개만 빠르게",
    run_takes="전체는 몇 분 걸려요. 그동안에도 물어볼 수 있어요.",
    stop="멈추기",
    running="문항을 돌리고 있어요",
    running_quick="문항 {count}개를 빠르게 돌리고 있어요",
    stopping="멈추고 있어요",
    stopped="멈췄어요. 이번에 돌린 것은 남지 않아요.",
    done="다 돌렸어요.",
    failed="돌리지 못했어요: {said}",
    elsewhere="다른 mutgo가 같은 문항을 돌리고 있어요. 끝나면 다시 눌러 주세요.",
    no_cases="이 노트 폴더의 문항이 아직 없어요",
    no_cases_how=(
        "노트에서 문항 초안을 만들어요.",
        "한 줄씩 읽고, 틀리거나 어색한 줄은 지워요.",
        "이 쪽을 다시 열고 ‘지금 돌려 보기’를 눌러요.",
    ),
    no_checkout="설치한 mutgo에는 평가 도구가 들어 있지 않아요. mutgo 저장소에서 켜면 여기서 돌려 볼 수 있어요.",
    lacking="평가에 쓰는 패키지를 먼저 설치해 주세요. 저장소 폴더에서 한 번이면 돼요. 그다음 mutgo를 다시 켜 주세요.",
    no_runs="아직 돌려 본 적이 없어요. ‘지금 돌려 보기’를 누르면 여기에 수치가 나와요.",
    trend="그동안의 변화",
    trend_about="점 하나가 한 번의 실행이에요. 빈 점은 아직 기준이 아닌 최근 실행이에요.",
    trend_run="점 하나가 한 번의 실행이에요. 빈 점이 가장 최근이에요.",
    trend_one="한 번 더 돌리면 변화가 선으로 이어져요.",
    trend_table="표로 보기",
    when="날짜",
    why="까닭",
    cases="문항",
    slices="갈래별 정답",
    slices_about="막대는 정답 비율, 오른쪽 숫자는 문항 수예요.",
    slice_row="{value}, 문항 {cases}개",
    worst="가장 아쉬운 문항",
    worst_about="눌러서 지금 대화에 물어보세요.",
    worst_none="틀린 문항이 없어요.",
    lost="새로 틀림",
    ask="‘{question}’ 물어보기",
    feedback="‘별로예요’를 남긴 질문은 다음 명령으로 문항 초안이 돼요.",
)

ENGLISH = NumbersTexts(
    language="en",
    metrics={
        "correct": Explained(
            "Correct",
            "Cases in which every fact was said with proof, or what is not in the notes was refused.",
        ),
        "recall@5": Explained(
            "Places found", "Of the places an answer needs, the share among the first five found."
        ),
        "ndcg@10": Explained("Order of places", "Higher the nearer to the top the needed places are found."),
        "fact_recall": Explained("Facts said", "Of the facts an answer should say, the share it says."),
        "citation_recall": Explained(
            "Facts cited", "Of those facts, the share that stands in a place the answer cites."
        ),
        "refusal_recall": Explained(
            "Rightly refused", "Of the questions not in the notes, the share that was refused."
        ),
        "false_refusal": Explained(
            "Wrongly refused", "Of the questions the notes answer, the share that was refused."
        ),
        "unsupported": Explained("Unsupported", "The share of sentences that nothing they cite supports."),
        "exact_spans": Explained("Exact quotes", "The share of quotes that are just what the note says."),
    },
    verdicts={
        "improved": "better",
        "regressed": "worse",
        "equivalent": "the same",
        "inconclusive": "unclear",
    },
    groups={"kind": "What is asked", "lang": "Language of the question", "in_notes": "Is it in the notes?"},
    stages={
        "starting": "Getting ready",
        "model": "Preparing the model",
        "read": "Reading the notes",
        "embed": "Embedding the notes",
        "store": "Writing the index",
        "check": "Checking the index",
        "ask": "Answering the cases",
    },
    title="Numbers",
    about="How well mutgo answers, measured with questions whose answers are known.",
    about_accepted="Below is what mutgo's makers measured on the notes that come with it. It says nothing of your notes.",
    own="{count} cases of your own",
    suite="{count} cases that come with mutgo",
    latest="Measured on {date} with {cases} cases",
    latest_accepted="The standard, measured on {date} with {cases} cases",
    seconds="took {seconds} s",
    errors="{count} cases failed to run",
    points=" points",
    to=" to ",
    interval="95% interval {low}–{high}",
    change="{change} against the standard: {verdict}",
    change_run="{change} since the run before: {verdict}",
    change_last="{change} against the standard before",
    change_none="Nothing to compare with yet",
    lower="Lower is better",
    compared_run="Compared with the run of {date} on the {shared} cases both have",
    compared="Compared with the standard of {date} on the {shared} cases both have",
    reading="Reading the numbers, which takes some seconds.",
    unread="The results can't be read. Another run writes them anew.",
    run="Run now",
    run_quick="Only {count}, quickly",
    run_takes="All of them take some minutes. You can ask meanwhile.",
    stop="Stop",
    running="Running the cases",
    running_quick="Running {count} cases quickly",
    stopping="Stopping",
    stopped="Stopped. Nothing is kept of this run.",
    done="The run is over.",
    failed="The run failed: {said}",
    elsewhere="Another mutgo runs these cases. Try again when it is done.",
    no_cases="There are no cases for this folder of notes yet",
    no_cases_how=(
        "Draft cases from your notes.",
        "Read them line by line and delete what is wrong or odd.",
        "Open this page again and choose “Run now”.",
    ),
    no_checkout="An installed mutgo comes without the suite. Serve from a checkout of mutgo to run it here.",
    lacking="The suite needs some packages. Install them once, in the checkout, then start mutgo again.",
    no_runs="Nothing has been run yet. Choose “Run now” and the numbers appear here.",
    trend="The numbers over time",
    trend_about="Each point is a run. A hollow one is the latest, which is no standard yet.",
    trend_run="Each point is a run. The hollow one is the latest.",
    trend_one="With another run, a line shows the change.",
    trend_table="Show as a table",
    when="Date",
    why="Reason",
    cases="Cases",
    slices="Correct by kind",
    slices_about="The bar is the share of correct answers, the number to the right counts cases.",
    slice_row="{value}, {cases} cases",
    worst="The cases that went worst",
    worst_about="Choose one to ask it in the conversation.",
    worst_none="No case went wrong.",
    lost="newly wrong",
    ask="Ask “{question}”",
    feedback="Questions you marked as missed become drafted cases with this command.",
)


def numbers_texts(language: str) -> NumbersTexts:
    """The texts for an interface language: Korean for `ko` and its variants, else English."""
    return KOREAN if language.split("-")[0].lower() == "ko" else ENGLISH
