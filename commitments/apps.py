from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitmentsConfig(AppConfig):
    name = "commitments"

    def ready(self):
        from commitments import desk  # noqa: PLC0415 -- models exist only from here on
        from portal.core import desk as desks  # noqa: PLC0415 -- models exist only from here on
        from portal.core import menu  # noqa: PLC0415 -- models exist only from here on
        from units.models import Role  # noqa: PLC0415 -- models exist only from here on

        desks.register(desk.items)
        menu.register(
            _("File and publish"), "publish_queue", order=20, is_for=lambda who: who.posts_as(Role.STYLE_OFFICE)
        )
