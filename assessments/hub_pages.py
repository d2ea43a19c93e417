"""The assessment's hub in words: its phases with their days, and the next act of each, for whoever looks."""

from dataclasses import dataclass
from datetime import date

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import machine, standard_rules
from assessments.models import Archive, Assessment, Case, Standard
from assessments.policies import standards as policies
from assessments.states import Phase
from objectives.models import Campaign
from portal.core.verdicts import Verdict
from portal.core.wording import day, moment
from units.policies import Standing

ORDER = list(Phase)


@dataclass(frozen=True, slots=True)
class Row:
    """One phase: what it is, how it stands, its day, and the act that moves it on. `post`: a button of its own form."""

    what: str
    why: str
    act: str = ""
    to: str = ""
    due: date | None = None
    post: str = ""
    verdict: Verdict | None = None
    done: bool = False


def steps(assessment: Assessment | None) -> list[dict]:
    """The course of an assessment as the line of steps draws it."""
    labels = (
        (Phase.PREPARED, _("Prepare")), (Phase.OPEN, _("Self-assess")), (Phase.INSPECTING, _("Inspect")),
        (Phase.SCORED, _("Put together")), (Phase.NOTIFIED, _("Appeals")), (Phase.PUBLISHED, _("Publish")),
    )  # fmt: skip
    here = ORDER.index(Phase(assessment.phase)) if assessment else 0
    over = assessment is not None and assessment.phase == Phase.PUBLISHED
    return [
        {"label": label, "state": "done" if place < here or over else "current" if place == here else "to_come"}
        for place, (_phase, label) in enumerate(labels)
    ]


