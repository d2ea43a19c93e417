"""A draw before its lists are frozen: prepared, changed, committed to, announced. Callers use `draws`."""

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import drawing
from assessments.models import Assessment, Draw
from assessments.notices import draws as notices
from assessments.policies import draws as policies
from assessments.queries import draws as queries
from assessments.states import DrawMethod, SeedKind
from commitments.numbers import next_number
from objectives.missing import require_no_number
from portal.core import pagecache, vault
from portal.core.clock import local_day
from portal.core.deeds import attempt, record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.policies import Standing, standing

FIELDS = (
    "method", "share", "least", "each", "excluded", "seed_kind", "seed_source", "seed_on", "first_officer",
    "second_officer", "witnesses",
)  # fmt: skip
HASH = re.compile(r"[0-9a-f]{64}")
MOST_NAMED = 3


class Overtaken(Refused):
    """A colleague changed the draw meanwhile; nothing was stored."""


@transaction.atomic
def prepare(assessment: Assessment, data: dict, *, by, at: datetime) -> Draw:
    """Begin a draw. `data` holds any of `FIELDS`; what it leaves out keeps its default. Nothing is public yet."""
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("campaign__bureau")
    assessment, who = rows.get(pk=assessment.pk), standing(by, on=local_day(at))
    require(policies.can_prepare(who, assessment))
    made = Draw(assessment=assessment)
    _fill(made, data, who)
    made.save(force_insert=True)
    record("draw.prepared", about=made, by=by, at=at, **facts_of(made, who), **_told(made))
    _ask_for_commitments(made, at)
    return made


def change(draw: Draw, data: dict, *, version: int, by, at: datetime) -> Draw:
    """Change what was prepared. After the announcement it is refused, on record."""
    with tried(draw, "change", by, at):
        require(policies.can_change(standing(by, on=local_day(at)), locked(draw)))
    with transaction.atomic():
        draw, who = locked(draw), standing(by, on=local_day(at))
        require(policies.can_change(who, draw))
        if draw.version != version:
            raise Overtaken(_("A colleague changed this draw meanwhile. Yours was not stored; look at both."))
        before = draw.first_officer_id, draw.second_officer_id
        _fill(draw, data, who)
        if before[0] != draw.first_officer_id:
            draw.first_commitment = ""
        if before[1] != draw.second_officer_id:
            draw.second_commitment = ""
        draw.version += 1
        draw.save()
        record("draw.changed", about=draw, by=by, at=at, **facts_of(draw, who), **_told(draw))
        _ask_for_commitments(draw, at)
    return draw


def commit(draw: Draw, commitment: str, *, by, at: datetime) -> Draw:
    """Put in an officer's commitment: the SHA-256 of a secret that stays with the officer. It may be replaced until
    the draw is announced.
    """
    with tried(draw, "commit", by, at):
        draw, who = locked(draw), standing(by, on=local_day(at))
        require(policies.can_commit(who, draw))
        commitment = commitment.strip().lower()
        if not HASH.fullmatch(commitment):
            raise Refused(_("A commitment is 64 hexadecimal digits: the SHA-256 of your secret, not the secret."))
        place = policies.place_of(who, draw)
        names = ("first_commitment", "second_commitment")
        setattr(draw, names[place - 1], commitment)
        draw.save(update_fields=[names[place - 1]])
        record("draw.committed", about=draw, by=by, at=at, place=place, commitment=commitment, **facts_of(draw, who))
    return draw


def discard(draw: Draw, *, by, at: datetime) -> None:
    """Take back what was only prepared. It spent no number; that it was there stands in the record."""
    with tried(draw, "discard", by, at):
        draw, who = locked(draw), standing(by, on=local_day(at))
        require(policies.can_discard(who, draw))
        Draw.objects.filter(pk=draw.pk).delete()
        record("draw.discarded", about=draw, by=by, at=at, **facts_of(draw, who), **_told(draw))


