"""Printing: the same bytes for the same input, readable by everyone, deaf to the world outside."""

import http.server
import io
import json
import subprocess
import threading
from datetime import UTC, datetime

import pytest
from django.template import Context, Engine
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.core import pdf, seals
from portal.core.errors import Refused

AT = datetime(2017, 5, 18, 1, 0, tzinfo=UTC)
CSS = "@page { size: 150mm 200mm; margin: 10mm } body { font: 9pt 'Noto Serif CJK SC' } .box { height: 20mm }"
TEMPLATE = Engine().from_string(
    '<html lang="zh-Hans"><head><title>{{ unit }}</title></head><body><h1>{{ unit }}</h1>'
    '<p title="{{ measure }}">{{ measure }}</p><table><tr><th scope="col">目标</th></tr>'
    "<tr><td>{{ target }}</td></tr></table>"
    '<div class="box" id="sig-head"></div><div class="box" id="sig-leader"></div></body></html>'
)
BOXES = (("head", "sig-head", "单位主要负责人签名"), ("leader", "sig-leader", "联系局领导签名"))
CONTENT = json.dumps({"objective": "三日内答复"}, ensure_ascii=False).encode()

PAYLOADS = [
    '<img src="{url}/img">',
    '<link rel="stylesheet" href="{url}/link">',
    '<link rel="attachment" href="{url}/attachment">',
    '<a rel="attachment" href="{url}/a">x</a>',
    '<style>@import "{url}/import";</style>',
    "<style>body {{ background: url({url}/background) }}</style>",
    "<style>@font-face {{ font-family: x; src: url({url}/font) }} * {{ font-family: x }}</style>",
    '<style>h1::before {{ content: url("{url}/content") }}</style>',
    '<p style="list-style-image: url({url}/list)">x</p>',
    '<object data="{url}/object"></object>',
    '<embed src="{url}/embed">',
    '<iframe src="{url}/frame"></iframe>',
    '<svg><image href="{url}/svg" width="9" height="9"/></svg>',
    '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="{url}/use#x"/></svg>',
    '<base href="{url}/base/"><img src="x">',
    '<script src="{url}/script"></script>',
    '<img src="file:///etc/hostname">',
    '<link rel="attachment" href="file:///etc/hostname">',
    '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E'
    '%3Cimage href=%22{url}/nested%22/%3E%3C/svg%3E">',
    '" onload="x" style="background: url({url}/attribute)',
]  # fmt: skip


class Listener(http.server.BaseHTTPRequestHandler):
    heard: list[str] = []

    def do_GET(self):
        self.heard.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def listener():
    """A server on the loopback; `heard` is what anybody asked it for."""
    Listener.heard.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def printed(unit="市直学校", measure="登记来信", target="三日内答复", **more) -> bytes:
    html = TEMPLATE.render(Context({"unit": unit, "measure": measure, "target": target}))
    return printed_html(html, **more)


def printed_html(html: str, **more) -> bytes:
    facts = {"title": "任务目标", "created": AT, "identifier": b"0123456789abcdef", "css": CSS}
    return pdf.print_html(html, **facts | more)


def shown(data: bytes, tmp_path) -> str:
    (tmp_path / "shown.pdf").write_bytes(data)
    return subprocess.run(
        ["pdftotext", "-raw", tmp_path / "shown.pdf", "-"], capture_output=True, check=True, text=True
    ).stdout


def test_the_same_input_gives_the_same_bytes():
    more = {"attachments": [("revision.json", CONTENT, "x")], "signature_boxes": BOXES}
    first = printed(**more)
    printed(target="另一项")
    assert printed(**more) == first


@pytest.mark.parametrize("change", [{"title": "别的"}, {"identifier": b"f" * 16}, {"created": AT.replace(year=2018)}])
def test_whatever_is_given_shows_in_the_bytes(change):
    assert printed(**change) != printed()


def test_the_result_does_not_depend_on_the_zone_the_moment_is_written_in():
    from zoneinfo import ZoneInfo  # noqa: PLC0415 -- this test alone changes zones

    there = {"created": AT, "attachments": [("a.json", CONTENT, "x")]}
    here = there | {"created": AT.astimezone(ZoneInfo("Asia/Shanghai"))}
    dates = [
        PdfFileReader(io.BytesIO(printed(**each))).root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"]["/F"]["/Params"]
        for each in (here, there)
    ]
    assert dates[0]["/CreationDate"] == dates[1]["/CreationDate"]


