"""A yes, or a no that knows why."""

from dataclasses import dataclass

from portal.core.errors import Refused


@dataclass(frozen=True, slots=True)
class Verdict:
    """True when allowed; otherwise `reason` is the sentence shown to the reader.

    `hidden` says that the reader may not even learn that the object exists: the page answers 404.
    """

    reason: str = ""
    hidden: bool = False

    def __bool__(self):
        return not self.reason


YES = Verdict()


def require(verdict: Verdict) -> None:
    """Raise `Refused` with the verdict's sentence unless it is a yes."""
    if not verdict:
        raise Refused(verdict.reason)
