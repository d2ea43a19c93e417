"""What a paper still lacks. The same list stands beside the editor and is the gate of submission.

Sources: hard and soft rules of the Anqiu plan (chapters one and two), read from the campaign's `rules`.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from objectives import phrases, raising
from objectives.fingerprints import content_of, texts_of
from objectives.models import KindRule, Objective, Paper, Target
from objectives.states import FOCUSES, MEASURED, Comparison, ObjectiveKind, TargetState
from portal.core.errors import Refused
from portal.core.wording import day, in_chinese, said

MUST, SOFT, OK = "must", "soft", "ok"
LONG_SENTENCE = 60
PERSONAL_NUMBER = re.compile(
    r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\d{6}[ -]?\d{8}[ -]?\d{3}[\dX])(?![\dX])", re.IGNORECASE
)
"""An 11-digit mobile number or an 18-digit identity number (GB 11643), also in groups."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One line of the list. `level`: must blocks, soft advises, ok is done. `anchor` is the field's id.

    `objective` is its number (0 for the paper itself), `short` what stands beside it in the list of objectives.
    """

    level: str
    text: str
    anchor: str = ""
    objective: int = 0
    short: str = ""


def missing_to_submit(paper: Paper, rule: KindRule) -> list[Lack]:
    """Everything still missing, hard before soft before done; needs `in_full()`. No "must" in it: may submit."""
    objectives = list(paper.objectives.all())
    rules = paper.campaign.rules
    lacks = [
        *_consultation(paper, rules),
        *_count(objectives, rules),
        *_first(objectives, rules),
        *(lack for n, objective in enumerate(objectives, start=1) for lack in _objective(objective, n, paper)),
        *_personal_numbers(paper, rule),
        *_length(paper, rule),
        *_sections(objectives, rule),
        *_focuses(objectives, rules),
    ]
    return sorted(lacks, key=lambda lack: (MUST, SOFT, OK).index(lack.level))


def blocks(lacks: list[Lack]) -> list[Lack]:
    return [lack for lack in lacks if lack.level == MUST]


def characters(paper: Paper) -> int:
    """Length of what the paper says, in characters without spaces (the plan's measure: about 1,000)."""
    total = 0
    for objective in paper.objectives.all():
        lines = [objective.text_zh, *(m.text_zh for m in objective.measures.all())]
        lines += [t.text_zh for t in objective.targets.all() if t.text_zh != objective.text_zh]
        total += sum(len("".join(line.split())) for line in lines)
    return total


def personal_number(text: str) -> str:
    """The first mobile or identity number in a text, full-width digits included; empty when there is none."""
    found = PERSONAL_NUMBER.search(unicodedata.normalize("NFKC", text))
    return found.group() if found else ""


def require_no_number(*texts: str | None) -> None:
    """Refuse a text that holds a mobile or identity number."""
    for text in texts:
        if found := personal_number(text or ""):
            raise Refused(
                _("This looks like a telephone or identity number (%(found)s). Take it out.") % {"found": found}
            )


def _consultation(paper: Paper, rules: dict) -> list[Lack]:
    if not rules.get("consultation_required", True):
        return []
    lacks = []
    if not (paper.consulted_from and paper.consulted_to):
        anchor = "id_consulted_to" if paper.consulted_from else "id_consulted_from"
        lacks.append(Lack(MUST, _("Consultation: from which day to which day people were asked"), anchor))
    if not paper.consulted_how:
        lacks.append(Lack(MUST, _("Consultation: how people were asked"), "id_consulted_how"))
    for name in ("consulted_people", "opinions_heard", "opinions_adopted"):
        if getattr(paper, name) is None:
            lacks.append(Lack(MUST, _("Consultation: how many were asked, heard and adopted"), f"id_{name}"))
            break
    return lacks or [Lack(OK, _("consultation note"))]


def _count(objectives: list[Objective], rules: dict) -> list[Lack]:
    below, above = rules.get("items_warn_below", 8), rules.get("items_warn_above", 12)
    if not objectives:
        return [Lack(MUST, _("At least one objective"))]
    n = len(objectives)
    if rules.get("items_about") and not below <= n <= above:
        text = ngettext(
            "%(n)s objective; about %(about)s are expected", "%(n)s objectives; about %(about)s are expected", n
        )
        return [Lack(SOFT, text % {"n": n, "about": rules["items_about"]})]
    return [Lack(OK, ngettext("%(n)s objective", "%(n)s objectives", n) % {"n": n})]


def _first(objectives: list[Objective], rules: dict) -> list[Lack]:
    if not rules.get("first_is_benchmarking") or not objectives:
        return []
    first, lacks = objectives[0], []
    if first.kind != ObjectiveKind.BENCHMARK:
        lacks.append(Lack(MUST, _("Objective 1 must be the benchmarking one"), "id_kind", 1, _("Not benchmarking")))
    if not first.benchmark_id:
        lacks.append(Lack(MUST, _("Objective 1: its benchmark unit"), "id_benchmark", 1, _("No benchmark unit")))
    elif not first.benchmark.is_comparable:
        text = _("The benchmark unit: the four answers on comparability")
        lacks.append(Lack(SOFT, text, "id_benchmark", 1, _("Benchmark not compared")))
    return lacks


def _objective(objective: Objective, n: int, paper: Paper) -> list[Lack]:
    label = _("Objective %(n)s: %(what)s")
    found = [*_sentence(objective), *_deadline(objective, paper), *_targets(objective)]
    lacks = [Lack(MUST, label % {"n": n, "what": what}, anchor, n, short) for what, anchor, short in found]
    length = len("".join(objective.text_zh.split()))
    if length > LONG_SENTENCE:
        text = _("Objective %(n)s is long: %(c)s characters") % {"n": n, "c": length}
        lacks.append(Lack(SOFT, text, "id_text_zh", n, pgettext("objective", "Long")))
    return lacks


def _sentence(objective: Objective) -> list[tuple[str, str, str]]:
    """Lacks of the words: (what, anchor, short)."""
    lacks = []
    if not objective.text_zh.strip():
        lacks.append((_("what is to be reached"), "id_text_zh", _("Not written yet")))
    if not objective.measures.all():
        lacks.append((_("at least one measure"), "id_measures", _("No measure")))
    if not (objective.leader_id or objective.leader_printed_zh):
        lacks.append((_("the accountable leader's post"), "id_leader", _("No leader")))
    return lacks


def _deadline(objective: Objective, paper: Paper) -> list[tuple[str, str, str]]:
    first, last = paper.campaign.starts_on, paper.campaign.ends_on
    if not objective.due_on:
        return [(_("a deadline"), "id_due_on", _("No deadline"))]
    if not first <= objective.due_on <= last:
        what = _("a deadline inside the campaign (%(from)s to %(to)s)") % {"from": day(first), "to": day(last)}
        return [(what, "id_due_on", _("Deadline outside the campaign"))]
    return []


def _targets(objective: Objective) -> list[tuple[str, str, str]]:
    targets = list(objective.targets.all())
    if not targets:
        return [(_("a target that can be measured or checked"), "id_targets-0-text_zh", _("No target"))]
    return [
        (what, f"id_targets-{place}-{field}", _("Target incomplete"))
        for place, target in enumerate(targets)
        for what, field in _target(target, objective)
    ]


def _target(target: Target, objective: Objective) -> list[tuple[str, str]]:
    lacks = []
    if not target.text_zh.strip():
        lacks.append((_("what is counted or checked"), "text_zh"))
    if target.comparison in MEASURED | {Comparison.ORDINAL} and target.value is None:
        lacks.append((_("the target's figure"), "value"))
    if target.comparison in MEASURED and not target.unit_zh:
        lacks.append((_("the unit of measure"), "unit_zh"))
    measured = target.comparison in MEASURED and target.state == TargetState.OPEN
    if measured and objective.kind == ObjectiveKind.BENCHMARK:
        if target.baseline is None:
            lacks.append((_("where you stand now"), "baseline"))
        if target.benchmark_value is None and not target.benchmark_unknown:
            lacks.append((_("the benchmark's figure, or “not known”"), "benchmark_value"))
    if raising.wants_reason(target) and not target.why_not_raised.strip():
        lacks.append((_why_not_raised(target), "why_not_raised"))
    return lacks


def _why_not_raised(target: Target) -> str:
    names = {"unit_zh": target.unit_zh, "unit_en": target.unit_en}
    result = phrases.with_unit(f"{target.result_before.normalize():f}", names, "zh" if in_chinese() else "en")
    return _("why the target does not lie above last year’s result (%(result)s)") % {"result": result}


def _personal_numbers(paper: Paper, rule: KindRule) -> list[Lack]:
    content = content_of(paper, number="", round_=0, route=rule.steps)
    lacks = []
    for where, text in texts_of(content):
        if found := personal_number(text):
            n = int(where.partition("-")[2] or 0)
            words = _("A mobile or identity number (%(shown)s) must be taken out: nothing can be removed after signing")
            anchor = "id_text_zh" if n else "id_consulted_how"
            lacks.append(Lack(MUST, words % {"shown": f"{found[:3]}…"}, anchor, n, _("Personal number")))
    return lacks


def _length(paper: Paper, rule: KindRule) -> list[Lack]:
    about = paper.campaign.rules.get("chars_about")
    if not about or rule.length_exempt:
        return []
    now = characters(paper)
    if now > about * 1.2:
        text = _("The paper is long: %(now)s of about %(about)s characters")
        return [Lack(SOFT, text % {"now": now, "about": about})]
    return []


def _sections(objectives: list[Objective], rule: KindRule) -> list[Lack]:
    answered = {key for objective in objectives for key in objective.sections}
    heads = [item for section in rule.sections for item in section["items"]]
    open_heads = [said(item, "name") for item in heads if item["key"] not in answered]
    if heads and not open_heads:
        return [Lack(OK, _("every required head answered"))]
    return [Lack(SOFT, _("No objective answers the head “%(head)s”") % {"head": head}) for head in open_heads]


def _focuses(objectives: list[Objective], rules: dict) -> list[Lack]:
    touched = {objective.kind for objective in objectives}
    return [
        Lack(SOFT, _("No objective aims at: %(focus)s") % {"focus": focus.label})
        for focus in FOCUSES
        if focus.value in rules.get("focuses", []) and focus not in touched
    ]
