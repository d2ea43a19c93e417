"""The form of the policy tables beside each app's `urls.py`: who reaches an address, and who acts there.

A test walks every address × actor × state of a paper against the tables, and fails on an address without a row.
Actors are named by their relation to the paper: `own_staff` and `own_head` of its unit, `town_office` above it,
`line_leader` and `linked_leader` in charge of it, `other_leader` in charge of another unit, `other_unit`, the
bureau's `style_office`, `administrator` and `auditor`, `foreign_office` and `foreign_unit` of another bureau,
and `anonymous`.
"""

from dataclasses import dataclass, field

ACTORS = (
    "anonymous", "own_staff", "own_head", "town_office", "line_leader", "linked_leader", "other_leader", "other_unit",
    "style_office", "administrator", "auditor", "foreign_office", "foreign_unit",
)  # fmt: skip
INSIDE = frozenset(ACTORS) - {"anonymous"}
KINDS = ("municipal_school", "department", "town_office", "town_school")
STATES = ("draft", "in_route", "half", "to_file", "returned", "complete", "published")
"""As the tests play them: `half` after the first step, `to_file` when only filing is left."""
SENT = frozenset(STATES) - {"draft"}
"""States after the first submission: from then on the people along the route know of the paper."""

Cells = dict[str, frozenset[tuple[str, str]]]


def cells(kinds=KINDS, states=STATES) -> frozenset[tuple[str, str]]:
    """Pairs of unit kind and paper state."""
    return frozenset((kind, state) for kind in kinds for state in states)


@dataclass(frozen=True)
class Row:
    """One address. `about` says what fills it: a paper, or nothing ("page", "public").

    Pages: `who` are the actors that reach it; anonymous is sent to log in, everyone else gets 404.
    Papers: `see` maps an actor to the (kind, state) pairs in which the address exists for them; `act` to those
    in which a POST changes something. `methods` are those the address answers; all others get 405.
    """

    about: str
    methods: tuple[str, ...] = ("GET",)
    who: frozenset[str] = frozenset()
    see: Cells = field(default_factory=dict)
    act: Cells = field(default_factory=dict)


def public(*methods: str) -> Row:
    """Open to everyone, and the same for everyone."""
    return Row("public", methods or ("GET",), who=frozenset(ACTORS))


def page(*actors: str, methods=("GET",)) -> Row:
    """A workspace page without a paper: for these actors, or for everyone who is logged in."""
    return Row("page", methods, who=frozenset(actors) or INSIDE)
