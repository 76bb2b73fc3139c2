"""Content folders: what loads, and how every mistake of an editor is reported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import knowledge
from knowledge.content import Content, load
from knowledge.errors import ContentError, Problem
from knowledge.model import Speaker, Staff, Stance
from knowledge.text import bare, comparable

BUNDLED = Path(knowledge.__file__).parent / "content"

PAGE = """江滨区新图书馆向公众开放

3月5日,江滨区图书馆正式向公众开放。馆内共有藏书12万册,设有座位300个,每天早上九点开门。

馆长林晓说,今年将延长夜间开放的时间,让白天上班的人也能安心来读书。

·王敏·
"""
OTHER = """江滨区公园修缮完工

4月2日,滨江公园的步道修缮完工。馆内共有藏书12万册,设有座位300个,每天早上九点开门。

公园管理处介绍,步道全长3公里,沿途新增了路灯和长椅,方便附近居民晚上散步。

·赵亮·
"""
ISSUE = "date: 2024-03-06\nbulletin: 江滨公报\ntitle: 三月第一期\n"
ENTRY = "- id: books\n  quote: 馆内共有藏书12万册\n  questions: [图书馆有多少书]\n"
GOOD = {
    "2024-03-06/issue.yaml": ISSUE,
    "2024-03-06/1.txt": PAGE,
    "qa/books.yaml": ENTRY,
    "checks.yaml": "- question: 书有几本\n  status: answered\n  contains: 12万册\n",
}
Files = Mapping[str, str | bytes]


def write(root: Path, files: Files) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def problems(root: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(ContentError) as caught:
        load(root)
    return [(str(p.file.relative_to(root)), p.line, p.message) for p in caught.value.problems]


def test_the_bundled_content_has_no_problem() -> None:
    """What comes with the program loads, and each part of it is there."""
    content = load(BUNDLED)
    assert [issue.issued for issue in content.issues] == [date(2024, 1, 14)]
    assert len(content.issues[0].articles) == 3
    assert len(content.entries) >= 190
    assert len(content.checks) >= 40


def test_bundled_entries_can_be_asked_in_several_ways() -> None:
    """Each entry has at least five questions, and its quotations are compact."""
    entries = load(BUNDLED).entries
    assert [entry.id for entry in entries if len(entry.questions) < 5] == []
    lengthy = [e.id for e in entries if sum(len(quote.reading) for quote in e.quotes) > 200]
    assert lengthy == []


def test_bundled_speakers_are_named_in_the_article() -> None:
    """No speaker and no post is invented: both stand in the pages, letter by letter."""
    content = load(BUNDLED)
    pages = comparable(content.issues[0].pages[0].source)
    speakers = {entry.speaker for entry in content.entries if entry.speaker is not None}
    assert [s for s in speakers if comparable(f"{s.post}{s.name}") not in pages] == []


def test_bundled_checks_are_no_entry_questions() -> None:
    """A check that repeats a question of an entry would test nothing."""
    content = load(BUNDLED)
    known = {bare(comparable(q)) for entry in content.entries for q in entry.questions}
    assert [c.question for c in content.checks if bare(comparable(c.question)) in known] == []


def test_every_quotation_is_verbatim() -> None:
    """A quotation's texts stand in the decoded page at its spans but for layout white space."""
    content = load(BUNDLED)
    sources = {page.file: page.source for issue in content.issues for page in issue.pages}
    for entry in content.entries:
        for quote in entry.quotes:
            places = [sources[quote.file][span.start : span.end] for span in quote.spans]
            squeezed = ["".join(line.strip() for line in p.splitlines()) for p in places]
            assert list(quote.texts) == squeezed
            assert comparable("".join(quote.texts)) == comparable(quote.reading)


def test_a_good_folder_loads_whole(tmp_path: Path) -> None:
    """An entry gets its quotation with title, date, paragraph and author; a check its line."""
    content = load(write(tmp_path, GOOD))
    [entry] = content.entries
    assert entry.quotes[0].texts == ("馆内共有藏书12万册",)
    assert entry.source is not None
    assert entry.source.issue == "2024-03-06"
    assert entry.source.issued == date(2024, 3, 6)
    assert entry.source.bulletin == "江滨公报"
    assert entry.source.article == "江滨区新图书馆向公众开放"
    assert entry.source.paragraph == 1
    assert entry.source.byline == ("王敏",)
    [check] = content.checks
    assert (check.question, check.contains, check.line) == ("书有几本", ("12万册",), 1)


