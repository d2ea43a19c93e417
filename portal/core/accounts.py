"""The door: accounts are made by invitation, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedPortal(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False
