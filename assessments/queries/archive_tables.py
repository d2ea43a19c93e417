"""What stands in the data of a closing archive: table by table, which rows and which columns.

Persons stand as numbers beside their posts, never by name. Left out: drafts, ballots and who may cast one, evidence
and the files of an appeal but for their hashes, the words in which a place on an inspection passed on, notes in the
ledger, and the monthly reports that a town school sent to its town office, of which only what the public reads is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from assessments import models as judged
from commitments import models as kept
from objectives import models as promised
from units import models as units


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its rows for a campaign in a fixed order, and its columns as (name, path)."""

    name: str
    rows: Callable[..., QuerySet]
    columns: tuple[tuple[str, str], ...]


def table(name: str, rows: Callable, order: str, columns: str) -> Table:
    """`order` and `columns` are words; a column is written `name` or `name=path`."""
    pairs = tuple((word.partition("=")[0], word.rpartition("=")[2]) for word in columns.split())
    return Table(name, lambda campaign: rows(campaign).order_by(*order.split()), pairs)


def _of(model, path: str, **only) -> Callable:
    return lambda campaign: model.objects.filter(**{path: campaign.pk}, **only)


def _of_bureau(model, path: str) -> Callable:
    return lambda campaign: model.objects.filter(**{path: campaign.bureau_id})


TO_OFFICE = {"receiver": None}
ABOVE = {"sheet__receiver": None}

