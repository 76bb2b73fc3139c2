"""The page of `eval`: whole, safe, and with pictures that hold."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from town import BUSES, DONE, DONE_QUOTE, PROPOSAL, write_content

from bot.charts import Bars, curve_picture, histogram_picture
from bot.cli import main
from bot.markup import element, escaped
from knowledge.calibration import Point

HOSTILE = "</title><script src='https://evil.example/x.js'>alert(1)</script>\"&\x00\ud83d 改造了吗"
CASES = (
    {"id": "w", "style": "direct", "q": BUSES, "must": ["7条"], "gold": [DONE_QUOTE]},
    {"id": "r", "style": "direct", "q": DONE, "must": ["12个"]},
    {"id": "c", "kind": "near", "q": PROPOSAL},
    {"id": "t", "turns": [{"q": DONE, "must": ["12个"]}, {"q": "谁说的", "must": ["无名氏"]}]},
)


@dataclass
class Page(HTMLParser):
    """What a browser would see: the text, every tag with its attributes, and whether each closes
    in its turn."""

    text: str = ""
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.waiting.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.waiting.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.waiting[-1:] != ["style"]:
            self.text += data


def _read(source: str) -> Page:
    page = Page()
    page.feed(source)
    page.close()
    assert page.waiting == []
    return page


def _report(folder: Path, *cases: object, name: str = "q.jsonl") -> str:
    """The page that comes of some cases."""
    config, file, page = folder / "config.yaml", folder / name, folder / "r.html"
    write_content(folder / "content")
    config.write_text("content:\n  path: content\n", encoding="utf-8")
    file.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    assert main(["eval", str(file), "--html", str(page), "--config", str(config)]) == 0
    return page.read_text(encoding="utf-8")


def test_page_is_whole_and_fetches_nothing(tmp_path: Path) -> None:
    """One file that a browser can read: both pictures, no script, nothing from elsewhere."""
    source = _report(tmp_path, *CASES)
    page = _read(source)
    names = [tag for tag, _ in page.tags]
    assert names.count("svg") == 2
    assert not {"script", "link", "img", "iframe", "a", "base", "form"} & set(names)
    assert not re.search(r"https?:|//|url\(|@import", re.sub(r"<!doctype html>", "", source))
    assert not {"src", "href", "srcset"} & {name for _, values in page.tags for name in values}
    wanted = ("答错的（2）", "没有设定要求", BUSES, "“7条”", "第4段", "对话，追问", "现在：作答")
    for text in wanted:
        assert text in page.text
    assert page.text.index("答错的（2）") < page.text.index("各类题目")


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    """Markup in questions, styles, ids, demands and file names is shown, never obeyed."""
    cases = (
        {"id": HOSTILE, "style": HOSTILE, "q": HOSTILE, "must": [HOSTILE], "gold": [HOSTILE]},
        {"id": 2, "kind": HOSTILE, "q": PROPOSAL},
        {"id": HOSTILE, "turns": [{"q": HOSTILE, "must": []}, {"q": HOSTILE, "must": [HOSTILE]}]},
    )
    page = _read(_report(tmp_path, *cases, name="<b onclick='x'>.jsonl"))
    assert not {"script", "b onclick", "img"} & {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, values in page.tags for name in values)
    shown = HOSTILE.replace("\x00", "\ufffd").replace("\ud83d", "\ufffd")
    assert shown in page.text
    assert "<b onclick='x'>.jsonl" in page.text


@given(st.text(), st.text())
def test_any_text_survives_as_text(name: str, text: str) -> None:
    """Between tags and in attributes; control characters aside."""
    page = _read(element("p", text, title=name))
    (_, values), *more = page.tags
    assert more == []
    clean = [
        re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", part)
        for part in (name, text)
    ]
    assert [values["title"], page.text] == clean
    assert escaped(escaped(text)) == escaped(text)


@pytest.mark.parametrize("now", [None, Point(confidence=0.4, coverage=0.0, risk=1.0)])
def test_pictures_of_nothing_are_pictures(now: Point | None) -> None:
    """Without a single question the axes stand alone."""
    for picture in (
        curve_picture((), now),
        histogram_picture([Bars(look="right", counts=(0, 0))], []),
    ):
        page = _read(picture)
        assert page.tags[0][0] == "svg"


@given(st.lists(st.lists(st.integers(0, 10**6), min_size=4, max_size=4), min_size=1, max_size=3))
def test_bars_stay_in_the_picture(counts: list[list[int]]) -> None:
    """However many there are."""
    layers = [Bars(look="right", counts=tuple(layer)) for layer in counts]
    page = _read(histogram_picture(layers, [(0.4, "算有答案")]))
    for tag, values in page.tags:
        if tag == "rect":
            top, height = float(values["y"] or ""), float(values["height"] or "")
            assert 20 <= top <= top + height <= 200
