"""What the public reads of a paper: built once from the signed revision, never from live rows."""

import json
from datetime import date

from objectives.models import Revision, Step
from objectives.routes import Act


def of(revision: Revision) -> dict:
    """The published facts: the signed content, who did what when by name and post, the document's hash."""
    content = json.loads(revision.content)
    steps = Step.objects.filter(paper=revision.paper_id, round=revision.round).select_related(
        "done_by", "done_post__unit"
    )
    return {
        **content,
        "fingerprint": revision.fingerprint,
        "code": revision.code,
        "signers": [_signer(step) for step in steps if step.done_at],
    }


def _signer(step: Step) -> dict:
    return {
        "act": step.act,
        "seal": step.seal,
        "name": str(step.done_by) if step.act != Act.FILE else "",
        "post_zh": step.done_post.title_zh,
        "post_en": step.done_post.title_en or step.done_post.title_zh,
        "at": step.done_at.isoformat(),
        "receipt": step.receipt,
        "document": step.document,
    }


def lines(snapshot: dict) -> list[dict]:
    """One dict a target, in order: the columns of a commitment and everything its page says."""
    year = snapshot["campaign"]["year"]
    prefix = snapshot["number"].split("-")[0]
    whole_bureau = not snapshot["unit"]["above"]
    found = []
    for objective in snapshot["objectives"]:
        alone = len(objective["targets"]) == 1
        for target in objective["targets"]:
            number = target["number"]
            stem = f"{prefix}-{year}" if whole_bureau else f"{prefix}-{year}-{snapshot['unit']['code']}"
            title = objective if alone else target
            found.append(
                {
                    "code": f"{stem}-{number}",
                    "number": number,
                    "objective_number": objective["number"],
                    "text_zh": title["text_zh"],
                    "text_en": title["text_en"],
                    "due_on": date.fromisoformat(target["due_on"]),
                    "target": target,
                }
            )
    return found
