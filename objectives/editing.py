"""The editor's page in facts: what is written, what is missing, what was asked for, what comes next."""

import json
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from objectives import differences, fingerprints, missing, telling
from objectives.forms.writing import ConsultationForm, ObjectiveForms
from objectives.models import KindRule, Objective, Paper, Revision
from objectives.states import ObjectiveKind, State
from portal.core.clock import local_day
from portal.core.verdicts import YES, Verdict
from portal.core.wording import distance, in_chinese, moment, said, weekday_day
from portal.core.workdays import ONE_DAY, loaded

CONSULTATION = "consultation"
GONE = -1
"""The place of a remark on an objective that was taken out since."""

CONSULTATION_ANCHORS = ("id_consulted", "id_opinions")
SENTENCE = gettext_lazy("One sentence, in Chinese, that people can check. Length: {n} of about 40 characters.")
NUMBERS = {
    "zh": "零一两三四五六七八九十",
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}
COLOURS = {missing.MUST: "red", missing.SOFT: "yellow", missing.OK: "green"}


@dataclass(frozen=True, slots=True)
class Row:
    """One objective in the list beside the open one. `colour` and `word` say how complete it is."""

    number: int
    objective: Objective
    is_last: bool
    colour: str
    word: str
    remarks: tuple[str, ...] = ()


class Together:
    """Several forms as one, for the summary of their errors."""

    def __init__(self, forms: list):
        self.forms = forms

    def __iter__(self):
        return (bound for form in self.forms for bound in form)

    def non_field_errors(self):
        return [words for form in self.forms for words in form.non_field_errors()]


def opened(paper: Paper, wanted: str) -> Objective | None:
    """The objective with that number, or None for the consultation note; the first when there is no such number."""
    objectives = list(paper.objectives.all())
    if wanted == CONSULTATION or not objectives:
        return None
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 4 else 1
    return objectives[number - 1] if 1 <= number <= len(objectives) else objectives[0]


def number_of(paper: Paper, objective: Objective | None) -> int:
    """Its place from 1; 0 for the consultation note, and for an objective that is no longer there."""
    rows = list(paper.objectives.all())
    return rows.index(objective) + 1 if objective in rows else 0


