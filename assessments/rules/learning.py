"""Rules about benchmarking: the visit, the quarterly contacts, the gap analysis."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.rules.form import Rule, plain, shown

PAIRS = """(SELECT count(*) FROM objectives_pairing g
    WHERE g.campaign_id = %(campaign)s AND g.unit_id = c.unit_id)"""
FILED = """(SELECT count(*) FROM objectives_pairing g
    WHERE g.campaign_id = %(campaign)s AND g.unit_id = c.unit_id AND g.gaps_filed_at IS NOT NULL)"""
MADE = """(SELECT v.id, v.unit_id, 0 AS joined FROM objectives_visit v WHERE {held}
    UNION ALL SELECT v.id, k.unit_id, 1 FROM objectives_companion k JOIN objectives_visit v ON v.id = k.visit_id
    WHERE {held}) w"""
HELD = "v.campaign_id = %(campaign)s AND v.state = 'done' AND v.held_on >= %(first)s AND v.held_on <= %(on)s"


def _visit(facts: dict, points, worth, params: dict) -> str:
    told = {"visits": facts["visits"], "joined": facts["joined"], "points": shown(points)}
    if not facts["visits"]:
        return _("No visit was made and written up: %(points)s.") % told
    if not facts["filed"]:
        words = ngettext("%(visits)s visit written up, but no gap analysis filed: %(points)s.",
                         "%(visits)s visits written up, but no gap analysis filed: %(points)s.",
                         facts["visits"])  # fmt: skip
        return words % told
    words = ngettext("%(visits)s visit written up (%(joined)s of them joined), gap analysis filed: %(points)s.",
                     "%(visits)s visits written up (%(joined)s of them joined), gap analysis filed: %(points)s.",
                     facts["visits"])  # fmt: skip
    return words % told


def _contacts(facts: dict, points, worth, params: dict) -> str:
    if points is None:
        return _("No quarter in which a contact was owed is over yet.")
    told = {"made": facts["made"], "owed": facts["owed"], "worth": plain(worth), "points": shown(points)}
    if not facts["pairs"]:
        return _("Matched with no benchmark, so there was nobody to keep in contact with: %(points)s.") % told
    return _(
        "A contact in %(made)s of %(owed)s quarters that are over, counted for each pair: "
        "%(worth)s × %(made)s/%(owed)s = %(points)s."
    ) % told  # fmt: skip


def _gaps(facts: dict, points, worth, params: dict) -> str:
    told = {"filed": facts["filed"], "pairs": facts["pairs"], "points": shown(points)}
    if not facts["pairs"]:
        return _("Matched with no benchmark, so there is no gap analysis: %(points)s.") % told
    if not facts["filed"]:
        return _("No gap analysis was filed: %(points)s.") % told
    return _("Gap analysis filed for %(filed)s of %(pairs)s benchmarks: %(points)s.") % told


VISIT = Rule(
    "visit", gettext_lazy("A study visit, written up, with a gap analysis"), _visit,
    points="CASE WHEN a.visits > 0 AND b.filed > 0 THEN %(worth)s ELSE 0 END",
    facts=("visits", "joined", "filed"),
    source=MADE.replace("{held}", HELD),
    match="w.unit_id = c.unit_id",
    counted={"visits": "count(w.id)", "joined": "count(w.id) FILTER (WHERE w.joined = 1)"},
    beside={"filed": FILED},
)  # fmt: skip
CONTACTS = Rule(
    "contacts", gettext_lazy("A contact in every quarter for each pair"), _contacts,
    points="""CASE WHEN b.pairs = 0 THEN CASE WHEN %(quarters)s > 0 THEN 0 END
        WHEN a.owed > 0 THEN round(%(worth)s * 1.0 * a.made / a.owed, 4) END""",
    facts=("pairs", "owed", "made"),
    source="""(SELECT g.id, g.unit_id, EXISTS (SELECT 1 FROM objectives_contact k
            WHERE k.pairing_id = g.id AND k.quarter = q.code) AS made
        FROM objectives_pairing g JOIN {quarters_over} q
            ON (g.since_on <= q.latest OR EXISTS (SELECT 1 FROM objectives_contact h
                WHERE h.pairing_id = g.id AND h.quarter = q.code))
            AND (g.until_on IS NULL OR g.until_on > q.stays)
        WHERE g.campaign_id = %(campaign)s) w""",
    match="w.unit_id = c.unit_id",
    counted={"owed": "count(w.id)", "made": "count(w.id) FILTER (WHERE w.made)"},
    beside={"pairs": PAIRS},
)  # fmt: skip
GAPS = Rule(
    "gaps", gettext_lazy("A filed gap analysis"), _gaps,
    points="CASE WHEN a.filed > 0 THEN %(worth)s ELSE 0 END",
    facts=("pairs", "filed"),
    source="objectives_pairing g", match="g.unit_id = c.unit_id AND g.campaign_id = %(campaign)s",
    counted={"pairs": "count(g.id)", "filed": "count(g.id) FILTER (WHERE g.gaps_filed_at IS NOT NULL)"},
)  # fmt: skip
LEARNING = (VISIT, CONTACTS, GAPS)
