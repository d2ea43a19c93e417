from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitmentsConfig(AppConfig):
    name = "commitments"

    def ready(self):
        from commitments import (  # noqa: PLC0415 -- models exist only from here on
            desk,
            desk_bulletins,
            desk_changes,
            desk_rectifications,
            desk_reviews,
            ledger_desk,
            report_desk,
        )
        from commitments.queries import (  # noqa: PLC0415 -- models exist only from here on
            amendments,
            bulletins,
            rectifications,
        )
        from portal.core import desk as desks  # noqa: PLC0415 -- models exist only from here on
        from portal.core import lenses, menu  # noqa: PLC0415 -- models exist only from here on
        from units.models import Role  # noqa: PLC0415 -- models exist only from here on

        desks.register(desk.items)
        desks.register(desk_reviews.items)
        desks.register(desk_changes.items)
        desks.register(desk_bulletins.items)
        lenses.register("commitments.bulletin", bulletins.as_things)
        menu.register(
            _("Bulletins"), "bulletins", order=50,
            is_for=lambda who: who.posts_as(Role.STYLE_OFFICE, Role.LINE_LEADER, Role.LINKED_LEADER),
        )  # fmt: skip
        desks.register(desk_rectifications.items)
        desks.register(report_desk.items)
        ledger_desk.register()
        lenses.register("commitments.amendment", amendments.as_things)
        lenses.register("commitments.rectification", rectifications.as_things)
        menu.register(_("Monthly report"), "report", order=15, is_for=lambda who: who.posts_as(Role.HEAD, Role.STAFF))
        menu.register(_("Changes"), "changes", order=30)
        menu.register(_("Rectifications"), "rectifications", order=35)
        menu.register(
            _("File and publish"), "publish_queue", order=20, is_for=lambda who: who.posts_as(Role.STYLE_OFFICE)
        )
        menu.register(_("Reviews"), "reviews", order=60, is_for=lambda who: who.posts_as(Role.STYLE_OFFICE))
        menu.register(_("Timetable"), "timetable", order=80, is_for=lambda who: who.posts_as(Role.STYLE_OFFICE))
