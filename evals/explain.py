"""One case from question to answer, in lines for a person: where was the gold lost?"""

from collections.abc import Iterator

from assistant.evidence import asked, unknown, weigh
from assistant.question import understand
from evals.answering import wrong_with
from evals.gold import GoldCase
from evals.loss import MEANING, lost_at
from evals.observation import PASSAGES, Passage
from evals.systems import Mutgo, Setup, answered, open_system, passage
from evals.vault import Span, Vault
from index.search import Retrieval
from index.sync import Progress

_DEEP = 100
"""So far down the fused list is looked for the gold; both legs together have as many candidates at most."""
_SHOWN = 10


def explain(case: GoldCase, setup: Setup, progress: Progress) -> list[str]:
    """Asks a case anew and returns what happened to it, stage by stage.

    Args:
        case: The case.
        setup: Notes and model.
        progress: Told stage, done and total while the notes are indexed.
    """
    system = open_system("mutgo", setup, case.case.companions, progress)
    assert isinstance(system, Mutgo)
    try:
        return [*_case_lines(case, setup.vault), *_run_lines(case, system, setup.vault)]
    finally:
        system.close()


def _case_lines(case: GoldCase, vault: Vault) -> Iterator[str]:
    c = case.case
    yield f"{c.id}  {c.kind}, {c.lang}, {c.split}{', must pass' if c.must_pass else ''}  {' '.join(c.slices)}".rstrip()
    for turn in c.turns:
        yield f"  ? {turn}"
    for number, spans in enumerate(case.needs, 1):
        for which, span in enumerate(spans):
            yield f"  {'gold ' + str(number) if which == 0 else '    or'}: {_place(span, vault)}  {vault.said(span)}"
    for fact in c.facts:
        yield f"  fact: {' | '.join(dict.fromkeys((*fact.ko, *fact.en)))}"
    yield ""


def _run_lines(case: GoldCase, system: Mutgo, vault: Vault) -> Iterator[str]:
    text = case.case.conversation[-1]
    question = understand(text)
    retrieval = system.assistant.search(text, _DEEP)
    yield (
        f"understood as {question.kind}, {question.language}; number: {question.number or 'no'}, "
        f"compares: {question.compares}, yes or no: {question.yes_no}"
    )
    for thing in retrieval.things:
        yield f"  names {thing.label!r}: {thing.entry or 'not in the glossary'}, {len(thing.places)} places"
    for unit in asked(retrieval):
        yield f"  asks for {unit.text!r} ({unit.kind}): in {unit.frequency} chunks, weight {unit.weight:.2f}"
    yield f"  no note has: {', '.join(unknown(retrieval)) or '-'}"
    sure = system.evidence(case.case.conversation)
    yield f"  sure that the notes answer: {sure:.2f}, where 1 is just enough"
    yield ""
    yield from _hit_lines(case, retrieval, vault)
    yield from _gold_lines(case, system, retrieval)
    yield from _follow_up_lines(case, system)
    yield from _answer_lines(case, system, retrieval, vault)


def _hit_lines(case: GoldCase, retrieval: Retrieval, vault: Vault) -> Iterator[str]:
    yield "rank  score  dense  lexical  passage (* holds gold)"
    for rank, hit in enumerate(retrieval.hits, 1):
        holds = _holds(case, passage(hit))
        if rank > _SHOWN and not holds:
            continue
        evidence = weigh(hit, retrieval, asked(retrieval))
        matched = sorted(set(retrieval.terms) & hit.terms)
        yield (
            f"{rank:>4}  {hit.score:.3f}  {hit.dense_rank or '-':>5}  {hit.lexical_rank or '-':>7}  "
            f"{'*' if holds else ' '} {_place(passage(hit).spans[0], vault)}{'  (named)' if hit.named else ''}"
        )
        yield (
            f"{'':32}matched: {' '.join(matched) or '-'}; cosine {hit.similarity:.3f}, covers "
            f"{evidence.coverage:.2f}, nearness {evidence.nearness:.1f}, {'enough' if evidence.answers else 'too little'}"
        )
    yield ""


def _gold_lines(case: GoldCase, system: Mutgo, retrieval: Retrieval) -> Iterator[str]:
    for number, spans in enumerate(case.needs, 1):
        ranks = [
            rank for rank, hit in enumerate(retrieval.hits, 1) if any(passage(hit).holds(s) for s in spans)
        ]
        if ranks:
            yield f"gold {number} is at rank {ranks[0]}" + (
                "" if ranks[0] <= PASSAGES else f", below the best {PASSAGES}"
            )
        elif any(_indexed(system, span) for span in spans):
            yield f"gold {number} is indexed and in neither leg's candidates"
        else:
            yield f"gold {number} is NOT INDEXED: no chunk holds it"


def _follow_up_lines(case: GoldCase, system: Mutgo) -> Iterator[str]:
    if case.case.rewritten is None:
        return
    yield ""
    yield f"the turns before are not read; written out it is: {case.case.rewritten}"
    for line in _gold_lines(case, system, system.assistant.search(case.case.rewritten, _DEEP)):
        yield f"  then {line}"


def _indexed(system: Mutgo, span: Span) -> bool:
    catalog = system.assistant.index.catalog
    rows = catalog.chunks(list(catalog.chunk_ids())).values()
    return any(
        Passage(tuple(Span(r.chunk.note, *place) for place in r.chunk.spans), 0).holds(span) for r in rows
    )


def _answer_lines(case: GoldCase, system: Mutgo, retrieval: Retrieval, vault: Vault) -> Iterator[str]:
    reply = system.assistant.ask(case.case.conversation[-1])
    yield ""
    yield "refused:" if reply.abstained else f"answered as {reply.kind}:"
    for sentence in reply.sentences:
        markers = "".join(f"[{n}]" for n in sentence.citations)
        yield f"  {sentence.text} {markers} {'' if sentence.form == 'note' else sentence.verdict}".rstrip()
    for c in reply.citations:
        yield f"    [{c.n}] {c.note}:{c.line_start} {' > '.join(c.headings)}"
    seen = answered(reply)
    wrong = wrong_with(case, seen, vault)
    yield ""
    for reason in wrong:
        yield f"wrong: {reason}"
    found = tuple(passage(hit) for hit in retrieval.hits[:PASSAGES])
    lost = lost_at(case, found, seen, not wrong)
    yield f"lost: {lost.replace('_', ' ')} - {MEANING[lost][1]}" if lost else "right"


def _holds(case: GoldCase, found: Passage) -> bool:
    return any(found.holds(span) for spans in case.needs for span in spans)


def _place(span: Span, vault: Vault) -> str:
    return f"{span.note}:{vault.line(span)} {' > '.join(vault.headings(span)[-2:])}"
