"""The little of Cypher's grammar that a check of a query file has to see."""

from __future__ import annotations

import re

_STRINGS_AND_COMMENTS = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z_]\w*|[^\sA-Za-z_]")
_OPEN, _CLOSE = "([{", ")]}"
_AFTER_RETURN = ("ORDER", "SKIP", "LIMIT", ";")


def bare(text: str) -> str:
    """Blank out comments and the inside of strings, so that only words of Cypher remain."""
    return _STRINGS_AND_COMMENTS.sub(lambda match: "''" if match[0][0] in "'\"" else " ", text).strip()


def parameters_used(text: str) -> set[str]:
    """Name the parameters a text uses."""
    return set(re.findall(r"\$([A-Za-z_]\w*)", bare(text)))


def final_columns(text: str) -> list[str]:
    """Name the columns of the last RETURN outside every bracket; a column without `AS` by its expression."""
    items: list[list[str]] = [[]]
    for token, depth in _final_return(text):
        if depth == 0 and token == ",":
            items.append([])
        else:
            items[-1].append(token)
    return [_column(item) for item in items if item]


def orders_rows(text: str) -> bool:
    """Tell whether the last RETURN is followed by an ORDER BY."""
    words = [token for token, depth in _tokens(text) if depth == 0]
    after = words[_last(words, "RETURN") :]
    return "ORDER" in after


def _final_return(text: str) -> list[tuple[str, int]]:
    tokens = _tokens(text)
    outer = [token if depth == 0 else "" for token, depth in tokens]
    clause = tokens[_last(outer, "RETURN") + 1 :]
    end = next((i for i, (token, depth) in enumerate(clause) if depth == 0 and token in _AFTER_RETURN), len(clause))
    return clause[:end]


def _tokens(text: str) -> list[tuple[str, int]]:
    """List every token with the number of brackets open around it."""
    tokens, depth = [], 0
    for token in _TOKEN.findall(bare(text)):
        depth -= token in _CLOSE
        tokens.append((token, depth))
        depth += token in _OPEN
    return tokens


def _last(words: list[str], word: str) -> int:
    return max((i for i, other in enumerate(words) if other == word), default=len(words))


def _column(item: list[str]) -> str:
    return item[-1] if len(item) == 1 or "AS" in item[-2:] else "".join(item)
