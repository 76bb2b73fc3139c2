"""The commands as processes, on a small bulletin of their own."""

from __future__ import annotations

import errno
import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot import usage

PAGE = """江滨区新图书馆向公众开放

3月5日,江滨区图书馆正式向公众开放。馆内共有藏书12万册,设有座位300个,每天早上九点开门。

馆长林晓说,今年将延长夜间开放的时间,让白天上班的人也能安心来读书。

·王敏·
"""
FILES = {
    "pages/2024-03-06/issue.yaml": "date: 2024-03-06\nbulletin: 江滨公报\ntitle: 三月第一期\n",
    "pages/2024-03-06/library.txt": PAGE,
    "pages/qa/library.yaml": (
        "- id: books\n  stance: done\n  quote: 馆内共有藏书12万册\n"
        "  questions: [图书馆有多少册藏书, 藏书数量]\n"
    ),
    "pages/checks.yaml": (
        "- question: 图书馆有多少册藏书\n  status: answered\n  contains: [12万册]\n"
    ),
    "config.yaml": "content:\n  path: pages\n",
}
PROGRAM = (sys.executable, "-m", "bot")
QUESTION = "图书馆有多少册藏书?"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a config.yaml and a small content folder."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def _environment(**more: str) -> dict[str, str]:
    ours = ("BULLETIN__", "TELEGRAM_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONPATH": str(Path(__file__).parent.parent), **more}


def _run(
    home: Path,
    *arguments: str,
    given: str | bytes = "",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*PROGRAM, *arguments],
        cwd=home,
        input=given if isinstance(given, bytes) else given.encode(),
        capture_output=True,
        env=_environment(**(environment or {})),
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def test_ask_prints_the_sentence_and_its_source(home: Path) -> None:
    """The answer, then where it stands; plain text where nobody looks on."""
    done = _run(home, "ask", QUESTION)
    answer, citation = done.stdout.splitlines()
    assert "藏书12万册" in answer
    assert citation.startswith("出处：《江滨区新图书馆向公众开放》")
    assert "2024年3月6日" in citation
    assert (done.stderr, done.returncode) == ("", 0)


def test_ask_json_has_every_field(home: Path) -> None:
    """The fields of an answer, quotes as they stand in the page."""
    done = _run(home, "ask", "--json", QUESTION)
    reply = json.loads(done.stdout)
    assert list(reply) == [
        "status",
        "answer",
        "quotes",
        "confidence",
        "source",
        "options",
        "stance",
        "speaker",
        "as_of",
    ]
    assert reply["status"] == "answered"
    assert all(quote in PAGE for quote in reply["quotes"])
    assert reply["source"] == {
        "issue": "2024-03-06",
        "article": "江滨区新图书馆向公众开放",
        "section": None,
        "paragraph": 1,
        "byline": ["王敏"],
    }
    assert (reply["stance"], reply["speaker"], reply["as_of"]) == ("done", None, "2024-03-06")
    assert 0 <= reply["confidence"] <= 1


def test_ask_why_explains(home: Path) -> None:
    """Below the answer stands how it came about; in JSON under `why`."""
    plain = _run(home, "ask", "--why", QUESTION)
    assert QUESTION.rstrip("?") in plain.stdout
    why = json.loads(_run(home, "ask", "--why", "--json", QUESTION).stdout)["why"]
    assert "\n".join(why) in plain.stdout


@pytest.mark.parametrize("question", ["", "-3度是什么意思", "\udcff🙂"])
def test_ask_is_calm_about_any_text(home: Path, question: str) -> None:
    """Empty, an emoji, a dash in front, far too long, no UTF-8: a sentence, exit 0."""
    done = _run(home, "ask", "--", question)
    assert done.stdout.strip()
    assert (done.stderr, done.returncode) == ("", 0)


def test_words_without_quotation_marks_are_one_question(home: Path) -> None:
    """A shell's spaces do not matter."""
    assert "12万册" in _run(home, "ask", "图书馆", "有多少册", "藏书").stdout


