"""Component tags: each takes its facts openly and renders templates/components/<name>.html."""

from datetime import date
from zlib import crc32

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext

from portal.core import captions, charts, differences, formparts, lights, wording

register = template.Library()

FEWER = {"lte", "lt", "at_most", "fewer", "<=", "<", "≤"}

for name in ("day", "weekday_day", "moment", "fingerprint", "amount", "said", "distance"):
    register.filter(name, getattr(wording, name))


def key(*facts) -> str:
    """A short id that is the same on every rendering of the same facts."""
    return f"{crc32('|'.join(map(str, facts)).encode()):x}"


@register.simple_tag
def page_lang():
    return "zh-Hans" if wording.in_chinese() else "en"


@register.simple_tag
def other_language():
    """The language one can switch to: code for lang=, short for forms and addresses, its own name."""
    if wording.in_chinese():
        return {"code": "en", "short": "en", "name": "English"}
    return {"code": "zh-Hans", "short": "zh", "name": "中文"}


@register.simple_tag
def public_home():
    return "/zh/" if wording.in_chinese() else "/en/"


@register.inclusion_tag("components/brand.html")
def brand(to, name=""):
    """The seal, the portal's name and under it the bureau's, leading to `to`."""
    return {"to": to, "name": name}


@register.inclusion_tag("components/shape.html")
def shape(colour):
    """Circle, triangle, square or ring, in the colour of its text; always beside a word."""
    return {"colour": colour}


@register.inclusion_tag("components/light.html")
def light(status, tag=False, word=""):
    """A status (or a bare colour with its own `word`) as shape and word; `tag` sets it on its wash."""
    return {"colour": lights.tone(status), "word": word or lights.word(status), "tag": tag}


@register.inclusion_tag("components/cell.html")
def cell(state, word=""):
    """One cell of a units × months matrix; `word` replaces the plain one ("Late, 2 days")."""
    kind, colour, plain = lights.CELLS[str(state)]
    return {"kind": kind, "colour": colour, "word": word or plain}


@register.inclusion_tag("components/sample.html")
def sample():
    """The mark on every sample unit, in both languages."""
    return {}


@register.inclusion_tag("components/crumbs.html")
def crumbs(items):
    """Where the page stands: (label, url) pairs, the last without url is the page itself."""
    return {"items": items}


@register.inclusion_tag("components/pairs.html")
def pairs(items, ruled=False):
    """Facts as (term, value) or (term, value, note); days are written out, an empty value says "Not named yet"."""
    rows = [(*item, "")[:3] for item in items]
    return {
        "items": [(term, wording.day(fact) if isinstance(fact, date) else fact, note) for term, fact, note in rows],
        "ruled": ruled,
    }


@register.inclusion_tag("components/steps.html")
def steps(items, label=""):
    """The route of a paper: items with `label`, `state` (done, current, to_come or returned)."""
    return {"items": items, "label": label or gettext("Where this paper is")}


@register.inclusion_tag("components/todo.html")
def todo(*, count="", what, why="", due=None, on=None, late="", act="", to="", verdict=None):
    """One thing to do, as a list item of `ol.todo`; `late` replaces the words of the distance to `due`."""
    days = (due - on).days if due and on else None
    return {
        "count": count,
        "what": what,
        "why": why,
        "due": due,
        "words": late or wording.distance(due, on),
        "colour": "" if days is None or days > 0 else "red" if days < 0 else "yellow",
        "today": days == 0 and bool(late),
        "act": act,
        "to": to,
        "verdict": verdict,
        "kind": "quiet" if days is None or days > 0 else "",
    }


@register.inclusion_tag("components/missing.html")
def missing(items):
    """What is still missing: items with `label`, `level` (must, soft, ok) and, if it can be reached, `to`."""
    colours = {"must": "red", "soft": "yellow", "ok": "green"}
    return {"items": [{"item": item, "colour": colours[_level(item)]} for item in items]}


def _level(item):
    return item["level"] if isinstance(item, dict) else item.level


@register.inclusion_tag("components/diff.html")
def diff(before, after, before_label="", after_label="", inline=False):
    """Two texts with what changed marked; `inline` joins them into one run."""
    run = differences.pieces(str(before or ""), str(after or ""))
    return {
        "run": run,
        "old": [piece for piece in run if piece.kind != "new"],
        "new": [piece for piece in run if piece.kind != "gone"],
        "before_label": before_label or gettext("Before"),
        "after_label": after_label or gettext("After"),
        "inline": inline,
    }


@register.inclusion_tag("components/signers.html")
def signers(items):
    """Who signed: (post, words) pairs in their order."""
    return {"items": items}


