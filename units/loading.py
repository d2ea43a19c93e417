"""Bringing the who of a campaign file into the database, set by set: 10,000 units take a few statements.

What is missing is added. What is there already stays as people have kept it, except that `rename` takes over the
file's names. A unit of another kind or in another place than the file says is refused, never moved.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Max, Q
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from portal.core.campaign_file import CampaignFile
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from units.actions import in_base_36, put_in_charge
from units.campaign_sections import kinds_by_key, posts_of
from units.models import STEP, Bureau, Charge, Post, Unit, UnitKind

BATCH = 500


@dataclass
class LoadedBureau:
    """The bureau of a file as it now stands, and what had to be added or renamed for it."""

    bureau: Bureau
    is_new: bool
    kinds: dict[str, UnitKind] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    posts: dict[tuple[str, str], Post] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    renamed: int = 0


def load_bureau(file: CampaignFile, *, by, at: datetime, rename: bool = False) -> LoadedBureau:
    """Add what the file has and the database has not. Runs in the caller's transaction, which records it."""
    said = file["bureau"]
    names = _names(said) | {"short_zh": said["short_zh"]}
    bureau, is_new = Bureau.objects.get_or_create(code=said["code"], defaults=names)
    loaded = LoadedBureau(bureau, is_new)
    first_day = min(file["campaign"]["starts_on"], local_day(at))
    if rename:
        loaded.renamed += _rename(Bureau, [(bureau, names)])
    _load_kinds(file, loaded, rename)
    _load_units(file, loaded, first_day, rename)
    _load_posts(file, loaded, rename)
    _load_charges(file, loaded, first_day, by, at)
    if is_new:
        record("bureau.created", about=bureau, by=by, at=at, bureau=bureau.code, **counts(loaded))
    return loaded


def counts(loaded: LoadedBureau) -> dict[str, int]:
    """What was added, as facts of a deed."""
    return {name.replace(" ", "_"): count for name, count in loaded.added.items()}


def _names(row: dict) -> dict:
    return {"name_zh": row["name_zh"], "name_en": row["name_en"]}


def _rename(model, pairs) -> int:
    """Take over fields that differ, with their history; returns how many rows changed."""
    changed, fields = [], set()
    for thing, values in pairs:
        differing = {name: value for name, value in values.items() if getattr(thing, name) != value}
        for name, value in differing.items():
            setattr(thing, name, value)
        if differing:
            changed.append(thing)
            fields |= differing.keys()
    if changed and hasattr(model, "history"):
        bulk_update_with_history(changed, model, sorted(fields), batch_size=BATCH)
    elif changed:
        model.objects.bulk_update(changed, sorted(fields), batch_size=BATCH)
    return len(changed)


def _load_kinds(file, loaded, rename):
    loaded.kinds = {kind.key: kind for kind in loaded.bureau.kinds.all()}
    rows = file["unit_kind"]
    if rename:
        pairs = [(loaded.kinds[row["key"]], _names(row)) for row in rows if row["key"] in loaded.kinds]
        loaded.renamed += _rename(UnitKind, pairs)
    missing = [row for row in rows if row["key"] not in loaded.kinds]
    new = [UnitKind(bureau=loaded.bureau, key=row["key"], **_names(row)) for row in missing]
    loaded.kinds |= {kind.key: kind for kind in UnitKind.objects.bulk_create(new)}
    loaded.added["unit kinds"] = len(new)


def _load_units(file, loaded, first_day: date, rename):
    there = {unit.code: unit for unit in loaded.bureau.units.select_related("kind", "parent")}
    loaded.units = dict(there)
    for row in file["unit"]:
        if row["code"] in there:
            _require_same_place(there[row["code"]], row)
    if rename:
        pairs = [(there[row["code"]], _names(row)) for row in file["unit"] if row["code"] in there]
        loaded.renamed += _rename(Unit, pairs)
    new = [_unit(row, loaded, first_day) for row in _from_the_top(file["unit"]) if row["code"] not in there]
    _place(new)
    bulk_create_with_history(new, Unit, batch_size=BATCH)
    loaded.added["units"] = len(new)