def link(name: str) -> str:
    """The address of a neighbouring page; empty where this portal has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def of_office(who: Standing, campaign: Campaign, assessment: Assessment | None, newest: Standard | None) -> list[Row]:
    """Every phase for the style office, in order."""
    here = f"?campaign={campaign.code}"
    rows = [_standard(campaign, newest), _days(assessment, newest, here)]
    if assessment is None:
        return rows
    rows += [_opening(who, assessment), _scoring(who, assessment), _selfchecks(assessment, here)]
    rows += [_inspections(assessment, here), _results(assessment, here), _appeals(assessment, here)]
    return [*rows, _archive(assessment, here)]


def _standard(campaign: Campaign, newest: Standard | None) -> Row:
    draft = campaign.standards.filter(frozen_at=None).first()
    to = reverse("standards") + f"?campaign={campaign.code}"
    if newest is None:
        why = _("Nothing is scored before it is frozen.")
        if draft:
            missing = standard_rules.short_of(list(draft.criteria.all()), _kinds(campaign))
            why = _("A draft is being written; its points do not add up to 100 yet.") if missing else _(
                "A draft is being written; it can be frozen.")  # fmt: skip
        return Row(_("The standard"), why, _("Write the standard"), to)
    why = _("Version %(number)s, frozen on %(day)s") % {"number": newest.version, "day": day(newest.frozen_at)}
    return Row(_("The standard"), why, _("Read the standard"), to, done=True)


def _kinds(campaign: Campaign) -> list[str]:
    return list(campaign.kind_rules.values_list("kind__key", flat=True)) or [""]


def _days(assessment: Assessment | None, newest: Standard | None, here: str) -> Row:
    to = reverse("assessment_days") + here
    if assessment is None:
        verdict = None if newest else Verdict(_("Freeze the standard first: nothing is scored by a draft."))
        why = _("When self-assessments are due, and when inspectors are on their way.")
        return Row(_("The days"), why, _("Set the days"), to, verdict=verdict)
    why = _("Self-assessments due on %(due)s; inspections from %(first)s to %(last)s") % {
        "due": day(assessment.self_due_on), "first": day(assessment.inspect_from_on),
        "last": day(assessment.inspect_to_on)}  # fmt: skip
    changeable = assessment.phase in (Phase.PREPARED, *policies.RESCORED)
    return Row(_("The days"), why, _("Change the days") if changeable else "", to, done=True)


def _opening(who: Standing, assessment: Assessment) -> Row:
    if assessment.opened_at:
        cases = assessment.cases.count()
        why = ngettext("%(n)s unit, since %(day)s", "%(n)s units, since %(day)s", cases) % {
            "n": cases, "day": day(assessment.opened_at)}  # fmt: skip
        return Row(_("Open for the units"), why, done=True)
    why = _("Every unit with published promises gets its case, the machine scores, heads and staff are told.")
    return Row(_("Open for the units"), why, _("Open the assessment"), post="open",
               verdict=policies.can_open(who, assessment))  # fmt: skip


def _scoring(who: Standing, assessment: Assessment) -> Row:
    verdict = policies.can_score(who, assessment)
    if machine.is_asked(assessment):
        told = {"done": assessment.progress.get("done", 0), "of": assessment.progress.get("of", 0)}
        why = _("Under way: %(done)s of %(of)s units.") % told
    elif assessment.scored_at:
        why = _("The machine last scored the ledger on %(moment)s; it does so once a day.") % {
            "moment": moment(assessment.scored_at)}  # fmt: skip
    else:
        why = _("The machine has not scored yet.")
    done = assessment.phase not in (Phase.PREPARED, *policies.RESCORED)
    return Row(_("Score the ledger"), why, "" if done else _("Score now"), post="score", verdict=verdict, done=done)


def _selfchecks(assessment: Assessment, here: str) -> Row:
    sent = Case.objects.filter(assessment=assessment, self_assessment__sent_at__isnull=False).count()
    why = ngettext("%(n)s special report handed in", "%(n)s special reports handed in", sent) % {"n": sent}
    past = ORDER.index(Phase(assessment.phase)) >= ORDER.index(Phase.SCORED)
    return Row(_("Self-assessments"), why, _("Look"), _there("selfchecks", here), assessment.self_due_on, done=past)


def _inspections(assessment: Assessment, here: str) -> Row:
    closed = assessment.inspections_closed_at is not None
    why = _("The round was closed on %(day)s") % {"day": day(assessment.inspections_closed_at)} if closed else _(
        "Draw the sample, or visit every unit; two inspectors each.")  # fmt: skip
    to, act = (_there("inspections", here), _("Look")) if closed else (_there("draws", here), _("Draw and inspect"))
    return Row(_("Inspections"), why, act if to else "", to, None if closed else assessment.inspect_to_on, done=closed)


def _results(assessment: Assessment, here: str) -> Row:
    to = _there("results", here)
    words = {
        Phase.NOTIFIED: _("The units were told; publish once no appeal is possible or open any more."),
        Phase.PUBLISHED: _("Published on %(day)s") % {"day": day(assessment.published_at)},
        Phase.SCORED: _("Put together; tell the units next."),
    }
    why = words.get(Phase(assessment.phase), _("Totals, grades and places, once inspections are closed."))
    return Row(_("Results"), why, _("Open the results") if to else "", to, done=assessment.phase == Phase.PUBLISHED)


def _appeals(assessment: Assessment, here: str) -> Row:
    why = _("Units appeal within working days of the notice; two other people check again.")
    if assessment.appeal_until_on:
        why = _("In time until %(day)s") % {"day": day(assessment.appeal_until_on)}
    to = _there("appeals", here) if assessment.notified_at else ""
    due = assessment.appeal_until_on if assessment.phase == Phase.NOTIFIED else None
    return Row(_("Appeals"), why, _("Look") if to else "", to, due, done=assessment.phase == Phase.PUBLISHED)


def _archive(assessment: Assessment, here: str) -> Row:
    over = assessment.phase == Phase.PUBLISHED
    to = _there("archives", here) if over else ""
    why = _("Documents, data and record of the campaign in one file that anybody can check without this portal.")
    made = over and Archive.objects.filter(campaign=assessment.campaign_id, made_at__isnull=False).exists()
    return Row(_("Closing archive"), why, _("Open the archive") if to else "", to, done=made)


def _there(name: str, here: str) -> str:
    to = link(name)
    return to + here if to else ""


def _selfcheck(case: Case) -> str:
    return reverse("selfcheck", args=[case.pk])


def of_unit(case: Case, *, on: date) -> list[Row]:
    """What one's own unit has before it."""
    assessment, found = case.assessment, getattr(case, "self_assessment", None)
    rows = []
    if found and found.sent_at:
        late = ngettext("%(n)s day late", "%(n)s days late", found.days_late) % {"n": found.days_late}
        why = _("Handed in on %(day)s") % {"day": day(found.sent_at)} + (f" · {late}" if found.days_late else "")
        rows.append(Row(_("Self-assessment and special report"), why, _("Read"), _selfcheck(case), done=True))
    elif assessment.phase in policies.RESCORED:
        why = _("What the ledger knows is filled in; you say what was done, what fell short, what you learned.")
        rows.append(Row(_("Self-assessment and special report"), why, _("Assess the year"), _selfcheck(case),
                        assessment.self_due_on))  # fmt: skip
    if assessment.scored_at:
        rows.append(Row(_("What the machine computed"), _("Every score with its reason and the lines behind it."),
                        _("Look through the scores"), reverse("assessment_case", args=[case.pk])))  # fmt: skip
    if case.notified_at:
        rows.append(Row(_("Result"), _("Told on %(day)s") % {"day": day(case.notified_at)}, _("Read the result"),
                        link("my_result")))  # fmt: skip
        if assessment.appeal_until_on and on <= assessment.appeal_until_on and assessment.phase == Phase.NOTIFIED:
            rows.append(Row(_("Appeal"), _("Possible until this day; one level, checked by other people."),
                            _("Look"), link("appeals"), assessment.appeal_until_on))  # fmt: skip
    return rows
