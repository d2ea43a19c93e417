"""The two campaign files that ship, and edits of them."""

from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "objectives" / "campaigns"
ANQIU = FOLDER / "anqiu-education-2017.toml"
FANGZI = FOLDER / "fangzi-culture-2017.toml"
BOTH = (ANQIU, FANGZI)


def edited(path: Path, *edits: tuple[str, str]) -> bytes:
    """A good file with each first text replaced once by the second."""
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


@dataclass(frozen=True)
class Broken:
    """A file that must be refused. `keys` are the places that must be named, each with a word of the sentence.

    Nothing else may be named, except what begins with one of `also`: places that follow from the edit.
    """

    name: str
    path: Path = ANQIU
    edits: tuple[tuple[str, str], ...] = ()
    keys: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    also: tuple[str, ...] = ()

    @property
    def content(self) -> bytes:
        return self.raw if self.raw is not None else edited(self.path, *self.edits)


def in_anqiu(name, old, new, *, at, also=()) -> Broken:
    return Broken(name, ANQIU, ((old, new),), dict(at), also=also)


def in_fangzi(name, old, new, *, at, also=()) -> Broken:
    return Broken(name, FANGZI, ((old, new),), dict(at), also=also)
