"""Who reaches the addresses of standards and what they score."""

from portal.core.access import Row, page, public

ACCESS: dict[str, Row] = {
    "assessment": page(methods=("GET", "POST")),
    "assessment_days": page("style_office", "foreign_office", methods=("GET", "POST")),
    "standards": page(methods=("GET", "POST")),
    "standard": Row("standard", ("GET", "POST")),
    "standard_preview": Row("standard"),
    "criterion_new": Row("standard", ("GET", "POST")),
    "criterion": Row("standard", ("GET", "POST")),
    "assessment_case": Row("case"),
    "assessment_behind": Row("case"),
    "public_standard": public(),
}
