"""The workspace's entries about oneself, about people and about the calendar."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import menu
from units import managing


def register() -> None:
    menu.register(pgettext_lazy("desk", "Today"), "desk", order=0)
    menu.register(_("People and posts"), "people", order=60, is_for=lambda who: who.posts_as(*managing.MANAGERS))
    menu.register(_("Record"), "record", order=70, is_for=lambda who: who.posts_as(*managing.READERS_OF_RECORD))
    menu.register(pgettext_lazy("menu", "Calendar"), "calendar", order=75, is_for=managing.can_keep_calendar)
    menu.register(_("Letters"), "letters", order=80)
