"""What public pages say about promises, in the reader's language. Pure: facts in, words out."""

from datetime import date, datetime

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from commitments.states import (
    AHEAD,
    BEHIND,
    KEPT,
    NOT_MEASURABLE,
    NOT_REPORTED,
    NOTHING_TO_REPORT,
    ON_SCHEDULE,
    OVERDUE,
    WELL_BEHIND,
    WITHDRAWN,
)
from objectives import phrases as target_phrases
from objectives.routes import Act
from objectives.states import Comparison, TargetState
from portal.core import language
from portal.core.wording import day, distance, in_chinese, moment, said

SMALL = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
HAN = "零一二三四五六七八九"
SAMPLE_MARKS = ("（示例）", "(示例)", "(sample)")


def in_words(number: int) -> str:
    """A count as people say it, up to ninety-nine; then figures. Chinese counts say 两, not 二."""
    if number > 99:
        return f"{number:,}"
    return _han(number) if in_chinese() else _english(number)


def _english(number: int) -> str:
    if number < 20:
        return SMALL[number]
    tens, ones = divmod(number, 10)
    return TENS[tens - 2] + (f"-{SMALL[ones]}" if ones else "")


def _han(number: int) -> str:
    if number == 2:
        return "两"
    tens, ones = divmod(number, 10)
    return (HAN[tens] if tens > 1 else "") + ("十" if tens else "") + (HAN[ones] if ones or not tens else "")


def opening(count: int, year: int) -> str:
    """Fifteen promises for 2017."""
    text = ngettext("%(count)s promise for %(year)s", "%(count)s promises for %(year)s", count)
    text = text % {"count": in_words(count), "year": year}
    return text[:1].upper() + text[1:]


def parts(counts: dict[str, int]) -> list[str]:
    """What became of them, one piece a status: “one kept”, “two behind”, “fourteen not yet measurable”."""
    told = [
        (counts.get(KEPT, 0), _("%(count)s kept")),
        (counts.get(AHEAD, 0) + counts.get(ON_SCHEDULE, 0), _("%(count)s on schedule or ahead")),
        (counts.get(BEHIND, 0) + counts.get(WELL_BEHIND, 0), _("%(count)s behind")),
        (counts.get(OVERDUE, 0), _("%(count)s overdue")),
        (counts.get(NOT_REPORTED, 0), _("%(count)s not reported")),
        (counts.get(NOT_MEASURABLE, 0) + counts.get(NOTHING_TO_REPORT, 0), _("%(count)s not yet measurable")),
        (counts.get(WITHDRAWN, 0), _("%(count)s withdrawn")),
    ]
    found = [words % {"count": in_words(count)} for count, words in told if count]
    return [_("none reported yet")] if set(counts) <= {NOT_MEASURABLE} and found else found


def sentence(count: int, year: int, counts: dict[str, int]) -> list[str]:
    """The whole sentence as alternating glue and piece, so that a page may link the pieces."""
    pieces = parts(counts)
    run = [opening(count, year)]
    for place, piece in enumerate(pieces):
        first, last = place == 0, place == len(pieces) - 1
        glue = pgettext("before counts", ": ") if first else pgettext("between counts", ", ")
        run += [pgettext("before the last count", " and ") if last and not first else glue, piece]
    return [*run, pgettext("end of a sentence", ".")]


def promises(count: int) -> str:
    return ngettext("%(count)d promise", "%(count)d promises", count) % {"count": count}


