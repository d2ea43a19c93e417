"""How the record names lines, months, meetings, aggregates and decisions, and to whom."""

from django.urls import reverse

from commitments import phrases, report_policies
from commitments.models import Aggregate, Meeting, Month
from commitments.policies import meetings
from portal.core.lenses import Shown
from portal.core.wording import said
from units.policies import Standing


def lines(who: Standing, ids: set[str]) -> dict[str, Shown]:
    rows = report_policies.visible_lines(who).filter(pk__in=ids).select_related("unit")
    return {
        str(row.pk): Shown(f"{said(row.unit, 'name')} {row.number}", reverse("ledger_line", args=[row.code]))
        for row in rows
    }


def months(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Months of the bureaus in which the person holds a post."""
    bureaus = {post.unit.bureau_id for post in who.posts}
    rows = Month.objects.filter(pk__in=ids, campaign__bureau__in=bureaus)
    return {str(row.pk): Shown(phrases.month(row.period.first)) for row in rows}


def minutes(who: Standing, ids: set[str]) -> dict[str, Shown]:
    bureaus = {post.unit.bureau_id for post in who.posts_as(*meetings.READERS)}
    rows = Meeting.objects.filter(pk__in=ids, campaign__bureau__in=bureaus).select_related("month__campaign")
    return {
        str(row.pk): Shown(
            phrases.month(row.month.period.first),
            f"{reverse('meeting', args=[row.month.code])}?campaign={row.month.campaign.code}",
        )
        for row in rows
    }


def aggregates(who: Standing, ids: set[str]) -> dict[str, Shown]:
    bureaus = {post.unit.bureau_id for post in who.posts}
    rows = Aggregate.objects.filter(pk__in=ids, unit__bureau__in=bureaus).select_related("unit")
    return {str(row.pk): Shown(f"{said(row.unit, 'name')} {row.receipt}") for row in rows}


def decisions(who: Standing, ids: set[str]) -> dict[str, Shown]:
    rows = meetings.visible(who).filter(pk__in=ids).select_related("unit")
    return {str(row.pk): Shown(said(row.unit, "name"), reverse("decision", args=[row.pk])) for row in rows}