def test_all_keys_of_an_entry_are_kept(tmp_path: Path) -> None:
    """Stance, speaker and several quotations of one entry reach the reader."""
    entry = (
        "- id: night\n  stance: plan\n  speaker: {name: 林晓, post: 馆长, verb: 介绍}\n"
        "  quotes:\n    - 馆长林晓说\n    - 今年将延长夜间开放的时间\n  questions: 晚上开门吗\n"
    )
    [loaded] = load(write(tmp_path, {**GOOD, "qa/books.yaml": entry})).entries
    assert loaded.stance is Stance.PLAN
    assert loaded.speaker == Speaker(name="林晓", post="馆长", verb="介绍")
    assert [quote.reading for quote in loaded.quotes] == ["馆长林晓说", "今年将延长夜间开放的时间"]
    assert loaded.questions == ("晚上开门吗",)


def test_staff_answers_need_no_page(tmp_path: Path) -> None:
    """`by: staff` stands for the bulletin where the bulletin is silent, with name and date."""
    entry = (
        "- id: card\n  by: staff\n  name: 小陈\n  date: 2024-03-08\n"
        "  text: 办证请到一楼服务台。\n  questions: [在哪里办证]\n"
    )
    [loaded] = load(write(tmp_path, {**GOOD, "qa/books.yaml": entry})).entries
    assert loaded.staff == Staff(name="小陈", given=date(2024, 3, 8))
    assert (loaded.text, loaded.quotes, loaded.source) == ("办证请到一楼服务台。", (), None)


@pytest.mark.parametrize(
    ("quote", "text", "paragraph"),
    [
        ("馆内共有藏书１２万册", "馆内共有藏书12万册", 1),
        ("館內共有藏書12萬冊", "馆内共有藏书12万册", 1),
        ("江滨区新图书馆向公众开放", "江滨区新图书馆向公众开放", 0),
        ("·王敏·", "·王敏·", 0),
        ("今年将延长 夜间开放的时间", "今年将延长夜间开放的时间", 2),
    ],
)
def test_typing_differences_are_forgiven(
    tmp_path: Path, quote: str, text: str, paragraph: int
) -> None:
    """A quotation is found however it was typed, and shown as the page has it."""
    entry = f'- id: a\n  quote: "{quote}"\n  questions: [问]\n'
    [loaded] = load(write(tmp_path, {**GOOD, "qa/books.yaml": entry})).entries
    assert loaded.quotes[0].texts == (text,)
    assert loaded.source is not None
    assert loaded.source.paragraph == paragraph


def test_a_quotation_may_run_over_sentences_and_paragraphs(tmp_path: Path) -> None:
    """What follows one another in an article can be quoted as one."""
    quote = "设有座位300个,每天早上九点开门。馆长林晓说,今年将延长夜间开放的时间"
    entry = f"- id: a\n  quote: {quote}\n  questions: [问]\n"
    [loaded] = load(write(tmp_path, {**GOOD, "qa/books.yaml": entry})).entries
    assert loaded.quotes[0].reading == quote


@pytest.mark.parametrize(
    ("article", "title"),
    [("", "江滨区新图书馆向公众开放"), ("  article: 公园修缮\n", "江滨区公园修缮完工")],
)
def test_a_repeated_passage_is_quoted_from_its_first_place(
    tmp_path: Path, article: str, title: str
) -> None:
    """The first page wins unless the entry names the article."""
    entry = f"- id: a\n  quote: 馆内共有藏书12万册\n{article}  questions: [问]\n"
    files = {**GOOD, "2024-03-06/2.txt": OTHER, "qa/books.yaml": entry}
    [loaded] = load(write(tmp_path, files)).entries
    assert loaded.source is not None
    assert loaded.source.article == title


def test_quotations_of_one_entry_stay_in_one_article(tmp_path: Path) -> None:
    """A passage that stands twice is taken from the article of its companion."""
    entry = "- id: a\n  quote: [馆内共有藏书12万册, 步道全长3公里]\n  questions: [问]\n"
    files = {**GOOD, "2024-03-06/2.txt": OTHER, "qa/books.yaml": entry}
    [loaded] = load(write(tmp_path, files)).entries
    assert {quote.file.name for quote in loaded.quotes} == {"2.txt"}


