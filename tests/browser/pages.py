"""A person at a browser: the small steps that journeys are made of, in the words of the page."""

import re

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Locator, Page, expect

PASSWORD = "pass word 1"
PHONE = {"size": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HANDWRITING = [(0.1 + 0.04 * n, 0.5 + (0.3, -0.2, 0.1)[n % 3]) for n in range(20)]
"""Places on the pad that a finger passes, as parts of its width and height."""

expect.set_options(timeout=60_000)  # a machine may be busy with other tests


class Person:
    """Somebody before a page. Every tap or click is counted in `taps`; typing is not."""

    def __init__(self, page: Page, lang: str, *, has_touch: bool) -> None:
        self.page, self.lang, self.has_touch, self.taps = page, lang, has_touch, 0

    def words(self, text: str, context: str = "", **facts) -> str:
        """A sentence of the portal, as it reads in this person's language."""
        with self.speaking():
            return (pgettext(context, text) if context else gettext(text)) % facts

    def speaking(self):
        """The portal's words in this person's language, as long as it lasts."""
        return translation.override("zh-hans" if self.lang == "zh" else "en")

    # --- going and reading ---

    def open(self, address: str) -> None:
        self.page.goto(address)

    def read(self) -> str:
        """What stands on the page, in one line."""
        return " ".join(self.page.locator("main").inner_text().split())

    def fetch(self, address: str):
        """What an address answers to this browser, without showing it and without following."""
        return self.page.context.request.get(address, max_redirects=0)

    def link(self, text: str, **facts) -> Locator:
        """By its beginning: many links go on for those who cannot see beside what they stand."""
        return self.page.get_by_role("link", name=re.compile(f"^{re.escape(self.words(text, **facts))}"))

    def button(self, text: str, **facts) -> Locator:
        return self.page.get_by_role("button", name=self.words(text, **facts))

    def sees(self, text: str, **facts) -> None:
        expect(self.page.locator("main")).to_contain_text(self.words(text, **facts))

    def is_told(self, text: str, **facts) -> None:
        """A message at the top of the page."""
        expect(self.page.locator(".messages")).to_contain_text(self.words(text, **facts))

    # --- doing ---

    def tap(self, place: Locator | str) -> None:
        place = self.page.locator(place) if isinstance(place, str) else place
        self.taps += 1
        if self.has_touch:
            place.tap()
        else:
            place.click()

    def write(self, field: str, text: str) -> None:
        """Go into a field with a tap, and type over what is there."""
        self.tap(field)
        self.page.locator(field).press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def draw(self, canvas: str = "[data-pad] canvas") -> None:
        """One stroke of handwriting, with the finger where there is touch. It counts as a tap."""
        self.taps += 1
        pad = self.page.locator(canvas)
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in HANDWRITING]
        (self._with_finger if self.has_touch else self._with_mouse)(places)
        expect(self.page.locator("[data-pad-state]")).not_to_be_empty()

    def _with_finger(self, places: list[tuple[float, float]]) -> None:
        touch = self.page.context.new_cdp_session(self.page)
        for number, (x, y) in enumerate(places):
            kind = "touchMove" if number else "touchStart"
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        touch.detach()

    def _with_mouse(self, places: list[tuple[float, float]]) -> None:
        mouse = self.page.mouse
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place, steps=3)
        mouse.up()

    # --- what everybody does ---

    def sign_in(self, user) -> None:
        self.open(reverse("account_login"))
        self.page.fill("#id_login", user.username)
        self.page.fill("#id_password", PASSWORD)
        self.tap(self.page.locator("form.panel").get_by_role("button"))
        expect(self.page).to_have_url(re.compile(f"{reverse('desk')}$"))

    def from_desk(self, act: str) -> None:
        """To the one thing that waits, by the words on its button."""
        self.tap(self.page.locator(".todo").get_by_role("link", name=self.words(act)))
        expect(self.page.locator("h1")).to_be_visible()

    def agree(self, button: str) -> None:
        """Tick that everything was read, and act."""
        self.tap("#id_read")
        self.tap(self.button(button))
        expect(self.page).to_have_url(re.compile(r"/work/papers/[0-9a-f-]{36}/$"))

    # --- the editor ---

    def fill_objective(self, facts: dict[str, str]) -> None:
        """Type into the open objective; `facts` by the id of the field. The page saves by itself."""
        for field, text in facts.items():
            if self.page.locator(f"select#{field}").count():
                self.page.select_option(f"#{field}", label=text)
            else:
                self.page.fill(f"#{field}", text)
        expect(self.page.locator('[data-save-state][data-state="saved"]')).to_be_visible()

    def submit(self) -> None:
        self.tap(self.page.locator("#beside").get_by_role("button", name=self.words("Submit to the head")))
        expect(self.page).to_have_url(re.compile(r"/work/papers/[0-9a-f-]{36}/$"))
