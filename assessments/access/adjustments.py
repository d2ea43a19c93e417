"""Who reaches the addresses of bonus, deduction and veto; tests/assessments/test_adjustment_pages.py walks them."""

from portal.core.access import Row

ACCESS: dict[str, Row] = {
    "adjust": Row("case", ("GET", "POST")),
    "adjustment": Row("adjustment", ("GET", "POST")),
    "adjustment_proof": Row("adjustment"),
}
