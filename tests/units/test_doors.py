"""The login library's addresses: which are open, whom their limits count, and who comes to the second factor."""

import pytest
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import is_mfa_enabled
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from portal import doors
from portal.core.models import User
from tests.whole.test_access import named_addresses

pytestmark = pytest.mark.django_db
CLOSED = {
    "account_signup": "/accounts/signup/",
    "account_email": "/accounts/email/",
    "account_email_verification_sent": "/accounts/confirm-email/",
    "account_confirm_email": "/accounts/confirm-email/abc/",
    "account_set_password": "/accounts/password/set/",
    "account_confirm_login_code": "/accounts/login/code/confirm/",
}


@pytest.fixture
def user():
    return User.objects.create_user("zhao", "zhao@example.test", "field of barley 7")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_every_address_of_the_library_is_open_by_name_or_closed():
    names = {name for name, _route in named_addresses(get_resolver()) if name.startswith(("account_", "mfa_"))}
    assert names == doors.OPEN | set(CLOSED)


@pytest.mark.parametrize("path", CLOSED.values())
def test_a_closed_address_is_not_there_for_anybody(user, path):
    for client in (Client(), signed_in(user)):
        assert client.get(path).status_code == 404
        answer = client.post(path, {"action_add": "", "email": "auditor@example.test"})
        assert answer.status_code == 404
    assert not EmailAddress.objects.exists()


def test_signing_in_reset_and_second_factor_are_open(user):
    for name in ("account_login", "account_reset_password", "account_reset_password_done"):
        assert Client().get(reverse(name)).status_code == 200
    assert signed_in(user).get(reverse("mfa_index")).status_code == 200
    form = {"login": "zhao@example.test", "password": "field of barley 7"}
    assert Client().post(reverse("account_login"), form)["Location"] == reverse("desk")


def test_a_second_factor_can_be_set_up_whatever_the_library_once_noted_of_the_address(user):
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    client = signed_in(user)
    client.post(reverse("account_reauthenticate"), {"password": "field of barley 7"})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = page.context["form"].secret
    code = auth.format_hotp_value(auth.hotp_value(secret, next(iter(auth.yield_hotp_counters_from_time()))))
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert is_mfa_enabled(user)


def asking(remote, forwarded=None):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return ratelimit.get_ip(RequestFactory().get("/", REMOTE_ADDR=remote, **headers))


def test_behind_a_front_the_limits_count_its_visitors_apart(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert asking("127.0.0.1", "203.0.113.7") == "203.0.113.7"
    assert asking("127.0.0.1", "198.51.100.1, 203.0.113.7") == "203.0.113.7", "what a visitor made up comes first"
    assert asking("127.0.0.1") == "127.0.0.1"


def test_without_a_front_nobody_chooses_their_own_address(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert asking("203.0.113.7", "198.51.100.1") == "203.0.113.7"
