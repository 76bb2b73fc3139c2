"""YAML that the program itself wrote or brings with it, read quickly."""

from __future__ import annotations

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where there is one


def read_own(text: str | bytes) -> Any:
    """Plain data. Raises yaml.YAMLError; what editors write is for `yaml_source` to read."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader
