"""The style office writes the standard, and freezes it before anything is scored by it.

What the rules do not allow is refused, and that it was tried stands in the record: call these outside of every other
transaction.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessments import default_standard, standard_rules
from assessments.models import Criterion, Standard
from assessments.policies import standards as policies
from commitments.actions import documents
from commitments.models import DocumentKind
from commitments.numbers import next_number
from objectives import fingerprints
from objectives.models import Campaign
from portal.core import pagecache
from portal.core.clock import local_day
from portal.core.deeds import attempt, record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.policies import Standing, standing

SETTINGS = ("title_zh", "title_en", "grades", "top_share", "top_least", "bonus_most", "differs_from", "appeal_days")
FIELDS = (
    "key", "group", "name_zh", "name_en", "points", "method", "rule", "params", "looked_at", "is_veto", "kinds",
    "scoring_zh", "scoring_en", "deduct_zh", "deduct_en", "bonus_zh", "bonus_en", "source_zh", "source_en", "see_zh",
    "see_en", "office_zh", "office_en",
)  # fmt: skip


@transaction.atomic
def begin(campaign: Campaign, *, by, at: datetime) -> Standard:
    """A new draft: a copy of the newest version, or the portal's default where there is none."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=campaign.pk)
    who = standing(by, on=local_day(at))
    require(policies.can_begin(who, campaign))
    newest = campaign.standards.order_by("-version").first()
    settings = {name: getattr(newest, name) for name in SETTINGS} if newest else default_standard.settings()
    version = newest.version + 1 if newest else 1
    standard = Standard.objects.create(campaign=campaign, version=version, made_at=at, made_by=by, **settings)
    Criterion.objects.bulk_create(Criterion(standard=standard, **row) for row in _rows(newest))
    _record("standard.made", standard, who, by, at, version=version, copy_of=newest.version if newest else 0)
    return standard


def _rows(newest: Standard | None) -> list[dict]:
    if newest is None:
        return default_standard.criteria()
    return [{name: getattr(row, name) for name in ("position", *FIELDS)} for row in newest.criteria.all()]


def save_settings(standard: Standard, data: dict, *, edits: int, by, at: datetime) -> Standard:
    """Change titles, grades, cap and windows of a draft; `edits` is what the editor had before them."""
    with _tried(standard, "settings", by, at):
        standard, who = _draft(standard, edits, by, at)
        standard_rules.require_settings(data)
        changed = {name: data[name] for name in SETTINGS if name in data and getattr(standard, name) != data[name]}
        for name, value in changed.items():
            setattr(standard, name, value)
        return _kept(standard, who, by, at, changed=sorted(changed)) if changed else standard


def save_criterion(standard: Standard, criterion: Criterion | None, data: dict, *, edits: int, by, at: datetime):
    """Change a criterion of a draft, or add one at the end (None); returns it."""
    with _tried(standard, "criterion", by, at):
        standard, who = _draft(standard, edits, by, at)
        if criterion is None:
            last = standard.criteria.order_by("-position").values_list("position", flat=True).first() or 0
            row = Criterion(standard=standard, position=last + 1)
        else:
            row = _own(standard, criterion)
        for name in FIELDS:
            if name in data:
                setattr(row, name, data[name])
        row.key = row.key or _new_key(standard)
        standard_rules.require_criterion(row)
        if standard.criteria.filter(key=row.key).exclude(pk=row.pk).exists():
            raise Refused(_("There is a criterion with the key “%(key)s” already.") % {"key": row.key})
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as problem:
            raise Refused(_("These entries contradict each other; nothing was stored.")) from problem
        _kept(standard, who, by, at, criterion=row.key, points=str(row.points))
        return row


