"""Geometry of the server-drawn charts: figures in, per cents across and em down out. No words, no markup."""

from dataclasses import dataclass, field, replace
from math import floor, log10

TRACK = 17
"""Width in em of the narrowest track: a phone in large type. What fits here fits everywhere."""
FLUSH = 0.13
AIR = 0.6
CLEAR = 0.4
LATIN, HAN = 0.56, 1

FAR, NEAR, MARK, TOP, FOOT, STUB, BELOW, DEEP = (px / 15 for px in (14, 34, 40, 46, 66, 80, 94, 115))
TICK, LONG_TICK, PLAN_FROM, PLAN_TO = (px / 15 for px in (70, 74, 40, 72))
LEAD_ABOVE, LEAD_BELOW = (20 / 15, 45 / 15), (78 / 15, 102 / 15)
LIFT = 20 / 15


def width(text: str) -> float:
    """Estimated width in em: a Chinese character 1, any other .56."""
    return sum(HAN if ord(letter) > 0x2E80 else LATIN for letter in text)


def round_step(greatest: float) -> float:
    """The step of a ruler of about ten steps: 1, 2 or 5 times a power of ten, and 1 at least for whole numbers."""
    if greatest <= 0:
        return 1
    power = 10 ** floor(log10(greatest / 10))
    return next(power * leading for leading in (1, 2, 5, 10) if power * leading * 10 >= greatest)


@dataclass(frozen=True, slots=True)
class Scale:
    """From zero to a round number; mirrored, zero stands at the right and less is further on."""

    end: float
    step: float
    mirrored: bool = False

    @classmethod
    def beyond(cls, values, *, percent=False, mirrored=False):
        """A scale that ends beyond every value; per cents up to 100 end at 100 at the latest."""
        greatest = max([float(value) for value in values if value is not None], default=0.0)
        step = round_step(greatest)
        end = (floor(greatest / step + 1e-9) + 1) * step
        if percent and greatest <= 100:
            end = min(end, 100.0)
        return cls(end=end, step=step, mirrored=mirrored)

    def at(self, value) -> float:
        """Where a value stands, 0 to 1 from the left; values off the ruler stand at its end."""
        share = min(max(float(value) / self.end, 0.0), 1.0)
        return 1 - share if self.mirrored else share

    @property
    def ticks(self):
        """(place, long) for every step; every fifth, counted from zero, is long."""
        count = round(self.end / self.step)
        return [(self.at(i * self.step), i % 5 == 0) for i in range(count + 1)]


@dataclass(frozen=True, slots=True)
class Label:
    """A text tied to a place on the track; `far` is the second row, joined by a leader if `led`."""

    text: str
    at: float
    anchor: str
    far: bool = False
    led: bool = False
    nudge: float = 0

    @classmethod
    def tied(cls, text, at):
        """Centred on its place; flush to it near an end, or where it would leave the narrowest track."""
        half, x = width(text) / 2, at * TRACK
        if at < FLUSH or (x - half < 0 and at <= 0.5):
            return cls(text, at, "start")
        if at > 1 - FLUSH or x + half > TRACK:
            return cls(text, at, "end")
        return cls(text, at, "middle")

    def left(self, track=TRACK) -> float:
        shift = {"start": 0, "middle": width(self.text) / 2, "end": width(self.text)}[self.anchor]
        return self.at * track - shift + self.nudge

    def right(self, track=TRACK) -> float:
        return self.left(track) + width(self.text)


def apart(one: Label, other: Label, track=TRACK) -> bool:
    """Whether two labels of one row leave air between them."""
    return one.right(track) + AIR <= other.left(track) or other.right(track) + AIR <= one.left(track)


def seat(one: Label, other: Label) -> tuple[Label, Label]:
    """Both labels, never touching: if they would, one moves to the far row on a leader that crosses no text.

    The outer one moves if the inner can keep clear of its leader; else the inner moves.
    """
    if apart(one, other):
        return one, other
    inner, outer = (one, other) if one.at <= other.at else (other, one)
    back = replace(inner, anchor="end", nudge=-CLEAR)
    ahead = replace(outer, anchor="start", nudge=CLEAR)
    if inner.right() <= outer.at * TRACK - CLEAR / 2:
        outer = replace(outer, far=True, led=True)
    elif back.left() >= 0:
        inner, outer = back, replace(outer, far=True, led=True)
    elif outer.left() >= inner.at * TRACK + CLEAR / 2:
        inner = replace(inner, far=True, led=True)
    elif ahead.right() <= TRACK:
        inner, outer = replace(inner, far=True, led=True), ahead
    else:
        outer = replace(outer, far=True)
    return (inner, outer) if one.at <= other.at else (outer, inner)


def per_cent(share: float) -> str:
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


