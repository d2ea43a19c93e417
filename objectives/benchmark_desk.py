"""What waits for a person in benchmarking: contacts due, visits to decide and to write up, analyses to write."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from objectives import benchmark_policies as policies
from objectives import benchmark_queries, contact_words, quarters, visit_queries
from objectives.models import Campaign, Contact, Pairing
from objectives.states import VisitState
from portal.core import workdays
from portal.core.desk import Item
from portal.core.wording import day, said
from units.models import Role
from units.policies import Standing

ONE_BY_ONE = 3
DECIDERS = (Role.STYLE_OFFICE, Role.TOWN_OFFICE)
SOON = timedelta(days=31)
"""A contact stands on the desk in the last month of its quarter."""


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """A constant number of questions for any number of pairs and visits."""
    if who.posts_as(*DECIDERS):
        yield from _to_decide(who)
    if who.posts_as(Role.STYLE_OFFICE):
        yield from _missed(who, on)
    if policies.own_units(who):
        yield from _own_visits(who, on)
        yield from _own_pairs(who, on)


def _to_decide(who: Standing) -> Iterator[Item]:
    waiting = visit_queries.to_decide(who)
    if len(waiting) > ONE_BY_ONE:
        names = pgettext("between names", ", ").join(said(visit.unit, "name") for visit in waiting[:3])
        yield Item(
            what=_("visits to decide on"), why=_("%(names)s and others.") % {"names": names}, act=_("See the calendar"),
            to=reverse("visits"), due_on=waiting[0].from_on, count=len(waiting), order=2,
        )  # fmt: skip
        return
    for visit in waiting:
        facts = {"unit": said(visit.unit, "name"), "host": said(visit.benchmark, "name")}
        warned = _("The calendar warned of it.") if visit.warnings else ""
        yield Item(
            what=_("Decide on a visit: %(unit)s to %(host)s") % facts,
            why=f"{_('It begins on %(day)s.') % {'day': day(visit.from_on)}} {warned}".strip(),
            act=_("Read and decide"), to=reverse("visit", args=[visit.pk]), due_on=visit.from_on, order=2,
        )  # fmt: skip


def _missed(who: Standing, on: date) -> Iterator[Item]:
    """For a month after the due day: pairs of the bureau that had no contact in the quarter."""
    calendar, bureaus = workdays.loaded(), [post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)]
    for campaign in Campaign.objects.filter(bureau__in=bureaus, starts_on__lte=on, ends_on__gte=on - 2 * SOON):
        last = quarters.code_of(min(on, campaign.ends_on))
        for code in (last, quarters.before(last)):
            due_on = quarters.due_on(code, calendar, ends_on=campaign.ends_on)
            if not due_on < on <= due_on + SOON or due_on < campaign.starts_on:
                continue
            if count := benchmark_queries.owing(campaign, code).count():
                facts = {"quarter": contact_words.name_of(code), "day": day(due_on)}
                words = ngettext(
                    "pair without a contact in %(quarter)s", "pairs without a contact in %(quarter)s", count
                )
                yield Item(
                    what=words % facts,
                    why=_("It was due on %(day)s. A contact that took place may still be noted.") % facts,
                    act=_("See who is missing"),
                    to=f"{reverse('contacts')}?campaign={campaign.code}&missing={code}", count=count, order=5,
                )  # fmt: skip


def _own_visits(who: Standing, on: date) -> Iterator[Item]:
    for visit in visit_queries.own(who):
        facts = {"host": said(visit.benchmark, "name")}
        to = reverse("visit", args=[visit.pk])
        if visit.state == VisitState.RETURNED:
            yield Item(what=_("Sent back: the visit to %(host)s") % facts, why=visit.reason, act=_("Change it"), to=to)
        elif visit.state == VisitState.APPROVED and visit.to_on < on:
            yield Item(
                what=_("Write up the visit to %(host)s") % facts,
                why=_("It counts as a contact once it is written up and the gap analysis is filed."),
                act=_("Write it up"), to=to, due_on=visit.to_on + timedelta(days=14), order=3,
            )  # fmt: skip


def _own_pairs(who: Standing, on: date) -> Iterator[Item]:
    """Pairs of one's units in running campaigns: analyses that are not filed, contacts that fall due."""
    units = [unit.pk for unit in policies.own_units(who)]
    rows = Pairing.objects.filter(unit__in=units, until_on=None, campaign__starts_on__lte=on, campaign__ends_on__gte=on)
    pairs = list(rows.select_related("unit", "benchmark", "campaign").order_by("benchmark__name_zh"))
    if not pairs:
        return
    for pair in [pair for pair in pairs if pair.gaps_filed_at is None][:ONE_BY_ONE]:
        yield Item(
            what=_("Write the gap analysis with %(host)s") % {"host": said(pair.benchmark, "name")},
            why=_("Visits count as contacts once it is filed."), act=_("Compare"), to=reverse("gaps", args=[pair.pk]),
            order=6,
        )  # fmt: skip
    yield from _contacts_due(pairs, on)


def _contacts_due(pairs: list[Pairing], on: date) -> Iterator[Item]:
    code, calendar = quarters.code_of(on), workdays.loaded()
    counted: dict = {}
    for pk in Contact.objects.filter(pairing__in=pairs, quarter=code).values_list("pairing", flat=True):
        counted[pk] = counted.get(pk, 0) + 1
    due = [pair for pair in pairs if _is_due(pair, code, counted.get(pair.pk, 0))]
    if not due:
        return
    due_on = min(quarters.due_on(code, calendar, ends_on=pair.campaign.ends_on) for pair in due)
    if not on <= due_on <= on + SOON:
        return
    if len(due) == 1:
        yield Item(
            what=_("Contact %(host)s this quarter") % {"host": said(due[0].benchmark, "name")},
            why=_("At least one contact a quarter; none is noted yet."), act=_("Note a contact"),
            to=reverse("contact_note", args=[due[0].pk]), due_on=due_on, order=4,
        )  # fmt: skip
        return
    yield Item(
        what=ngettext("benchmark unit to contact this quarter", "benchmark units to contact this quarter", len(due)),
        why=_("At least one contact a quarter with each."), act=_("See the contacts"), to=reverse("contacts"),
        due_on=due_on, count=len(due), order=4,
    )  # fmt: skip


def _is_due(pair: Pairing, code: str, count: int) -> bool:
    campaign: Campaign = pair.campaign
    owed = quarters.is_owed(code, since_on=pair.since_on, until_on=None, ends_on=campaign.ends_on)
    return owed and count < benchmark_queries.contacts_a_quarter(campaign)