def move_criterion(criterion: Criterion, *, up: bool, edits: int, by, at: datetime) -> Standard:
    """Put a criterion one place up or down; at the end of the list nothing happens."""
    with _tried(criterion.standard, "order", by, at):
        standard, who = _draft(criterion.standard, edits, by, at)
        rows = list(standard.criteria.order_by("position"))
        place = rows.index(_own(standard, criterion))
        other = place - 1 if up else place + 1
        if not 0 <= other < len(rows):
            return standard
        first, second = rows[place], rows[other]
        places = first.position, second.position
        Criterion.objects.filter(pk=first.pk).update(position=rows[-1].position + 1)
        Criterion.objects.filter(pk=second.pk).update(position=places[0])
        Criterion.objects.filter(pk=first.pk).update(position=places[1])
        return _kept(standard, who, by, at, moved=first.key)


def remove_criterion(criterion: Criterion, *, edits: int, by, at: datetime) -> Standard:
    """Take a criterion out of a draft."""
    with _tried(criterion.standard, "removal", by, at):
        standard, who = _draft(criterion.standard, edits, by, at)
        _own(standard, criterion).delete()
        return _kept(standard, who, by, at, removed=criterion.key)


def freeze(standard: Standard, *, by, at: datetime) -> Standard:
    """Freeze it: canonical text, fingerprint, number, a stamped document that the public reads. Once, for good.

    Refused while its points do not add up to 100 for every kind of unit.
    """
    with _tried(standard, "freeze", by, at):
        standard, who = _draft(standard, None, by, at)
        criteria = list(standard.criteria.order_by("position"))
        kinds = {rule.kind.key: rule.kind for rule in standard.campaign.kind_rules.select_related("kind")}
        standard_rules.require_whole(criteria, kinds)
        body, post = standard_rules.content_of(standard, criteria, kinds), policies.office_post(who, standard.campaign)
        number = next_number(standard.campaign, "standard", year=local_day(at).year)
        document = documents.freeze(
            DocumentKind.STANDARD, campaign=standard.campaign, number=number, title=standard.title_zh, content=body,
            by=by, at=at, needs_signature=False,
        )  # fmt: skip
        standard.content = fingerprints.canonical(body)
        standard.fingerprint = fingerprints.fingerprint(standard.content)
        standard.frozen_at, standard.frozen_by, standard.frozen_post = at, by, post
        standard.document = document
        standard.save()
        documents.stamp(document, at=at, by=by, post=post.title_zh)
        document.is_public = True
        document.save(update_fields=["is_public"])
        _record("standard.frozen", standard, who, by, at, version=standard.version, number=number,
                fingerprint=standard.fingerprint)  # fmt: skip
        transaction.on_commit(pagecache.forget)
        return standard


def _tried(standard: Standard, what: str, by, at: datetime):
    """What is refused inside is undone, and the record says that it was tried."""
    return attempt("standard.not_allowed", about=standard, by=by, at=at, bureau=standard.campaign.bureau.code,
                   version=standard.version, what=what)  # fmt: skip


def _draft(standard: Standard, edits: int | None, by, at: datetime) -> tuple[Standard, Standing]:
    """The locked draft, if this person may change it and nobody changed it meanwhile."""
    rows = Standard.objects.select_for_update(of=("self",)).select_related("campaign__bureau")
    standard, who = rows.get(pk=standard.pk), standing(by, on=local_day(at))
    require(policies.can_edit(who, standard))
    if edits is not None and standard.edits != edits:
        raise Refused(_("A colleague changed the standard while you had it open. Yours was not stored."))
    return standard, who


def _new_key(standard: Standard) -> str:
    taken = set(standard.criteria.values_list("key", flat=True))
    return next(key for number in range(1, len(taken) + 2) if (key := f"own-{number}") not in taken)


def _own(standard: Standard, criterion: Criterion) -> Criterion:
    found = standard.criteria.filter(pk=criterion.pk).first()
    if found is None:
        raise Refused(_("This criterion was removed meanwhile."))
    return found


def _kept(standard: Standard, who: Standing, by, at: datetime, **facts) -> Standard:
    standard.edits += 1
    standard.save()
    _record("standard.changed", standard, who, by, at, version=standard.version, **facts)
    return standard


def _record(verb: str, standard: Standard, who: Standing, by, at: datetime, **facts) -> None:
    post = policies.office_post(who, standard.campaign)
    record(verb, about=standard, by=by, at=at, bureau=standard.campaign.bureau.code, post=post.title_zh, **facts)
