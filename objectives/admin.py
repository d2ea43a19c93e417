"""Campaigns, papers and what was signed, to look at: nothing here can be changed."""

from django.contrib import admin

from objectives.models import Campaign, Document, KindRule, Paper, Return, Revision, Step
from portal.core.admin import ReadOnly


@admin.register(Campaign)
class CampaignAdmin(ReadOnly):
    list_display = ["title_zh", "code", "year", "starts_on", "ends_on", "loaded_at"]


@admin.register(KindRule)
class KindRuleAdmin(ReadOnly):
    list_display = ["campaign", "kind", "route", "publisher", "basis"]
    list_select_related = ["campaign", "kind"]


@admin.register(Paper)
class PaperAdmin(ReadOnly):
    list_display = ["unit", "campaign", "state", "round", "saved_at"]
    list_select_related = ["unit", "campaign"]
    list_filter = ["state"]


@admin.register(Revision)
class RevisionAdmin(ReadOnly):
    list_display = ["number", "code", "fingerprint", "submitted_at"]
    search_fields = ["=number", "=code", "=fingerprint"]


@admin.register(Step)
class StepAdmin(ReadOnly):
    list_display = ["paper", "round", "position", "role", "act", "waiting_since", "done_at", "done_by", "receipt"]
    list_select_related = ["paper__unit", "paper__campaign", "done_by"]


@admin.register(Return)
class ReturnAdmin(ReadOnly):
    list_display = ["paper", "round", "returned_at", "returned_by", "returned_post"]
    list_select_related = ["paper__unit", "paper__campaign", "returned_by", "returned_post__unit"]


@admin.register(Document)
class DocumentAdmin(ReadOnly):
    list_display = ["revision", "position", "sha256", "signed", "size", "stored_at"]
    list_select_related = ["revision"]
