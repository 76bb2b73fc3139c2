"""The command line's help and usage errors in Chinese; the parser itself speaks English."""

from __future__ import annotations

import re

_SENTENCES = (
    (
        r"No such command '(?P<a>.*?)'\.?.* Did you mean '(?P<b>.*?)'.*",
        "没有 {a} 这个命令，是不是 {b}",
    ),
    (r"No such command '(?P<a>.*?)'\.?", "没有 {a} 这个命令"),
    (
        r"No such option: (?P<a>\S+) \(Possible options: (?P<b>.*)\)",
        "没有 {a} 这个选项，是不是 {b}",
    ),
    (
        r"No such option: (?P<a>\S+)\.? Did you mean (?P<b>[^?]*)\?",
        "没有 {a} 这个选项，是不是 {b}",
    ),
    (r"No such option: (?P<a>.*?)\.?", "没有 {a} 这个选项"),
    (r"Missing argument '(?P<a>.*?)'\..*", "缺少{a}"),
    (r"Missing option '(?P<a>.*?)'\..*", "缺少 {a}"),
    (r"Missing command\.", "缺少命令"),
    (r"Option '(?P<a>.*?)' requires an argument\.?", "{a} 后面要写上值"),
    (r"Option '(?P<a>.*?)' does not take a value\.?", "{a} 后面不写值"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((?P<a>.*)\)", "多出来的内容：{a}"),
)
_HELP = (
    (r"^Usage:", "用法："),
    (r"^Arguments:", "参数："),
    (r"^Options:", "选项："),
    (r"^Commands:", "命令："),
    (r"\[OPTIONS\]", "[选项]"),
    (r"COMMAND \[ARGS\]\.\.\.", "命令 …"),
    (r"\{(\S+?)\}\.\.\.", r"\1 …"),
    (r" <list\[\w+\]> *", "  "),
    (r" +\[required\]", ""),
    (r"Show this message and exit\.", "显示这份说明。"),
)


def help_text(text: str) -> str:
    """The parser's help with its own words in Chinese; ours are already."""
    for pattern, words in _HELP:
        text = re.sub(pattern, words, text, flags=re.MULTILINE)
    return text


def sentence(message: str) -> str:
    """A usage error of the parser as one Chinese sentence, as it stands where it is not known."""
    for pattern, text in _SENTENCES:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return text.format(**found.groupdict())
    return f"命令写法不对：{message}"
