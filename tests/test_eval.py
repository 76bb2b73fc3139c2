"""`bulletin-bot eval` on a small bulletin: figures, reports, limits, and bad question files."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from town import BUSES, DONE, DONE_QUOTE, LATER, PROPOSAL, write_content

from bot.cli import main
from bot.evaluating import replace_file

RIGHT = {"id": 1, "style": "direct", "q": DONE, "must": ["12 个"], "gold": [DONE_QUOTE]}
WRONG = {"id": "w", "style": "自创", "q": BUSES, "must": ["7条"], "gold": [DONE_QUOTE]}
NEAR = {"id": "n", "kind": "near", "q": "代挂号服务点收多少钱"}
CLAIMED = {"id": "c", "kind": "near", "q": PROPOSAL}
CHAT = {"id": "h", "kind": "chat", "q": "你好"}
TALK = {
    "id": "t",
    "turns": [{"q": DONE, "must": ["12个"]}, {"q": LATER, "must": ["9个"], "extra": 1}],
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the town's content and nothing set."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("BULLETIN__")]:
        monkeypatch.delenv(name)
    write_content(tmp_path / "content")
    (tmp_path / "config.yaml").write_text("content:\n  path: content\n", encoding="utf-8")
    return tmp_path


def _write(*cases: object, name: str = "q.jsonl") -> Path:
    file = Path(name)
    lines = [json.dumps(case) for case in cases]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def _run(*arguments: str | Path) -> int:
    return main(["eval", *map(str, arguments)])


def test_figures_are_printed_after_the_failures(capsys: pytest.CaptureFixture[str]) -> None:
    """What was asked, expected and given, the wrong ones first; then the figures."""
    file = _write(RIGHT, NEAR, WRONG, TALK, CHAT)
    assert _run(file) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(f"1. 答错 [自创] w（q.jsonl:3）\n   问：{BUSES}\n   应有：“7条”\n")
    assert "出处：《临河区召开为民办实事推进会》，“出行更方便”，第4段" in out
    assert "1 次  《临河区召开为民办实事推进会》第2段 → 《临河区召开为民办实事推进会》第4段" in out
    rows = re.findall(r"^(\S+) +(\d+) +(\d+) +([\d.]+%)", out, re.MULTILINE)
    assert rows == [
        ("单独提问，合计", "1", "2", "50.0%"),
        ("直接问", "1", "1", "100.0%"),
        ("自创", "0", "1", "0.0%"),
        ("对话，第一句", "1", "1", "100.0%"),
        ("对话，追问", "1", "1", "100.0%"),
        ("公报没有：寒暄", "1", "1", "100.0%"),
        ("公报没有：相近的事", "1", "1", "100.0%"),
    ]
    assert re.search(r"不在原文里的引文 0/\d+ · 5 行题", out)


def test_replies_are_those_of_answer(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A failure shows the status, the words and the confidence that `answer --jsonl` writes."""
    _run(_write(WRONG), "--json", "out.json")
    (failure,) = json.loads(Path("out.json").read_text(encoding="utf-8"))["failures"]
    done = subprocess.run(
        [sys.executable, "-m", "bot", "answer", "--jsonl"],
        input=json.dumps({"id": "w", "q": BUSES}).encode(),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        check=True,
    )
    reply = json.loads(done.stdout)
    assert {key: failure[key] for key in ("status", "answer", "confidence")} == {
        key: reply[key] for key in ("status", "answer", "confidence")
    }