def announce(draw: Draw, *, witnesses: str = "", by, at: datetime) -> Draw:
    """Freeze both lists and the rule under a number, and make them public. From here on only the seed decides.

    Refused, on record, when a unit finds fewer inspectors than the draw promises: the sentence names it.
    """
    with tried(draw, "announce", by, at):
        draw, who = locked(draw), standing(by, on=local_day(at))
        require(policies.can_announce(who, draw))
        _require_sound(draw, who)
        rows = queries.cases_to_draw(draw.assessment, _left_out(draw))
        objects = queries.listed(rows)
        inspectors = queries.eligible(draw.assessment.campaign.bureau_id, rows, on=who.on)
        _require_enough(draw, objects, inspectors)
        texts = drawing.objects_text(objects), drawing.inspectors_text(inspectors)
        draw.objects_hash, draw.inspectors_hash = (vault.put(text.encode()) for text in texts)
        draw.objects_count, draw.inspectors_count = len(objects), len(inspectors)
        draw.number = next_number(draw.assessment.campaign, "draw", year=who.on.year)
        draw.rule = drawing.rule_text(rule_of(draw, Counter(row.kind for row in objects)))
        draw.witnesses = _words(witnesses, 200) or draw.witnesses
        draw.state, draw.announced_at, draw.announced_by = "announced", at, by
        draw.announced_post = policies.run_post(who, draw)
        draw.version += 1
        draw.save()
        record("draw.announced", about=draw, by=by, at=at, **facts_of(draw, who), objects=draw.objects_hash,
               inspectors=draw.inspectors_hash, rule=drawing.hash_of(draw.rule))  # fmt: skip
        if draw.seed_kind == SeedKind.TWO_SECRETS:
            notices.secret_wanted(draw, at=at)
        transaction.on_commit(pagecache.forget)
    return draw


def rule_of(draw: Draw, kinds: dict[str, int]) -> dict:
    """The rule as it is published; every value is JSON and about no person. `kinds`: units on the list by kind."""
    seed = {
        "kind": str(draw.seed_kind), "source": draw.seed_source,
        "on": draw.seed_on.isoformat() if draw.seed_on else None, "commitments": [],
    }  # fmt: skip
    if draw.seed_kind == SeedKind.TWO_SECRETS:
        seed["commitments"] = [draw.first_commitment, draw.second_commitment]
    before = queries.drawn_before(draw.assessment)
    drawn = [{"unit": code, "why": f"此前已抽中：{number}"} for code, number in before.items()]
    told = [row for row in draw.excluded if row["unit"] not in before]
    return {
        "format": drawing.FORMAT, "number": draw.number, "assessment": str(draw.assessment_id),
        "method": str(draw.method), "share": int(draw.share * 100), "least": draw.least, "each": draw.each,
        "excluded": sorted(told + drawn, key=lambda row: row["unit"]), "seed": seed,
        "objects": {"sha256": draw.objects_hash, "count": draw.objects_count, "kinds": kinds},
        "inspectors": {"sha256": draw.inspectors_hash, "count": draw.inspectors_count},
    }  # fmt: skip


# --- shared with `draws` -------------------------------------------------------------------------


def tried(draw: Draw, what: str, by, at: datetime):
    """Around every act on a draw: what is refused inside is undone, and stands in the record."""
    who = standing(by, on=local_day(at))
    return attempt("draw.not_allowed", about=draw, by=by, at=at, act=what, **facts_of(draw, who))


def locked(draw: Draw) -> Draw:
    """The draw under its lock, and its assessment before it: nobody closes the round meanwhile, and no unit is passed
    over. Raises `Refused` when it was discarded.
    """
    Assessment.objects.select_for_update().get(pk=draw.assessment_id)
    rows = Draw.objects.select_for_update(of=("self",)).select_related("assessment__campaign__bureau")
    found = rows.select_related("first_officer", "second_officer").filter(pk=draw.pk).first()
    if found is None:
        raise Refused(_("This draw was discarded meanwhile."))
    return found


def facts_of(draw: Draw, who: Standing) -> dict:
    place, post = policies.place_of(who, draw), policies.run_post(who, draw)
    if place and not post:
        post = (draw.first_officer, draw.second_officer)[place - 1]
    bureau = draw.assessment.campaign.bureau
    return {"bureau": bureau.code, "post": post.title_zh if post else "", "number": draw.number}


