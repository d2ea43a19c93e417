"""Who a person is on a day: posts held, units they may act for. Pure questions; every list has the same answer."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from units.models import Post, Role, Tenure, Unit, UnitUserObjectPermission

LEADERS = {Role.LINE_LEADER: "lead_line", Role.LINKED_LEADER: "lead_linked"}


@dataclass(frozen=True)
class Standing:
    """A person with the posts they hold on one day. Read once a request; every rule asks it."""

    user: object
    on: date
    posts: tuple[Post, ...]

    def post(self, role: Role, unit: Unit) -> Post | None:
        """The post of that role that this person holds in that unit."""
        return next((post for post in self.posts if post.role == role and post.unit_id == unit.pk), None)

    def posts_as(self, *roles: Role) -> tuple[Post, ...]:
        return tuple(post for post in self.posts if post.role in roles)

    def bureau_post(self, role: Role, bureau_id: int) -> Post | None:
        """The post of that role anywhere in that bureau: style office, auditor, administrator, leaders."""
        return next((post for post in self.posts if post.role == role and post.unit.bureau_id == bureau_id), None)

    def leader_post(self, role: Role, unit: Unit) -> Post | None:
        """The leader's post in which this person is in charge of the unit, by a grant of their name."""
        post = self.bureau_post(role, unit.bureau_id)
        return post if post and (LEADERS[role], unit.pk) in self.grants else None

    @cached_property
    def grants(self) -> frozenset:
        """(permission, unit id) of every unit granted by name: one query, and only for leaders."""
        if not self.posts_as(*LEADERS):
            return frozenset()
        rows = UnitUserObjectPermission.objects.filter(user=self.user)
        return frozenset(rows.values_list("permission__codename", "content_object_id"))

    @property
    def is_nobody(self) -> bool:
        return not self.posts


def standing(user, *, on: date) -> Standing:
    """Who this person is on that day. An inactive or anonymous user holds no post."""
    if not user.is_authenticated or not user.is_active:
        return Standing(user, on, ())
    return Standing(user, on, tuple(tenure.post for tenure in Tenure.objects.of(user, on=on)))


def holders(post_role: Role, unit: Unit, *, on: date) -> list:
    """The people to tell when a unit's post of that role has something to do."""
    tenures = Tenure.objects.on(on).filter(user__is_active=True, post__role=post_role)
    if post_role in LEADERS:
        tenures = tenures.filter(
            post__unit__bureau=unit.bureau_id,
            user__in=unit.unituserobjectpermission_set.filter(permission__codename=LEADERS[post_role]).values("user"),
        )
    elif post_role in (Role.STYLE_OFFICE, Role.AUDITOR, Role.ADMINISTRATOR):
        tenures = tenures.filter(post__unit__bureau=unit.bureau_id)
    elif post_role == Role.TOWN_OFFICE:
        tenures = tenures.filter(post__unit=unit.parent_id)
    else:
        tenures = tenures.filter(post__unit=unit)
    return [tenure.user for tenure in tenures.select_related("user")]