def test_answer_keeps_order_and_pairs(home: Path) -> None:
    """One line out for each line in; a line that is no request is an error in its place."""
    lines = [
        json.dumps({"id": "a", "q": QUESTION}),
        "",
        "nonsense",
        json.dumps({"id": 7, "turns": [QUESTION, "谁说的"]}),
        json.dumps({"id": "b"}),
        json.dumps({"id": "c", "q": 3}),
        json.dumps({"id": "d", "q": "x", "turns": []}),
        json.dumps({"id": "e", "turns": "x"}),
        json.dumps({"q": "x"}),
        json.dumps(["x"]),
        json.dumps({"id": "f", "q": "半个\ud83d"}),
        json.dumps({"id": "g", "turns": []}),
    ]
    done = _run(home, "answer", "--jsonl", given="\ufeff" + "\n".join(lines))
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [reply["id"] for reply in replies] == [
        "a", None, 7, "b", "c", "d", "e", None, None, "f", "g",
    ]  # fmt: skip
    assert replies[0]["status"] == "answered"
    assert replies[2]["turns"][0]["status"] == "answered"
    assert replies[10] == {"id": "g", "turns": []}
    errors = [reply["error"] for reply in replies if "error" in reply]
    assert errors == [
        "第 3 行：不是一个完整的 JSON 对象",
        "第 5 行：q（一个问题）和 turns（连续几个问题）要写一个，只写一个",
        "第 6 行：q 要写文字",
        "第 7 行：q（一个问题）和 turns（连续几个问题）要写一个，只写一个",
        "第 8 行：turns 要写成文字的列表",
        "第 9 行：缺少 id（文字或整数）",
        '第 10 行：要写成 {"id": …, "q": "问题"} 这样的对象',
    ]
    assert done.stderr.splitlines() == errors
    assert done.returncode == 1


def test_answer_of_bytes_that_are_no_text(home: Path) -> None:
    """Not UTF-8, and JSON nested beyond reason: errors with their lines."""
    done = _run(home, "answer", "--jsonl", given=b'{"id": "\xff"}\n' + b"[" * 100_000)
    assert done.stderr.splitlines() == [
        "第 1 行：不是 UTF-8 编码的文字",
        "第 2 行：不是一个完整的 JSON 对象",
    ]
    assert done.returncode == 1


def test_answer_streams(home: Path) -> None:
    """Each line is answered before the next one is written."""
    with subprocess.Popen(
        [*PROGRAM, "answer", "--jsonl"],
        cwd=home,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "q": QUESTION}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_answer_takes_another_content_folder(home: Path) -> None:
    """--content goes before the configured folder; one of bare pages has no date."""
    other = home / "other"
    other.mkdir()
    (other / "park.txt").write_text(
        "滨江公园步道修缮完工\n\n4月2日,滨江公园的步道修缮完工,步道全长3公里,沿途新增了长椅。\n",
        encoding="utf-8",
    )
    given = json.dumps({"id": 1, "q": "滨江公园的步道有多长"})
    done = _run(home, "answer", "--jsonl", "--content", "other", given=given)
    reply = json.loads(done.stdout)
    assert "3公里" in reply["answer"]
    assert reply["as_of"] is None


def test_parse_shows_what_the_reader_saw(home: Path) -> None:
    """One object for each file, in order; without --json an outline."""
    file = "pages/2024-03-06/library.txt"
    done = _run(home, "parse", file, file, "--json")
    seen = [json.loads(line) for line in done.stdout.splitlines()]
    first, second, *_ = PAGE.split("\n\n")[1:]
    expected = {
        "articles": [
            {
                "kicker": None,
                "headline": "江滨区新图书馆向公众开放",
                "byline": ["王敏"],
                "captions": [],
                "sections": [{"subhead": None, "paragraphs": [first, second]}],
            }
        ]
    }
    assert seen == [expected, expected]
    assert done.returncode == 0
    outline = _run(home, "parse", file)
    assert outline.returncode == 0
    for text in ("江滨区新图书馆向公众开放", "王敏", first, second, f"{file}:1"):
        assert text in outline.stdout


def test_parse_names_every_file_that_it_cannot_read(home: Path) -> None:
    """All of them at once, and nothing by halves."""
    (home / "image.txt").write_bytes(bytes(range(256)) * 4)
    done = _run(home, "parse", "none.txt", "pages/2024-03-06/library.txt", "image.txt", "--json")
    assert done.stdout == ""
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
        "none.txt",
        "image.txt",
    ]
    assert done.returncode == 1


def test_check_passes_sound_content(home: Path) -> None:
    """What was looked at, in one sentence."""
    done = _run(home, "check")
    assert done.stdout.splitlines()[-1] == (
        "配置和内容都没有问题：1 期公报，1 篇文章，1 条问答，1 道检查题都通过"
    )
    assert (done.stderr, done.returncode) == ("", 0)


