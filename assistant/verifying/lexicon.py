"""Words that say the same, words that say nothing by themselves, and words of measure and order.

Verbs and adjectives are Korean stems with a hyphen, English words are Snowball stems, as in `index/terms.py`.
"""

from collections.abc import Mapping

_GROUPS = """
쓰- 사용 이용 활용 쓰이- 사용되- utilis utiliz employ
제공 지원 offer provid support give
만들- 생성 만들어지- 생기- 생겨나- 구축 creat built build
지우- 삭제 없애- 제거 지워지- 사라지- 없어지- delet remov eras disappear vanish
저장 담- 담기- 보관 보존 쌓- 쌓이- 두- 남기- 넣- store keep kept save hold retain
늘- 늘리- 늘어나- 연장 증가 커지- 키우- 높이- increas grow grown rais extend enlarg
줄- 줄이- 줄어들- 감소 낮추- 내려가- reduc decreas shrink lower
확장 scale
빠르- 빨리 신속 빨라지- fast quick quickli rapid rapidli
느리- 느려지- 늦- 늦게 slow late
싸- 저렴 싸지- 값싸- cheap cheaper cheapest inexpens
비싸- 비싸지- expens costlier
크- larg big larger bigger largest biggest
작- small smaller smallest
많- 많이 mani
적- few fewer
높- 높아지- high higher highest
낮- 낮아지- low lowest
길- 길어지- 오래 long longer longest
짧- 짧아지- short shorter shortest brief
시작 start begin begun launch
켜- 켜지- 활성 enabl
끄- 꺼지- 비활성 disabl
멈추- 중지 정지 stop halt
끝나- 끝내- 완료 종료 마치- finish complet end termin
막- 차단 방지 block prevent
허용 허락 allow permit
보내- 전송 전달 내보내- send sent transfer deliv deliveri
받- 수신 받아들이- receiv accept
나누- 분산 분배 나뉘- 나누어지- 분할 split divid distribut spread
옮기- 이동 move migrat
바꾸- 변경 바뀌- 변환 전환 chang convert modif transform
연결 잇- 이어지- 접속 붙이- 붙- 장착 connect attach link
실행 돌리- 돌아가- 구동 run execut ran
관리 운영 manag administ oper
고르- 선택 정하- 지정 결정 선정 select choos chosen choic pick specifi decid defin set
설정 구성 configur config
필요 요구 need requir necessari
알리- 통지 알림 notif notifi notic inform alert
보이- 표시 보여지- show shown display visibl
조회 질의 queri
읽- 읽히- 읽기 read
호출 invok call
자동 저절로 알아서 스스로 automat automatical
요금 비용 가격 cost price charg fee bill pay paid
내- 부과 과금 지불 매기- 매겨지- 청구
무료 공짜 free
알맞- 적합 적당 맞- 좋- suit suitabl fit good appropri ideal
쉽- 간단 간편 손쉽- 편하- 간단히 쉬이 easi easili simpl simpli conveni
바로 즉시 곧바로 곧 immedi instant direct
함께 같이 한꺼번에 동시 동시에 simultan togeth
여러 다수 여럿 multipl sever
나라 국가 countri nation
복사 복제 사본 복사본 copi replic replica clone
되돌리- 복원 복구 되살리- restor recov recoveri
장애 고장 fail failur outag
빌리- 임대 대여 rent leas
사- 구매 구입 buy bought purchas
팔- 판매 sell sold
포함 들어있- 속하- includ contain belong
부르- 일컫- 불리- name
뜻 의미 뜻하- meant
처리 process handl
확인 검사 살피- 점검 check verifi
찾- 검색 찾아내- search find found
모으- 수집 모이- collect gather
분석 analys analyz analysi
계산 산정 comput calcul
걸리- 소요
넘- 초과 넘기- exceed
접근 액세스 access reach
주로 대개 보통 대체로 일반적 흔히 usual most main main typic generally mainli usually
기본 기본적 기본값 디폴트 default
구분 식별 구별 identifi distinguish
격리 isol
끊임없이 계속 지속 쉬- continu constant continuous
가끔 이따금 때때로 종종 occasion sometim
드물- 드물게 rare seldom
자주 빈번 수시로 often frequent
올리- 업로드 올라오- upload
내려받- 다운로드 download
가깝- 가까이 near close nearest
멀- 멀리 far
서버 server
파일 file
데이터 data
이전 예전 former formerli previous earlier older
사용자 이용자 user
고객 customer
묶음 모음 집합 collect set bundl group
규칙 rule
정책 polici
통로 경로 passag path rout
거점 site
종량제 pay-as-you-go
맡- 담당 책임지- 떠맡-
발생 나오- 생기- 생겨나- occur happen aris
depend base determin work
얻- 획득 obtain acquir
알아내- 파악 감지 탐지 알아채- detect
보호 지키- protect secur guard
대비 준비 prepar
미리 사전에 사전 advanc
모자라- 부족
갱신 업데이트 새로고침
연동 통합 integr
가져오- 불러오- 끌어오-
공유 나눠쓰- share
할당 배정 부여 assign alloc grant
조정 조절 adjust tune
복잡 까다롭- complex complic
위치 장소 곳 군데 place locat
판단 판정 judg
취소 해제 cancel
도착 도달 닿- 오- arriv
시각 시점 moment
형식 포맷 format
종류 유형 타입 type kind
수정 고치- 편집 바꾸- edit
목적 용도 쓰임새 purpos
예측 예상 forecast predict
오류 에러 error
계획 짜- plan
거르- 걸러내- 필터링 filter
숨기- 감추- hide hidden
의존 depend
추천 권장 recommend
내려가- 떨어지- fall drop
지켜보- 감시 모니터링 monitor watch
나타나- 드러나- appear
묶- 결합 합치- combin
훑- 스캔 scan
대신 instead
겹치- 중복 overlap
새로 새 new newli
원본 원래 origin
부담 부하 load
최대 maximum
최소 minimum
크기 size
항목 item
글로벌 global
뒤 후 이후 지나- after
전 before
요청 request
응답 respons respond
이벤트 event
코드 code
메모리 memori
용량 capac
성능 perform
트래픽 traffic
인터넷 internet
네트워크 network
주소 address
도메인 domain
레코드 record
메시지 messag
소비자 consum
구독자 subscrib
대기열 queue
테이블 표 tabl
행 row
열 column
키 key
값 valu
속성 attribut
인덱스 index
백업 backup
스냅샷 snapshot
볼륨 volum
디스크 disk
이미지 imag
버전 version
권한 permiss
계정 account
조직 organ
암호 password
로그 log
지표 metric
경보 alarm
차트 그래프 chart graph
화면 screen
시간 time
기간 period durat
한도 제한 limit quota
단위 unit
작업 job task
단계 step
순서 order
대상 target
리전 region
노드 node
클러스터 cluster
엔진 engin
데이터베이스 db databas
인스턴스 instanc
템플릿 templat
리소스 자원 resourc
애플리케이션 앱 applic app
브라우저 browser
배포 deploy
업데이트 updat
패치 patch
인증서 certif
방화벽 firewal
비공개 privat
공개 public
정적 static
동적 dynam
콘텐츠 content
캐시 cach
하드웨어 hardwar
물리 물리적 physic
가상 virtual
병렬 parallel
할인 discount
약정 commit
스트림 stream
조인 join
추가 addit extra
"""