@register.inclusion_tag("components/act_button.html", takes_context=True)
def act_button(context, label, to="", verdict=None, kind="", post=False, name="", value=""):
    """A button for an act: pressable, or visible, focusable and tied to the reason why not.

    A link to `to`; with `post` a form of its own; without `to` the submit button of the form around it.
    `kind` is "", quiet, seal (signing only) or link. A verdict that hides the object draws nothing.
    """
    reason = "" if verdict is None else getattr(verdict, "reason", "")
    return {
        "label": label,
        "to": to,
        "reason": reason,
        "hidden": bool(getattr(verdict, "hidden", False)),
        "kind": f" btn--{kind}" if kind else "",
        "post": post,
        "name": name,
        "value": value,
        "why": f"why-{key(label, to, reason)}",
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("components/field.html")
def field(bound, hint="", kind=""):
    """Label, hint, control and error of a form field, tied together; `kind` "switch" draws a choice of few in a row."""
    return {**formparts.field_facts(bound, hint), "switch": kind == "switch"}


@register.inclusion_tag("components/errors_summary.html")
def errors_summary(*forms):
    """Every error of the forms in one notice, each linked to its field; nothing when there are none."""
    errors = formparts.errors_of(forms)
    title = ngettext("%(count)d thing to correct", "%(count)d things to correct", len(errors))
    return {"errors": errors, "title": title % {"count": len(errors)}}


@register.simple_block_tag(end_name="endnotice")
def notice(content, title="", kind="", to=""):
    """A message around its words; `kind` is "", done, wait or late; late interrupts a screen reader, done waits."""
    roles = {"late": "alert", "done": "status"}
    facts = {"content": content, "title": title, "kind": kind, "role": roles.get(kind, ""), "id": to}
    return mark_safe(render_to_string("components/notice.html", facts))  # noqa: S308 -- rendered with autoescape


@register.inclusion_tag("components/empty.html")
def empty(what, then=""):
    """An empty list in words: what is not there, and when something will be."""
    return {"what": what, "then": then}


@register.inclusion_tag("components/bar.html")
def bar(buckets, name="bar", other=""):
    """The five-bucket bar of a mapping done, ahead, on_schedule, behind, other; `name` is unique on the page.

    `other` is the word for the last bucket where more stands in it than what cannot be measured yet.
    """
    sentence = captions.bar_sentence(buckets, lights.BUCKETS | ({"other": other} if other else {}))
    return {"segments": charts.bar(buckets), "sentence": sentence, "hatch": f"hatch-{name}"}


@register.inclusion_tag("components/legend.html")
def legend(buckets, links=None, other=""):
    """The words and counts of a bar; `links` maps a bucket to the list it stands for. Empty buckets keep their 0."""
    links, words = links or {}, lights.BUCKETS | ({"other": other} if other else {})
    rows = [(bucket, buckets.get(bucket, 0), word, links.get(bucket, "")) for bucket, word in words.items()]
    return {"rows": rows}


@register.inclusion_tag("components/spark.html")
def spark(months, unit="", sentence=""):
    """Months against plan: mappings of label, value, plan, status. Fewer than three values draw nothing.

    Always with its table below it. What would not fit a phone is marked, and left out there only.
    """
    figures = [(month.get("value"), month.get("plan")) for month in months]
    drawn = charts.spark(figures)
    values = [wording.amount(value) for value, _plan in figures]
    names = [str(month["label"]) for month in months]
    crowded, full = not charts.fits(names), not charts.fits(values)
    last = max((i for i, text in enumerate(values) if text), default=-1)
    rows = [
        {
            "at": at,
            "label": names[i],
            "value": values[i],
            "spare_label": crowded and i % 2 == 1,
            "spare_value": full and i != last,
            "tone": lights.tone(month.get("status") or "on_schedule"),
        }
        for i, (month, at) in enumerate(zip(months, drawn, strict=False))
    ]
    return {"rows": rows, "sentence": sentence or captions.spark_sentence(months, unit)}


@register.inclusion_tag("components/ruler.html")
def ruler(
    *,
    target,
    baseline=None,
    value=None,
    benchmark=None,
    plan=None,
    unit="",
    comparison="",
    status="",
    as_of=None,
    due=None,
    baseline_year="",
    benchmark_name="",
    sentence="",
    caption="",
):
    """A numeric promise on its ruler. Every figure but the target may be missing.

    `comparison` lte (or ≤, at_most) reads from the right; `as_of` and `due` are days; `caption` may be marked safe.
    """
    baseline, value, benchmark, plan = (
        None if figure == "" else figure for figure in (baseline, value, benchmark, plan)
    )
    facts = captions.RulerWords(
        target, baseline, value, benchmark, plan, unit, as_of, due, baseline_year, benchmark_name
    )
    mirrored = str(comparison) in FEWER
    drawing = charts.ruler(
        target=target,
        baseline=baseline,
        value=value,
        benchmark=benchmark,
        plan=plan,
        percent=unit == "%",
        mirrored=mirrored,
        words=facts.labels(),
    )
    return {
        "drawing": drawing,
        "tone": lights.tone(status) if status else "ink",
        "sentence": sentence or facts.sentence(),
        "caption": caption,
        "mirrored": mirrored,
    }
