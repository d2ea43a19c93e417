"""Published rows as pages show them: plain facts and words, ready for a template."""

from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commitments import phrases, progress
from commitments.models import Commitment, Publication
from commitments.states import buckets, ruler_comparison
from objectives.models import Stage
from objectives.phrases import with_unit
from objectives.prints import seal_text
from objectives.routes import PERSONAL
from objectives.states import MEASURED, TargetState
from portal.core import language, seals
from portal.core.frame import shows_demo
from portal.core.wording import day, said

CLEAR, LACKING = "green", "red"


def summary(counts: dict[str, int], year: int) -> dict:
    """The sentence of a bureau or unit and the bar below it."""
    total = sum(counts.values())
    run = phrases.sentence(total, year, counts)
    pieces = [{"glue": run[i], "words": run[i + 1]} for i in range(1, len(run) - 1, 2)]
    return {
        "opening": run[0],
        "pieces": pieces,
        "end": run[-1],
        "words": "".join(run),
        "buckets": buckets(counts),
        "total": total,
    }


def counted(promises: list[Commitment]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for promise in promises:
        counts[promise.status] = counts.get(promise.status, 0) + 1
    return counts


def first_figures(stages: list[Stage], published_at: datetime) -> date:
    """When the first month's figures appear: after the first month in which promises are kept."""
    keep = next((stage.from_on for stage in stages if stage.key == "keep"), None)
    return phrases.first_figures(keep, timezone.localdate(published_at))


def row(promise: Commitment, publication: Publication, *, under_objective: bool = False) -> dict:
    """A promise in a list; under its objective's own heading it is told by its target."""
    target = promise.target
    text = said(target, "text") if under_objective else said(promise, "text")
    due = phrases.by_day(promise.due_on, publication.year)
    done = target["state"] == TargetState.COMPLETED_BEFORE_START
    alone = len(publication.snapshot["objectives"][promise.objective_number - 1]["targets"]) == 1
    return {
        "number": f"{promise.objective_number}." if alone else promise.number,
        "text": text or said(promise, "text"),
        "url": promise_url(promise, publication),
        "value": progress.value_in_list(promise),
        "due": "" if done else due,
        "status": promise.status,
        "withdrawn": getattr(promise, "withdrawn_words", ""),
    }


def around(promise: Commitment, objective: dict) -> str:
    """The line below a promise: how much, and of what it is a part."""
    value = phrases.value(promise.target)
    if len(objective["targets"]) > 1:
        facts = {"value": value, "number": objective["number"], "text": said(objective, "text")}
        return _("%(value)s; part of task %(number)s: %(text)s") % facts
    text = said(promise.target, "text")
    return value if text == said(promise, "text") else f"{text}{pgettext('before counts', ': ')}{value}"


def promise_url(promise: Commitment, publication: Publication) -> str:
    return reverse("commitment", args=[language.current(), publication.bureau_code, promise.code])


def unit_url(publication: Publication) -> str:
    return reverse("unit", args=[language.current(), publication.bureau_code, publication.unit_code])


def tasks(promises: list[Commitment], publication: Publication) -> list[dict]:
    """A whole bureau's promises under their objectives; objectives without a measurable line are named too."""
    found = []
    for objective in publication.snapshot["objectives"]:
        mine = [promise for promise in promises if promise.objective_number == objective["number"]]
        rows = [row(promise, publication, under_objective=True) for promise in mine]
        found.append({"number": objective["number"], "text": said(objective, "text"), "rows": rows})
    return found


def doers(publication: Publication) -> list[dict]:
    """The units that do a whole bureau's promises, each with its tasks."""
    found: dict[str, dict] = {}
    for objective in publication.snapshot["objectives"]:
        for unit in objective["responsible"]:
            entry = found.setdefault(unit["code"], {"name": said(unit, "name"), "tasks": [], "count": 0})
            entry["tasks"].append(objective["number"])
            entry["count"] += len(objective["targets"])
    return [{**entry, "words": phrases.promises(entry["count"])} for entry in found.values()]


def stage_rows(stages: list[Stage], *, on: date) -> list[dict]:
    """The stages of the campaign; of those running on this day the one begun last is where we are."""
    running = [stage.position for stage in stages if stage.from_on <= on <= stage.to_on]
    here = running[-1] if running else None
    return [
        {
            "name": said(stage, "name"),
            "about": said(stage, "about"),
            "dates": phrases.span(stage.from_on, stage.to_on),
            "here": stage.position == here,
        }
        for stage in stages
    ]


def posts(snapshot: dict) -> dict[str, str]:
    """The post that acted for each role of the route."""
    acted = zip(snapshot["route"], snapshot["signers"], strict=False)
    return {step["role"]: said(signer, "post") for step, signer in acted}


def benchmarks(snapshot: dict) -> list[str]:
    """The benchmark units named in a paper, each once."""
    found = (said(objective["benchmark"], "name") for objective in snapshot["objectives"] if objective["benchmark"])
    return list(dict.fromkeys(found))


def deed(publication: Publication) -> dict:
    """The signed document: who signed when, its seal, fingerprint and addresses."""
    snapshot, lang = publication.snapshot, language.current()
    signers = snapshot["signers"]
    sealed = sum(signer["seal"] for signer in signers)
    sample = shows_demo() or publication.is_sample
    signed = [signer for signer in signers if signer["act"] in PERSONAL]
    return {
        "title": said(snapshot, "title"),
        "unit": phrases.unit_name(snapshot["unit"]),
        "signers": [(said(signer, "post"), phrases.done(signer)) for signer in signers],
        "seal": mark_safe(seals.round_seal(seal_text(snapshot), sample=sample)) if sealed else "",  # noqa: S308 -- drawn here, name escaped
        "fingerprint": snapshot["fingerprint"],
        "document": publication.document,
        "number": snapshot["number"],
        "code": publication.code,
        "signed_on": day(datetime.fromisoformat(signed[-1]["at"])) if signed else "",
        "marks": phrases.marks(len(signed), sealed),
        "pdf": reverse("document", args=[lang, publication.code]),
        "verify": f"{reverse('verify', args=[lang])}?code={publication.code}",
        "published_at": publication.published_at,
    }


def ruler(target: dict, objective: dict) -> dict | None:
    """What the ruler needs, or None for a promise that is told in words."""
    if target["comparison"] not in MEASURED or target["value"] is None:
        return None
    if target["state"] == TargetState.COMPLETED_BEFORE_START:
        return None
    return {
        "target": target["value"],
        "baseline": target["baseline"],
        "value": None,
        "plan": None,
        "status": "",
        "as_of": None,
        "benchmark": target["benchmark_value"],
        "benchmark_name": said(objective["benchmark"], "name"),
        "unit": said(target, "unit"),
        "comparison": ruler_comparison(target["comparison"]),
        "due": date.fromisoformat(target["due_on"]),
        "caption": _caption(target, objective),
    }


def _caption(target: dict, objective: dict) -> str:
    words = [
        format_html("<b>{}</b>", _("Nothing is reported yet: the track is empty.")),
        _("The red mark is the promise."),
    ]
    if target["benchmark_value"] is not None:
        name = said(objective["benchmark"], "name") or _("the benchmark unit")
        words.append(_("The triangle is the benchmark, %(name)s.") % {"name": name})
    elif target["benchmark_unknown"]:
        words.append(_("The benchmark’s figure is not known."))
    return format_html("{} " * (len(words) - 1) + "{}", *words)


def measures(target: dict, objective: dict) -> list[str]:
    """How it will be done: the target's own measure first, then the objective's others."""
    texts = [said(measure, "text") for measure in objective["measures"]]
    own = target["measure"]
    return texts if not own else [texts[own - 1], *texts[: own - 1], *texts[own:]]


def five_clears(target: dict, objective: dict, *, undertaker: bool) -> list[tuple[str, str]]:
    """(colour, words) for objective, measures, leader, undertaker and deadline; red for what is not named.

    The paper names no undertaker; the ledger says whether there is one, and the public no more than that.
    """
    checks = [
        (said(objective, "text"), _("Objective"), _("Objective: not written yet")),
        (objective["measures"], _("Measures"), _("Measures: not written yet")),
        (said(objective, "leader"), _("Leader"), _("Leader: not named yet")),
        (undertaker, _("Undertaker"), _("Undertaker: not named yet")),
        (target["due_on"], _("Deadline"), _("Deadline: not set yet")),
    ]
    return [(CLEAR, present) if known else (LACKING, absent) for known, present, absent in checks]


def facts(promise: Commitment, objective: dict, signed: dict, *, on: date) -> list[tuple]:
    """By when, who answers, who does it, signed: (term, value, note)."""
    unit = promise.publication.snapshot["unit"]
    doing = [said(each, "name") for each in objective["responsible"]] or [phrases.unit_name(unit)]
    target = promise.target
    done = target["state"] == TargetState.COMPLETED_BEFORE_START
    before = [_last_year(target, promise.publication)] if target.get("result_before") else []
    return [
        (_("By when"), day(promise.due_on), "" if done else phrases.countdown(promise.due_on, on=on)),
        (_("Who answers for it"), said(objective, "leader"), _("Accountable leader (post)")),
        (_("Who does it"), pgettext("between names", ", ").join(doing), ""),
        (_("Signed"), signed["signed_on"], format_html('<a href="#signed">{}</a>', signed["marks"])),
        *before,
    ]


def _last_year(target: dict, publication: Publication) -> tuple:
    """What the promise that this one continues came to, and why this one is not higher, if it is not."""
    lang = language.current()
    result = with_unit(target["result_before"], target, lang)
    promised = with_unit(target.get("promised_before"), target, lang)
    to = reverse("commitment", args=[lang, publication.bureau_code, target["continues"]])
    words = [format_html('<a href="{}">{}</a>', to, _("The promise was %(goal)s.") % {"goal": promised} if promised
                         else _("The promise of last year"))]  # fmt: skip
    if why := target.get("why_not_raised"):
        words.append(_("This year’s target does not lie above it, because: %(why)s") % {"why": why})
    return (_("Last year’s result"), result, format_html("{} " * (len(words) - 1) + "{}", *words))


def short_address(code: str) -> str:
    return settings.SITE_URL + reverse("commitment_short", args=[code])
