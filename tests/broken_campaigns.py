"""Campaign files that must be refused, each made by a small edit of a good one, with what must be said of it."""

from tests.campaigns import ANQIU, Broken, in_anqiu, in_fangzi

TARGET = "printed_paper.objective[1].measure[1].target[1]"
ROOT = '[[unit]]\ncode = "bureau"\nkind = "bureau"\n'
SYNTAX = (
    Broken(
        "empty",
        raw=b"",
        keys={"campaign": "missing", "bureau": "missing", "unit": "missing"},
        also=("unit_kind", "paper", "kind_rule", "stage"),
    ),
    Broken("gbk", raw="title = '坊子'".encode("gbk"), keys={"line 1": "UTF-8"}),
    Broken("too large", raw=b"#" * (8 * 1024 * 1024 + 1), keys={"the file": "too large"}),
    Broken("nested too deeply", raw=b"a = " + b"[" * 5000, keys={"the file": "deeply"}),
    Broken("endless number", raw=b"a = " + b"9" * 5000, keys={"the file": "TOML"}),
    in_anqiu("no toml", "year = 2017\n", "year 2017\n", at={"line 7, column 6": "TOML"}),
    in_anqiu("key twice", "year = 2017\n", "year = 2017\nyear = 2018\n", at={"line 8, column 12": "TOML"}),
    in_anqiu(
        "31 february", "starts_on = 2017-05-11", "starts_on = 2017-02-31", at={"line 11, column 13": "no such day"}
    ),
)
SHAPES = (
    in_anqiu(
        "key misspelt",
        "number_prefix =",
        "number_prefx =",
        at={"campaign.number_prefx": "number_prefix", "campaign.number_prefix": "missing"},
    ),
    in_anqiu("section misspelt", "[cadence]", "[cadense]", at={"cadense": "cadence"}, also=("number",)),
    in_anqiu("text for a number", "year = 2017", 'year = "2017"', at={"campaign.year": "text"}),
    in_anqiu("day in quotes", "\non = 2017-05-22", '\non = "2017-05-22"', at={"deadline[1].on": "quotes"}),
    in_anqiu("moment for a day", "\non = 2017-05-22", "\non = 2017-05-22T08:00:00", at={"deadline[1].on": "moment"}),
    in_anqiu("text for a flag", "title_fixed = true", 'title_fixed = "yes"', at={"paper.title_fixed": "true or false"}),
    in_anqiu(
        "table for a list", '[[formula]]\nkey = "find"', '[formula.a]\nkey = "find"', at={"line 31, column 10": "TOML"}
    ),
    in_anqiu(
        "no short name", 'code = "ms01"', 'code = "市直 01"', at={"unit[18].code": "a-z"}, also=("charge[3].units[1]",)
    ),
    in_anqiu("empty text", 'name_zh = "安丘市教育局"', 'name_zh = " "', at={"bureau.name_zh": "empty"}),
    in_anqiu("too long a text", 'short_zh = "安教"', f'short_zh = "{"安" * 21}"', at={"bureau.short_zh": "20"}),
    in_anqiu(
        "invisible character", 'short_zh = "安教"', 'short_zh = "安\\u0000教"', at={"bureau.short_zh": "invisible"}
    ),
    in_anqiu(
        "role misspelt", 'role = "town_office"', 'role = "town_ofice"', at={"unit_kind[3].post[3].role": "town_office"}
    ),
    in_anqiu(
        "number out of bounds",
        "dispatch_months = [6, 7",
        "dispatch_months = [6, 13",
        at={"cadence.dispatch_months[2]": "bounds"},
    ),
    in_fangzi("endless figure", "value = 90\nunit", "value = inf\nunit", at={f"{TARGET}.value": "bounds"}),
    in_fangzi("comparison misspelt", 'comparison = "ge"', 'comparison = ">="', at={f"{TARGET}.comparison": "ordinal"}),
)
UNITS = (
    in_anqiu(
        "unknown kind",
        'kind = "municipal_school"\nparent',
        'kind = "municipal_scool"\nparent',
        at={"unit[18].kind": "municipal_school"},
    ),
    in_anqiu("unknown parent", 'parent = "to01"', 'parent = "to91"', at={"unit[4].parent": "to91"}),
    in_anqiu(
        "unit below itself",
        'kind = "town_office"\nparent = "bureau"',
        'kind = "town_office"\nparent = "ts0101"',
        at={"unit[3].parent": "below itself", "unit[4].parent": "below itself"},
    ),
    in_anqiu(
        "code twice",
        'code = "to02"',
        'code = "to01"',
        at={"unit[8].code": "second time"},
        also=("unit[9]", "unit[10]", "unit[11]", "unit[12]"),
    ),
    in_anqiu(
        "second root",
        'code = "style"\nkind = "style_office"\nparent = "bureau"',
        'code = "style"\nkind = "style_office"',
        at={"unit[2].parent": "unit[1]"},
    ),
    in_anqiu(
        "no root",
        ROOT,
        ROOT + 'parent = "style"\n',
        at={"unit": "without a parent", "unit[1].parent": "below itself", "unit[2].parent": "below itself"},
    ),
    in_anqiu(
        "post twice",
        'key = "line-leader-2"',
        'key = "line-leader-1"',
        at={"unit[1].post[2].key": "second time"},
        also=("charge[2].post",),
    ),
    in_anqiu("charge of a unit that is not there", '"dp01", ', '"dp91", ', at={"charge[1].units[1]": "dp91"}),
    in_anqiu(
        "charge of a post that is not there",
        'post = "bureau/line-leader-1"',
        'post = "bureau/line-leader-9"',
        at={"charge[1].post": "line-leader-2"},
    ),
    in_anqiu(
        "charge of one who is no leader",
        'post = "bureau/line-leader-1"',
        'post = "bureau/auditor"',
        at={"charge[1].post": "no leader"},
    ),
    in_anqiu(
        "unit of which no leader is in charge",
        'units = ["ms03", "ms04"]',
        'units = ["ms03"]',
        at={"unit[21].code": "linked_leader"},
    ),
    in_anqiu("two leaders of a role", '"dp03", ', '"dp01", ', at={"charge[2].units[1]": "charge[1].units[1]"}),
    in_anqiu(
        "nobody to approve",
        '[[unit_kind.post]]\nkey = "approver"\nrole = "town_office"',
        '[[unit_kind.post]]\nkey = "approver"\nrole = "staff"',
        at={"unit[4].parent": "approve", "unit[15].parent": "approve"},
        also=("unit[",),
    ),
)
RULES = (
    in_anqiu(
        "kind without rule",
        '[[kind_rule]]\nkind = "affiliated"',
        '[[kind_rule]]\nkind = "department"',
        at={"unit_kind[7].key": "affiliated", "kind_rule[5].kind": "second time"},
    ),
    in_anqiu(
        "rule for a kind that writes nothing",
        '[[kind_rule]]\nkind = "affiliated"',
        '[[kind_rule]]\nkind = "style_office"',
        at={"kind_rule[5].kind": "no paper", "unit_kind[7].key": "no rule"},
    ),
    in_anqiu(
        "route without signature",
        '["head:sign", "town_office:approve"]',
        '["head:submit"]',
        at={"kind_rule[1].route": "signature"},
    ),
    in_anqiu(
        "route with unknown role", '"town_office:approve"', '"mayor:approve"', at={"kind_rule[1].route[2]": "mayor"}
    ),
    in_anqiu("route with unknown act", '"head:sign", ', '"head:nod", ', at={"kind_rule[1].route[1]": "nod"}),
    in_anqiu(
        "filing in the middle",
        '["head:sign+seal", "style_office:file"]',
        '["head:sign+seal", "style_office:file", "town_office:approve"]',
        at={"kind_rule[2].route": "last"},
        also=("unit[",),
    ),
    Broken(
        "role without post",
        ANQIU,
        (('role = "linked_leader"', 'role = "auditor"'),) * 2,
        {"kind_rule[3].route": "linked_leader", "charge[3].post": "no leader", "charge[4].post": "no leader"},
    ),
    in_anqiu(
        "same sections of nobody",
        'same_sections_as = "department"',
        'same_sections_as = "town_school"',
        at={"kind_rule[5].same_sections_as": "town_school"},
    ),
    in_anqiu(
        "channel with more than it has",
        'key = "board"',
        'key = "board"\nabout = "x"',
        at={"channel[1].about": "not known"},
    ),
    in_anqiu(
        "channel for a kind that is not there",
        'kinds = ["town_school"]\nplaces',
        'kinds = ["town_scool"]\nplaces',
        at={"channel[1].kinds[1]": "town_school"},
    ),
    in_anqiu(
        "warns below more than above",
        "items_warn_below = 8 ",
        "items_warn_below = 13 ",
        at={"paper.items_warn_below": "smaller"},
    ),
    in_anqiu(
        "person named before no stage",
        'named_person_before = "keep"',
        'named_person_before = "kept"',
        at={"paper.named_person_before": "keep"},
    ),
)
DATES = (
    in_anqiu(
        "campaign ends before it begins",
        "ends_on = 2018-01-20",
        "ends_on = 2017-01-20",
        at={"campaign.ends_on": "before it begins"},
    ),
    in_anqiu(
        "another year",
        "year = 2017\n",
        "year = 2016\n",
        at={"campaign.starts_on": "2016", "campaign.ends_on": "2018", "campaign.code": "2017"},
    ),
    in_anqiu(
        "stage ends before it begins", "to_on = 2017-05-31", "to_on = 2017-05-01", at={"stage[2].to_on": "2017-05-11"}
    ),
    in_anqiu(
        "stage outside the campaign", "to_on = 2018-01-20", "to_on = 2018-03-20", at={"stage[4].to_on": "2018-01-20"}
    ),
    in_anqiu(
        "deadline after the promises are kept",
        "on = 2017-05-23",
        "on = 2018-01-05",
        at={"deadline[2].on": "2017-12-31"},
    ),
    in_anqiu(
        "visits end before they begin",
        "round_to = 2017-05-20",
        "round_to = 2017-05-10",
        at={"benchmarking.round_to": "later"},
    ),
    in_fangzi(
        "objective due outside the campaign",
        "due_on = 2017-12-31",
        "due_on = 2019-12-31",
        at={"printed_paper.objective[1].due_on": "2018-01-20"},
    ),
)
PRINTED = (
    in_fangzi("more than all", "value = 90\n", "value = 190\n", at={f"{TARGET}.value": "190"}),
    in_fangzi(
        "at least, but no figure",
        'comparison = "ge"\nvalue = 90',
        'comparison = "ge"',
        at={f"{TARGET}.value": "no figure"},
    ),
    in_fangzi(
        "unknown, but a figure",
        "value = 90\n",
        "value = 90\nvalue_known = false\n",
        at={f"{TARGET}.value_known": "unknown"},
    ),
    in_fangzi(
        "series without number",
        'comparison = "ordinal"\nvalue = 5',
        'comparison = "ordinal"\nvalue = 0.5',
        at={"printed_paper.objective[3].measure[1].target[1].value": "series"},
    ),
    in_fangzi(
        "completed, but due",
        'state = "completed_before_start"',
        'state = "completed_before_start"\ndue_on = 2017-06-30',
        at={"printed_paper.objective[3].measure[1].target[1].due_on": "no day"},
    ),
    in_fangzi(
        "a number of, with a number",
        'comparison = "some"',
        'comparison = "some"\nvalue = 6',
        at={"printed_paper.objective[1].measure[1].target[2].value": "no figure"},
    ),
    in_fangzi(
        "benchmark known and unknown",
        "value = 90\n",
        "value = 90\nbenchmark_value = 95\nbenchmark_unknown = true\n",
        at={f"{TARGET}.benchmark_unknown": "one of the two"},
    ),
    in_fangzi(
        "target due after its objective",
        "value = 90\n",
        "value = 90\ndue_on = 2018-01-10\n",
        at={f"{TARGET}.due_on": "2017-12-31"},
    ),
    in_fangzi(
        "first objective is not the benchmarking one",
        "first_is_benchmarking = false",
        "first_is_benchmarking = true",
        at={"printed_paper.objective[1].kind": "benchmark"},
    ),
    in_fangzi(
        "responsible unit is not there",
        'responsible = ["business"]',
        'responsible = ["busyness"]',
        at={"printed_paper.objective[1].responsible[1]": "business"},
    ),
    in_fangzi(
        "printed for a unit without rule",
        '[printed_paper]\nunit = "bureau"',
        '[printed_paper]\nunit = "library"',
        at={"printed_paper.unit": "no paper"},
    ),
    in_fangzi(
        "field of no objective",
        'objective = "approvals"',
        'objective = "approval"',
        at={"catch_up[3].objective": "approvals"},
    ),
    in_fangzi(
        "pointer to nothing", 'used = ["catch_up"]', 'used = ["catch_down"]', at={"number[5].used[1]": "catch_down"}
    ),
    in_fangzi("figure that is not there", "value = 45\nunit", "value = 54\nunit", at={"number[18].used[1]": "54"}),
    in_fangzi(
        "more measures than allowed",
        "measures_most = 3",
        "measures_most = 2",
        at={"printed_paper.objective[4].measure": "3 measures"},
    ),
)
MANY_AT_ONCE = Broken(
    "six things at once",
    ANQIU,
    (
        ("year = 2017\n", 'year = "2017"\n'),
        ('short_zh = "安教"\n', ""),
        ('kind = "department"\nparent', 'kind = "departement"\nparent'),
        ('["head:sign", "town_office:approve"]', '["head:submit"]'),
        ("to_on = 2017-05-31", "to_on = 2017-05-01"),
        ("[sanction]", "[sanktion]"),
    ),
    {
        "campaign.year": "text",
        "bureau.short_zh": "missing",
        "unit[22].kind": "department",
        "kind_rule[1].route": "signature",
        "stage[2].to_on": "before",
        "sanktion": "sanction",
    },
)
BROKEN = (*SYNTAX, *SHAPES, *UNITS, *RULES, *DATES, *PRINTED, MANY_AT_ONCE)
