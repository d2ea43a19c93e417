"""Reading the tree, its posts and the record: a constant number of queries for any number of rows."""

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from portal.core import lenses
from portal.core.lenses import Shown
from portal.core.models import Deed, Letter, SignerKey, SpecialDay, User
from portal.core.verbs import ACTORS, SENTENCES
from portal.core.wording import day as said_day
from portal.core.wording import said
from units.models import Bureau, Charge, Post, Tenure, Unit
from units.policies import Standing

UNITS = 40
DEEDS = 50
LETTERS = 50
CHANGES = 6


def tree(bureaus: set[int], *, on: date, words: str = "", after: str = "") -> tuple[list[Unit], str]:
    """Units with `held` posts, those who are `coming` and `led` units, in the order of the tree, and the next page."""
    held = Tenure.objects.on(on).select_related("user")
    coming = Tenure.objects.coming(after=on).select_related("user")
    led = Charge.objects.on(on).select_related("unit")
    posts = Post.objects.prefetch_related(
        Prefetch("tenures", held, to_attr="held"),
        Prefetch("tenures", coming, to_attr="coming"),
        Prefetch("charges", led, to_attr="led"),
    )
    rows = Unit.objects.filter(bureau__in=bureaus, path__gt=after).open_on(on).select_related("kind", "parent")
    rows = _found(rows, words).prefetch_related(Prefetch("posts", posts)).order_by("path")[: UNITS + 1]
    units = list(rows)
    return units[:UNITS], units[UNITS - 1].path if len(units) > UNITS else ""


def _found(units: QuerySet[Unit], words: str) -> QuerySet[Unit]:
    for word in words.split()[:6]:
        by_name = Q(name_zh__icontains=word) | Q(name_en__icontains=word)
        units = units.filter(by_name | Q(posts__tenures__user__name__icontains=word))
    return units.distinct() if words else units


def record(codes: set[str], who: Standing, *, before: int | None = None) -> tuple[list[dict], int | None]:
    """Deeds of the bureaus, newest first, and the number before which the next page begins.

    A deed about a thing that this person may not see is left out; its words are shown with the thing.
    """
    deeds = Deed.objects.filter(bureau__in=codes).select_related("words").order_by("-number")
    page = list((deeds.filter(number__lt=before) if before else deeds)[: DEEDS + 1])
    following = page[DEEDS - 1].number if len(page) > DEEDS else None
    page = page[:DEEDS]
    names = User.objects.in_bulk([int(deed.by) for deed in page if deed.by.isdecimal()])
    things = _things(page, who)
    rows = [
        _row(deed, names, things[deed.about, deed.about_id]) for deed in page if (deed.about, deed.about_id) in things
    ]
    return rows, following


def _things(deeds: list[Deed], who: Standing) -> dict[tuple[str, str], Shown]:
    kinds: dict[str, set] = {}
    for deed in deeds:
        kinds.setdefault(deed.about, set()).add(deed.about_id)
    return {(about, key): shown for about, ids in kinds.items() for key, shown in lenses.shown(about, ids, who).items()}


def _row(deed: Deed, names: dict, thing: Shown) -> dict:
    who = str(names.get(int(deed.by), deed.by)) if deed.by.isdecimal() else ACTORS.get(deed.by, deed.by)
    words = deed.words.text if hasattr(deed, "words") else ""
    return {"deed": deed, "sentence": SENTENCES.get(deed.verb, deed.verb), "who": who, "thing": thing, "words": words}


def letters_of(user, *, before: int | None = None) -> tuple[list[Letter], int | None]:
    """A person's letters, newest first, and the id before which the next page begins."""
    rows = user.letters.order_by("-pk")
    page = list((rows.filter(pk__lt=before) if before else rows)[: LETTERS + 1])
    return page[:LETTERS], page[LETTERS - 1].pk if len(page) > LETTERS else None


def units_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    return {str(unit.pk): Shown(said(unit, "name")) for unit in Unit.objects.filter(pk__in=ids)}


def posts_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    posts = Post.objects.filter(pk__in=ids).select_related("unit")
    return {str(post.pk): Shown(f"{said(post.unit, 'name')}, {said(post, 'title')}") for post in posts}


def keys_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    return {str(key.pk): Shown(str(key.user)) for key in SignerKey.objects.filter(pk__in=ids).select_related("user")}


def special_days(year: int) -> list[SpecialDay]:
    """The days of a year that do not follow the week, in their order."""
    return list(SpecialDay.objects.filter(on__gte=date(year, 1, 1), on__lt=date(year + 1, 1, 1)))


def calendar_changes() -> list[dict]:
    """Who of all bureaus changed the calendar last, newest first."""
    deeds = list(Deed.objects.filter(about="core.specialday").select_related("words").order_by("-number")[:CHANGES])
    bureaus = {bureau.code: bureau for bureau in Bureau.objects.filter(code__in={deed.bureau for deed in deeds})}
    return [{**_day_of(deed), "deed": deed, "bureau": bureaus.get(deed.bureau)} for deed in deeds]


def _day_of(deed: Deed) -> dict:
    facts = deed.facts
    day = date.fromisoformat(facts["on"]) if "on" in facts else None
    return {"what": facts.get("did", "filled"), "day": day, "year": facts.get("year"), "days": facts.get("days")}


def days_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Special days by the deeds about them, for a day that was taken out has no row any more."""
    deeds = Deed.objects.filter(about="core.specialday", about_id__in=ids)
    days = {deed.about_id: _day_of(deed) for deed in deeds}
    return {key: Shown(said_day(day["day"]) if day["day"] else str(day["year"])) for key, day in days.items()}