def first_figures(keep_from: date | None, published_on: date) -> date:
    """The first of the month in which the first month's figures appear: the one after the first month kept."""
    begins = max(keep_from or published_on, published_on)
    return date(begins.year + begins.month // 12, begins.month % 12 + 1, 1)


def none_reported(first: date, *, on: date) -> str:
    """That nothing is reported, and when something will be; no more than that once the month has passed."""
    if (on.year, on.month) > (first.year, first.month):
        return _("No month has been reported yet.")
    return _("No month has been reported yet. The first month’s figures appear in %(month)s.") % {"month": month(first)}


def outlook(counts: dict[str, int], first: date, *, on: date) -> str:
    """What a bureau's or unit's sentence leaves unsaid: when figures appear, and before that that there are none."""
    if counts.get(KEPT) or (on.year, on.month) > (first.year, first.month):
        return none_reported(first, on=on) if counts.get(KEPT) else ""
    return _("The first month’s figures appear in %(month)s.") % {"month": month(first)}


def together(*sentences: str) -> str:
    """Whole sentences in one run; Chinese ones follow each other without a space."""
    return ("" if in_chinese() else " ").join(filter(None, sentences))


def month(value: date) -> str:
    return f"{value.year}年{value.month}月" if in_chinese() else dateformat.format(value, "F Y")


def short_month(value: date) -> str:
    return f"{value.month}月" if in_chinese() else dateformat.format(value, "M")


def light_sentence(status: str, first: date, *, on: date) -> str:
    """Why the light is what it is."""
    if status == KEPT:
        return _("Green: the signed paper says that this was done before the plan began. Nothing is left to report.")
    return _("Grey: not yet measurable. %(why)s") % {"why": none_reported(first, on=on)}


def value(target: dict) -> str:
    """What a list says of a promise: from where to where, or that it is done."""
    if target["state"] == TargetState.COMPLETED_BEFORE_START:
        return pgettext("promise", "done before the plan")
    return target_phrases.from_to(target, language.current())


def no_figure(target: dict) -> str:
    """Why a promise has no ruler, in a sentence."""
    if target["state"] == TargetState.COMPLETED_BEFORE_START:
        return _("This was done before the plan began; the plan lists it, and nothing more is measured.")
    match Comparison(target["comparison"]):
        case Comparison.ORDINAL:
            number = target_phrases.with_unit(target["value"], target, language.current())
            if number:
                facts = {"number": f"第{number}" if in_chinese() else target["value"]}
                return _("The plan prints no amount: this is no. %(number)s of its series, kept once done.") % facts
        case Comparison.SOME:
            return _("The plan says “a number of” and prints no figure. What was done is told in words and counted.")
        case Comparison.HELD:
            return _("The plan prints no figure: this is kept once it has been held.")
        case Comparison.RANK:
            return _("The plan promises a place among the best and prints no figure; the others’ figures decide it.")
        case Comparison.ASSIGNED:
            return _("The figure is assigned from above. The plan prints no figure.")
    return _("The plan prints no figure.")


def countdown(due: date, *, on: date) -> str:
    """How long is left, in words: in ten weeks and four days."""
    days = (due - on).days
    if days < 0:
        return _("this day has passed")
    if days < 2:
        return distance(due, on)
    weeks, rest = divmod(days, 7)
    spans = [ngettext("%(n)s week", "%(n)s weeks", weeks) % {"n": in_words(weeks)}] if weeks else []
    spans += [ngettext("%(n)s day", "%(n)s days", rest) % {"n": in_words(rest)}] if rest else []
    if len(spans) == 2:
        return pgettext("countdown", "in %(weeks)s and %(days)s") % {"weeks": spans[0], "days": spans[1]}
    return pgettext("countdown", "in %(span)s") % {"span": spans[0]}


def by_day(due: date, year: int) -> str:
    """By 31 December; the year only when it is another one."""
    text = day(due)
    if due.year == year:
        text = text.split("年", 1)[1] if in_chinese() else text.rsplit(" ", 1)[0]
    return pgettext("deadline", "by %(day)s") % {"day": text}


def span(first: date, last: date) -> str:
    """1 January – 22 May 2017."""
    start, end = day(first), day(last)
    if first.year != last.year:
        return f"{start}—{end}" if in_chinese() else f"{start} – {end}"
    if in_chinese():
        return f"{start}—{last.month}月{last.day}日"
    return f"{start.rsplit(' ', 1)[0]} – {end}"


def unit_name(unit: dict) -> str:
    """A unit's name; that it is a sample is said by the mark beside it."""
    name = said(unit, "name")
    if unit.get("is_sample"):
        for mark in SAMPLE_MARKS:
            name = name.replace(mark, "")
    return name.strip()


def done(signer: dict) -> str:
    """What a signer did and when."""
    facts = {"moment": moment(datetime.fromisoformat(signer["at"])), "receipt": signer["receipt"]}
    match Act(signer["act"]):
        case Act.SIGN if signer["seal"]:
            return _("signed and sealed on %(moment)s") % facts
        case Act.SIGN:
            return _("signed on %(moment)s") % facts
        case Act.AUDIT:
            return _("audited and signed on %(moment)s") % facts
        case Act.APPROVE:
            return _("approved and signed on %(moment)s") % facts
        case Act.SUBMIT:
            return _("submitted on %(moment)s") % facts
    return _("filed on %(moment)s, no. %(receipt)s") % facts


def marks(signatures: int, seals: int) -> str:
    """Two signatures, one seal."""
    signed = ngettext("%(n)s signature", "%(n)s signatures", signatures) % {"n": in_words(signatures)}
    if not seals:
        return signed
    sealed = ngettext("%(n)s seal", "%(n)s seals", seals) % {"n": in_words(seals)}
    return pgettext("between counts", ", ").join((signed, sealed))


def consultation(note: dict) -> str:
    """Who was asked before the paper was written: counts only."""
    if not note["from"] or note["people"] is None:
        return ""
    facts = {
        "dates": span(date.fromisoformat(note["from"]), date.fromisoformat(note["to"])),
        "how": note["how"],
        "people": note["people"],
        "heard": note["heard"] or 0,
        "adopted": note["adopted"] or 0,
    }
    text = _("%(dates)s: %(people)d people were asked (%(how)s). %(heard)d opinions came in, %(adopted)d were adopted.")
    return text % facts
