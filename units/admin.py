"""Units, posts and tenures, to look at; changes are made in the workspace, where they leave a deed."""

from django.contrib import admin

from portal.core.admin import ReadOnly
from units.models import Bureau, Charge, Post, Tenure, Unit, UnitKind


@admin.register(Bureau, UnitKind)
class NameAdmin(ReadOnly):
    list_display = ["__str__", "name_en"]


@admin.register(Unit)
class UnitAdmin(ReadOnly):
    list_display = ["name_zh", "code", "kind", "parent", "opened_on", "closed_on"]
    list_select_related = ["kind", "parent"]
    list_filter = ["bureau"]
    search_fields = ["name_zh", "name_en", "code"]


@admin.register(Post)
class PostAdmin(ReadOnly):
    list_display = ["title_zh", "role", "unit"]
    list_select_related = ["unit"]
    list_filter = ["role"]


@admin.register(Tenure)
class TenureAdmin(ReadOnly):
    list_display = ["user", "post", "from_on", "until_on", "is_acting"]
    list_select_related = ["user", "post__unit"]


@admin.register(Charge)
class ChargeAdmin(ReadOnly):
    list_display = ["post", "unit", "from_on", "until_on"]
    list_select_related = ["post__unit", "unit"]
