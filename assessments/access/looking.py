"""Who reaches the lines of a case and their evidence: its drawn inspectors and the two who check it again, as long as
that lasts. tests/assessments/test_looking.py walks both addresses with every actor.
"""

from portal.core.access import Row

ACCESS: dict[str, Row] = {"case_lines": Row("case"), "case_evidence": Row("case")}