def test_plain_text_files_are_an_undated_issue(tmp_path: Path) -> None:
    """A folder of pages needs no description; its name becomes the id where it can."""
    root = write(tmp_path / "docs", {"b.txt": OTHER, "a.TXT": PAGE})
    [issue] = load(root).issues
    assert (issue.id, issue.issued, issue.bulletin) == ("docs", None, "公报")
    assert issue.title == "江滨区新图书馆向公众开放 等2篇"
    assert [page.file.name for page in issue.pages] == ["a.TXT", "b.txt"]


def test_a_folder_name_that_cannot_be_an_id_is_replaced(tmp_path: Path) -> None:
    """Ids stay ASCII and different, whatever the folders are called."""
    root = write(tmp_path / "三月", {"a.txt": PAGE, "第一期/a.txt": PAGE, "第二期/a.txt": OTHER})
    ids = [issue.id for issue in load(root).issues]
    assert len(set(ids)) == 3
    assert all(issue.isascii() for issue in ids)


def test_issues_come_newest_first_and_undated_last(tmp_path: Path) -> None:
    """Described and undescribed folders may lie side by side; the latter get a remark."""
    files = {
        **GOOD,
        "2024-04-03/issue.yaml": ISSUE.replace("03-06", "04-03"),
        "2024-04-03/1.txt": OTHER,
        "attic/1.txt": OTHER,
    }
    content = load(write(tmp_path, files))
    assert [issue.id for issue in content.issues] == ["2024-04-03", "2024-03-06", "attic"]
    assert [(r.file.name, r.fatal) for r in content.remarks] == [("attic", False)]


def test_an_issue_may_bring_its_own_entries(tmp_path: Path) -> None:
    """Entries and checks in an issue's folder are loaded and quote that issue alone."""
    files = {
        **GOOD,
        "2024-04-03/issue.yaml": ISSUE.replace("03-06", "04-03"),
        "2024-04-03/1.txt": OTHER,
        "2024-03-06/qa/own.yaml": ENTRY.replace("books", "own").replace("多少书", "几本书"),
        "2024-03-06/checks.yaml": "- question: 座位\n  status: related\n",
    }
    content = load(write(tmp_path, files))
    sources = {entry.id: entry.source.issue for entry in content.entries if entry.source}
    assert sources == {"books": "2024-04-03", "own": "2024-03-06"}
    assert [check.question for check in content.checks] == ["书有几本", "座位"]


def test_listed_pages_are_read_in_their_order(tmp_path: Path) -> None:
    """`pages` orders the pages; what it leaves out is remarked, not read."""
    files: Files = {
        **GOOD,
        "2024-03-06/issue.yaml": ISSUE + "pages: [2.txt, 1.txt]\n",
        "2024-03-06/2.txt": OTHER,
        "2024-03-06/3.txt": OTHER,
        "2024-03-06/photo.jpg": b"\xff\xd8",
    }
    content = load(write(tmp_path, files))
    assert [page.file.name for page in content.issues[0].pages] == ["2.txt", "1.txt"]
    assert [remark.file.name for remark in content.remarks] == ["3.txt", "photo.jpg"]