def em(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "em"


@dataclass(frozen=True, slots=True)
class Line:
    kind: str
    x: str
    y1: str
    y2: str


@dataclass(frozen=True, slots=True)
class Text:
    kind: str
    x: str
    y: str
    anchor: str
    nudge: str
    words: str


@dataclass(slots=True)
class Drawing:
    """A ruler ready to print: attributes as strings, in the order they are painted."""

    height: str = ""
    top: str = ""
    mark_top: str = ""
    foot: str = ""
    fill_from: str = "0"
    fill: str = ""
    target: str = ""
    bench: str = ""
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


def ruler(*, target, baseline=None, value=None, benchmark=None, plan=None, percent=False, mirrored=False, words):
    """Lay out a ruler; `words` holds the label texts: target, value, baseline, benchmark.

    No value: an empty track with its word at the near end. No baseline, benchmark or plan: those marks are left out.
    """
    scale = Scale.beyond([target, baseline, value, benchmark, plan], percent=percent, mirrored=mirrored)
    promised = Label.tied(words["target"], scale.at(target))
    now = Label.tied(words["value"], 0 if value is None else scale.at(value))
    promised, now = seat(promised, now)
    low = {}
    if baseline is not None:
        low["base"] = Label.tied(words["baseline"], scale.at(baseline))
    if benchmark is not None:
        low["bench"] = Label.tied(words["benchmark"], scale.at(benchmark))
    if len(low) == 2:
        low["base"], low["bench"] = seat(low["base"], low["bench"])
    lift = 0 if promised.far or now.far else LIFT
    deep = any(label.far for label in low.values())
    drawing = Drawing(
        height=em((122 if deep else 102 if low else 80) / 15 - lift),
        top=em(TOP - lift),
        mark_top=em(MARK - lift),
        foot=em(FOOT - lift),
        fill=per_cent(scale.at(value)) if value is not None and scale.at(value) > 0 else "",
        target=per_cent(scale.at(target)),
        bench=per_cent(scale.at(benchmark)) if benchmark is not None else "",
    )
    _rule_lines(drawing, scale, lift, baseline, plan)
    _labels(drawing, lift, [promised, now], list(low.values()), value is None)
    return drawing


def _rule_lines(drawing, scale, lift, baseline, plan):
    def line(kind, at, y1, y2):
        drawing.lines.append(Line(kind, per_cent(at), em(y1 - lift), em(y2 - lift)))

    for at, long in scale.ticks:
        line("g-tick g-tick--long" if long else "g-tick", at, FOOT, LONG_TICK if long else TICK)
    if baseline is not None:
        line("g-mark", scale.at(baseline), FOOT, STUB)
    if plan is not None:
        line("g-mark g-mark--dash", scale.at(plan), PLAN_FROM, PLAN_TO)


def _labels(drawing, lift, above, below, unreported):
    for label in [*above, *below]:
        high = label in above
        kind = "g-text" if high else "g-text g-text--2"
        row = (FAR if label.far else NEAR) if high else (DEEP if label.far else BELOW)
        if label.led and not (unreported and label is above[1]):
            y1, y2 = LEAD_ABOVE if high else LEAD_BELOW
            drawing.lines.append(Line("g-lead", per_cent(label.at), em(y1 - lift), em(y2 - lift)))
        drawing.texts.append(
            Text(
                kind,
                per_cent(label.at),
                em(row - lift),
                label.anchor,
                em(label.nudge) if label.nudge else "",
                label.text,
            )
        )


BUCKETS = ("done", "ahead", "on_schedule", "behind", "other")


@dataclass(frozen=True, slots=True)
class Segment:
    bucket: str
    x: str
    width: str
    first: bool


def bar(counts: dict) -> list[Segment]:
    """The buckets that hold something, in their fixed order, as shares of the whole."""
    total = sum(counts.get(bucket, 0) for bucket in BUCKETS)
    segments, before = [], 0
    for bucket in BUCKETS:
        count = counts.get(bucket, 0)
        if count:
            segments.append(Segment(bucket, per_cent(before / total), per_cent(count / total), not before))
        before += count
    return segments


SPARK_TRACK = 18
SPARK_HEIGHT = 110 / 13
SPARK_HEAD = 18 / 13
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a spark; attributes are empty strings where nothing is drawn."""

    x: str
    left: str
    width: str
    y: str
    height: str
    plan_y: str
    plan_x1: str
    plan_x2: str
    value_y: str


def spark(months) -> list[Month]:
    """Bars against plan dashes for months of (value, plan), either of them None; under three values draw nothing."""
    if sum(value is not None for value, _plan in months) < FEWEST:
        return []
    greatest = max([float(figure) for pair in months for figure in pair if figure is not None], default=0) or 1
    slot = 1 / len(months)

    def height(figure):
        return float(figure) / greatest * (SPARK_HEIGHT - SPARK_HEAD)

    drawn = []
    for i, (value, plan) in enumerate(months):
        x, present = (i + 0.5) * slot, [f for f in (value, plan) if f is not None]
        drawn.append(
            Month(
                x=per_cent(x),
                left=per_cent(x - slot * 0.22),
                width=per_cent(slot * 0.44),
                y=em(SPARK_HEIGHT - height(value)) if value is not None else "",
                height=em(height(value)) if value is not None else "",
                plan_y=em(SPARK_HEIGHT - height(plan)) if plan is not None else "",
                plan_x1=per_cent(x - slot * 0.4),
                plan_x2=per_cent(x + slot * 0.4),
                value_y=em(SPARK_HEIGHT - height(max(present)) - 0.46) if value is not None else "",
            )
        )
    return drawn


def fits(labels) -> bool:
    """Whether every label keeps to its own slot of the narrowest spark."""
    return all(width(label) + 0.3 <= SPARK_TRACK / len(labels) for label in labels)
