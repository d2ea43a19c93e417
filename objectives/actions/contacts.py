"""Contacts of a pair: noted by the unit in one short form, chased by its office.

Visits become contacts by themselves once they count.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from objectives import benchmark_notices as notices
from objectives import benchmark_policies as policies
from objectives import benchmark_queries as queries
from objectives import quarters
from objectives.missing import require_no_number
from objectives.models import Campaign, Contact, Pairing, Visit
from objectives.states import ContactWay, VisitState
from portal.core import workdays
from portal.core.clock import local_day, require_honest
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import day
from units.models import Role
from units.policies import standing


@transaction.atomic
def note(
    pairing: Pairing, *, on: date, way: str, about: str, learned: str = "", visit: Visit | None = None, by,
    at: datetime,
) -> Contact:  # fmt: skip
    """Note one contact under the day it took place. A visit is noted only as one that was written up and counts."""
    require_honest(at)
    rows = Pairing.objects.select_for_update(of=("self",)).select_related("campaign__bureau", "unit", "benchmark")
    pairing, who = rows.get(pk=pairing.pk), standing(by, on=local_day(at))
    require(policies.can_note(who, pairing))
    _require_day(pairing, on, today=who.on)
    if not about.strip():
        raise Refused(_("Say what the contact was about."))
    require_no_number(about, learned)
    _require_counting(pairing, ContactWay(way), visit)
    made = Contact.objects.create(
        pairing=pairing, quarter=quarters.code_of(on), on=on, way=way, about=about.strip()[:200],
        learned=learned.strip()[:300], visit=visit, noted_at=at, noted_by=by,
    )  # fmt: skip
    record("contact.noted", about=made, by=by, at=at, bureau=pairing.campaign.bureau.code,
           post=policies.unit_post(who, pairing.unit).title_zh, on=on.isoformat(), way=str(way),
           quarter=made.quarter)  # fmt: skip
    return made


@transaction.atomic
def chase(campaign: Campaign, *, by, at: datetime) -> int:
    """Write to the units of this office that miss this quarter's contact; once a day and person. How many were told."""
    require_honest(at)
    who = standing(by, on=local_day(at))
    rows = Campaign.objects.select_for_update(of=("self",), no_key=True).select_related("bureau")
    campaign = rows.get(pk=campaign.pk)
    code = quarters.code_of(who.on)
    pairs = queries.owing(campaign, code).filter(policies.chased_by(who), until_on=None)
    pairs = list(pairs.select_related("unit", "benchmark").order_by("unit__path"))
    if not pairs or not campaign.starts_on <= who.on <= campaign.ends_on:
        raise Refused(_("There is nobody to chase: no unit of your office misses a contact this quarter."))
    due_on = quarters.due_on(code, workdays.loaded(), ends_on=campaign.ends_on)
    told = notices.contacts_owed(campaign, pairs, key=f"contact-chase-{campaign.pk}-{who.on}", due_on=due_on,
                                 words=notices.CHASED, on=who.on, at=at)  # fmt: skip
    post = next(post for post in who.posts_as(Role.STYLE_OFFICE, Role.TOWN_OFFICE)
                if post.unit.bureau_id == campaign.bureau_id)  # fmt: skip
    record("contact.chased", about=campaign, by=by, at=at, bureau=campaign.bureau.code, post=post.title_zh,
           people=told, quarter=code)  # fmt: skip
    return told


def _require_day(pairing: Pairing, on: date, *, today: date) -> None:
    campaign = pairing.campaign
    if on > today:
        raise Refused(_("That day has not come yet: a contact is noted after it took place."))
    if not campaign.starts_on <= on <= campaign.ends_on:
        facts = {"first": day(campaign.starts_on), "last": day(campaign.ends_on)}
        raise Refused(_("The campaign runs from %(first)s to %(last)s; this day lies outside.") % facts)
    if pairing.until_on and on >= pairing.until_on:
        raise Refused(_("This pair ended on %(day)s.") % {"day": day(pairing.until_on)})


def _require_counting(pairing: Pairing, way: ContactWay, visit: Visit | None) -> None:
    if visit is None:
        if way == ContactWay.VISIT:
            raise Refused(_("A visit is planned, approved and written up on its own page; it counts by itself then."))
        return
    took_part = visit.unit_id == pairing.unit_id or visit.companions.filter(unit=pairing.unit_id).exists()
    if visit.state != VisitState.DONE or not took_part:
        raise Refused(_("Only a visit that was written up, and in which the unit took part, is a contact."))
    if pairing.gaps_filed_at is None:
        raise Refused(_("A visit counts once the gap analysis of this pair is filed."))
    if pairing.contacts.filter(visit=visit).exists():
        raise Refused(_("This visit is noted already."))
