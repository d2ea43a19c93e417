"""What a paper still lacks. The same list stands beside the editor and is the gate of submission.

Sources: hard and soft rules of the Anqiu plan (chapters one and two), read from the campaign's `rules`.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives.fingerprints import content_of, texts_of
from objectives.models import KindRule, Objective, Paper, Target
from objectives.states import FOCUSES, MEASURED, Comparison, ObjectiveKind, TargetState

MUST, SOFT, OK = "must", "soft", "ok"
PERSONAL_NUMBER = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")
"""An 11-digit mobile number or an 18-digit identity number (GB 11643)."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One line of the list. `level`: must blocks, soft advises, ok is done. `anchor` is the field's id."""

    level: str
    text: str
    anchor: str = ""
    objective: int = 0


def missing_to_submit(paper: Paper, rule: KindRule) -> list[Lack]:
    """Everything still missing, hard before soft; needs `in_full()`. Empty of "must" means: may submit."""
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
    return sorted(lacks, key=lambda lack: lack.level != MUST)


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


def _consultation(paper: Paper, rules: dict) -> list[Lack]:
    if not rules.get("consultation_required", True):
        return []
    lacks = []
    if not (paper.consulted_from and paper.consulted_to):
        lacks.append(Lack(MUST, _("Consultation: from which day to which day people were asked"), "consulted_from"))
    if not paper.consulted_how:
        lacks.append(Lack(MUST, _("Consultation: how people were asked"), "consulted_how"))
    if paper.consulted_people is None or paper.opinions_heard is None or paper.opinions_adopted is None:
        lacks.append(Lack(MUST, _("Consultation: how many were asked, heard and adopted"), "consulted_people"))
    return lacks or [Lack(OK, _("Consultation note"))]


def _count(objectives: list[Objective], rules: dict) -> list[Lack]:
    below, above = rules.get("items_warn_below", 8), rules.get("items_warn_above", 12)
    if not objectives:
        return [Lack(MUST, _("At least one objective"))]
    if rules.get("items_about") and not below <= len(objectives) <= above:
        text = ngettext("%(n)s objective; about %(about)s are expected", "%(n)s objectives; about %(about)s are expected",
                        len(objectives))  # fmt: skip
        return [Lack(SOFT, text % {"n": len(objectives), "about": rules["items_about"]})]
    return [Lack(OK, ngettext("%(n)s objective", "%(n)s objectives", len(objectives)) % {"n": len(objectives)})]


def _first(objectives: list[Objective], rules: dict) -> list[Lack]:
    if not rules.get("first_is_benchmarking") or not objectives:
        return []
    first, lacks = objectives[0], []
    if first.kind != ObjectiveKind.BENCHMARK:
        lacks.append(Lack(MUST, _("Objective 1 must be the benchmarking one"), "id_kind", 1))
    if not first.benchmark_id:
        lacks.append(Lack(MUST, _("Objective 1: its benchmark unit"), "id_benchmark", 1))
    elif not first.benchmark.is_comparable:
        lacks.append(Lack(SOFT, _("The benchmark unit: the four answers on comparability"), "id_benchmark", 1))
    return lacks


def _objective(objective: Objective, n: int, paper: Paper) -> list[Lack]:
    lacks = []

    def must(text: str, anchor: str) -> None:
        lacks.append(Lack(MUST, _("Objective %(n)s: %(what)s") % {"n": n, "what": text}, anchor, n))

    if not objective.text_zh.strip():
        must(_("what is to be reached"), "id_text_zh")
    if not objective.measures.all():
        must(_("at least one measure"), "id_measures")
    if not objective.due_on:
        must(_("a deadline"), "id_due_on")
    elif not paper.campaign.starts_on <= objective.due_on <= paper.campaign.ends_on:
        must(_("a deadline inside the campaign (%(from)s to %(to)s)")
             % {"from": paper.campaign.starts_on, "to": paper.campaign.ends_on}, "id_due_on")  # fmt: skip
    if not (objective.leader_id or objective.leader_printed_zh):
        must(_("the accountable leader's post"), "id_leader")
    if not objective.targets.all():
        must(_("a target that can be measured or checked"), "id_targets-0-text_zh")
    for place, target in enumerate(objective.targets.all()):
        for text, field in _target(target, objective):
            must(text, f"id_targets-{place}-{field}")
    if len(objective.text_zh) > 60:
        lacks.append(Lack(SOFT, _("Objective %(n)s is long: %(c)s characters") % {"n": n, "c": len(objective.text_zh)},
                          "id_text_zh", n))  # fmt: skip
    return lacks


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
            lacks.append((_("the benchmark's figure, or that it is not known"), "benchmark_value"))
    return lacks


def _personal_numbers(paper: Paper, rule: KindRule) -> list[Lack]:
    content = content_of(paper, number="", round_=0, route=rule.steps)
    lacks = []
    for where, text in texts_of(content):
        if found := PERSONAL_NUMBER.search(text):
            n = int(where.partition("-")[2] or 0)
            shown = found.group()[:3] + "…"
            lacks.append(Lack(
                MUST,
                _("A mobile or identity number (%(shown)s) must be taken out: nothing can be removed after signing")
                % {"shown": shown}, "id_text_zh" if n else "id_consulted_how", n,
            ))  # fmt: skip
    return lacks


def _length(paper: Paper, rule: KindRule) -> list[Lack]:
    about = paper.campaign.rules.get("chars_about")
    if not about or rule.length_exempt:
        return []
    now = characters(paper)
    if now > about * 1.2:
        return [Lack(SOFT, _("The paper is long: %(now)s of about %(about)s characters") % {"now": now, "about": about})]
    return []


def _sections(objectives: list[Objective], rule: KindRule) -> list[Lack]:
    answered = {key for objective in objectives for key in objective.sections}
    from portal.core.language import current  # noqa: PLC0415 -- only names of heads need the language

    name = f"name_{current()}"
    open_heads = [item[name] for section in rule.sections for item in section["items"] if item["key"] not in answered]
    if not open_heads:
        return [Lack(OK, _("Every required head is answered"))] if rule.sections else []
    return [Lack(SOFT, _("No objective answers the head “%(head)s”") % {"head": head}) for head in open_heads]


def _focuses(objectives: list[Objective], rules: dict) -> list[Lack]:
    touched = {objective.kind for objective in objectives}
    return [
        Lack(SOFT, _("No objective aims at: %(focus)s") % {"focus": focus.label})
        for focus in FOCUSES
        if focus.value in rules.get("focuses", []) and focus not in touched
    ]
