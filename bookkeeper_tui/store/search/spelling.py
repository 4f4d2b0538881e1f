"""Words that somebody may have meant: looked for in the index's own vocabulary, only when little was found."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bookkeeper_tui.store.engine import search_index
from bookkeeper_tui.store.engine.search_index import Word

if TYPE_CHECKING:
    from bookkeeper_tui.store.engine import Engine

_FEWEST_LETTERS = 4
_FEWEST_INSIDE = 3
_LONG = 6
_MOST_WORDS = 5
_MOST_LOOKED_AT = 50
_MOST_NEWCOMERS = 1000
_known: WeakKeyDictionary[Engine, Vocabulary] = WeakKeyDictionary()


class Vocabulary:
    """The words of all customers' names with how many have them, read once; new customers' words are added."""

    def __init__(self, engine: Engine) -> None:
        self._database = engine.database
        self._foremost = search_index.foremost(self._database)
        self._people: dict[str, int] = {}
        self._sorted: list[str] = []
        self._by_start: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        self._by_second: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        self._joined = "\n"
        self._add(dict(search_index.vocabulary(self._database)))

    def learn(self) -> bool:
        """Add the words of customers who came since; no where they are too many, or the index was ordered anew."""
        known, self._foremost = self._foremost, search_index.foremost(self._database)
        if not 0 <= known - self._foremost <= _MOST_NEWCOMERS:
            return False
        texts = search_index.newcomers(self._database, self._foremost, known)
        if texts:
            self._add(dict.fromkeys({word for text in texts for word in text.split()} - self._people.keys(), 1))
        return True

    def knows(self, word: str) -> bool:
        """Whether anybody's name has a word that begins like this."""
        place = bisect_left(self._sorted, word)
        return place < len(self._sorted) and self._sorted[place].startswith(word)

    def meant(self, word: str, last: bool) -> list[list[Word]]:
        """What a word may have meant, the likeliest together and first: one letter otherwise, words that hold it, two
        letters otherwise.

        In each, commoner names come first. The last word of a search may be unfinished: beginnings count there too.
        """
        near = self._near(word, last)
        one = [known for known, distance in near.items() if distance == 1]
        two = [known for known, distance in near.items() if distance > 1]
        holding = [Word(known, False) for known in self._holding(word)]
        ranked = (one[:_MOST_WORDS], holding, two[:_MOST_WORDS])
        return [words for words in ranked if words]

    def _near(self, word: str, last: bool) -> dict[Word, int]:
        """Words that differ in a letter or two, and how far; other first letters only when none has the same."""
        most = 1 if len(word) < _LONG else 2
        if len(word) < _FEWEST_LETTERS:
            return {}
        lengths = range(len(word) - most, len(word) + most + 1)
        same_start = [known for length in lengths for known in self._by_start.get((word[0], length), ())]
        found = self._closest(word, same_start, most)
        if last and not found:
            found = self._beginning(word)
        if not found:
            keys = [(word[1], length) for length in lengths]
            others = [known for key in keys for known in (*self._by_second.get(key, ()), *self._by_start.get(key, ()))]
            found = self._closest(word, others, most)
        return dict(sorted(found.items(), key=lambda item: (item[1], -self._people.get(item[0].text, 0))))

    def _closest(self, word: str, among: list[str], most: int) -> dict[Word, int]:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        near = extract(word, among, scorer=OSA.distance, score_cutoff=most, limit=_MOST_LOOKED_AT)
        return {Word(known, False): int(distance) for known, distance, _ in near if known != word}

    def _beginning(self, word: str) -> dict[Word, int]:
        """Beginnings of longer words that differ in one letter."""
        longer = [
            known for (letter, length), words in self._by_start.items() if letter == word[0] and length > len(word)
            for known in words
        ]  # fmt: skip
        begun = self._closest(word, list({known[: len(word)] for known in longer}), 1)
        return {Word(beginning.text): distance for beginning, distance in begun.items()}

    def _holding(self, part: str) -> list[str]:
        """The commonest words that hold a part somewhere inside."""
        if len(part) < _FEWEST_INSIDE:
            return []
        found: set[str] = set()
        place = self._joined.find(part)
        while place >= 0 and len(found) < _MOST_LOOKED_AT:
            start, end = self._joined.rfind("\n", 0, place) + 1, self._joined.find("\n", place)
            if start < place:
                found.add(self._joined[start:end])
            place = self._joined.find(part, end)
        return sorted(found, key=lambda word: -self._people[word])[:_MOST_WORDS]

    def _add(self, people: dict[str, int]) -> None:
        self._people |= people
        for word in people:
            self._by_start[word[0], len(word)].append(word)
            self._by_second[word[1:2], len(word)].append(word)
        if self._sorted:
            for word in people:
                insort(self._sorted, word)
        else:
            self._sorted = sorted(people)
        if people:
            self._joined += "\n".join(people) + "\n"


def vocabulary_of(engine: Engine) -> Vocabulary:
    """The vocabulary of an open store, read at the first need (0.2 s for a million customers) and kept up to date."""
    vocabulary = _known.get(engine)
    if vocabulary is None or not vocabulary.learn():
        vocabulary = _known[engine] = Vocabulary(engine)
    return vocabulary