def test_check_lists_every_problem_of_content(home: Path) -> None:
    """Quotations that stand nowhere, unknown keys: each with file and line."""
    with (home / "pages/qa/library.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "- id: none\n  quote: 馆内共有藏书15万册\n  questions: [有多少]\n  colour: red\n"
        )
    with (home / "pages/2024-03-06/issue.yaml").open("a", encoding="utf-8") as file:
        file.write("bullet: x\n")
    done = _run(home, "check")
    lines = done.stdout.splitlines()
    places = {":".join(line.split(":")[:2]) for line in lines}
    assert {
        "pages/qa/library.yaml:6",
        "pages/qa/library.yaml:8",
        "pages/2024-03-06/issue.yaml:4",
    } <= places
    assert done.returncode == 1
    assert done.stderr == f"共有 {len(lines)} 个问题\n"


def test_check_asks_the_regression_questions(home: Path) -> None:
    """A question that is not answered as it should be is a problem at its line."""
    with (home / "pages/checks.yaml").open("a", encoding="utf-8") as file:
        file.write("- question: 图书馆有多少个座位\n  status: answered\n  contains: [500个]\n")
    done = _run(home, "check")
    assert done.stdout.startswith("pages/checks.yaml:4: ")
    assert done.returncode == 1


def test_check_finds_mistakes_of_config_and_content_together(home: Path) -> None:
    """With --content, a bad config.yaml does not hide bad content."""
    (home / "config.yaml").write_text("content:\n  pth: pages\n", encoding="utf-8")
    (home / "pages/checks.yaml").write_text("- ask: x\n", encoding="utf-8")
    done = _run(home, "check", "--content", "pages")
    assert done.stdout.startswith("config.yaml:2: ")
    assert "pages/checks.yaml:1: " in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["aks", "x"], "没有 aks 这个命令，是不是 ask。写法请看：bulletin-bot --help"),
        (["xyzzy"], "没有 xyzzy 这个命令。写法请看：bulletin-bot --help"),
        (["ask"], "缺少问题。写法请看：bulletin-bot ask --help"),
        (["parse", "--json"], "缺少页面文件。写法请看：bulletin-bot parse --help"),
        (["eval"], "缺少题目文件。写法请看：bulletin-bot eval --help"),
        (
            ["eval", "a.jsonl", "--json", "a.jsonl"],
            "--json 不能写到题目文件 a.jsonl 上。写法请看：bulletin-bot eval --help",
        ),
        (
            ["eval", "a.jsonl", "--html", "b", "--json", "./b"],
            "--html 和 --json 要写到两个不同的文件。写法请看：bulletin-bot eval --help",
        ),
        (
            ["ask", "--jsn", "x"],
            "没有 --jsn 这个选项，是不是 --json。写法请看：bulletin-bot ask --help",
        ),
        (["chat", "x"], "多出来的内容：x。写法请看：bulletin-bot chat --help"),
        (
            ["answer"],
            "answer 现在只有一种格式，请写 answer --jsonl。写法请看：bulletin-bot answer --help",
        ),
        (["ask", "x", "--config"], "--config 后面要写上值。写法请看：bulletin-bot --help"),
    ],
)
def test_command_written_wrongly_is_one_sentence(
    home: Path, arguments: list[str], sentence: str
) -> None:
    """What is wrong and where to read on; exit 2."""
    done = _run(home, *arguments)
    assert (done.stdout, done.stderr, done.returncode) == ("", f"{sentence}\n", 2)


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["ask", "x", "--config", "none.yaml"], {}, "找不到配置文件：none.yaml"),
        (
            ["chat"],
            {"BULLETIN__CONTENT__PATH": "/nowhere"},
            "/nowhere: 没有这个内容文件夹,请检查路径",
        ),
        (["run"], {}, "没有设置环境变量 TELEGRAM_BOT_TOKEN：请填 @BotFather 给的令牌"),
        (
            ["ask", "x"],
            {"BULLETIN__TELEGRAM__MODE": "fax"},
            "环境变量 BULLETIN__TELEGRAM__MODE：telegram.mode 只能是 polling 或 webhook",
        ),
    ],
)
def test_failure_is_one_sentence(
    home: Path, arguments: list[str], environment: dict[str, str], sentence: str
) -> None:
    """What cannot be done and why; exit 1."""
    done = _run(home, *arguments, environment=environment)
    assert (done.stdout, done.stderr, done.returncode) == ("", f"{sentence}\n", 1)


