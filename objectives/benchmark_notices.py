"""Letters about visits and contacts. They speak Chinese: the working language of a bureau."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from objectives import benchmark_policies as policies
from objectives.models import Blackout, Campaign, Companion, Pairing, Visit
from objectives.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.models import Letter
from portal.core.wording import day
from units.models import Role, Tenure, Unit
from units.policies import holders

NAMED = 5
"""Benchmarks that the subject of one letter names."""
DUE = gettext_lazy("At least one contact a quarter with each benchmark unit; none is noted for this quarter yet.")
CHASED = gettext_lazy("No contact is noted for this quarter yet. Make one, and note it in the portal.")


def contacts_owed(
    campaign: Campaign, pairs: Iterable[Pairing], *, key: str, due_on: date, words: str, on: date, at: datetime
) -> int:
    """One letter a person of these pairs' units, under the key: whoever has it is not told again. How many are new.

    Hold the campaign's row: two who tell at once would else count the same people.
    """
    by_unit: dict = {}
    for pair in pairs:
        by_unit.setdefault(pair.unit_id, []).append(pair)
    tenures = Tenure.objects.on(on).filter(user__is_active=True, post__role__in=[Role.STAFF, Role.HEAD])
    people: dict[int, list[Pairing]] = {}
    for user, unit in tenures.filter(post__unit__in=by_unit).values_list("user", "post__unit"):
        people.setdefault(user, []).extend(by_unit[unit])
    keys = {f"{key}-{user}": user for user in people}
    told = set(Letter.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [_owed(name, user, people[user], due_on, words, at) for name, user in keys.items() if name not in told]
    if new:
        letters.post_many(new)
    return len(new)


def _owed(key: str, user: int, pairs: list[Pairing], due_on: date, words: str, at: datetime) -> Letter:
    with translation.override(LETTERS_SPEAK):
        names = pgettext("between names", ", ").join(dict.fromkeys(pair.benchmark.name_zh for pair in pairs[:NAMED]))
        subject = _("Contact due by %(day)s: %(names)s") % {"day": day(due_on), "names": names}
        body = str(words)
    return Letter(key=key, to_id=user, subject=subject[:200], body=body, path="/work/contacts/", posted_at=at)


def asked(visit: Visit, *, at: datetime) -> None:
    """Tell who approves that a visit waits."""
    with translation.override(LETTERS_SPEAK):
        subject = _("Please decide on a visit: %(unit)s to %(host)s") % _facts(visit)
        body = _("%(unit)s asks to visit %(host)s, %(from)s to %(to)s: %(purpose)s") % _facts(visit)
        if visit.despite:
            body += " " + _("The calendar warned; its reason all the same: %(why)s") % {"why": visit.despite}
    for user in holders(policies.approving_role(visit), visit.unit, on=local_day(at)):
        _post(f"visit-asked-{visit.pk}-{visit.version}", user, subject, body, visit, at)


def decided(visit: Visit, *, at: datetime) -> None:
    """Tell the unit that its visit was approved or sent back, the reason word for word."""
    with translation.override(LETTERS_SPEAK):
        if visit.reason:
            subject = _("Sent back: your visit to %(host)s") % _facts(visit)
            body = _("Why: %(reason)s") % {"reason": visit.reason}
        else:
            subject = _("Approved: your visit to %(host)s") % _facts(visit)
            body = _("%(from)s to %(to)s. Write it up afterwards: it counts once the gap analysis is filed.")
            body %= _facts(visit)
    _tell(visit.unit, f"visit-decided-{visit.pk}-{visit.version}", subject, body, visit, at)


def cancelled(visit: Visit, *, at: datetime) -> None:
    """Tell the unit, and every unit that joined."""
    with translation.override(LETTERS_SPEAK):
        subject = _("Cancelled: the visit of %(unit)s to %(host)s") % _facts(visit)
        body = _("Why: %(reason)s") % {"reason": visit.reason}
    for unit in [visit.unit, *(each.unit for each in visit.companions.select_related("unit"))]:
        _tell(unit, f"visit-cancelled-{visit.pk}", subject, body, visit, at)


def joined(companion: Companion, *, at: datetime) -> None:
    """Tell the unit whose visit it is that another comes along."""
    visit = companion.visit
    with translation.override(LETTERS_SPEAK):
        facts = _facts(visit) | {"joiner": companion.unit.name_zh, "people": companion.people}
        subject = _("%(joiner)s joins your visit to %(host)s") % facts
        body = _("%(people)s people more, %(from)s to %(to)s. Agree with them on the journey.") % facts
    _tell(visit.unit, f"visit-joined-{companion.pk}", subject, body, visit, at)


def blacked_out(visit: Visit, blackout: Blackout, *, at: datetime) -> None:
    """Tell a unit that its visit now falls on days without visits."""
    with translation.override(LETTERS_SPEAK):
        subject = _("Your visit to %(host)s falls on days without visits") % _facts(visit)
        facts = {"from": day(blackout.from_on), "to": day(blackout.to_on), "why": blackout.why_zh}
        body = _("%(from)s to %(to)s: %(why)s. Cancel the visit and plan it for other days.") % facts
    _tell(visit.unit, f"visit-blacked-out-{visit.pk}-{blackout.pk}", subject, body, visit, at)


def _facts(visit: Visit) -> dict:
    return {
        "unit": visit.unit.name_zh, "host": visit.benchmark.name_zh, "from": day(visit.from_on),
        "to": day(visit.to_on), "purpose": visit.purpose,
    }  # fmt: skip


def _tell(unit: Unit, key: str, subject: str, body: str, visit: Visit, at: datetime) -> None:
    on = local_day(at)
    people = {user.pk: user for role in (Role.STAFF, Role.HEAD) for user in holders(role, unit, on=on)}
    for user in people.values():
        _post(key, user, subject, body, visit, at)


def _post(key: str, user, subject: str, body: str, visit: Visit, at: datetime) -> None:
    path = f"/work/visits/{visit.pk}/"
    letters.post(f"{key}-{user.pk}", to=user, subject=subject, body=body, path=path, at=at)
