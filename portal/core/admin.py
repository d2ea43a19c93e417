"""Django's admin: to look at what has no screen. Nothing is changed here; login is the portal's own."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from portal.core.models import Deed, Installation, Job, Letter, SignerKey, SpecialDay, User

admin.site.login = secure_admin_login(admin.site.login)


class ReadOnly(admin.ModelAdmin):
    """Rows are looked at, never added, changed or deleted; counting them all would be slow."""

    show_full_result_count = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(SpecialDay)
class SpecialDayAdmin(ReadOnly):
    list_display = ["on", "is_workday", "name_zh", "name_en"]
    list_filter = ["is_workday"]
    date_hierarchy = "on"


@admin.register(User)
class UserAdmin(ReadOnly):
    list_display = ["username", "name", "email", "is_active", "last_login"]
    search_fields = ["username", "name", "email"]
    exclude = ["password"]


@admin.register(Deed)
class DeedAdmin(ReadOnly):
    list_display = ["number", "at", "verb", "bureau", "by", "post", "about", "about_id"]
    list_filter = ["bureau"]
    search_fields = ["=number", "=about_id"]


@admin.register(Letter)
class LetterAdmin(ReadOnly):
    """Whether letters go out; what stands in them is for their readers (an invitation's link among it)."""

    list_display = ["key", "to", "posted_at", "handed_at", "failed_at", "tries", "problem"]
    list_select_related = ["to"]
    exclude = ["body", "path"]


@admin.register(SignerKey)
class SignerKeyAdmin(ReadOnly):
    list_display = ["user", "issued_at", "revoked_at", "tries", "locked_until"]
    list_select_related = ["user"]
    exclude = ["sealed", "strokes"]


@admin.register(Installation)
class InstallationAdmin(ReadOnly):
    list_display = ["is_demo", "created_at"]


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ["name", "started_at", "ended_at", "ok_at", "did", "failures", "problem"]
