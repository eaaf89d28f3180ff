"""Error messages in the reader's language.

Problems are written in English where they are found. The sentence around them, and the phrases
that a planner meets most, are turned into Indonesian here from one table; a phrase that is not
in the table stays English inside an Indonesian sentence.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from ..model.errors import Problem, TumbuhError
from ..scenarios.levers import catalogue
from ..scenarios.text import Language

PHRASES = Path(__file__).with_name("locales") / "messages.toml"
_BLANK = re.compile(r"\{w?\}")


def in_language(error: TumbuhError, language: Language) -> str:
    """Return the text of an error, one line a problem.

    Parameters
    ----------
    error
        An error made on purpose.
    language
        Of the sentence and of the phrases that have a translation.
    """
    if language == "en":
        return str(error)
    return "\n".join(_indonesian(problem) for problem in error.problems)


def phrase(text: str) -> str:
    """Return a phrase in Indonesian, or as it is where the table does not have it."""
    for pattern, parts in _table():
        match = pattern.fullmatch(text)
        if match:
            filled = [phrase(group) for group in match.groups()]
            return "".join(part + blank for part, blank in zip(parts, [*filled, ""], strict=True))
    return _catalogue_words().get(text, text)


def _indonesian(problem: Problem) -> str:
    where = re.sub(r" column (?=\S+$)", " kolom ", problem.where)
    expected, found, remedy = map(phrase, (problem.expected, problem.found, problem.remedy))
    return f"{where}: seharusnya {expected}, ditemukan {found}. {remedy}."


@cache
def _catalogue_words() -> dict[str, str]:
    """Return the English titles and units of levers and settings, in Indonesian."""
    book = catalogue()
    texts = [text for lever in book.levers.values() for text in (lever.title, lever.dose_unit)]
    texts += [setting.title for setting in book.settings.values()]
    return {text.en: text.id for text in texts}


@cache
def _table() -> tuple[tuple[re.Pattern[str], list[str]], ...]:
    """Return pattern and translation of each phrase, split at its blanks."""
    entries = tomllib.loads(PHRASES.read_text(encoding="utf-8"))["phrases"]
    return tuple((_pattern(english), _BLANK.split(own)) for english, own in entries.items())


def _pattern(english: str) -> re.Pattern[str]:
    blanks = [r"(\S+?)" if blank == "{w}" else "(.+?)" for blank in _BLANK.findall(english)]
    parts = map(re.escape, _BLANK.split(english))
    joined = "".join(part + blank for part, blank in zip(parts, [*blanks, ""], strict=True))
    return re.compile(joined, re.DOTALL)
