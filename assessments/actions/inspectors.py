"""The list of inspectors: who is on it, and which units each stays away from."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Inspector, Recusal
from assessments.policies import draws as policies
from assessments.states import RecusalReason
from objectives.missing import require_no_number
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import day
from units.models import Bureau, Tenure, Unit
from units.policies import Standing, standing


@transaction.atomic
def enlist(user, *, bureau: Bureau, by, at: datetime, field_zh: str = "") -> Inspector:
    """Put a person who holds a post in the bureau on its list, under the next number. Numbers are never used again."""
    bureau = Bureau.objects.select_for_update().get(pk=bureau.pk)
    who = standing(by, on=local_day(at))
    require(policies.can_keep_list(who, bureau.pk))
    tenures = Tenure.objects.of(user, on=who.on).filter(post__unit__bureau=bureau)
    tenure = tenures.order_by("-post__unit__path", "pk").first()
    if tenure is None:
        raise Refused(_("An inspector holds a post in the bureau; this person holds none."))
    found = Inspector.objects.filter(bureau=bureau, user=user, left_at=None).first()
    if found:
        raise Refused(_("This person is on the list as %(number)s since %(day)s.")
                      % {"number": found.number, "day": day(found.listed_at)})  # fmt: skip
    numbers = Inspector.objects.filter(bureau=bureau).values_list("number", flat=True)
    following = max((int(number[1:]) for number in numbers), default=0) + 1
    made = Inspector.objects.create(
        bureau=bureau, user=user, post=tenure.post, number=f"I{following:02d}", listed_at=at,
        field_zh=" ".join(field_zh.split())[:40],
    )  # fmt: skip
    record("inspector.listed", about=made, by=by, at=at, **_facts(made, who))
    return made


@transaction.atomic
def strike(inspector: Inspector, *, by, at: datetime) -> Inspector:
    """Take a person off the list. Refused while a frozen list names them, or units wait for them."""
    inspector, who = _locked(inspector), standing(by, on=local_day(at))
    require(policies.can_keep_list(who, inspector.bureau_id))
    if inspector.left_at:
        raise Refused(_("%(number)s left the list on %(day)s.")
                      % {"number": inspector.number, "day": day(inspector.left_at)})  # fmt: skip
    require(policies.lists_are_free(inspector))
    if inspector.opinions.filter(sent_at=None, inspection__closed_at=None).exclude(inspection__state="unable").exists():
        raise Refused(_("Units still wait for this inspector: first the sheets, or passing them on to the next."))
    inspector.left_at = at
    inspector.save(update_fields=["left_at"])
    record("inspector.left", about=inspector, by=by, at=at, **_facts(inspector, who))
    return inspector


@transaction.atomic
def recuse(inspector: Inspector, unit: Unit, *, reason: str, words: str = "", by, at: datetime) -> Recusal:
    """Keep an inspector away from a unit. Where they serve or lead they are kept away without it."""
    inspector, who = _locked(inspector), standing(by, on=local_day(at))
    require(policies.can_recuse(who, inspector))
    require(policies.lists_are_free(inspector))
    words = " ".join(words.split())[:200]
    if unit.bureau_id != inspector.bureau_id:
        raise Refused(_("The unit belongs to another bureau."))
    if reason not in RecusalReason:
        raise Refused(_("Choose the reason."))
    if reason == RecusalReason.OTHER and not words:
        raise Refused(_("Say in a few words what the interest is."))
    require_no_number(words)
    made, is_new = Recusal.objects.get_or_create(
        inspector=inspector, unit=unit,
        defaults={"reason": reason, "words": words, "declared_at": at, "declared_by": by},
    )  # fmt: skip
    if not is_new:
        raise Refused(_("%(number)s stays away from this unit already.") % {"number": inspector.number})
    record("recusal.declared", about=inspector, by=by, at=at, words=words, unit=unit.code, reason=str(reason),
           **_facts(inspector, who))  # fmt: skip
    return made


@transaction.atomic
def lift(recusal: Recusal, *, by, at: datetime) -> None:
    """End a declared recusal: the style office only, so that nobody lets themselves in. The record keeps it."""
    inspector, who = _locked(recusal.inspector), standing(by, on=local_day(at))
    require(policies.can_keep_list(who, inspector.bureau_id))
    require(policies.lists_are_free(inspector))
    recusal = Recusal.objects.filter(pk=recusal.pk).select_related("unit").first()
    if recusal is None:
        raise Refused(_("It was lifted already."))
    facts = {"unit": recusal.unit.code, "reason": recusal.reason}
    recusal.delete()
    record("recusal.lifted", about=inspector, by=by, at=at, **facts, **_facts(inspector, who))


def _locked(inspector: Inspector) -> Inspector:
    rows = Inspector.objects.select_for_update(of=("self",)).select_related("bureau", "post__unit", "user")
    return rows.get(pk=inspector.pk)


def _facts(inspector: Inspector, who: Standing) -> dict:
    post = policies.office_post(who, inspector.bureau_id) or (who.posts[0] if who.posts else None)
    return {"bureau": inspector.bureau.code, "post": post.title_zh if post else "", "number": inspector.number}
