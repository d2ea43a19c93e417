"""The sections of a campaign file that say what and when: campaign, paper, rules by kind, dates, printed paper.

campaign   code, year, number_prefix, titles, starts_on, ends_on; parent, theme, basis, aim as the plan words them
paper      becomes `Campaign.rules`:
             title_zh, title_en           the paper's title
             title_fixed                  the unit may not change it (Anqiu: "The title should be …")
             first_is_benchmarking        the first objective must be the benchmarking one (hard)
             items_about                  "in principle about 10"; left out: no such rule
             items_warn_below, _above     numbers of objectives outside which the editor warns
             chars_about                  length that the editor measures against; never blocks
             chars_rejected_reading       another reading of the plan's damaged figure, kept for the record
             measures_most                measures an objective may have
             consultation_required        the consultation note is needed to submit (hard)
             consultation_zh, _en         how the plan words it
             focuses                      kinds of objective of which one each is recommended
             public_fields                what is published of an objective
             named_person_before          the stage before which every objective needs a named person
             check                        the style office's checklist of form
kind_rule  kind, route (`role:act[+seal]` in order), publisher, basis, length_exempt, section or same_sections_as
stage, deadline, cadence, channel, benchmarking, keep, sanction, assessment, slogan, principle, safeguard,
ledger, catch_up, formula, number      become rows or `Campaign.content` under the same name
benchmark, printed_paper               become rows

`number` accounts for a figure of the plan: `seed` quotes it, `used` points at where it stands in the file, and
`value` is the figure: every place pointed at must hold it (a list: so many entries).
"""

from objectives.states import Comparison, ObjectiveKind, TargetState
from portal.core.shapes import Choice, Day, Figure, Flag, Key, Listing, Named, Scalar, Table, Text, Whole, both

FIVE_CLEARS = ("objective", "measures", "leader", "undertaker", "due_on")
PUBLIC_FIELDS = ("objective", "measures", "targets", "due_on", "responsible")
STAGES_BASIS = ("plan", "portal")
YEARS = Whole(2000, 2100)
COUNT = Whole(1, 1000, optional=True)
MAYBE = Flag(optional=True, default=False)


def rows(shape: Table, *, least: int = 0) -> Listing:
    return Listing(shape, least=least, optional=least == 0, default=())


def named(**more) -> Table:
    """A row with a key and a name in both languages."""
    return Table({"key": Key(50), **both("name", 80, 160), **more})


