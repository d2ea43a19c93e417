"""Bringing a campaign file into the database: one transaction, and nothing the second time.

A new campaign is added whole, with its bureau and units where they are missing. A changed file of a campaign that
is loaded already brings over only the sections that the file changed; it is refused when papers that people work
on were begun under rules that it would change.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives import matching
from objectives.campaign_sections import ABOUT, CONTENT
from objectives.hosts import host_of
from objectives.models import Benchmark, Campaign, Deadline, KindRule, Objective, Stage
from objectives.printed_plan import is_untouched, write_printed_plan
from portal.core import special_days
from portal.core.campaign_file import CampaignFile, jsonable
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.models import Installation
from units.loading import LoadedBureau, counts, load_bureau

BINDING = ("paper", "kind_rule", "printed_paper")
"""Sections that papers are written under: they cannot change once people work on a paper."""


@dataclass
class Outcome:
    """What loading did. `changed` are the sections of an earlier file that were brought up to date."""

    campaign: Campaign
    is_new: bool = False
    changed: list[str] = field(default_factory=list)
    loaded: LoadedBureau | None = None

    @property
    def did_nothing(self) -> bool:
        return not self.is_new and not self.changed


@transaction.atomic
def load(file: CampaignFile, *, by, at: datetime) -> Outcome:
    """Load a valid campaign file. Raises `Refused` and changes nothing when it contradicts what is there."""
    there = Campaign.objects.select_for_update(of=("self",)).select_related("bureau")
    campaign = there.filter(code=file["campaign"]["code"]).first()
    if campaign and campaign.file_hash == file.fingerprint:
        return Outcome(campaign)
    Installation.objects.get_or_create(pk=1, defaults={"is_demo": False, "created_at": at})
    special_days.load_missing()
    changed = _changed(campaign, file) if campaign else []
    if campaign:
        _require_safe(campaign, file, changed)
    loaded = load_bureau(file, by=by, at=at, rename=bool(campaign))
    outcome = Outcome(_write_campaign(campaign, file, loaded, by, at), not campaign, changed, loaded)
    _write_rows(outcome, file, loaded, at)
    record(
        "campaign.loaded", about=outcome.campaign, by=by, at=at, bureau=loaded.bureau.code,
        file=file.fingerprint, again=not outcome.is_new, changed=changed, renamed=loaded.renamed,
        **counts(loaded),
    )  # fmt: skip
    return outcome


def _changed(campaign: Campaign, file: CampaignFile) -> list[str]:
    """The sections that differ from the file that was loaded last."""
    before = campaign.content.get("fingerprints", {})
    names = before.keys() | file.fingerprints.keys()
    return sorted(name for name in names if before.get(name) != file.fingerprints.get(name))


def _require_safe(campaign, file, changed):
    """A changed file may not pull the ground from under papers that people work on."""
    said = file["campaign"]
    if campaign.bureau.code != file["bureau"]["code"]:
        raise Refused(
            _("The campaign “%(code)s” belongs to the bureau “%(old)s”; the file says “%(new)s”.")
            % {"code": campaign.code, "old": campaign.bureau.code, "new": file["bureau"]["code"]}
        )
    papers = [paper for paper in campaign.papers.prefetch_related("objectives") if not is_untouched(paper)]
    if not papers:
        return
    broken = [name for name in BINDING if name in changed]
    broken += [f"campaign.{name}" for name in ("year", "number_prefix") if getattr(campaign, name) != said[name]]
    if broken:
        message = ngettext(
            "%(n)d paper is being written or signed under the rules of this campaign; the file changes %(what)s. "
            "Names and dates can still change; other rules need a campaign of their own.",
            "%(n)d papers are being written or signed under the rules of this campaign; the file changes %(what)s. "
            "Names and dates can still change; other rules need a campaign of their own.",
            len(papers),
        )
        raise Refused(message % {"n": len(papers), "what": ", ".join(broken)})
    _require_room(papers, said)


def _require_room(papers, said):
    late = Objective.objects.filter(paper__in=papers).exclude(due_on=None)
    late = late.exclude(due_on__range=(said["starts_on"], said["ends_on"])).count()
    if late:
        message = ngettext(
            "%(n)d objective would be due outside the campaign, which the file sets to %(first)s to %(last)s.",
            "%(n)d objectives would be due outside the campaign, which the file sets to %(first)s to %(last)s.",
            late,
        )
        raise Refused(message % {"n": late, "first": said["starts_on"], "last": said["ends_on"]})


def _write_campaign(campaign: Campaign | None, file: CampaignFile, loaded: LoadedBureau, by, at) -> Campaign:
    said, paper = file["campaign"], file["paper"]
    campaign = campaign or Campaign(code=said["code"], bureau=loaded.bureau)
    for name in ("year", "number_prefix", "title_zh", "title_en", "starts_on", "ends_on"):
        setattr(campaign, name, said[name])
    campaign.paper_title_zh, campaign.paper_title_en = paper["title_zh"], paper["title_en"]
    campaign.rules = jsonable({name: value for name, value in paper.items() if name not in ("title_zh", "title_en")})
    campaign.content = _content(file)
    campaign.file_hash = file.fingerprint
    campaign.loaded_at, campaign.loaded_by = at, by if isinstance(by, str) else str(by.pk)
    campaign.save()
    return campaign


def _content(file: CampaignFile) -> dict:
    said = file["campaign"]
    about = {f"{name}_{lang}": said[f"{name}_{lang}"] for name in ABOUT for lang in ("zh", "en")}
    return jsonable(
        {name: file[name] for name in CONTENT}
        | {
            "about": about,
            "stages_basis": said["stages_basis"],
            "redated_from": file.redated_from,
            "fingerprints": file.fingerprints,
        }
    )


def _write_rows(outcome: Outcome, file: CampaignFile, loaded: LoadedBureau, at) -> None:
    campaign, is_new, changed = outcome.campaign, outcome.is_new, outcome.changed
    if is_new or "stage" in changed:
        _write_stages(campaign, file)
    if is_new or "deadline" in changed:
        _write_deadlines(campaign, file)
    if is_new or "kind_rule" in changed:
        _write_kind_rules(campaign, file, loaded)
    _write_benchmarks(file, loaded)
    if is_new or "benchmark" in changed:
        _match_benchmarks(campaign, file, loaded, at)
    if file["printed_paper"] and (is_new or "printed_paper" in changed):
        write_printed_plan(campaign, file["printed_paper"], loaded, at=at)


def _write_stages(campaign, file):
    campaign.stages.exclude(key__in=[row["key"] for row in file["stage"]]).delete()
    for place, row in enumerate(file["stage"], start=1):
        Stage.objects.update_or_create(campaign=campaign, key=row["key"], defaults={**row, "position": place})


def _write_deadlines(campaign, file):
    campaign.deadlines.exclude(key__in=[row["key"] for row in file["deadline"]]).delete()
    for row in file["deadline"]:
        defaults = {**row, "kinds": list(row["kinds"])}
        Deadline.objects.update_or_create(campaign=campaign, key=row["key"], defaults=defaults)


def _write_kind_rules(campaign, file, loaded):
    sections = {row["kind"]: jsonable(row["section"]) for row in file["kind_rule"]}
    campaign.kind_rules.exclude(kind__key__in=sections).delete()
    for row in file["kind_rule"]:
        KindRule.objects.update_or_create(
            campaign=campaign,
            kind=loaded.kinds[row["kind"]],
            defaults={
                "route": row["route"],
                "publisher": row["publisher"],
                "sections": _as_items(sections[row["same_sections_as"] or row["kind"]]),
                "length_exempt": row["length_exempt"],
                "basis": row["basis"],
            },
        )


def _as_items(sections: list[dict]) -> list[dict]:
    """The file writes `[[section.item]]`, one by one; the rule holds them as `items`."""
    return [{name: value for name, value in row.items() if name != "item"} | {"items": row["item"]} for row in sections]


def _write_benchmarks(file, loaded):
    """Add the benchmarks that are missing; what units and people answered since stays."""
    there = set(loaded.bureau.benchmarks.values_list("key", flat=True))
    for row in file["benchmark"]:
        if row["key"] not in there:
            unit = loaded.units[row["unit"]] if row["unit"] else None
            host = host_of(row["name_zh"])
            Benchmark.objects.create(bureau=loaded.bureau, **row | {"unit": unit, "host": host})


def _match_benchmarks(campaign: Campaign, file, loaded, at) -> None:
    """Pair what the plan itself names: with its unit, or else with the bureau's root, which sets its paper by it."""
    root = next((unit for unit in loaded.units.values() if unit.parent_id is None), None)
    rows = {row.key: row.pk for row in Benchmark.objects.filter(bureau=campaign.bureau, retired_at=None)}
    wanted = [(loaded.units[row["unit"]] if row["unit"] else root, rows.get(row["key"])) for row in file["benchmark"]]
    known = set(campaign.pairings.values_list("unit", "benchmark"))
    pairs = [(unit.pk, pk) for unit, pk in wanted if unit and pk and (unit.pk, pk) not in known]
    matching.begin(campaign, pairs, by="command", at=at)
