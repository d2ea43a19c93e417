"""Draws as anyone reads them, from the moment they are announced; and the files with which anyone replays them."""

import logging
from datetime import datetime
from pathlib import Path

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments import draw_words, drawing
from assessments.models import Draw, Inspection
from assessments.queries import draws as queries
from assessments.queries import succession
from assessments.states import DrawMethod, DrawState, SeedKind
from commitments.views import frames
from commitments.views.public import NotPublic, public
from portal.core import vault
from portal.core.clock import local_day
from portal.core.wording import amount, day, said
from units.models import Unit, UnitKind

SCRIPT = Path(drawing.__file__).with_name("replay_draw.py")
FOR_EVER = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"
SHOWN = 200
log = logging.getLogger(__name__)


@public
def draws(request, lang, bureau):
    """Every draw of a bureau since its announcement, the void ones too."""
    rows = list(queries.public(bureau))
    if not rows:
        raise NotPublic
    entries = [{"draw": row, "url": page_url(row, lang), **state_of(row)} for row in rows]
    return frames.page(
        request, "draws", bureau=_bureau(rows[0]), here="promises", entries=entries, updated_at=_moved_at(rows[0])
    )


@public
def draw(request, lang, bureau, draw):
    """One draw: its rule, what was frozen, its result, and how to replay it."""
    found = queries.public_one(bureau, draw)
    if found is None:
        raise NotPublic
    turns = queries.drawn_units(found, most=SHOWN)
    passed_over, passed_on, moved_at = since(found, lang)
    return frames.page(
        request, "draw", bureau=_bureau(found), here="promises", updated_at=moved_at, draw=found,
        passed_over=passed_over, passed_on=passed_on,
        **state_of(found), rule=rule_in_words(found), kinds=kinds(found), files=files(found), excluded=excluded(found),
        turns=shown(found, turns[:SHOWN], lang), more=len(turns) > SHOWN, base=_base(found),
        rule_hash=drawing.hash_of(found.rule), all_url=reverse("public_draws", args=[lang, bureau]),
        secrets=secrets(found), void_late=_is_void_late(found),
    )  # fmt: skip


@public
def file(request, bureau, draw, name):
    """A published file, byte for byte. It never changes, so that a copy may be kept for ever."""
    found = queries.public_one(bureau, draw) if name in queries.FILES else None
    try:
        text = queries.file_of(found, name) if found else ""
    except vault.Damaged:
        log.error("A file of the draw %s is missing or damaged: %s", found.pk, name)
        text = ""
    if not text:
        raise NotPublic
    return _plain(text.encode(), name, FOR_EVER)


@public
def script(request):
    """The stand-alone script, byte for byte as it stands in the program."""
    return _plain(SCRIPT.read_bytes(), SCRIPT.name, AN_HOUR)