def address(paper: Paper, number: int, anchor: str = "", **query) -> str:
    """Where the editor opens an objective, or with number 0 the consultation note."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return f"{reverse('paper_edit', args=[paper.pk])}?item={number or CONSULTATION}{more}{anchor and '#' + anchor}"


def forms_of(paper: Paper, rule: KindRule, objective: Objective | None, data=None) -> ObjectiveForms | ConsultationForm:
    """The form of what is open, as stored or as posted."""
    return ObjectiveForms.of(paper, rule, objective, data) if objective else ConsultationForm.of(paper, data)


def facts(paper: Paper, rule: KindRule, objective: Objective | None, *, on: date, forms=None) -> dict:
    """All of the page; `paper` comes from `in_full()`. `forms` are posted ones that could not be stored."""
    forms = forms or forms_of(paper, rule, objective)
    returned = _returned(paper, rule)
    number = number_of(paper, objective)
    lacks = missing.missing_to_submit(paper, rule)
    change = returned["changes"].get(number) if returned else None
    return {
        "paper": paper,
        "title": said(paper.campaign, "paper_title"),
        "coming_round": paper.round + 1,
        "due": _due(paper, on),
        "opened": objective,
        "number": number,
        "heading": heading(objective, number),
        "form": forms.form if objective else forms,
        "targets": forms.targets if objective else None,
        "every": Together(forms.all),
        "sentence": SENTENCE,
        "returned": returned,
        "remarks": returned["remarks"].get(number, ()) if returned else (),
        "change": change,
    } | beside(paper, rule, objective, on=on, lacks=lacks, remarks=returned["remarks"] if returned else {})


def beside(paper: Paper, rule: KindRule, objective: Objective | None, *, on: date, lacks=None, remarks=None) -> dict:
    """What changes with every save: the list of objectives, what is missing, length, the way to submit."""
    lacks = missing.missing_to_submit(paper, rule) if lacks is None else lacks
    number, count = number_of(paper, objective), len(paper.objectives.all())
    length, about = missing.characters(paper), _length_asked(paper, rule)
    return {
        "paper": paper,
        "opened": objective,
        "open_key": objective.pk if objective else CONSULTATION,
        "number": number,
        "count": count,
        "list_heading": _list_heading(count, objective),
        "heading": heading(objective, number),
        "rows": _rows(paper, lacks, remarks or {}),
        "note": _mark([lack for lack in lacks if lack.anchor.startswith(CONSULTATION_ANCHORS)]),
        "lacks": [_item(lack, number) for lack in lacks if lack.level != missing.OK] + _done(lacks),
        "submit": _may_submit(lacks),
        "follows": telling.to_do(rule.steps[0].role, rule.steps[0].act, rule.steps[0].seal),
        "length": length,
        "about": about,
        "length_words": _length_words(length, about),
        "saved": saved(paper, on),
    }


def spelled(number: int) -> str:
    """A small number in words, a larger one in digits."""
    words = NUMBERS["zh" if in_chinese() else "en"]
    return words[number] if 0 < number < len(words) else str(number)


def heading(objective: Objective | None, number: int) -> str:
    if objective is None:
        return _("How people were asked")
    if objective.kind == ObjectiveKind.BENCHMARK:
        return _("%(n)s. The benchmarking objective") % {"n": number}
    return _("Objective %(n)s") % {"n": number}


def saved(paper: Paper, on: date) -> str:
    """Saved at 10:42."""
    if local_day(paper.saved_at) == on:
        return _("Saved at %(time)s.") % {"time": timezone.localtime(paper.saved_at).strftime("%H:%M")}
    return _("Saved on %(moment)s.") % {"moment": moment(paper.saved_at)}


def clash(mine: list, theirs: list) -> list[tuple[str, str, str]]:
    """Where two versions of the same forms differ: (label, mine, theirs)."""
    texts = dict(written(theirs))
    rows = [(label, text, texts.pop(label, "")) for label, text in written(mine)]
    rows += [(label, "", text) for label, text in texts.items()]
    return [row for row in rows if row[1] != row[2]]


def written(forms: list) -> list[tuple[str, str]]:
    """Everything filled in, as (label, text): for reading, not for posting."""
    found = []
    for place, form in enumerate(forms):
        for bound in form.visible_fields():
            label = f"{bound.label} ({place})" if place > 1 else str(bound.label)
            text = _text_of(bound)
            if text and (place == 0 or bound.name != "comparison" or not form_is_blank(form)):
                found.append((label, text))
    return found


def form_is_blank(form) -> bool:
    """Whether a row of a target says nothing yet but how it would be compared."""
    return not any(_text_of(bound) for bound in form.visible_fields() if bound.name != "comparison")


def _text_of(bound) -> str:
    value = bound.value()
    choices = getattr(bound.field, "choices", None)
    if choices is None:
        return "" if value is None else str(value).replace("\r\n", "\n").strip()
    chosen = {str(each) for each in (value if isinstance(value, list | tuple) else [value]) if each not in (None, "")}
    return pgettext("between names", ", ").join(str(label) for key, label in choices if str(key) in chosen)


def _list_heading(count: int, objective: Objective | None) -> str:
    others = count - 1
    if objective is None:
        return _("The objectives")
    if not others:
        return _("Nothing else yet")
    return ngettext("The other one", "The other %(n)s", others) % {"n": spelled(others)}


def _length_asked(paper: Paper, rule: KindRule) -> int:
    return 0 if rule.length_exempt else paper.campaign.rules.get("chars_about") or 0


def _length_words(length: int, about: int) -> str:
    """Length: 874 of about 1,000 characters."""
    now, asked = (str(n) if in_chinese() else f"{n:,}" for n in (length, about))
    words = _("Length: %(now)s of about %(about)s characters") if about else _("Length: %(now)s characters")
    return words % {"now": now, "about": asked}


def _due(paper: Paper, on: date) -> str:
    """due Mon 22 May, in 4 working days; empty when the campaign names no day."""
    due = paper.campaign.deadline("sign_off")
    if due is None:
        return ""
    if due <= on:
        words = distance(due, on)
    else:
        days = loaded().between(on + ONE_DAY, due)
        words = ngettext("in %(n)s working day", "in %(n)s working days", days) % {"n": days}
    return _("due %(day)s, %(words)s") % {"day": weekday_day(due), "words": words}


def _rows(paper: Paper, lacks: list, remarks: dict) -> list[Row]:
    objectives = list(paper.objectives.all())
    rows = []
    for number, objective in enumerate(objectives, start=1):
        colour, word = _mark([lack for lack in lacks if lack.objective == number])
        is_last = number == len(objectives)
        rows.append(Row(number, objective, is_last, colour, word, tuple(remarks.get(number, ()))))
    return rows


def _mark(lacks: list) -> tuple[str, str]:
    """Colour and word for what one part lacks: the one thing by name, more of them by number."""
    musts = missing.blocks(lacks)
    if len(musts) > 1:
        return COLOURS[missing.MUST], ngettext("%(n)s missing", "%(n)s missing", len(musts)) % {"n": len(musts)}
    if lacks:
        first = (musts or lacks)[0]
        return COLOURS[first.level], first.short or _("Incomplete")
    return COLOURS[missing.OK], pgettext("part of a paper", "Complete")


def _item(lack: missing.Lack, number: int) -> dict:
    """A line of the list, leading to its field: on this page, or where the editor opens it."""
    to = ""
    in_note = lack.anchor.startswith(CONSULTATION_ANCHORS)
    if lack.anchor and (lack.objective or in_note):
        here = lack.objective == number
        to = f"#{lack.anchor}" if here else f"?item={lack.objective or CONSULTATION}#{lack.anchor}"
    return {"level": lack.level, "label": lack.text, "to": to}


def _done(lacks: list) -> list[dict]:
    """Everything that is done, in one line."""
    done = [lack.text for lack in lacks if lack.level == missing.OK]
    label = capfirst(pgettext("between names", ", ").join(done))
    return [{"level": missing.OK, "label": label, "to": ""}] if done else []


def _may_submit(lacks: list) -> Verdict:
    count = len(missing.blocks(lacks))
    words = ngettext("%(n)s thing is missing, listed above.", "%(n)s things are missing, listed above.", count)
    return Verdict(capfirst(words % {"n": spelled(count)})) if count else YES


def _returned(paper: Paper, rule: KindRule) -> dict | None:
    """Why the paper came back, each remark at the place its objective has now, and what was changed since."""
    if paper.state != State.RETURNED:
        return None
    back = paper.returns.select_related("returned_post").prefetch_related("remarks").get(round=paper.round)
    before = json.loads(Revision.objects.get(paper=paper, round=paper.round).content)
    now = fingerprints.content_of(paper, number="", round_=paper.round + 1, route=rule.steps)
    pairs, _removed, _added = differences.matched(before["objectives"], now["objectives"])
    places = {old["number"]: new["number"] for old, new in pairs}
    remarks: dict[int, list[str]] = {}
    for remark in back.remarks.all():
        remarks.setdefault(places.get(remark.objective, GONE), []).append(remark.text)
    changes = differences.between(before, now)
    return {
        "back": back,
        "post": said(back.returned_post, "title"),
        "remarks": remarks,
        "listed": [(max(number, 0), text) for number, texts in sorted(remarks.items()) for text in texts],
        "changes": {change.number: change for change in changes if change.kind == differences.KEPT and change.parts},
        "changed": len(changes),
    }
