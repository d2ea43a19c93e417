"""The roof as an app: its command, its task, and its entry in the menu."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self):
        from portal.core import menu  # noqa: PLC0415 -- models exist only from here on
        from units.managing import MANAGERS  # noqa: PLC0415 -- models exist only from here on

        menu.register(pgettext_lazy("menu", "Clock"), "clock", order=76, is_for=lambda who: who.posts_as(*MANAGERS))