def test_json_holds_the_figures() -> None:
    """Groups and outcomes under the names of the question files; several files are one set."""
    first, second = _write(RIGHT, WRONG), _write(CLAIMED, CHAT, TALK, name="more.jsonl")
    assert _run(first, second, "--json", "out.json") == 0
    found = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert found["groups"] == {
        "ALL single questions": {"n": 2, "right": 1, "wrong": 1},
        "direct": {"n": 1, "right": 1},
        "自创": {"n": 1, "wrong": 1},
        "dialogue, turn 1": {"n": 1, "right": 1},
        "dialogue, follow-ups": {"n": 1, "right": 1},
        "out of scope, chat": {"n": 1, "right": 1},
        "out of scope, near": {"n": 1, "wrong": 1},
    }
    assert [failure["place"] for failure in found["failures"]] == ["q.jsonl:2", "more.jsonl:1"]
    assert (found["unfaithful"], found["lines"]) == (0, 5)
    assert 0 <= found["auroc"] <= 1
    assert [pair["ids"] for pair in found["confused"]] == [["w"], ["c"]]


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        ("right_min: 0.5", None),
        (
            "right_min: 0.51",
            "单独提问答对的比例是 50.00%，没有达到 eval.right_min：要求不低于 51.00%",
        ),
        ("follow_ups_min: 1", None),
        ("near_max: 1", None),
        ("near_max: 0", "相近的事答错的比例是 100.00%，没有达到 eval.near_max：要求不高于 0.00%"),
        ("chat_max: 0", None),
        ("other_max: 0", None),
        ("auroc_min: 0", None),
        ("strays_max: 0", None),
        ("longest: 5", None),
        (
            "{longest: 5, follow_ups_min: 0.1}",
            "追问答对的比例是 0.00%，没有达到 eval.follow_ups_min：要求不低于 10.00%",
        ),
    ],
)
def test_exit_code_follows_the_limits(
    limit: str, sentence: str | None, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 and one sentence on stderr when a figure breaks a limit; what was not asked breaks none.
    The reports are written all the same."""
    section = f"eval: {limit}\n" if limit.startswith("{") else f"eval:\n  {limit}\n"
    (home / "config.yaml").write_text(f"content:\n  path: content\n{section}", encoding="utf-8")
    file = _write(RIGHT, WRONG, CLAIMED, CHAT, TALK)
    assert _run(file, "--html", "r.html") == (1 if sentence else 0)
    out, err = capsys.readouterr()
    assert err.splitlines() == ([sentence] if sentence else [])
    source = Path("r.html").read_text(encoding="utf-8")
    assert sentence is None or sentence in source
    if limit == "other_max: 0":
        assert "无关的事答错的比例：题目里没有这一类，没有检查" in out


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"nonsense", "不是一个完整的 JSON 对象"),
        (b"\xff", "不是 UTF-8 编码的文字"),
        (b"[1]", '要写成 {"id": …, "style": …, "q": "问题", "must": ["…"]} 这样的对象'),
        (b'{"q": "?", "style": "x", "must": []}', "缺少 id（文字或整数）"),
        (b'{"id": 1}', "q（一个问题）和 turns（连续几个问题）要写一个，只写一个"),
        (
            b'{"id": 1, "q": "?", "turns": []}',
            "q（一个问题）和 turns（连续几个问题）要写一个，只写一个",
        ),
        (b'{"id": 1, "q": 5, "kind": "near"}', "q 要写文字"),
        (b'{"id": 1, "q": "?", "kind": null}', "kind 要写文字"),
        (
            b'{"id": 1, "q": "?", "must": []}',
            "要写 style（公报里有答案，是哪种问法）或 kind（公报里没有，是哪一类）",
        ),
        (b'{"id": 1, "q": "?", "style": "x"}', "缺少 must（答案里必须有的文字）"),
        (b'{"id": 1, "q": "?", "style": "x", "must": "y"}', "must 要写成文字的列表"),
        (b'{"id": 1, "q": "?", "style": "x", "must": [], "gold": [1]}', "gold 要写成文字的列表"),
        (
            b'{"id": 1, "turns": []}',
            'turns 要写成 [{"q": "问题", "must": ["…"]}, …] 这样的列表',
        ),
        (
            b'{"id": 1, "turns": ["?"]}',
            'turns 的第 1 句要写成 {"q": "问题", "must": ["…"]}',
        ),
        (
            b'{"id": 1, "turns": [{"q": "?", "must": []}, {"q": "?"}]}',
            "turns 的第 2 句：缺少 must（答案里必须有的文字）",
        ),
    ],
)
def test_bad_line_is_named_with_file_and_line(
    line: bytes, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence; nothing is asked and nothing written."""
    good = json.dumps(RIGHT).encode()
    Path("bad.jsonl").write_bytes(b"\xef\xbb\xbf" + good + b"\r\n\r\n" + line + b"\n")
    assert _run("bad.jsonl", "--html", "r.html", "--json", "r.json") == 1
    assert capsys.readouterr() == ("", f"bad.jsonl:3: {problem}\n")
    assert not Path("r.html").exists()
    assert not Path("r.json").exists()


def test_everything_wrong_is_named_in_one_go(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files that are missing, empty or folders, lines, and reports that cannot be written."""
    (home / "empty.jsonl").write_text("\n \n", encoding="utf-8")
    (home / "bad.jsonl").write_text("x\n\ny\n", encoding="utf-8")
    assert _run("none.jsonl", "empty.jsonl", "bad.jsonl", "content", "--html", "no/r.html") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "no/r.html: 没有这个文件所在的文件夹，请先建好",
        "none.jsonl: 读不了题目文件（No such file or directory）",
        "empty.jsonl: 这个文件里没有题目",
        "bad.jsonl:1: 不是一个完整的 JSON 对象",
        "bad.jsonl:3: 不是一个完整的 JSON 对象",
        "content: 读不了题目文件（Is a directory）",
    ]


def test_report_is_never_half_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is replaced as a whole, behind a link too; where that fails the old one stays and
    nothing lies about."""
    target, link = home / "r.html", home / "link.html"
    target.write_text("老的", encoding="utf-8")
    link.symlink_to(target)
    replace_file(link, "新的")
    assert (target.read_text(encoding="utf-8"), link.is_symlink()) == ("新的", True)

    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        replace_file(target, "更新的")
    assert target.read_text(encoding="utf-8") == "新的"
    assert not list(home.glob(".*.part"))


def test_another_content_folder_can_be_asked(home: Path) -> None:
    """--content goes before the configured folder."""
    (home / "config.yaml").write_text("content:\n  path: nowhere\n", encoding="utf-8")
    file = _write(RIGHT)
    assert _run(file) == 1
    assert _run(file, "--content", "content") == 0


def test_a_person_who_looks_on_sees_progress(home: Path) -> None:
    """A bar on stderr, on a terminal only; stdout has none of it."""
    file = _write(RIGHT)
    master, slave = pty.openpty()
    environment = {
        **os.environ,
        "TERM": "xterm-256color",
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    done = subprocess.run(
        [sys.executable, "-m", "bot", "eval", str(file)],
        stdout=subprocess.PIPE,
        stderr=slave,
        env=environment,
        check=True,
    )
    os.close(slave)
    seen = os.read(master, 65536).decode()
    os.close(master)
    assert "提问" in seen
    assert "提问 " not in done.stdout.decode()
    assert "\x1b" not in done.stdout.decode()
