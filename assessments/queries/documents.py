"""Documents of results: which assessment they belong to, and who has one to sign."""

from assessments.models import Assessment
from assessments.policies import results as policies
from commitments import prints
from commitments.models import OfficialDocument
from units.policies import Standing

RELATED = ("campaign__bureau", "standard", "result_document__signed_post", "report_document__signed_post")


def of_results(pk) -> tuple[OfficialDocument, Assessment] | None:
    """A result or a report with its assessment; None for every other document, and for one that was returned."""
    rows = Assessment.objects.select_related(*RELATED)
    for name in ("result_document", "report_document"):
        if found := rows.filter(**{name: pk}).first():
            document = getattr(found, name)
            document.campaign = found.campaign
            return document, found
    return None


def to_sign(who: Standing) -> list[OfficialDocument]:
    """Results and reports that wait for this person's signature."""
    posts = policies.signing_posts(who)
    if not posts:
        return []
    bureaus, held = {post.unit.bureau_id for post in posts}, {post.pk for post in posts}
    found = []
    for name in ("result_document", "report_document"):
        waiting = {f"{name}__isnull": False, f"{name}__signed_at": None}
        rows = Assessment.objects.filter(campaign__bureau__in=bureaus, **waiting).select_related(name)
        found += [getattr(row, name) for row in rows]
    return [each for each in found if prints.content_of(each)["body"]["signer_id"] in held]
