"""The machine's rules: what each counts in the ledger, how it gives points, and how it tells why.

A rule is data: SQL that both databases understand, with `{…}` where they differ (see `assessments.machine`), and a
sentence made from the facts that were stored with the points. To add a rule is to add an entry to its module.
"""

from assessments.rules.form import Param, Rule
from assessments.rules.keeping import KEEPING
from assessments.rules.learning import LEARNING

RULES: dict[str, Rule] = {rule.key: rule for rule in (*KEEPING, *LEARNING)}

__all__ = ["RULES", "Param", "Rule", "explained", "with_defaults"]


def with_defaults(rule: Rule, params: dict) -> dict[str, str]:
    """The rule's parameters as a criterion gives them, with the usual values for what it leaves out."""
    return {param.key: str(params.get(param.key, param.default)) for param in rule.params}


def explained(key: str, facts: dict, *, points, worth, params: dict | None = None) -> str:
    """One sentence with its numbers, in the language of the reader; empty for what no rule scored."""
    rule = RULES.get(key)
    return rule.says(facts, points, worth, with_defaults(rule, params or {})) if rule and facts else ""