def test_it_says_what_it_is(tmp_path):
    data = printed(signature_boxes=BOXES)
    assert b'pdfuaid:part="1"' in data and b"pdfaid:part" in data and "任务目标".encode() in data
    reader = PdfFileReader(io.BytesIO(data))
    assert reader.root["/MarkInfo"]["/Marked"] and reader.root["/Lang"] == "zh-Hans"
    assert reader.trailer["/ID"][0].original_bytes == b"0123456789abcdef"
    assert "三日内答复" in shown(data, tmp_path)


def test_attachments_come_back_byte_for_byte():
    reader = PdfFileReader(io.BytesIO(printed(attachments=[("revision.json", CONTENT, "冻结文本")])))
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert names[1]["/UF"] == "revision.json" and names[1]["/EF"]["/F"].data == CONTENT
    assert names[1]["/AFRelationship"] == "/Source"


def test_signature_fields_lie_on_their_anchors_empty_labelled_and_tagged():
    reader = PdfFileReader(io.BytesIO(printed(signature_boxes=BOXES)))
    head, leader = (each.get_object() for each in reader.root["/AcroForm"]["/Fields"])
    assert [each["/T"] for each in (head, leader)] == ["head", "leader"]
    assert head["/TU"] == "单位主要负责人签名" and "/V" not in head
    assert float(head["/Rect"][1]) >= float(leader["/Rect"][3])
    tree = reader.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    keys = [tree[place] for place in range(0, len(tree), 2)]
    assert keys == sorted(keys) and {head["/StructParent"], leader["/StructParent"]} <= set(keys)
    assert tree[keys.index(head["/StructParent"]) * 2 + 1].get_object()["/Alt"] == "单位主要负责人签名"


def test_a_box_without_its_anchor_is_the_callers_mistake():
    with pytest.raises(ValueError, match="no-such-id"):
        printed(signature_boxes=[("x", "no-such-id", "x")])


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_typed_by_people_is_printed_as_they_typed_it(payload, listener, tmp_path):
    typed = payload.format(url=listener)
    data = printed(unit=typed[:60], measure=typed, target=typed)
    squeezed = "".join(shown(data, tmp_path).split())
    assert squeezed.count("".join(typed.split())) >= 2
    assert Listener.heard == []
    assert "/EmbeddedFiles" not in PdfFileReader(io.BytesIO(data)).root["/Names"]


def test_markup_that_is_not_escaped_reaches_nobody_either(listener):
    body = "".join(payload.format(url=listener) for payload in PAYLOADS)
    data = printed_html(f"<html lang=zh><body>{body}</body></html>")
    assert Listener.heard == []
    assert "/EmbeddedFiles" not in PdfFileReader(io.BytesIO(data)).root.get("/Names", {})


def test_a_style_sheet_reaches_nobody(listener):
    css = (
        f'@import "{listener}/import"; @font-face {{ font-family: x; src: url({listener}/font) }}'
        f"body {{ background: url({listener}/background); font-family: x }}"
    )
    printed(css=css)
    pdf.draw_html("<html lang=zh><p>x</p></html>", css + "/* drawn */")
    assert Listener.heard == []


def test_the_listener_would_have_heard(listener):
    """The control: the library's own fetcher does go out."""
    from weasyprint import HTML  # noqa: PLC0415 -- slow import

    HTML(string=f'<img src="{listener}/control">').render()
    assert Listener.heard == ["/control"]


def test_nothing_active_is_printed():
    data = printed(signature_boxes=BOXES, attachments=[("revision.json", CONTENT, "x")])
    for word in (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/OpenAction", b"/SubmitForm", b"/RichMedia"):
        assert word not in data


def test_a_monstrous_text_is_refused(monkeypatch):
    monkeypatch.setattr(pdf, "LONGEST", 1000)
    with pytest.raises(Refused):
        printed(target="长" * 1001)


def test_missing_fonts_stop_the_print_and_say_what_to_install(monkeypatch):
    monkeypatch.setattr(pdf, "FAMILIES", ("No Such Family SC",))
    pdf.require_fonts.cache_clear()
    with pytest.raises(pdf.FontsMissing, match="fonts-noto-cjk"):
        printed()
    pdf.require_fonts.cache_clear()


def test_the_house_style_sheet_prints_a_paper_with_seal_and_code():
    drawings = seals.round_seal("安丘市教育局", sample=True) + seals.qr("https://portal.example/v/1", "核验")
    assert printed_html(f'<html lang="zh-Hans"><main class="sheet">{drawings}<p>正文</p></main></html>', css=None)
