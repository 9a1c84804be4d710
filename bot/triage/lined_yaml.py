"""YAML whose every value knows its line, so that an error can point at the place to mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class ProtocolError(ValueError):
    """A protocol or language file is wrong. The message reads `file:line: what is wrong; how to mend it`."""

    def __init__(self, file: Path | str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file, self.line = str(file), line


class LinedMap(dict[str, Any]):
    """A mapping with the line on which it starts and the line of each key."""

    line: int
    lines: dict[str, int]


class LinedList(list[Any]):
    """A list with the line on which it starts and the line of each item."""

    line: int
    lines: list[int]


def read_yaml(path: Path) -> LinedMap:
    """Read a YAML mapping. Raises ProtocolError for a missing file, bad YAML, a duplicate or non-text key."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise ProtocolError(path, 0, "cannot be read; check the path") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ProtocolError(path, mark.line + 1 if mark else 0, f"not valid YAML: {error}") from error
    if not isinstance(node, yaml.MappingNode):
        raise ProtocolError(path, 1, "must be a mapping of sections")
    return _build_map(path, node)


def _build(path: Path, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _build_map(path, node)
    if isinstance(node, yaml.SequenceNode):
        items = LinedList(_build(path, child) for child in node.value)
        items.line, items.lines = node.start_mark.line + 1, [child.start_mark.line + 1 for child in node.value]
        return items
    constructor = yaml.SafeLoader("")
    try:
        return constructor.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError) as error:
        raise ProtocolError(path, node.start_mark.line + 1, f"value {node.value!r} cannot be read; quote it") from error
    finally:
        constructor.dispose()


def _build_map(path: Path, node: yaml.MappingNode) -> LinedMap:
    result = LinedMap()
    result.line, result.lines = node.start_mark.line + 1, {}
    for key_node, value_node in node.value:
        key, line = key_node.value, key_node.start_mark.line + 1
        if key in result:
            raise ProtocolError(path, line, f"key '{key}' stands twice; keep one")
        result[key] = _build(path, value_node)
        result.lines[key] = line
    return result
