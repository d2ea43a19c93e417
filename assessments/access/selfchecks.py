"""Who reaches the addresses of self-assessments. A case's page exists for the unit itself, and for style office,
auditor and drawn inspectors once its report was handed in.
"""

from portal.core.access import Row, page

ACCESS: dict[str, Row] = {
    "selfchecks": page(
        "own_staff", "own_head", "other_unit", "foreign_unit", "town_office", "style_office", "auditor",
        "foreign_office",
    ),
    "selfchecks_chase": Row("assessment", ("POST",)),
    "selfcheck": Row("case", ("GET", "POST")),
    "selfcheck_sign": Row("case", ("POST",)),
    "selfcheck_pdf": Row("case"),
}  # fmt: skip