Q = "qa/books.yaml"
I = "2024-03-06/issue.yaml"  # noqa: E741 - stands beside Q and C in the table
C = "checks.yaml"
BROKEN: list[tuple[str, Files, list[tuple[str, int, str]]]] = [
    ("unknown key", {Q: ENTRY + "  qoute: x\n"}, [(Q, 4, "是不是“quote”")]),
    ("unknown key, nothing near", {Q: ENTRY + "  zzz: x\n"}, [(Q, 4, "这里可以写 id、")]),
    (
        "unknown key of a speaker",
        {Q: ENTRY + "  speaker:\n    name: 林晓\n    pots: 馆长\n"},
        [(Q, 6, "是不是“post”")],
    ),
    ("speaker without name", {Q: ENTRY + "  speaker:\n    post: 馆长\n"}, [(Q, 4, "缺少“name”")]),
    ("no id", {Q: "- quote: 馆内共有藏书12万册\n  questions: [问]\n"}, [(Q, 1, "缺少“id”")]),
    ("id left empty", {Q: ENTRY.replace("books", "")}, [(Q, 1, "空着")]),
    ("bad id", {Q: ENTRY.replace("books", "图书")}, [(Q, 1, "英文字母")]),
    ("long id", {Q: ENTRY.replace("books", "b" * 41)}, [(Q, 1, "40 个")]),
    ("no questions", {Q: "- id: a\n  quote: 馆内共有藏书12万册\n"}, [(Q, 1, "缺少“questions”")]),
    (
        "empty questions",
        {Q: "- id: a\n  quote: 馆内共有藏书12万册\n  questions: []\n"},
        [(Q, 3, "空着")],
    ),
    (
        "empty question",
        {Q: "- id: a\n  quote: 馆内共有藏书12万册\n  questions:\n    - 问\n    -\n"},
        [(Q, 5, "空着")],
    ),
    (
        "question read as a mapping",
        {Q: "- id: a\n  quote: 馆内共有藏书12万册\n  questions:\n    - 他说: 好\n"},
        [(Q, 4, "整段要加引号")],
    ),
    ("long question", {Q: ENTRY.replace("有多少书", "书" * 201)}, [(Q, 3, "200 个字")]),
    ("no quote", {Q: "- id: a\n  questions: [问]\n"}, [(Q, 1, "没有引文")]),
    ("quote twice", {Q: ENTRY + "  quotes: [设有座位300个]\n"}, [(Q, 4, "只写一个")]),
    ("short quote", {Q: ENTRY.replace("馆内共有藏书12万册", "藏书")}, [(Q, 2, "太短")]),
    (
        "quote not in the page",
        {Q: ENTRY.replace("藏书12万册", "藏书15万册")},
        [(Q, 2, "最接近的是“馆内共有藏书12万册")],
    ),
    (
        "quote unlike anything",
        {Q: ENTRY.replace("馆内共有藏书12万册", "zzzz yyyy xxxx")},
        [(Q, 2, "原文里没有这段引文“zzzz")],
    ),
    (
        "second of two quotes",
        {Q: "- id: a\n  quotes:\n    - 设有座位300个\n    - 设有座位400个\n  questions: [问]\n"},
        [(Q, 4, "最接近的是“设有座位300个")],
    ),
    (
        "quote in another article than named",
        {
            Q: "- id: a\n  quote: 步道全长3公里\n  article: 新图书馆\n  questions: [问]\n",
            "2024-03-06/2.txt": OTHER,
        },
        [(Q, 2, "它在《江滨区公园修缮完工》里")],
    ),
    ("unknown article", {Q: ENTRY + "  article: 新博物馆\n"}, [(Q, 4, "没有标题含“新博物馆”")]),
    ("unknown stance", {Q: ENTRY + "  stance: planned\n"}, [(Q, 4, "只能是 done、plan、")]),
    (
        "the same id twice",
        {Q: ENTRY + ENTRY.replace("有多少书", "书多吗")},
        [(Q, 4, "在 books.yaml:1 已经有了")],
    ),
    (
        "the same question in two files",
        {"qa/more.yaml": ENTRY.replace("books", "b").replace("有多少书", "有多少书?")},
        [("qa/more.yaml", 3, "在 books.yaml:3 已经有了")],
    ),
    ("staff key without staff", {Q: ENTRY + "  text: 好\n"}, [(Q, 4, "只和 by: staff")]),
    (
        "staff with a quote",
        {Q: ENTRY + "  by: staff\n  text: 好\n  name: 陈\n  date: 2024-03-08\n"},
        [(Q, 2, "不带“quote”")],
    ),
    (
        "staff without name, text and date",
        {Q: "- id: a\n  by: staff\n  questions: [问]\n"},
        [(Q, 1, "缺少“date”"), (Q, 1, "缺少“name”"), (Q, 1, "缺少“text”")],
    ),
    (
        "by nobody known",
        {Q: "- id: a\n  by: me\n  text: 好\n  name: 陈\n  date: 2024-03-08\n  questions: [问]\n"},
        [(Q, 2, "只能是 staff")],
    ),
    ("entries are no list", {Q: "id: a\n"}, [(Q, 1, "要写成列表")]),
    ("entry is no mapping", {Q: "- id：a\n"}, [(Q, 1, "冒号用半角")]),
    ("key twice", {Q: ENTRY + "  id: c\n"}, [(Q, 4, "写了两次")]),
    ("empty file", {Q: "# nothing yet\n"}, [(Q, 1, "是空的")]),
    ("alias", {Q: ENTRY + "  article: *a\n"}, [(Q, 4, "不支持 & 和 *")]),
    (
        "yaml bomb",
        {Q: "- &a [x,x]\n- &b [*a,*a]\n- [*b,*b]\n"},
        [(Q, line, "不支持 & 和 *") for line in (1, 2, 3)],
    ),
    ("tag", {Q: ENTRY + "  text: !!python/name:os.system x\n"}, [(Q, 4, "不支持 ! 标签")]),
    ("nested too deep", {Q: "[" * 50 + "]" * 50}, [(Q, 1, "套得太深")]),
    ("list as key", {Q: "- id: a\n  ? [x]\n  : y\n"}, [(Q, 2, "键只能是一个词")]),
    ("two documents", {Q: ENTRY + "---\n" + ENTRY}, [(Q, 4, "只写一份内容")]),
    ("open quotation mark", {Q: ENTRY + '  text: "好\n'}, [(Q, 4, "引号没有收尾")]),
    ("text after a quotation", {Q: '- id: a\n  quote: "网格" 好\n'}, [(Q, 2, "接不上")]),
    ("two colons", {Q: "- id: a\n  quote: 他说: 好\n"}, [(Q, 2, "多了一个“: ”")]),
    ("tab", {Q: "- id: a\n\tquote: x\n"}, [(Q, 2, "缩进只用空格")]),
    ("open bracket", {Q: "- id: a\n  questions: [问\n  quote: x\n"}, [(Q, 3, "没有配对")]),
    ("control character", {Q: "- id: a\n  quote: x\x07\n"}, [(Q, 2, "控制字符")]),
    ("not utf-8", {Q: b"- id: a\n  quote: \xff\n"}, [(Q, 2, "不是 UTF-8")]),
    ("wrong suffix", {"qa/more.yml": ENTRY}, [("qa/more.yml", 0, "以 .yaml 结尾")]),
    ("no date", {I: "bulletin: 江滨公报\ntitle: 一\n"}, [(I, 1, "缺少“date”")]),
    ("no such day", {I: ISSUE.replace("03-06", "02-30")}, [(I, 1, "没有这一天")]),
    ("date in words", {I: ISSUE.replace("2024-03-06", "三月六日")}, [(I, 1, "2024-01-14 这样")]),
    ("year of no print", {I: ISSUE.replace("2024", "0204")}, [(I, 1, "年份不对")]),
    ("title left empty", {I: "date: 2024-03-06\nbulletin: 江滨公报\ntitle:\n"}, [(I, 3, "空着")]),
    ("unknown key of an issue", {I: ISSUE + "titel: x\n"}, [(I, 4, "是不是“title”")]),
    ("bad address", {I: ISSUE + "url: www.example.org\n"}, [(I, 4, "https://")]),
    ("issue is no mapping", {I: "- date\n"}, [(I, 1, "键: 值")]),
    ("page missing", {I: ISSUE + "pages: [11.txt]\n"}, [(I, 4, "没有页面文件“11.txt”")]),
    ("page twice", {I: ISSUE + "pages:\n- 1.txt\n- 1.txt\n"}, [(I, 6, "列了两次")]),
    ("page above", {I: ISSUE + "pages: [../../1.txt]\n"}, [(I, 4, "不能用")]),
    ("page from the root", {I: ISSUE + "pages: [/etc/hostname]\n"}, [(I, 4, "不能用")]),
    ("page with a drive", {I: ISSUE + "pages: ['..\\1.txt']\n"}, [(I, 4, "不能用")]),
    ("page with a long name", {I: ISSUE + f"pages: [{'x' * 999}]\n"}, [(I, 4, "不能用")]),
    ("issue without pages", {"b/issue.yaml": ISSUE}, [("b/issue.yaml", 1, "没有页面")]),
    ("check without status", {C: "- question: 问\n"}, [(C, 1, "缺少“status”")]),
    ("check of no status", {C: "- question: 问\n  status: yes\n"}, [(C, 2, "只能是 answered、")]),
    (
        "check twice",
        {C: "- question: 问\n  status: chat\n- question: 问?\n  status: chat\n"},
        [(C, 3, "在 checks.yaml:1 已经有了")],
    ),
    (
        "unknown key of a check",
        {C: "- question: 问\n  status: chat\n  contain: 好\n"},
        [(C, 3, "是不是“contains”")],
    ),
]


