"""What people do with promises: make them public."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commitments import lines, policies, snapshots, states
from commitments.models import Commitment, Publication
from objectives import actions as paper_actions
from objectives.matching import ensure_pairings
from objectives.models import Paper, Revision, Step
from objectives.states import State
from portal.core import pagecache
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.policies import standing


@transaction.atomic
def file_and_publish(step: Step, *, fingerprint: str, by, at: datetime) -> Publication:
    """The style office's one click: file with the stamp, then publish; both or neither."""
    step = paper_actions.file_paper(step, fingerprint=fingerprint, by=by, at=at)
    return publish(step.paper, by=by, at=at)


@transaction.atomic
def publish(paper: Paper, *, by, at: datetime) -> Publication:
    """Make a complete paper public under today's date: its snapshot and one commitment a target."""
    who = standing(by, on=local_day(at))
    paper = Paper.objects.locked(paper.pk)
    existing = Publication.objects.filter(revision__paper=paper).first()
    if existing:
        raise Refused(
            _("%(who)s already published this on %(day)s.")
            % {"who": existing.published_by, "day": f"{existing.published_at.astimezone():%Y-%m-%d}"}
        )
    require(policies.can_publish(who, paper))
    post = policies.publishing_post(who, paper, policies.publisher_of(paper))
    revision = Revision.objects.get(paper=paper, round=paper.round)
    publication = _write(revision, snapshots.of(revision), paper, post, by, at)
    paper.move_to(State.PUBLISHED)
    paper.save(update_fields=["state"])
    record(
        "paper.published", about=paper, by=by, at=at, bureau=paper.campaign.bureau.code, post=post.title_zh,
        round=paper.round, fingerprint=revision.fingerprint, document=publication.document,
    )  # fmt: skip
    ensure_pairings(paper.campaign, paper=paper, by=by, at=at)
    transaction.on_commit(pagecache.forget)
    return publication


def _write(revision: Revision, snapshot: dict, paper: Paper, post, by, at: datetime) -> Publication:
    unit, rows = snapshot["unit"], snapshots.lines(snapshot)
    publication = Publication.objects.create(
        revision=revision,
        campaign=paper.campaign,
        unit=paper.unit,
        code=revision.code,
        bureau_code=snapshot["bureau"]["code"],
        year=snapshot["campaign"]["year"],
        unit_code=unit["code"],
        unit_name_zh=unit["name_zh"],
        unit_name_en=unit["name_en"],
        kind_key=unit["kind"],
        kind_name_zh=unit["kind_zh"],
        kind_name_en=unit["kind_en"],
        place=" ".join(f"{above['name_zh']} {above['name_en']}" for above in unit["above"])[:200],
        order=paper.unit.path,
        is_sample=unit["is_sample"],
        count=len(rows),
        document=snapshot["signers"][-1]["document"],
        snapshot=snapshot,
        published_at=at,
        published_by=by,
        published_post=post.title_zh,
    )
    Commitment.objects.bulk_create(
        Commitment(publication=publication, position=place, status=states.status_of(row["target"]["state"]), **row)
        for place, row in enumerate(rows, start=1)
    )
    lines.write(publication)
    return publication
