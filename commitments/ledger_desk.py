"""What waits in the matter of dispatch and ledger: people to name, reports that have not come, checks, decisions."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commitments import phrases
from commitments.queries import aggregates, ledger_things, waiting_reports
from commitments.queries import ledger as ledgers
from commitments.queries import meetings as decided
from commitments.queries.campaigns import KEEPERS, OVERSEERS
from portal.core import desk, lenses, menu
from portal.core.desk import Item
from portal.core.wording import day, said
from units.models import Role
from units.policies import Standing

FEW = 3


def register() -> None:
    """Desk, menu and record learn of dispatch and ledger; called once models exist."""
    desk.register(items)
    menu.register(gettext_lazy("Dispatch"), "dispatch", order=12, is_for=lambda who: who.posts_as(*OVERSEERS))
    menu.register(gettext_lazy("Ledger"), "ledger", order=13, is_for=lambda who: who.posts_as(*KEEPERS))
    lenses.register("commitments.line", ledger_things.lines)
    lenses.register("commitments.month", ledger_things.months)
    lenses.register("commitments.meeting", ledger_things.minutes)
    lenses.register("commitments.aggregate", ledger_things.aggregates)
    lenses.register("commitments.decision", ledger_things.decisions)


def items(who: Standing, *, on: date) -> Iterator[Item]:
    yield from _of_unit(who, on)
    yield from _of_town_office(who, on)
    yield from _of_overseer(who, on)


def _of_unit(who: Standing, on: date) -> Iterator[Item]:
    """Promises without a person from publication on, overdue once the keep stage has begun; decisions."""
    units = {post.unit_id for post in who.posts_as(Role.HEAD, Role.STAFF)}
    if not units:
        return
    count, due_on = ledgers.nameless(units)
    if count:
        what = ngettext("Name a person for %(n)s promise", "Name a person for %(n)s promises", count) % {"n": count}
        why = _("Every promise has one post that handles it. Hard from the first day of keeping on.")
        yield Item(what, why, _("Name them"), reverse("ledger_names"), due_on)
    for row in decided.of_units(units)[:FEW]:
        if not row.reported_at:
            why = _("Decided at the dispatch meeting of %(day)s.") % {"day": day(row.meeting.held_on)}
            yield Item(row.what, why, _("Tell what became of it"), reverse("decision", args=[row.pk]), row.due_on)


def _of_town_office(who: Standing, on: date) -> Iterator[Item]:
    """Schools that have not reported; the counts of a month that are due."""
    for month, count in waiting_reports.of_offices(who, Role.TOWN_OFFICE, on=on):
        yield _missing(month, count, schools=True)
    for month, office in aggregates.due(who, on=on):
        facts = {"unit": said(office, "name"), "month": phrases.month(month.period.first)}
        yield Item(
            _("Send the counts of your schools for %(month)s") % facts,
            _("%(unit)s: counts only, one click.") % facts,
            _("Look and send"), f"{reverse('dispatch')}?campaign={month.campaign.code}", month.freezes_on,
        )  # fmt: skip


def _of_overseer(who: Standing, on: date) -> Iterator[Item]:
    """The style office: late units, what is stuck, done but not checked, decisions to settle."""
    if not who.posts_as(Role.STYLE_OFFICE):
        return
    for month, count in waiting_reports.of_offices(who, Role.STYLE_OFFICE, on=on):
        yield _missing(month, count, schools=False)
    for month, stuck, asked in waiting_reports.troubled(who, on=on):
        facts = {"month": phrases.month(month.period.first), "stuck": stuck, "asked": asked}
        to = f"{reverse('meeting', args=[month.code])}?campaign={month.campaign.code}"
        yield Item(
            _("Hold the dispatch meeting for %(month)s") % facts,
            _("Stuck: %(stuck)s; requests for help: %(asked)s.") % facts,
            _("Prepare it"), to, month.freezes_on,
        )  # fmt: skip
    if waiting := ledgers.to_check(who):
        what = ngettext("%(n)s promise is done, says its unit: to be checked",
                        "%(n)s promises are done, say their units: to be checked", waiting)  # fmt: skip
        yield Item(what % {"n": waiting}, _("Somebody else than the unit checks, then it is closed."), _("See them"),
                   f"{reverse('ledger')}?only=unverified")  # fmt: skip
    bureaus = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    for row in decided.reported(who, bureaus, most=FEW):
        month = row.meeting.month
        to = f"{reverse('meeting', args=[month.code])}?campaign={month.campaign.code}"
        yield Item(_("Look at what became of a decision: %(what)s") % {"what": row.what}, row.outcome, _("Look"),
                   to, row.due_on)  # fmt: skip


def _missing(month, count: int, *, schools: bool) -> Item:
    facts = {"n": count, "month": phrases.month(month.period.first)}
    if schools:
        what = ngettext("%(n)s school has not reported %(month)s", "%(n)s schools have not reported %(month)s", count)
    else:
        what = ngettext("%(n)s unit has not reported %(month)s", "%(n)s units have not reported %(month)s", count)
    to = f"{reverse('dispatch_list', args=[month.code, 'late'])}?campaign={month.campaign.code}"
    return Item(
        what % facts, _("Due on %(day)s.") % {"day": day(month.due_on)}, _("See and chase"), to, month.freezes_on
    )
