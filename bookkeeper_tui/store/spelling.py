"""Words that somebody may have meant: looked for in the index's own vocabulary, only when little was found."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bookkeeper_tui.store.engine import search_index
from bookkeeper_tui.store.engine.search_index import Word

if TYPE_CHECKING:
    from bookkeeper_tui.store.engine import Engine

_FEWEST_LETTERS = 4
_FEWEST_INSIDE = 3
_MOST_WORDS = 5
_known: WeakKeyDictionary[Engine, Vocabulary] = WeakKeyDictionary()


class Vocabulary:
    """The words of all customers' names with how many have them, read once; new customers' words are added."""

    def __init__(self, engine: Engine) -> None:
        self._database = engine.database
        self._foremost, _ = search_index.newcomers(self._database, 1 << 62)
        self._people = dict(search_index.vocabulary(self._database))
        self._words = list(self._people)
        self._by_letter: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._by_letter[word[0]].append(word)
        self._joined = "\n" + "\n".join(self._words) + "\n"

    def learn(self) -> None:
        """Add the words of customers who came since."""
        self._foremost, texts = search_index.newcomers(self._database, self._foremost)
        for word in {word for text in texts for word in text.split()} - self._people.keys():
            self._people[word] = 1
            self._words.append(word)
            self._by_letter[word[0]].append(word)
            self._joined += word + "\n"

    def meant(self, word: str, last: bool) -> list[Word]:
        """What a word may have meant, likeliest first: one letter otherwise, two in long words; commoner names first.

        The last word of a search may be unfinished, so the beginnings of words count there too.
        """
        near = self._near(word, self._by_letter[word[0]], last) or self._near(word, self._words, last=False)
        near += [Word(known, False) for known in self._holding(word)]
        return list(dict.fromkeys(near))[:_MOST_WORDS]

    def _near(self, word: str, among: list[str], last: bool) -> list[Word]:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        most = 1 if len(word) < 6 else 2
        if len(word) < _FEWEST_LETTERS:
            return []
        fits = [known for known in among if -most <= len(known) - len(word) <= most]
        found = {
            Word(known, False): (distance, -self._people[known])
            for known, distance, _ in extract(word, fits, scorer=OSA.distance, score_cutoff=most, limit=50)
            if known != word
        }
        if last:
            begun = list({known[: len(word)] for known in among if len(known) > len(word)})
            for known, distance, _ in extract(word, begun, scorer=OSA.distance, score_cutoff=1, limit=20):
                if known != word:
                    found.setdefault(Word(known), (distance, 0))
        return sorted(found, key=lambda word: found[word])

    def _holding(self, part: str) -> list[str]:
        """The commonest words that hold a part somewhere inside."""
        if len(part) < _FEWEST_INSIDE:
            return []
        found: set[str] = set()
        place = self._joined.find(part)
        while place >= 0 and len(found) < 50:
            start, end = self._joined.rfind("\n", 0, place) + 1, self._joined.find("\n", place)
            if start < place:
                found.add(self._joined[start:end])
            place = self._joined.find(part, end)
        return sorted(found, key=lambda word: -self._people[word])[:_MOST_WORDS]


def vocabulary_of(engine: Engine) -> Vocabulary:
    """The vocabulary of an open store, read at the first need (0.2 s for a million customers) and kept up to date."""
    vocabulary = _known.get(engine)
    if vocabulary is None:
        vocabulary = _known[engine] = Vocabulary(engine)
    else:
        vocabulary.learn()
    return vocabulary