TABLES = (
    table("campaign", _of(promised.Campaign, "pk"), "pk",
          "code year number_prefix title_zh title_en starts_on ends_on rules content file_hash loaded_at"),
    table("stages", _of(promised.Stage, "campaign"), "position", "position key name_zh name_en from_on to_on"),
    table("deadlines", _of(promised.Deadline, "campaign"), "key on", "key on kinds"),
    table("units", _of_bureau(units.Unit, "bureau"), "path",
          "code kind=kind__key name_zh name_en above=parent__code path is_sample opened_on closed_on"),
    table("posts", _of_bureau(units.Post, "unit__bureau"), "unit__path key pk",
          "unit=unit__code key role title_zh title_en"),
    table("tenures", _of_bureau(units.Tenure, "post__unit__bureau"), "post__unit__path post__key from_on pk",
          "unit=post__unit__code post=post__key person=user_id from_on until_on is_acting"),
    table("papers", _of(promised.Revision, "paper__campaign"), "number",
          "number unit=paper__unit__code round state=paper__state submitted_at code fingerprint content"),
    table("paper_steps", _of(promised.Step, "paper__campaign"), "paper__unit__path round position",
          "unit=paper__unit__code round position role act done_at post=done_post__title_zh fingerprint document"
          " receipt"),
    table("publications", _of(kept.Publication, "campaign"), "order",
          "code unit=unit_code unit_name_zh kind=kind_key paper=revision__number count document published_at"
          " published_post"),
    table("commitments", _of(kept.Commitment, "publication__campaign"), "publication__order position",
          "code unit=publication__unit_code number text_zh text_en due_on target status value_now share_now"
          " share_planned as_of month verified_on closed_on withdrawn_on"),
    table("lines", _of(kept.Line, "campaign"), "order position",
          "code unit=unit__code commitment=commitment__code number text_zh starts_on due_on comparison baseline target"
          " done_before milestones leader=leader__title_zh undertaker=undertaker__title_zh department done_on"
          " verified_at verified_post=verified_post__title_zh closed_at withdrawn_at"),
    table("amendments", _of(kept.Amendment, "publication__campaign"), "publication__order asked_at pk",
          "commitment=commitment__code kind state number before after lowers reason_zh reason_en asked_at"
          " post=asked_post__title_zh decided_at refusal"),
    table("months", _of(kept.Month, "campaign"), "code",
          "code opens_on due_on freezes_on opened_at caught_up frozen_at summary"),
    table("reports", _of(kept.Sheet, "month__campaign", **TO_OFFICE), "month__code order",
          "month=month__code unit=unit__code state first_sent_at sent_at post=sent_post__title_zh receipt days_late"
          " after_freeze cell"),
    table("report_lines", _of(kept.Entry, "sheet__month__campaign", **ABOVE), "sheet__month__code line__code",
          "month=sheet__month__code line=line__code choice before value said word problem request why done_on"
          " plan_share actual_share status"),
    table("published_progress", _of(kept.Entry, "sheet__month__campaign", sheet__month__frozen_at__isnull=False),
          "sheet__month__code line__code", "month=sheet__month__code line=line__code public"),
    table("town_counts", _of(kept.Aggregate, "month__campaign"), "month__code unit__path",
          "month=month__code unit=unit__code counts word sent_at receipt"),
    table("meetings", _of(kept.Meeting, "campaign", closed_at__isnull=False), "held_on pk",
          "month=month__code held_on place chaired_by present said closed_at document=document__number"),
    table("decisions", _of(kept.Decision, "meeting__campaign", meeting__closed_at__isnull=False),
          "meeting__held_on position", "meeting=meeting__document__number position what unit=unit__code due_on outcome"
          " reported_at done_at"),
    table("bulletins", _of(kept.Bulletin, "campaign"), "quarter edition",
          "quarter edition state months figures text document=document__number published_at correction_reason"),
    table("reviews", _of(kept.Review, "campaign", closed_at__isnull=False), "half",
          "half opens_on closes_on weights minimums is_baseline opened_at closed_at result published_at"),
    table("review_counts", _of(kept.Tally, "review__campaign", review__closed_at__isnull=False),
          "review__half unit__path group answer", "half=review__half unit=unit__code group answer count"),
    table("orders", _of(kept.Rectification, "campaign"), "drafted_at pk",
          "id number=document__number unit=unit__code line=line__code source state finding basis demand public_zh"
          " first_due_on due_on issued_at received_at plan planned_at report reported_at check_words checked_at"
          " overdue_at closed_at"),
    table("order_extensions", _of(kept.Extension, "rectification__campaign"), "asked_at pk",
          "order=rectification_id asked_at reason progress wanted_on granted_on decided_at decision"),
    table("evidence", _of(kept.Evidence, "line__campaign"), "added_at pk",
          "line=line__code happened_on kind sha256 original size added_at removed_at"),
    table("pairings", _of(promised.Pairing, "campaign"), "unit__path benchmark__key pk",
          "unit=unit__code benchmark=benchmark__name_zh tier=benchmark__tier since_on until_on ended_why why_chosen"
          " gaps_filed_at"),
    table("gaps", _of(promised.Gap, "pairing__campaign"), "pairing__unit__path pairing__benchmark__key position pk",
          "unit=pairing__unit__code benchmark=pairing__benchmark__name_zh position kind dimension indicator ours theirs"
          " our_value their_value measure gap cause adopt objective=objective__position"),
    table("visits", _of(promised.Visit, "campaign"), "from_on pk",
          "unit=unit__code host kind state from_on to_on purpose plan participants people warnings despite reason"
          " held_on came findings"),
    table("benchmark_contacts", _of(promised.Contact, "pairing__campaign"), "on pk",
          "unit=pairing__unit__code benchmark=pairing__benchmark__name_zh quarter on way about learned"),
    table("standards", _of(judged.Standard, "campaign"), "version",
          "version title_zh grades top_share top_least bonus_most differs_from appeal_days frozen_at"
          " post=frozen_post__title_zh document=document__number fingerprint content"),
    table("criteria", _of(judged.Criterion, "standard__campaign"), "standard__version position",
          "standard=standard__version position key group name_zh name_en points method rule params looked_at is_veto"
          " kinds scoring_zh source_zh"),
    table("assessment", _of(judged.Assessment, "campaign"), "pk",
          "phase standard=standard__version self_due_on inspect_from_on inspect_to_on opened_at scored_at"
          " inspections_closed_at notified_at appeal_until_on published_at result=result_document__number"
          " report=report_document__number summary"),
    table("results", _of(judged.Case, "assessment__campaign"), "order",
          "unit=unit__code kind=kind_key self_total machine inspected review bonus total grade_by_total grade why_grade"
          " rank signals before notice=notice__number notified_at read_at"),
    table("marks", _of(judged.Mark, "case__assessment__campaign"), "case__order criterion__position source",
          "unit=case__unit__code criterion=criterion__key source points facts"),
    table("self_assessments", _of(judged.SelfAssessment, "case__assessment__campaign", sent_at__isnull=False),
          "case__order", "unit=case__unit__code document=document__number sent_at days_late did short learned next"),
    table("self_marks", _of(judged.SelfMark, "self_assessment__case__assessment__campaign",
                            self_assessment__sent_at__isnull=False),
          "self_assessment__case__order criterion__position",
          "unit=self_assessment__case__unit__code criterion=criterion__key prefilled points words"),
    table("adjustments", _of(judged.Adjustment, "case__assessment__campaign"), "case__order made_at pk",
          "unit=case__unit__code kind criterion=criterion__key points happened_on reason made_at"
          " post=made_post__title_zh proof confirmed_at confirmed_post=confirmed_post__title_zh taken_back_at"
          " taken_back_why"),
    table("inspectors", _of_bureau(judged.Inspector, "bureau"), "number",
          "number unit=post__unit__code field_zh listed_at left_at"),
    table("recusals", _of_bureau(judged.Recusal, "inspector__bureau"), "inspector__number unit__path",
          "inspector=inspector__number unit=unit__code reason declared_at"),
    table("draws", _of(judged.Draw, "assessment__campaign", announced_at__isnull=False), "number",
          "number method state share least each excluded seed_kind seed_source seed_on first_commitment"
          " second_commitment objects_hash objects_count inspectors_hash inspectors_count rule announced_at witnesses"
          " seed result_hash drawn_at void_at void_why"),
    table("inspections", _of(judged.Inspection, "draw__assessment__campaign"), "draw__number kind_key turn",
          "draw=draw__number unit=case__unit__code kind=kind_key turn state planned_on"
          " instead_of=instead_of__case__unit__code why_unable settled_at differed_by closed_at reopened_why"),
    table("opinions", _of(judged.Opinion, "inspection__draw__assessment__campaign", sent_at__isnull=False),
          "inspection__draw__number inspection__kind_key inspection__turn place",
          "unit=inspection__case__unit__code inspector=inspector__number place clear_at visited_on talked_to words"
          " sent_at"),
    table("handovers", _of(judged.Handover, "opinion__inspection__draw__assessment__campaign"),
          "opinion__inspection__draw__number opinion__inspection__kind_key opinion__inspection__turn at pk",
          "unit=opinion__inspection__case__unit__code place=opinion__place before=before__number after=after__number"
          " reason at"),
    table("opinion_marks", _of(judged.OpinionMark, "opinion__inspection__draw__assessment__campaign",
                               opinion__sent_at__isnull=False),
          "opinion__inspection__draw__number opinion__inspection__kind_key opinion__inspection__turn opinion__place"
          " criterion__position",
          "unit=opinion__inspection__case__unit__code inspector=opinion__inspector__number criterion=criterion__key"
          " points seen"),
    table("findings", _of(judged.Finding, "opinion__inspection__draw__assessment__campaign",
                          opinion__sent_at__isnull=False), "noted_at pk",
          "unit=opinion__inspection__case__unit__code inspector=opinion__inspector__number criterion=criterion__key"
          " text noted_at order=rectification_id"),
    table("appeals", _of(judged.Appeal, "case__assessment__campaign"), "filed_at pk",
          "unit=case__unit__code state grounds filed_at named_at rechecked_at outcome decision for_fraud"
          " document=document__number decided_at"),
    table("appeal_points", _of(judged.AppealPoint, "appeal__case__assessment__campaign"),
          "appeal__filed_at appeal criterion__position adjustment pk",
          "unit=appeal__case__unit__code criterion=criterion__key adjustment=adjustment__kind"
          " adjusted_at=adjustment__made_at says first_points first_falls first_words second_points second_falls"
          " second_words"),
    table("appeal_files", _of(judged.AppealFile, "appeal__case__assessment__campaign"), "appeal__filed_at added_at pk",
          "unit=appeal__case__unit__code kind sha256 original size added_at"),
)  # fmt: skip
