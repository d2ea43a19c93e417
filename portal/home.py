"""The desk: what waits for this person today, asked of every floor."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from objectives import queries, telling
from portal.core import desk as desks
from portal.core.wording import WEEKDAYS, day, in_chinese, said
from units.frame import reader

MARGIN = 6
NUMBERS = (
    pgettext_lazy("how many things", "one"),
    pgettext_lazy("how many things", "two"),
    pgettext_lazy("how many things", "three"),
    pgettext_lazy("how many things", "four"),
    pgettext_lazy("how many things", "five"),
    pgettext_lazy("how many things", "six"),
    pgettext_lazy("how many things", "seven"),
    pgettext_lazy("how many things", "eight"),
    pgettext_lazy("how many things", "nine"),
    pgettext_lazy("how many things", "ten"),
    pgettext_lazy("how many things", "eleven"),
    pgettext_lazy("how many things", "twelve"),
)
GROUPS = (
    ("overdue", pgettext_lazy("heading of the desk", "Overdue")),
    ("today", pgettext_lazy("heading of the desk", "Due today")),
    ("week", pgettext_lazy("heading of the desk", "This week")),
    ("later", pgettext_lazy("heading of the desk", "Later, or when you can")),
)


@require_safe
@login_required
def desk(request):
    today, who = timezone.localdate(), reader(request)
    items = desks.items_for(who, on=today)
    groups = desks.grouped(items, on=today)
    facts = {
        "today": today,
        "sentence": sentence(groups, today),
        "groups": [(key, title, groups[key]) for key, title in GROUPS if groups[key]],
        "waiting": [(said(s.paper.unit, "name"), telling.waiting(s), s.paper_id) for s in _waiting(who)],
        "letters": request.user.letters.all()[:4],
        "dates": queries.next_dates({post.unit.bureau_id for post in who.posts}, on=today, most=MARGIN),
        "has_post": not who.is_nobody,
    }
    return render(request, "work/desk.html", facts)


def _waiting(who) -> list:
    return queries.waiting_for_others(who, MARGIN)


def sentence(groups: dict, today: date) -> str:
    """Wednesday 18 October 2017. Three things wait for you: one is overdue, one is due today."""
    count = sum(map(len, groups.values()))
    if not count:
        return _("%(date)s. Nothing waits for you.") % {"date": _date(today)}
    words = ngettext("%(n)s thing waits for you", "%(n)s things wait for you", count) % {"n": _number(count)}
    late, due = len(groups["overdue"]), len(groups["today"])
    parts = []
    if late:
        parts.append(ngettext("%(n)s is overdue", "%(n)s are overdue", late) % {"n": _number(late)})
    if due:
        parts.append(ngettext("%(n)s is due today", "%(n)s are due today", due) % {"n": _number(due)})
    words = words[0].upper() + words[1:]
    tail = pgettext("between figures", ", ").join(parts)
    facts = {"date": _date(today), "words": words, "parts": tail}
    return (_("%(date)s. %(words)s: %(parts)s.") if parts else _("%(date)s. %(words)s.")) % facts


def _number(count: int) -> str:
    return str(NUMBERS[count - 1]) if count <= len(NUMBERS) else str(count)


def _date(today: date) -> str:
    return f"{day(today)}，星期{WEEKDAYS[today.weekday()]}" if in_chinese() else dateformat.format(today, "l j F Y")
