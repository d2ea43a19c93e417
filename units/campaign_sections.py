"""The sections of a campaign file that say who: `bureau`, `unit_kind`, `unit`, `charge`.

bureau     code, name_zh, name_en, short_zh (in document numbers and on seals)
unit_kind  key, name_zh, name_en, writes_paper (false: no paper and no rule), post (posts every such unit has)
unit       code, kind, parent (left out for the bureau's own unit), name_zh, name_en, is_sample, opened_on, post
           (posts of this unit alone; a post with the key of one of its kind's takes that one's place)
post       key, role, title_zh, title_en
charge     post ("unit/post" of a leader), units (codes of the units that leader is in charge of)
"""

from django.utils.translation import gettext as _

from portal.core.campaign_file import names_or_hint
from portal.core.shapes import Choice, Day, Flag, Key, Listing, Problems, Table, Text, both, entries
from units.models import STEP, Role, Unit
from units.policies import LEADERS

DEEPEST = Unit._meta.get_field("path").max_length // STEP

POST = Table({"key": Key(60), "role": Choice(tuple(Role.values)), **both("title", 60, 80)})
SECTIONS = {
    "bureau": Table({"code": Key(50), **both("name", 80, 120), "short_zh": Text(20)}),
    "unit_kind": Listing(
        Table({
            "key": Key(50),
            **both("name", 60, 80),
            "writes_paper": Flag(optional=True, default=True),
            "post": Listing(POST, optional=True, default=()),
        }),
        least=1,
    ),
    "unit": Listing(
        Table({
            "code": Key(40),
            "kind": Key(50),
            "parent": Key(40, optional=True),
            **both("name", 80, 120),
            "is_sample": Flag(optional=True, default=False),
            "opened_on": Day(optional=True),
            "post": Listing(POST, optional=True, default=()),
        }),
        least=1,
    ),
    "charge": Listing(Table({"post": Text(101), "units": Listing(Key(40), least=1)}), optional=True, default=()),
}  # fmt: skip


def posts_of(unit: dict, kinds: dict[str, dict]) -> list[dict]:
    """The posts of one unit: its kind's, with its own added or in their place."""
    posts = {post["key"]: post for _key, post in entries(kinds.get(unit["kind"], {}).get("post"), "")}
    posts |= {post["key"]: post for _key, post in entries(unit["post"], "")}
    return list(posts.values())


def kinds_by_key(sections: dict) -> dict[str, dict]:
    """The unit kinds of the file whose key could be read."""
    return {kind["key"]: kind for _key, kind in entries(sections["unit_kind"], "") if kind["key"]}


def check(sections: dict, problems: Problems) -> None:
    """What contradicts itself among units, kinds, posts and charges."""
    kinds = kinds_by_key(sections)
    units = {unit["code"]: unit for _key, unit in entries(sections["unit"], "") if unit["code"]}
    twice(entries(sections["unit_kind"], "unit_kind"), "key", problems)
    twice(entries(sections["unit"], "unit"), "code", problems)
    for at, owner in [*entries(sections["unit_kind"], "unit_kind"), *entries(sections["unit"], "unit")]:
        twice(entries(owner["post"], f"{at}.post"), "key", problems)
    for at, unit in entries(sections["unit"], "unit"):
        _check_kind(at, unit, kinds, problems)
        _check_parent(at, unit, units, problems)
    _check_root(sections, problems)
    _check_charges(sections, units, kinds, problems)


def twice(rows, name: str, problems: Problems) -> None:
    """A name that must stand once stands twice."""
    seen: dict[str, str] = {}
    for at, row in rows:
        value = row[name]
        if value in seen:
            wrong = _("“%(value)s” stands here a second time; the first is %(first)s.")
            problems.add(f"{at}.{name}", wrong % {"value": value, "first": seen[value]}, _("Expected another name."))
        elif value is not None:
            seen[value] = at


def _check_kind(at, unit, kinds, problems):
    if unit["kind"] is not None and unit["kind"] not in kinds:
        wrong = _("There is no unit kind “%(kind)s” in this file.") % {"kind": unit["kind"]}
        problems.add(f"{at}.kind", wrong, names_or_hint(unit["kind"], kinds))


def _check_parent(at, unit, units, problems):
    parent = unit["parent"]
    if parent is None:
        return
    if parent not in units:
        wrong = _("There is no unit “%(code)s” in this file.") % {"code": parent}
        problems.add(f"{at}.parent", wrong, names_or_hint(parent, units))
        return
    above, depth = parent, 1
    while above in units and depth <= DEEPEST:
        if above == unit["code"]:
            wrong = _("This unit stands below itself.")
            problems.add(f"{at}.parent", wrong, _("Expected a parent that is not below this unit."))
            return
        above, depth = units[above]["parent"], depth + 1
    if depth > DEEPEST and not _in_circle(parent, units):
        wrong = _("This unit stands more than %(most)d levels deep.") % {"most": DEEPEST}
        problems.add(f"{at}.parent", wrong, _("Expected fewer levels."))


def _in_circle(code, units) -> bool:
    """Whether the way up never ends: then the circle itself is what is told."""
    seen = set()
    while code in units and code not in seen:
        seen.add(code)
        code = units[code]["parent"]
    return code in seen


def _check_root(sections, problems):
    if not isinstance(sections["unit"], list):
        return
    roots = [at for at, unit in entries(sections["unit"], "unit") if unit["parent"] is None]
    expected = _("Expected exactly one unit without a parent: the bureau's own.")
    if not roots:
        problems.add("unit", _("Every unit has a parent."), expected)
    for at in roots[1:]:
        wrong = _("This is missing, and %(first)s has none either.") % {"first": roots[0]}
        problems.add(f"{at}.parent", wrong, expected)


def _check_charges(sections, units, kinds, problems):
    given: dict[tuple, str] = {}
    for at, charge in entries(sections["charge"], "charge"):
        role = _role_in_charge(at, charge["post"], units, kinds, problems)
        for place, code in enumerate(charge["units"] or (), start=1):
            where = f"{at}.units[{place}]"
            if code is not None and code not in units:
                wrong = _("There is no unit “%(code)s” in this file.") % {"code": code}
                problems.add(where, wrong, names_or_hint(code, units))
            elif role and code and (role, code) in given:
                wrong = _("This unit already has a leader of that role (%(first)s).") % {"first": given[role, code]}
                problems.add(where, wrong, _("Expected one leader of a role for a unit."))
            given.setdefault((role, code), where)


def _role_in_charge(at, text, units, kinds, problems):
    """The role of the post that a charge names, or None when that is no leader's post."""
    if text is None:
        return None
    code, _slash, key = text.partition("/")
    posts = {post["key"]: post for post in posts_of(units[code], kinds)} if code in units else {}
    if key not in posts:
        wrong = _("There is no post “%(post)s” in this file.") % {"post": text}
        leaders = [f"{unit['code']}/{post['key']}" for unit in units.values() for post in posts_of(unit, kinds)
                   if post["role"] in LEADERS]  # fmt: skip
        problems.add(f"{at}.post", wrong, names_or_hint(text, leaders))
        return None
    if posts[key]["role"] not in LEADERS:
        wrong = _("“%(post)s” is no leader's post.") % {"post": text}
        problems.add(f"{at}.post", wrong, _("Expected a post with the role line_leader or linked_leader."))
        return None
    return posts[key]["role"]
