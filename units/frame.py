"""Who opened a workspace page: asked once a request, for every rule that the page depends on."""

from django.utils import timezone

from units.policies import Standing, standing


def reader(request) -> Standing:
    """The standing of the person who asks, today; read once a request."""
    if not hasattr(request, "standing"):
        request.standing = standing(request.user, on=timezone.localdate())
    return request.standing