def groups(lines: str) -> dict[str, frozenset[str]]:
    """Returns from each word of a table, a group a line, to all words of its groups."""
    found: dict[str, set[str]] = {}
    for line in lines.split("\n"):
        words = set(line.split())
        for word in words:
            found.setdefault(word, set()).update(words)
    return {word: frozenset(words) for word, words in found.items()}


SYNONYMS: Mapping[str, frozenset[str]] = groups(_GROUPS)
"""From a word to the words that may stand for it, itself among them."""

LIGHT = frozenset(
    "서비스 기능 방식 방법 특징 역할 형태 가능 부분 내용 제공 지원 이용자 사용자 aws amazon 아마존 관련 해당 등 예 때 "
    "쓰- 사용 이용 활용 이루어지- 이뤄지- 도와주- 위하- 되- 하- 그것 이것 점 측면 전체적 덕분 이유 그렇- 이렇- 갖- 가지- "
    "경우 상황 상태 servic featur way kind type thing abl also howev exampl provid offer one "
    "function call work purpos case refer help simpli basic term mean fact certain via per becom role like because so after before but well too avail make again even else someon els 동작 작동 발생 나오- "
    "itself themselv someth anyth everyth either both whether while where".split()
)
"""Words a sentence may have over its proof: they say nothing by themselves."""

LIGHT_ADVERBS = frozenset(
    "매우 아주 훨씬 더 또 또한 그리고 즉 다시 잘 좀 꽤 더욱 특히 역시 물론 하지만 그러나 따라서 그래서 실제로 굳이 오히려 "
    "한편 이처럼 이렇게 그렇게 및 또는 혹은 곧 그대로 서로 따로 직접 각각 이미 결국 비교적 충분히 보다 다만 그런데 이때 "
    "안 못 없이 가장 제일 항상 언제나 늘 모두 전부 반드시 꼭 오직 단지 여러 바로".split()
)
"""Adverbs that need no proof as words; those of measure and negation are looked at by themselves."""

OPPOSITES = tuple(
    (frozenset(a.split()), frozenset(b.split()))
    for a, b in (
        ("빠르- 빨리 빨라지- fast quick faster quicker", "느리- 느려지- 늦- 늦게 slow slower"),
        ("싸- 저렴 cheap cheaper cheapest lowest", "비싸- 비싸지- expens"),
        ("크- 크기 larg larger largest", "작- small smaller smallest"),
        ("많- more", "적- less fewer"),
        ("높- 높아지- 높이- high higher highest", "낮- 낮아지- 낮추- low lower lowest"),
        ("길- 길어지- long longer", "짧- 짧아지- short shorter"),
        (
            "늘- 늘리- 늘어나- 연장 증가 커지- increas grow rais",
            "줄- 줄이- 줄어들- 감소 reduc decreas shrink lower fall",
        ),
        ("켜- 켜지- 활성", "끄- 꺼지- 비활성"),
        ("허용 allow permit", "거부 차단 금지 막- deni block forbid"),
        ("자주 often frequent", "가끔 드물- 드물게 rare seldom occasion"),
        ("가깝- near close", "멀- far"),
        ("같- same", "다르- 다른 differ anoth other"),
        ("동기 동기식 synchron", "비동기 비동기식 asynchron"),
        ("퍼블릭 public 공개", "프라이빗 privat 비공개"),
        ("쉽- easi", "어렵- hard difficult"),
        ("시작 start", "종료 끝나- 중지 end stop termin"),
        ("중지 멈추- stop", "종료 termin"),
        ("읽- 읽기 read", "쓰기 write"),
        ("남- 남기- remain stay", "사라지- 없어지- 삭제 지우- 지워지- disappear delet remov"),
        ("수직 vertic", "수평 horizont"),
        ("행", "열"),
        ("row", "column"),
        ("필수 mandatori", "선택 option"),
    )
)
"""Words that say the opposite of each other: with one for the other, the proof contradicts the sentence."""

AGENTS = frozenset("aws 사용자 고객 user custom".split())
"""Who does something: as a subject these are never light, `AWS가 관리한다` is not `사용자가 관리한다`."""
