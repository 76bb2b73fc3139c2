"""The command line: what each command takes; what it does is elsewhere.

Whatever goes wrong is said in Chinese on stderr, with an exit code: 2 for a command that is
written wrongly, 1 for one that failed, 130 after Ctrl-C. Each command imports what it needs when
it is called, so that `ask` starts without the messenger and the database.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, TyperException

from bot.config import ConfigError, load_settings, secrets_from_environment
from bot.usage import help_text, sentence
from knowledge.errors import KnowledgeError

PROGRAM = "bulletin-bot"
FAILED, MISUSED, INTERRUPTED = 1, 2, 130


class Command(TyperCommand):
    """A command whose help is in Chinese."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        return help_text(super().get_help(ctx))


class Commands(TyperGroup):
    """The list of commands, in Chinese too."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        return help_text(super().get_help(ctx))


app = typer.Typer(
    cls=Commands,
    help="用公报的原话回答居民的问题。",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="文件", help="配置文件，默认是当前文件夹里的 config.yaml。"),
]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。")]
ContentFolder = Annotated[
    Path | None,
    typer.Option("--content", metavar="文件夹", help="内容文件夹，代替配置里的那一个。"),
]


@app.callback(invoke_without_command=True)
def _root(context: typer.Context) -> int:
    if context.invoked_subcommand is None:
        print(context.get_help(), file=sys.stderr)
        return MISUSED
    return 0


@app.command(cls=Command)
def ask(
    question: Annotated[list[str], typer.Argument(metavar="问题", help="想问的话。")],
    config: Config = None,
    json: Json = False,
    why: Annotated[bool, typer.Option("--why", help="同时说明答案是怎么得来的。")] = False,
) -> int:
    """回答一个问题，并写明出处。"""
    from bot import asking

    asking.ask(" ".join(question), load_settings(config), as_json=json, why=why)
    return 0


@app.command(cls=Command)
def chat(config: Config = None) -> int:
    """在终端里对话，可以接着上文追问。"""
    from bot import terminal

    terminal.chat(load_settings(config))
    return 0


@app.command(cls=Command)
def answer(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="每行一个 JSON 对象（必须写）。")] = False,
    config: Config = None,
    content: ContentFolder = None,
) -> int:
    """从标准输入逐行读问题，向标准输出逐行写回答。"""
    from bot import jsonl as lines

    if not jsonl:
        return _misused("answer 现在只有一种格式，请写 answer --jsonl", f"{PROGRAM} answer")
    return lines.answer(load_settings(config), content)


@app.command(cls=Command)
def parse(
    files: Annotated[list[Path], typer.Argument(metavar="页面文件", help="一个或几个页面文件。")],
    config: Config = None,
    json: Json = False,
) -> int:
    """看看程序把页面读成了什么样。"""
    from bot import outline

    load_settings(config)
    return outline.parse(tuple(files), as_json=json)


@app.command(cls=Command)
def check(config: Config = None, content: ContentFolder = None) -> int:
    """检查配置和内容，列出每个问题所在的文件和行。"""
    from bot import checking

    return checking.check(config, content)


@app.command(name="eval", cls=Command)
def evaluate(
    files: Annotated[list[Path], typer.Argument(metavar="题目文件", help="一个或几个题目文件。")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="文件", help="把报告写成一个网页。")
    ] = None,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="文件", help="把数字写成 JSON。")
    ] = None,
    config: Config = None,
    content: ContentFolder = None,
) -> int:
    """把题目文件问一遍，算出答对多少、错在哪里。"""
    from bot import evaluating

    if problem := evaluating.misuse(tuple(files), html, json):
        return _misused(problem, f"{PROGRAM} eval")
    settings = load_settings(config)
    return evaluating.evaluate(tuple(files), settings, folder=content, html=html, json=json)


@app.command(cls=Command)
def run(config: Config = None) -> int:
    """运行 Telegram 机器人；令牌取自环境变量 TELEGRAM_BOT_TOKEN。"""
    import asyncio

    settings, secrets = load_settings(config), secrets_from_environment()
    from bot.service import serve

    return asyncio.run(serve(settings, secrets))


@app.command(cls=Command)
def reload(
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", help="有检查题新答错也换上。")] = False,
) -> int:
    """检查内容文件夹，列出变化，让运行中的机器人换上。"""
    from bot.reloading import commanding

    return commanding.reload(load_settings(config), sure=yes)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that `arguments` (those of the process) name; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # for terminals that lack a character
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever was reading has gone: nobody is left to tell
        _abandon_output()
        return FAILED
    except OSError as error:
        _abandon_output()
        return _failed(f"读写出错：{error.strerror}")
    return code


def _abandon_output() -> None:
    """What is still to be written goes nowhere: at its end Python would try again and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str] | None) -> int:
    try:
        return int(app(arguments, prog_name=PROGRAM, standalone_mode=False) or 0)
    except TyperException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else PROGRAM
        return _misused(sentence(error.format_message()), path)
    except Abort:
        return INTERRUPTED
    except (ConfigError, KnowledgeError) as error:
        return _failed(str(error))


def _misused(problem: str, path: str = PROGRAM) -> int:
    print(f"{problem}。写法请看：{path} --help", file=sys.stderr)
    return MISUSED


def _failed(problem: str) -> int:
    print(problem, file=sys.stderr)
    return FAILED
