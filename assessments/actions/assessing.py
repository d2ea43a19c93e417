"""A campaign's assessment is prepared with its days, opened for its units, and scored by the machine when asked."""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from assessments import machine
from assessments.models import Assessment, Case, Standard
from assessments.notices import standards as notices
from assessments.policies import standards as policies
from assessments.states import Phase
from commitments.models import Publication
from objectives.models import Campaign
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.policies import Standing, standing

DAYS = ("self_due_on", "inspect_from_on", "inspect_to_on")
SCORED_AT_ONCE = 2_000
"""Up to so many cases are scored while they are opened; more wait for the clock, a minute at most."""
MAKE_CASES = """
INSERT INTO assessments_case (id, assessment_id, unit_id, publication_id, "order", kind_key, bonus, grade_by_total,
    grade, why_grade, signals, "before", version)
SELECT {uuid}, %(assessment)s, p.unit_id, p.id, p."order", p.kind_key, 0, '', '', '', '{{}}', '{{}}', 1
FROM commitments_publication p JOIN units_unit u ON u.id = p.unit_id
WHERE p.campaign_id = %(campaign)s AND (u.closed_on IS NULL OR u.closed_on > %(on)s)
ON CONFLICT DO NOTHING"""


@transaction.atomic
def prepare(
    campaign: Campaign, standard: Standard, *, self_due_on: date, inspect_from_on: date, inspect_to_on: date, by,
    at: datetime,
) -> Assessment:  # fmt: skip
    """Set the assessment's standard and days, or change them: the standard until it opens, the days until the results
    are put together.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=campaign.pk)
    who = standing(by, on=local_day(at))
    require(policies.can_prepare(who, campaign, standard))
    days = dict(zip(DAYS, (self_due_on, inspect_from_on, inspect_to_on), strict=True))
    _require_days(campaign, days)
    found = Assessment.objects.select_for_update(of=("self",)).filter(campaign=campaign).first()
    if found is None:
        found = Assessment.objects.create(campaign=campaign, standard=standard, **days)
        _record("assessment.prepared", found, who, by, at, standard=standard.version, **_told(days))
        return found
    _require_changeable(found, standard)
    if found.standard_id == standard.pk and all(getattr(found, name) == value for name, value in days.items()):
        return found
    for name, value in {"standard": standard, **days}.items():
        setattr(found, name, value)
    found.version += 1
    found.save()
    _record("assessment.changed", found, who, by, at, standard=standard.version, **_told(days))
    return found


def _require_days(campaign: Campaign, days: dict[str, date]) -> None:
    if not days["self_due_on"] <= days["inspect_from_on"] <= days["inspect_to_on"]:
        raise Refused(_("Self-assessments are due before inspections begin, and inspections begin before they end."))
    if days["self_due_on"] < campaign.starts_on:
        raise Refused(_("These days lie before the campaign begins."))


def _require_changeable(assessment: Assessment, standard: Standard) -> None:
    if assessment.phase not in (Phase.PREPARED, *policies.RESCORED):
        raise Refused(_("The results are put together; these days lie behind."))
    if assessment.phase != Phase.PREPARED and assessment.standard_id != standard.pk:
        raise Refused(_("The assessment is open: it is scored by the standard that was frozen before."))


@transaction.atomic
def open_assessment(assessment: Assessment, *, by, at: datetime) -> Assessment:
    """Open it: every unit with published promises gets its case, the machine scores, the units are told. Once."""
    assessment, who = _locked(assessment), standing(by, on=local_day(at))
    require(policies.can_open(who, assessment))
    if not Publication.objects.filter(campaign=assessment.campaign_id).exists():
        raise Refused(_("Nothing has been promised in public yet: there is nobody to assess."))
    assessment.phase, assessment.opened_at, assessment.opened_by = Phase.OPEN, at, by
    assessment.scoring_asked_at = at
    assessment.version += 1
    assessment.save()
    many = _make_cases(assessment, on=local_day(at))
    _record("assessment.opened", assessment, who, by, at, cases=many)
    if many <= SCORED_AT_ONCE:
        machine.score(assessment, at=at, by=by, post=policies.office_post(who, assessment.campaign).title_zh)
    notices.opened(assessment, at=at)
    assessment.refresh_from_db()
    return assessment


def _make_cases(assessment: Assessment, *, on: date) -> int:
    sqlite = connection.vendor == "sqlite"
    facts = {"assessment": assessment.pk, "campaign": assessment.campaign_id, "on": on.isoformat() if sqlite else on}
    with connection.cursor() as cursor:
        uuid = "lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()"
        cursor.execute(MAKE_CASES.format(uuid=uuid), facts)
    return Case.objects.filter(assessment=assessment).count()


@transaction.atomic
def ask_for_scoring(assessment: Assessment, *, by, at: datetime) -> Assessment:
    """Ask the machine to score the ledger as it stands; the clock does it within a minute and shows how far it is."""
    assessment, who = _locked(assessment), standing(by, on=local_day(at))
    require(policies.can_score(who, assessment))
    if machine.is_asked(assessment):
        raise Refused(_("Scoring was asked for already; it is under way."))
    assessment.scoring_asked_at, assessment.progress = at, {"done": 0, "of": assessment.cases.count()}
    assessment.save(update_fields=["scoring_asked_at", "progress"])
    return assessment


def _locked(assessment: Assessment) -> Assessment:
    rows = Assessment.objects.select_for_update(of=("self",))
    return rows.select_related("campaign__bureau", "standard").get(pk=assessment.pk)


def _told(days: dict[str, date]) -> dict[str, str]:
    return {name: day.isoformat() for name, day in days.items()}


def _record(verb: str, assessment: Assessment, who: Standing, by, at: datetime, **facts) -> None:
    campaign = assessment.campaign
    post = policies.office_post(who, campaign)
    record(verb, about=assessment, by=by, at=at, bureau=campaign.bureau.code, post=post.title_zh, **facts)