def _plain(data: bytes, name: str, keep: str) -> HttpResponse:
    response = HttpResponse(data, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = keep
    return response


# --- facts of the page, which the workspace shows as well ----------------------------------------


def page_url(draw: Draw, lang: str) -> str:
    return reverse("public_draw", args=[lang, draw.assessment.campaign.bureau.code, draw_words.slug(draw.number)])


def state_of(draw: Draw) -> dict:
    """The draw's state as a light with its word."""
    return {
        DrawState.PREPARED: {"tone": "grey", "state": pgettext("draw", "In preparation")},
        DrawState.ANNOUNCED: {"tone": "grey", "state": _("Announced, not held yet")},
        DrawState.DRAWN: {"tone": "green", "state": pgettext("draw", "Drawn")},
        DrawState.VOID: {"tone": "red", "state": pgettext("draw", "Void")},
    }[draw.state]  # fmt: skip


def rule_in_words(draw: Draw) -> list[tuple]:
    """The rule as (term, words) pairs."""
    if draw.method == DrawMethod.CENSUS:
        how = _("every unit of the list (census)")
    else:
        facts = {"share": amount(draw.share), "least": draw.least}
        how = _("%(share)s%% of the units of each kind, rounded up, at least %(least)s of each kind") % facts
    if draw.seed_kind == SeedKind.TWO_SECRETS:
        posts = {"first": said(draw.first_officer, "title"), "second": said(draw.second_officer, "title")}
        if draw.seed_on:
            seed = _("two secrets, kept by %(first)s and %(second)s, committed to before the lists are frozen, "
                     "revealed on %(day)s or after") % {**posts, "day": day(draw.seed_on)}  # fmt: skip
        else:
            seed = _("two secrets, kept by %(first)s and %(second)s, committed to before the lists are frozen") % posts
    else:
        facts = {"source": draw.seed_source, "day": day(draw.seed_on)}
        seed = _("%(source)s, announced on %(day)s or after: nobody knows it when the lists are frozen") % facts
    pairs = [
        (_("What is drawn"), how),
        (_("Who inspects"), _("%(n)s inspectors a unit, whoever has the fewest units first; nobody their own unit, "
                              "nor one they lead or are recused from") % {"n": draw.each}),
        (_("The seed"), seed),
    ]  # fmt: skip
    if draw.announced_post:
        pairs.append(
            (pgettext("draw", "Announced"), f"{day(draw.announced_at)} · {said(draw.announced_post, 'title')}")
        )
    if draw.drawn_at:
        pairs.append((pgettext("draw", "Held"), day(draw.drawn_at)))
    if draw.witnesses:
        pairs.append((_("Witnesses (posts)"), draw.witnesses))
    return pairs


def kinds(draw: Draw) -> list[dict]:
    rows = queries.kinds_of(draw)
    names = _kind_names(draw)
    return [{**row, "name": names.get(row["kind"], row["kind"])} for row in rows]


def files(draw: Draw) -> list[dict]:
    """The published files with their SHA-256; one that is not there yet has no address."""
    about = {
        "objects.txt": _("units that can be drawn"), "inspectors.txt": _("inspectors, by number"),
        "rule.json": _("the rule"), "seed.txt": _("the seed"), "result.txt": _("the result"),
    }  # fmt: skip
    slug, bureau = draw_words.slug(draw.number), draw.assessment.campaign.bureau.code
    hashes = {
        "objects.txt": draw.objects_hash, "inspectors.txt": draw.inspectors_hash,
        "rule.json": drawing.hash_of(draw.rule),
        "seed.txt": drawing.hash_of(queries.file_of(draw, "seed.txt")), "result.txt": draw.result_hash,
    }  # fmt: skip
    return [
        {
            "name": name, "about": words, "hash": hashes[name] if getattr(draw, queries.FILES[name]) else "",
            "url": reverse("draw_file", args=[bureau, slug, name]) if getattr(draw, queries.FILES[name]) else "",
        }
        for name, words in about.items()
    ]  # fmt: skip


def excluded(draw: Draw) -> list[dict]:
    """Units left out by hand, with their names and reasons; those drawn before stand in rule.json."""
    codes = [row["unit"] for row in draw.excluded]
    units = {row.code: row for row in _units(draw, codes)}
    return [{"name": said(units[row["unit"]], "name"), "why": row["why"]} for row in draw.excluded]


def shown(draw: Draw, turns: list[drawing.Turn], lang: str) -> list[dict]:
    """Drawn units with names, for the table; grouped by kind in its order."""
    units = {row.code: row for row in _units(draw, [turn.code for turn in turns])}
    names, found = _kind_names(draw), {}
    for turn in turns:
        kind = found.setdefault(turn.kind, {"name": names.get(turn.kind, turn.kind), "units": []})
        bureau = draw.assessment.campaign.bureau.code
        url = reverse("unit", args=[lang, bureau, turn.code])
        kind["units"].append({"turn": turn.turn, "name": said(units[turn.code], "name"), "url": url,
                              "inspectors": turn.inspectors})  # fmt: skip
    return list(found.values())


def since(draw: Draw, lang: str) -> tuple[list[dict], list[dict], datetime]:
    """What happened since a draw was held: units passed over and who took their places, places of inspectors that
    passed on; and when the page last changed.
    """
    if draw.state != DrawState.DRAWN:
        return [], [], _moved_at(draw)
    over, on = succession.passed_over(draw), succession.passed_on(draw)
    bureau = draw.assessment.campaign.bureau.code
    units = [
        {
            "turn": row.turn, "name": said(row.case.unit, "name"), "why": row.why_unable, "day": day(row.closed_at),
            "url": reverse("unit", args=[lang, bureau, row.case.unit.code]), "after": _after(row),
        }
        for row in over
    ]  # fmt: skip
    places = [
        {
            "name": said(row.opinion.inspection.case.unit, "name"), "before": row.before.number, "day": day(row.at),
            "after": row.after.number, "why": row.get_reason_display(),
        }
        for row in on
    ]  # fmt: skip
    moments = [_moved_at(draw), *(row.closed_at for row in over), *(row.at for row in on)]
    return units, places, max(moments)


def _after(inspection: Inspection) -> dict | None:
    """The unit that took the place, by name and turn."""
    taker = getattr(inspection, "replaced_by", None)
    return taker and {"name": said(taker.case.unit, "name"), "turn": taker.turn}


def secrets(draw: Draw) -> list[dict]:
    """The two commitments; of the secrets only whether they are in, until both are."""
    if draw.seed_kind != SeedKind.TWO_SECRETS:
        return []
    rows = (
        (draw.first_officer, draw.first_commitment, draw.first_secret),
        (draw.second_officer, draw.second_commitment, draw.second_secret),
    )
    return [
        {"post": said(post, "title"), "commitment": commitment, "is_in": bool(secret)}
        for post, commitment, secret in rows
    ]


def _units(draw: Draw, codes: list[str]):
    return Unit.objects.filter(bureau=draw.assessment.campaign.bureau_id, code__in=codes)


def _kind_names(draw: Draw) -> dict[str, str]:
    rows = UnitKind.objects.filter(bureau=draw.assessment.campaign.bureau_id)
    return {row.key: said(row, "name") for row in rows}


def _base(draw: Draw) -> str:
    """Where the files lie: their names are added to it."""
    return reverse("draw_file", args=[draw.assessment.campaign.bureau.code, draw_words.slug(draw.number), "x"])[:-1]


def _bureau(draw: Draw) -> dict:
    bureau = draw.assessment.campaign.bureau
    return {"code": bureau.code, "name_zh": bureau.name_zh, "name_en": bureau.name_en}


def _is_void_late(draw: Draw) -> bool:
    """Whether the seed could have been known when the draw was declared void: the reader should learn of it."""
    both_in = draw.first_secret and draw.second_secret
    is_past = draw.seed_on and draw.void_at and local_day(draw.void_at) >= draw.seed_on
    return bool(draw.void_at and (both_in or is_past))


def _moved_at(draw: Draw):
    return draw.void_at or draw.drawn_at or draw.announced_at