TARGET = Table({
    "key": Key(60),
    **both("text", 120, 160),
    "comparison": Choice(tuple(Comparison.values), optional=True, default=Comparison.AT_LEAST.value),
    "baseline": Figure(optional=True),
    "value": Figure(optional=True),
    "value_known": Flag(optional=True, default=True),
    "unit_zh": Text(20, optional=True, default=""),
    "unit_en": Text(30, optional=True, default=""),
    "benchmark_value": Figure(optional=True),
    "benchmark_unknown": MAYBE,
    **both("standard", 60, 80, optional=True),
    "is_striven_for": MAYBE,
    "due_on": Day(optional=True),
    "state": Choice(tuple(TargetState.values), optional=True, default=TargetState.OPEN.value),
    "figures": Named(optional=True),
})  # fmt: skip
MEASURE = Table({
    "key": Key(60),
    **both("text", 200, 300),
    "target": rows(TARGET),
    "figures": Named(optional=True),
    "qualities": Listing(Text(40), optional=True, default=()),
})  # fmt: skip
OBJECTIVE = Table({
    "key": Key(60),
    "kind": Choice(tuple(ObjectiveKind.values), optional=True, default=ObjectiveKind.DUTY.value),
    **both("text", 200, 300),
    "sections": Listing(Key(50), optional=True, default=()),
    "due_on": Day(),
    **both("due_phrase", 80, 120, optional=True),
    **both("leader_printed", 80, 120, optional=True),
    "responsible": Listing(Key(40), optional=True, default=()),
    "benchmark": Key(60, optional=True),
    "measure": rows(MEASURE, least=1),
})  # fmt: skip
CAMPAIGN = Table({
    "code": Key(60),
    "year": YEARS,
    "number_prefix": Key(8),
    **both("title", 120, 160),
    "starts_on": Day(),
    "ends_on": Day(),
    **both("parent", 60, 120, optional=True),
    **both("theme", 120, 200, optional=True),
    **both("basis", 200, 300, optional=True),
    "basis_congress": COUNT,
    **both("aim", 200, 300, optional=True),
    **both("year_basis", 200, 300, optional=True),
    "stages_basis": Choice(STAGES_BASIS, optional=True, default="plan"),
    **both("stages_note", 200, 300, optional=True),
})  # fmt: skip
PAPER = Table({
    **both("title", 80, 120),
    "title_fixed": MAYBE,
    "first_is_benchmarking": MAYBE,
    "items_about": COUNT,
    "items_warn_below": COUNT,
    "items_warn_above": COUNT,
    "chars_about": Whole(1, 100_000, optional=True),
    "chars_rejected_reading": Whole(1, 100_000, optional=True),
    "measures_most": Whole(1, 20, optional=True, default=3),
    "consultation_required": MAYBE,
    **both("consultation", 120, 200, optional=True),
    "focuses": Listing(Choice(tuple(ObjectiveKind.values)), optional=True, default=()),
    "public_fields": Listing(Choice(PUBLIC_FIELDS), optional=True, default=FIVE_CLEARS[:2] + FIVE_CLEARS[-1:]),
    "named_person_before": Key(50, optional=True),
    "check": rows(named()),
})  # fmt: skip
KIND_RULE = Table({
    "kind": Key(50),
    "route": Listing(Text(60), least=1),
    "publisher": Choice(("unit", "style_office")),
    "basis": Choice(("plan", "portal")),
    "length_exempt": MAYBE,
    "same_sections_as": Key(50, optional=True),
    "section": rows(named(item=rows(named()))),
})  # fmt: skip
STAGE = Table({
    "key": Key(50),
    **both("name", 40, 60),
    **both("about", 200, 240, optional=True),
    "from_on": Day(),
    "to_on": Day(),
    "phrase": Text(160, optional=True, default=""),
})  # fmt: skip
KINDS = Listing(Key(50), optional=True, default=())
SECTIONS = {
    "campaign": CAMPAIGN,
    "paper": PAPER,
    "kind_rule": rows(KIND_RULE, least=1),
    "stage": rows(STAGE, least=1),
    "deadline": rows(
        Table({"key": Key(50), "on": Day(), "kinds": KINDS, "phrase": Text(160, optional=True, default="")})
    ),
    "formula": rows(named(stage=Key(50, optional=True))),
    "cadence": Table({
        "dispatch": Choice(("monthly",), optional=True),
        "dispatch_months": Listing(Whole(1, 12), optional=True, default=()),
        "bulletin": Choice(("quarterly",), optional=True),
        "bulletin_quarters": Listing(Whole(1, 4), optional=True, default=()),
        "review": Choice(("half-yearly",), optional=True),
        "review_halves": Listing(Whole(1, 2), optional=True, default=()),
        **both("name", 80, 160, optional=True),
        **both("aim", 120, 200, optional=True),
        "phrase": Text(160, optional=True, default=""),
    }, optional=True),
    "channel": rows(named(kinds=KINDS, places=Listing(Key(20), optional=True, default=()))),
    "benchmarking": Table({
        "round_from": Day(optional=True),
        "round_to": Day(optional=True),
        "contacts_per_quarter": COUNT,
        "host_visits_a_month": COUNT,
        "no_crowding_one_host": MAYBE,
        "no_delay_of_key_work": MAYBE,
        "learn_from_others": MAYBE,
        **both("follow_up", 120, 200, optional=True),
        "mode": rows(named()),
        "dimension": rows(named()),
    }, optional=True),
    "benchmark": rows(Table({
        "key": Key(60),
        "unit": Key(40, optional=True),
        "tier": Choice(("city", "province", "nation")),
        **both("name", 80, 120),
        **{name: Flag(optional=True) for name in ("similar_line", "similar_base", "learnable", "catchable")},
        "note": Text(200, optional=True, default=""),
    })),
    "catch_up": rows(named(objective=Key(60, optional=True))),
    "principle": rows(named(**both("about", 200, 300, optional=True))),
    "safeguard": rows(named(**both("about", 300, 400, optional=True))),
    "ledger": Table({
        "five_clears": Listing(Choice(FIVE_CLEARS), least=1),
        **both("name", 40, 80, optional=True),
        "not_printed": Listing(Choice(FIVE_CLEARS), optional=True, default=()),
    }, optional=True),
    "keep": Table({
        "first_responsible": Choice(("head",), optional=True, default="head"),
        "named_person": MAYBE,
        **both("breakdown", 120, 200, optional=True),
        **both("motto", 120, 200, optional=True),
    }, optional=True),
    "sanction": Table(
        {"key": Key(50), **both("name", 80, 160), **both("trigger", 80, 160, optional=True)}, optional=True
    ),
    "assessment": Table({
        "by": Choice(("style_office",), optional=True, default="style_office"),
        "self_check": MAYBE,
        "special_report": MAYBE,
        "quantitative": MAYBE,
        "methods": Listing(Choice(("sample", "census")), optional=True, default=()),
        **both("before", 120, 200, optional=True),
        **both("use", 120, 200, optional=True),
        **both("next", 120, 200, optional=True),
    }, optional=True),
    "slogan": rows(named(count=COUNT, deeds=COUNT)),
    "printed_paper": Table({"unit": Key(40), "objective": rows(OBJECTIVE, least=1)}, optional=True),
    "number": rows(Table({
        "seed": Text(300),
        "part": Text(80, optional=True, default=""),
        "used": Listing(Text(200), least=1),
        "value": Scalar(optional=True),
    })),
}  # fmt: skip
CONTENT = (
    "formula", "slogan", "principle", "channel", "cadence", "benchmarking", "catch_up", "keep", "sanction",
    "safeguard", "ledger", "assessment", "number",
)  # fmt: skip
"""Sections that stand in `Campaign.content` under their own names."""

ABOUT = ("parent", "theme", "basis", "aim", "year_basis", "stages_note")
"""Bilingual texts of `campaign` that stand in `Campaign.content["about"]`."""
