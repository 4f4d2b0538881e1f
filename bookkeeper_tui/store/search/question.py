"""What was typed into the search box, taken apart: names, codes such as phones and cards, and filters beside them."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from bookkeeper_tui.formats import fold, harmless

MOST_TERMS = 10
_LONGEST = 400
_LONGEST_WORD = 40
_TERM = re.compile(
    r"""(?P<name>[^\W\d]\w*)(?P<sign>>=|<=|≥|≤|[:=<>])(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S*))"""
    r"""|"(?P<phrase>[^"]*)"?|(?P<word>\S+)"""
)
_SIGNS = {":": "=", "≥": ">=", "≤": "<="}
_DIGITS_APART = re.compile(r"[+(]?[\d()/.\-]*\d[\d()/.\-]*")
_AS_WORDS = frozenset({"name", "phone", "email", "card", "number", "receipt"})


class Mistake(NamedTuple):
    """A part of the text that says nothing to the search: where it stands, and one sentence about it."""

    start: int
    end: int
    sentence: str


class Term(NamedTuple):
    """A filter as typed, such as `spend>500`: name in lower case, sign (= < > <= >=), value, and its place."""

    name: str
    sign: str
    value: str
    start: int
    end: int


@dataclass(slots=True)
class Question:
    """A search text, taken apart. `words` are folded name words, `codes` are what has digits in it, `emails` an @."""

    words: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def is_plain_words(self) -> bool:
        """Whether names are all that is asked."""
        return bool(self.words) and not (self.codes or self.emails or self.terms)


def read_question(text: str) -> Question:
    """Take a search text apart. Never fails: what cannot be understood becomes a mistake, or is left out."""
    question = Question()
    digits = ""
    for match in _TERM.finditer(harmless(text[:_LONGEST])):
        value = next((match[part] for part in ("quoted", "plain") if match[part] is not None), "")
        if match["name"] and match["name"].lower() not in _AS_WORDS:
            sign = _SIGNS.get(match["sign"], match["sign"])
            question.terms.append(Term(match["name"].lower(), sign, value, *match.span()))
            continue
        word = value if match["name"] else match["phrase"] or match["word"] or ""
        if _DIGITS_APART.fullmatch(word):
            digits += word
            continue
        digits = _take_digits(question, digits)
        _take_word(question, word, match)
    _take_digits(question, digits)
    _shorten(question, text)
    return question


def _take_digits(question: Question, digits: str) -> str:
    """Digits that stand apart, `0161 555 0123`, are one code."""
    if digits:
        question.codes.append(digits)
    return ""


def _take_word(question: Question, word: str, match: re.Match[str]) -> None:
    if word.startswith("@"):
        question.mistakes.append(Mistake(*match.span(), "An e-mail is found by what stands before its @"))
    elif "@" in word:
        question.emails.append(word.casefold())
    elif any(letter.isdigit() for letter in word):
        question.codes.append(word)
    else:
        question.words += [part[:_LONGEST_WORD] for part in fold(word[:200]).split()]


def _shorten(question: Question, text: str) -> None:
    question.words = list(dict.fromkeys(question.words))
    taken = 0
    for kept in (question.terms, question.codes, question.emails, question.words):
        del kept[max(0, MOST_TERMS - taken) :]
        taken += len(kept)
    if len(text) > _LONGEST:
        question.mistakes.append(Mistake(_LONGEST, len(text), f"Only the first {_LONGEST} letters are searched for"))