def test_help_is_in_chinese(home: Path) -> None:
    """Without a command the list of commands; every command has its help."""
    bare = _run(home)
    assert bare.returncode == 2
    assert bare.stderr.startswith("用法：")
    for command in ("ask", "chat", "answer", "parse", "check", "eval", "run"):
        assert f"  {command}" in bare.stderr
        done = _run(home, command, "--help")
        assert done.stdout.startswith(f"用法： bulletin-bot {command} [选项]")
        assert "--config" in done.stdout
        assert not set(done.stdout.split()) & {"Usage:", "Options:", "Arguments:", "[required]"}
        assert done.returncode == 0


def test_unknown_words_of_the_parser_are_passed_on() -> None:
    """A usage error that has no translation is shown rather than lost."""
    assert usage.sentence("Something else.") == "命令写法不对：Something else."


def test_reader_that_leaves_is_no_error(home: Path) -> None:
    """`answer | head -1`: no traceback when the pipe breaks."""
    requests = home / "requests.jsonl"
    requests.write_text('{"id": 1, "q": "?"}\n' * 100, encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    with requests.open("rb") as given, os.fdopen(writing, "wb") as broken:
        done = subprocess.run(
            [*PROGRAM, "answer", "--jsonl"],
            cwd=home,
            env=_environment(),
            stdin=given,
            stdout=broken,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.stderr, done.returncode) == (b"", 1)


def test_full_disk_is_one_sentence(home: Path) -> None:
    """What cannot be written is said."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "ask", QUESTION],
            cwd=home,
            env=_environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.stderr.decode() == f"读写出错：{os.strerror(errno.ENOSPC)}\n"
    assert done.returncode == 1


def test_interrupted_command_is_quiet(home: Path) -> None:
    """Ctrl-C while a command works: exit 130, no traceback."""
    with subprocess.Popen(
        [*PROGRAM, "answer", "--jsonl"],
        cwd=home,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"id": 1, "q": QUESTION}).encode() + b"\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_chat_reads_lines_until_the_end(home: Path) -> None:
    """From a pipe: an answer for each line, no prompt, and the end of input ends it."""
    done = _run(home, "chat", given=f"{QUESTION}\n\n你好\n")
    assert "12万册" in done.stdout
    assert "问：" not in done.stdout
    assert (done.stderr, done.returncode) == ("", 0)


def test_chat_ends_with_a_word(home: Path) -> None:
    """What comes after the word is not asked."""
    done = _run(home, "chat", given=f"退出\n{QUESTION}\n")
    assert "12万册" not in done.stdout
    assert done.returncode == 0


class Terminal:
    """A process on a terminal of its own."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.chdir(home)
            os.execve(PROGRAM[0], [*PROGRAM, *arguments], _environment(TERM="xterm-256color"))
        self.seen = b""

    def type(self, text: str | bytes) -> None:
        os.write(self._master, text.encode() if isinstance(text, str) else text)

    def wait_for(self, text: str) -> None:
        """Read on until `text` has come since the last call."""
        while text.encode() not in self.seen:
            assert self._read(), f"{text!r} never came: {self.seen.decode(errors='replace')}"
        self.seen = self.seen.partition(text.encode())[2]

    def end(self, key: bytes) -> int:
        """Press the key until the process ends (too early a key is lost); its exit code."""
        self.type(key)
        while (more := self._read(patience=2)) is not False:
            if more is None:
                self.type(key)
        os.close(self._master)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self, patience: float = 60) -> bool | None:
        """Read what has come. None when nothing came in time, False at the end."""
        if not select.select([self._master], [], [], patience)[0]:
            return None
        try:
            data = os.read(self._master, 4096)
        except OSError:  # how Linux says that the process has gone
            return False
        self.seen += data
        return bool(data)


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_chat_is_left_with_a_key(home: Path, key: bytes) -> None:
    """On a terminal: a welcome, a prompt, coloured citations, earlier lines with the arrow key,
    and a clean end."""
    terminal = Terminal(home, "chat")
    terminal.wait_for("问：")
    terminal.type(f"{QUESTION}\r")
    terminal.wait_for("\x1b[36m出处：")
    terminal.wait_for("问：")
    terminal.type(b"\x1b[A\r")  # the line before, once more
    terminal.wait_for("\x1b[36m出处：")
    terminal.wait_for("问：")
    assert terminal.end(key) == 0
    assert b"Traceback" not in terminal.seen


def test_console_script_is_the_same_program(home: Path) -> None:
    """`bulletin-bot` is `python -m bot`."""
    script = Path(sys.executable).parent / "bulletin-bot"
    done: Any = subprocess.run(
        [script, "ask", "--help"], cwd=home, capture_output=True, text=True, check=True
    )
    assert done.stdout == _run(home, "ask", "--help").stdout