@pytest.mark.parametrize(
    ("changes", "expected"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_each_mistake_is_named_with_its_place(
    tmp_path: Path, changes: Files, expected: list[tuple[str, int, str]]
) -> None:
    """A mistake yields the file, the line and a sentence that says what to do, nothing else."""
    found = problems(write(tmp_path, {**GOOD, **changes}))
    assert [place[:2] for place in found] == [place[:2] for place in expected]
    assert [e[2] for f, e in zip(found, expected, strict=True) if e[2] not in f[2]] == []


def test_all_mistakes_are_reported_together(tmp_path: Path) -> None:
    """One run names everything wrong in all files, also several mistakes of one entry."""
    files = {
        **GOOD,
        I: "date: 2024-13-01\nbulletin: 江滨公报\n",
        Q: ENTRY.replace("12万册", "99千本") + "  stance: soon\n  zzz: 1\n",
        C: "- question: 问\n  status: sure\n",
    }
    found = problems(write(tmp_path, files))
    assert [place[:2] for place in found] == [
        (I, 1),
        (I, 1),
        (C, 2),
        (Q, 2),
        (Q, 4),
        (Q, 5),
    ]


def test_a_broken_page_is_named_and_does_not_blame_the_quotations(tmp_path: Path) -> None:
    """A quotation may stand in the page that could not be read: only the page is at fault."""
    found = problems(write(tmp_path, {**GOOD, "2024-03-06/1.txt": b"\x00\x01\x02\xff"}))
    assert [place[0] for place in found] == ["2024-03-06/1.txt"]


@pytest.mark.parametrize("name", ["2024-03-06/2.txt", "attic", "qa/more.yaml"])
def test_links_out_of_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    """Nothing outside the content folder can be published by a link."""
    outside = write(tmp_path / "outside", {"2.txt": OTHER, "more.yaml": ENTRY})
    root = write(tmp_path / "content", GOOD)
    target = outside if name == "attic" else outside / Path(name).name
    (root / name).symlink_to(target)
    assert [place[0] for place in problems(root)] == [name]


def test_a_listed_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """Listing a link under `pages` does not help it in."""
    outside = write(tmp_path / "outside", {"2.txt": OTHER})
    root = write(tmp_path / "content", {**GOOD, I: ISSUE + "pages:\n- 1.txt\n- 2.txt\n"})
    (root / "2024-03-06/2.txt").symlink_to(outside / "2.txt")
    assert [place[:2] for place in problems(root)] == [(I, 6)]


def test_a_content_folder_may_itself_be_a_link(tmp_path: Path) -> None:
    """Deployments switch versions by a link to the folder, and mount files as links inside it."""
    real = write(tmp_path / "v1", GOOD)
    (real / "2024-03-06/2.txt").symlink_to(real / "2024-03-06/1.txt")
    (tmp_path / "current").symlink_to(real)
    assert len(load(tmp_path / "current").issues[0].pages) == 2


@pytest.mark.parametrize("kind", ["missing", "empty", "file"])
def test_no_content_is_an_error(tmp_path: Path, kind: str) -> None:
    """A wrong path is told from an empty folder."""
    root = tmp_path / kind
    if kind == "empty":
        root.mkdir()
    elif kind == "file":
        root.write_text(PAGE, encoding="utf-8")
    sentences = {
        "missing": "没有这个内容文件夹,请检查路径",
        "empty": "这里没有任何页面;请放进 .txt 页面文件",
        "file": "这不是文件夹,请检查路径",
    }
    assert problems(root) == [(".", 0, sentences[kind])]


FRAGMENTS = st.sampled_from(
    [
        *("- ", "id: ", "a", "\n", "  ", "quote: ", "questions: ", "[", "]", "{", "}", "'", '"'),
        *("馆内共有藏书12万册", "date: ", "2024-03-06", "&a ", "*a", "!!x ", "? ", "|\n", "---\n"),
        *(
            "by: staff",
            "speaker:",
            "status: ",
            "answered",
            "\t",
            "\x85",
            "\ufeff",
            "#",
            "contains:",
        ),
    ]
)
DATA = st.one_of(
    st.binary(max_size=60), st.lists(FRAGMENTS, max_size=25).map("".join).map(str.encode)
)


@given(issue=DATA, entries=DATA, checks=DATA)
@example(issue=ISSUE.encode(), entries=ENTRY.encode(), checks=b"- 0")
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_stands_in_the_files_load_answers_or_explains(
    tmp_path: Path, issue: bytes, entries: bytes, checks: bytes
) -> None:
    """Any bytes in the YAML files either load or are refused with a place and a sentence."""
    write(tmp_path, {**GOOD, I: issue, Q: entries, C: checks})
    found: tuple[Problem, ...] = ()
    try:
        content = load(tmp_path)
    except ContentError as error:
        content, found = None, error.problems
    assert isinstance(content, Content) or found
    assert [p for p in found if not p.message or not p.file.is_relative_to(tmp_path)] == []