# --- what is checked -----------------------------------------------------------------------------


def _fill(draw: Draw, data: dict, who: Standing) -> None:
    for name in FIELDS:
        if name in data:
            setattr(draw, name, data[name])
    draw.share = Decimal(draw.share).quantize(Decimal("0.01"))
    draw.seed_source, draw.witnesses = _words(draw.seed_source, 160), _words(draw.witnesses, 200)
    draw.excluded = [{"unit": row["unit"], "why": _words(row["why"], 200)} for row in draw.excluded]
    if draw.seed_kind == SeedKind.TWO_SECRETS:
        draw.seed_source = ""
    else:
        draw.first_officer = draw.second_officer = None
        draw.first_commitment = draw.second_commitment = ""
    _require_sound(draw, who)


def _require_sound(draw: Draw, who: Standing) -> None:
    if draw.method not in DrawMethod or draw.seed_kind not in SeedKind:
        raise Refused(_("Choose the method and where the seed comes from."))
    if not 0 < draw.share <= 100:
        raise Refused(_("The share lies above 0 and at most at 100 per cent."))
    if draw.least < 1:
        raise Refused(_("At least one unit of each kind is drawn."))
    if draw.each < 2:
        raise Refused(_("At least two inspectors go to each unit."))
    _require_seed(draw, who)
    known = set(draw.assessment.cases.filter(unit__code__in=_left_out(draw)).values_list("unit__code", flat=True))
    for row in draw.excluded:
        if row["unit"] not in known:
            raise Refused(_("“%(code)s” is not a unit of this assessment.") % {"code": row["unit"]})
        if not row["why"]:
            raise Refused(_("Say why “%(code)s” is left out: the reason is published.") % {"code": row["unit"]})
    if len(known) < len(draw.excluded):
        raise Refused(_("A unit is left out twice. Name it once."))
    require_no_number(draw.seed_source, draw.witnesses, *(row["why"] for row in draw.excluded))


def _require_seed(draw: Draw, who: Standing) -> None:
    if draw.seed_kind == SeedKind.PUBLIC_NUMBER:
        if not draw.seed_source or not draw.seed_on:
            raise Refused(_("Say which public number is meant, and the day on which it is announced."))
        return
    first, second = draw.first_officer, draw.second_officer
    if not first or not second or first.pk == second.pk:
        raise Refused(_("Name two different posts for the two secrets."))
    allowed = set(queries.officers(draw.assessment).values_list("pk", flat=True))
    if not {first.pk, second.pk} <= allowed:
        raise Refused(_("The two secrets are kept by leaders, style office or auditor of the bureau."))
    if queries.share_a_holder(first, second, on=who.on):
        raise Refused(_("One person holds both posts. The two secrets need two people."))


def _require_enough(draw: Draw, objects: list, inspectors: list) -> None:
    if not objects:
        raise Refused(_("There is no unit left to draw from."))
    if not inspectors:
        raise Refused(_("The list of inspectors is empty."))
    short = drawing.too_few(objects, inspectors, each=draw.each)
    if short:
        named = "、".join(f"{row.name}（{many}）" for row, many in short[:MOST_NAMED])
        raise Refused(
            _("Each unit needs %(each)s inspectors who need not stay away from it. Too few for: %(units)s. Enlist more "
              "inspectors, or leave the unit out with a reason.") % {"each": draw.each, "units": named}
        )  # fmt: skip


def _left_out(draw: Draw) -> list[str]:
    return [row["unit"] for row in draw.excluded]


def _told(draw: Draw) -> dict:
    return {
        "method": str(draw.method), "share": str(draw.share), "least": draw.least, "each": draw.each,
        "seed": str(draw.seed_kind), "excluded": len(draw.excluded),
    }  # fmt: skip


def _ask_for_commitments(draw: Draw, at: datetime) -> None:
    if draw.seed_kind == SeedKind.TWO_SECRETS:
        pairs = ((draw.first_officer, draw.first_commitment), (draw.second_officer, draw.second_commitment))
        notices.commitment_wanted(draw, [post for post, given in pairs if not given], at=at)


def _words(text: str, most: int) -> str:
    return " ".join((text or "").split())[:most]