def _require_same_place(unit: Unit, row: dict) -> None:
    parent = unit.parent.code if unit.parent else None
    if unit.kind.key != row["kind"]:
        raise Refused(
            _("The unit “%(code)s” is of the kind “%(old)s” in the portal and of the kind “%(new)s” in the file.")
            % {"code": unit.code, "old": unit.kind.key, "new": row["kind"]}
        )
    if parent != row["parent"]:
        raise Refused(
            _("The unit “%(code)s” stands below “%(old)s” in the portal and below “%(new)s” in the file.")
            % {"code": unit.code, "old": parent or "–", "new": row["parent"] or "–"}
        )


def _unit(row, loaded, first_day) -> Unit:
    """A unit not yet saved, remembered at once so that units below it find their parent."""
    unit = Unit(
        bureau=loaded.bureau, kind=loaded.kinds[row["kind"]], parent=loaded.units.get(row["parent"]), code=row["code"],
        is_sample=row["is_sample"], opened_on=row["opened_on"] or first_day, **_names(row),
    )  # fmt: skip
    loaded.units[row["code"]] = unit
    return unit


def _place(new: list[Unit]) -> None:
    """Give each unit the next path below its parent; parents come first in the list. Parents are locked."""
    parents = {unit.parent_id for unit in new if unit.parent_id and not unit.parent._state.adding}
    list(Unit.objects.select_for_update().filter(pk__in=parents).values_list("pk"))
    siblings = Unit.objects.filter(Q(parent__in=parents) | Q(parent=None)).values_list("parent").annotate(Max("path"))
    last = {parent: int(path[-STEP:], 36) for parent, path in siblings}
    for unit in new:
        last[unit.parent_id] = last.get(unit.parent_id, 0) + 1
        unit.path = (unit.parent.path if unit.parent else "") + in_base_36(last[unit.parent_id])


def _from_the_top(rows: list[dict]) -> list[dict]:
    """Parents before their children, siblings in the order of the file."""
    above = {row["code"]: row["parent"] for row in rows}

    def depth(code: str) -> int:
        steps = 0
        while code := above[code]:
            steps += 1
        return steps

    return sorted(rows, key=lambda row: depth(row["code"]))


def _load_posts(file, loaded, rename):
    kinds = kinds_by_key(file.sections)
    said = {(row["code"], post["key"]): post for row in file["unit"] for post in posts_of(row, kinds)}
    rows = Post.objects.filter(unit__bureau=loaded.bureau).select_related("unit")
    there = {(post.unit.code, post.key): post for post in rows}
    for place, post in said.items():
        if place in there and there[place].role != post["role"]:
            raise Refused(
                _("The post “%(post)s” has the role %(old)s in the portal and %(new)s in the file.")
                % {"post": "/".join(place), "old": there[place].role, "new": post["role"]}
            )
    if rename:
        pairs = [(there[place], _titles(post)) for place, post in said.items() if place in there]
        loaded.renamed += _rename(Post, pairs)
    new = [Post(unit=loaded.units[code], key=key, role=post["role"], **_titles(post))
           for (code, key), post in said.items() if (code, key) not in there]  # fmt: skip
    bulk_create_with_history(new, Post, batch_size=BATCH)
    loaded.posts = there | {(post.unit.code, post.key): post for post in new}
    loaded.added["posts"] = len(new)


def _titles(post: dict) -> dict:
    return {"title_zh": post["title_zh"], "title_en": post["title_en"]}


def _load_charges(file, loaded, first_day, by, at):
    """A unit that has a leader of the role already keeps that one. New posts have no holders to grant anything."""
    open_now = Charge.objects.filter(unit__bureau=loaded.bureau, until_on=None).select_related("post")
    taken = {(charge.post.role, charge.unit_id) for charge in open_now}
    held = set(Post.objects.filter(unit__bureau=loaded.bureau, tenures__until_on=None, tenures__isnull=False)
               .values_list("pk", flat=True))  # fmt: skip
    new, added = [], 0
    for charge in file["charge"]:
        code, _slash, key = charge["post"].partition("/")
        post = loaded.posts[code, key]
        units = [loaded.units[unit] for unit in charge["units"] if (post.role, loaded.units[unit].pk) not in taken]
        added += len(units)
        if post.pk in held:
            for unit in units:
                put_in_charge(post, unit, by=by, at=at)
        else:
            new += [Charge(post=post, unit=unit, from_on=first_day) for unit in units]
    bulk_create_with_history(new, Charge, batch_size=BATCH)
    loaded.added["charges"] = added
