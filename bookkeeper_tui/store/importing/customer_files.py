"""Customer files brought in: known by their id in the system they come from, else by name with e-mail or phone."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold
from bookkeeper_tui.store import consents, customers, gone, notes
from bookkeeper_tui.store.customer_fields import CheckedFields, CustomerFields, fields_of, habits_of
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Change
from bookkeeper_tui.store.importing.customer_rows import CustomerSheet
from bookkeeper_tui.store.importing.drafts import CustomerDraft
from bookkeeper_tui.store.importing.run_under_way import FileRun
from bookkeeper_tui.store.importing.values import Refused

CUSTOMERS_AT_ONCE = 1_000
_ASKED_AT_ONCE = 900
_ONE_NOTE = notes.LONGEST - 200


@dataclass(frozen=True, slots=True)
class _Step:
    """What one row comes to: somebody new, somebody who changes, or somebody as they were; `ref` is how it is known."""

    draft: CustomerDraft
    ref: str
    verdict: Literal["added", "changed", "unchanged"]
    customer_id: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    consents: Mapping[str, bool] = field(default_factory=dict)
    note: str = ""
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    seen_before: bool = False


_Outcome = tuple[CustomerDraft, _Step | Refused]


def import_customers(run: FileRun) -> None:
    """Read the file and add or change its customers, a thousand in each change."""
    sheet = CustomerSheet(run.columns, run.reading, habits_of(run.desk))
    people = _People(run)
    for drafts in _chunks(_drafts(run, sheet, people)):
        outcomes = people.plan(run.desk.require(run.action), drafts) if run.dry_run else _bring_in(run, people, drafts)
        _tell(run, outcomes)
        run.teller.tell("customers", run.table)


def _drafts(run: FileRun, sheet: CustomerSheet, people: "_People") -> Iterator[CustomerDraft]:
    for row in run.table.rows(run.books.unreadable):
        run.report.read += 1
        try:
            draft = sheet.read(row)
            if people.is_repeated(draft):
                run.books.row(row[0], "unchanged", draft.ref or draft.texts["name"])
            else:
                yield draft
        except Refused as refused:
            run.books.refuse([row], refused)


def _chunks(drafts: Iterator[CustomerDraft]) -> Iterator[list[CustomerDraft]]:
    while some := list(islice(drafts, CUSTOMERS_AT_ONCE)):
        yield some


def _bring_in(run: FileRun, people: "_People", drafts: list[CustomerDraft]) -> list[_Outcome]:
    run_id = run.run_id
    with run.desk.change(run.action, subject=run.table.name) as change:
        # Who is there already is asked inside the change: another console may be importing the same file.
        outcomes = people.plan(change.database, drafts)
        steps = [step for _, step in outcomes if isinstance(step, _Step)]
        if all(step.seen_before and step.verdict == "unchanged" for step in steps):
            change.drop()
        run_id = run.id_for(change)
        _write(change, run, run_id, steps)
        change.note(
            run=run_id,
            added=sum(step.verdict == "added" for step in steps),
            changed=sum(step.verdict == "changed" for step in steps),
        )
    run.run_id = run_id
    return outcomes


def _write(change: Change, run: FileRun, run_id: int, steps: list[_Step]) -> None:
    new = [step for step in steps if step.verdict == "added"]
    ids = customers.create_many(change, [_checked(run, run_id, step) for step in new])
    whose = dict(zip((step.ref for step in new), ids, strict=True))
    whose |= {step.ref: step.customer_id for step in steps if step.customer_id is not None}
    for step in steps:
        if step.texts and step.verdict == "changed":
            customers.revise(change, whose[step.ref], step.texts, step.draft.phone)
        for text in _in_pages(step.note):
            notes.write(change, whose[step.ref], text)
    words = [
        consents.NewConsent(whose[step.ref], channel, given)
        for step in steps
        for channel, given in step.consents.items()
    ]
    consents.record_many(change, words, _how(run))
    numbers = _numbers(change.database, ids)
    for customer_id in ids:
        change.also(
            "customer.created", subject=numbers[customer_id], customer_id=customer_id, detail={"import_run": run_id}
        )
    for step in steps:
        change.database.execute_sql(_KEEP_ORIGIN, (run.source, step.ref, whose[step.ref], step.draft.digest))


def _checked(run: FileRun, run_id: int, step: _Step) -> CheckedFields:
    draft = step.draft
    besides = CustomerFields(source=run.source, source_ref=draft.ref, import_run_id=run_id)
    fields = replace(fields_of(draft.texts, besides), tags=draft.tags, attributes=draft.attributes)
    return CheckedFields(fields, draft.phone)


class _People:
    """Who the rows of one file are: told by what this file said before, and by the store."""

    def __init__(self, run: FileRun) -> None:
        self._run = run
        self._rows: dict[int, tuple[int, bytes]] = {}
        self._cards: set[int] = set()
        self._claimed: set[int] = set()

    def is_repeated(self, draft: CustomerDraft) -> bool:
        """Whether an earlier row said the same of the same person. Raises Refused when it said something else."""
        keys = [hash(("ref", draft.ref))] if draft.ref else [hash(key) for key in _identities(draft)]
        for key in keys:
            if key in self._rows:
                line, digest = self._rows[key]
                if draft.ref:
                    raise Refused(f"{self._run.columns.title('ref')}: given twice in this file", draft.ref)
                if digest == draft.digest:
                    return True
                raise Refused("the same person stands in an earlier row with other details", f"row {line}")
        for key in keys:
            self._rows[key] = (draft.row[0], draft.digest)
        card = draft.texts.get("card", "")
        if card and hash(card) in self._cards:
            raise Refused(f"{self._run.columns.title('card')}: given twice in this file", card)
        self._cards.add(hash(card))
        return False

    def plan(self, database: SqliteDatabase, drafts: list[CustomerDraft]) -> list[_Outcome]:
        """What each draft comes to, without writing."""
        refs = [draft.ref or _identity_ref(draft) for draft in drafts]
        known = self._known(database, refs)
        outcomes: list[_Outcome] = []
        for draft, ref in zip(drafts, refs, strict=True):
            try:
                outcomes.append((draft, self._step(database, draft, ref, known.get(ref))))
            except Refused as refused:
                outcomes.append((draft, refused))
        return outcomes

    def _known(self, database: SqliteDatabase, refs: list[str]) -> dict[str, tuple[int, bytes]]:
        found: dict[str, tuple[int, bytes]] = {}
        for start in range(0, len(refs), _ASKED_AT_ONCE):
            some = refs[start : start + _ASKED_AT_ONCE]
            sql = f"SELECT ref, customer_id, digest FROM customer_origin WHERE source = ? AND ref IN ({_marks(some)})"
            for ref, customer_id, digest in database.execute_sql(sql, (self._run.source, *some)):
                found[ref] = (customer_id, digest)
        return found

    def _step(self, database: SqliteDatabase, draft: CustomerDraft, ref: str, known: tuple[int, bytes] | None) -> _Step:
        if known is not None and known[1] == draft.digest:
            return _Step(draft, ref, "unchanged", known[0], seen_before=True)
        customer_id = known[0] if known else self._same_person(database, draft)
        self._refuse_card_of_another(database, draft, customer_id)
        if customer_id is None:
            return _Step(draft, ref, "added", None, draft.texts, draft.consents, draft.note)
        self._claimed.add(customer_id)
        return self._change(database, draft, ref, customer_id)

    def _same_person(self, database: SqliteDatabase, draft: CustomerDraft) -> int | None:
        """Somebody in the store of this name and e-mail, or name and phone; two ids of one system are two people."""
        name = fold(draft.texts["name"])
        for column, value in (
            ("email_key", draft.texts.get("email", "").casefold()),
            ("phone_e164", draft.phone.e164),
        ):
            # The indexes hold only what is not empty, and SQLite uses them only where the question says so too.
            sql = f"SELECT id, name FROM customer WHERE {column} = ? AND {column} <> ''"
            rows = database.execute_sql(sql, (value,)) if value else ()
            for found, theirs in rows:
                customer_id = gone.survivor(database, found)
                if customer_id in self._claimed or fold(theirs) != name:
                    continue
                if not draft.ref or not self._is_another_of_this_system(database, customer_id):
                    return int(customer_id)
        return None

    def _is_another_of_this_system(self, database: SqliteDatabase, customer_id: int) -> bool:
        sql = "SELECT 1 FROM customer_origin WHERE customer_id = ? AND source = ? LIMIT 1"
        return database.execute_sql(sql, (customer_id, self._run.source)).fetchone() is not None

    def _refuse_card_of_another(self, database: SqliteDatabase, draft: CustomerDraft, customer_id: int | None) -> None:
        card = draft.texts.get("card")
        if card:
            owner = database.execute_sql("SELECT id FROM customer WHERE card = ? AND card <> ''", (card,)).fetchone()
            if owner is not None and owner[0] != customer_id:
                raise Refused(f"{self._run.columns.title('card')}: another customer's", card)

    def _change(self, database: SqliteDatabase, draft: CustomerDraft, ref: str, customer_id: int) -> _Step:
        """What a row changes of somebody known: it adds and replaces, an empty cell takes nothing away."""
        customer = customers.get(self._run.desk, customer_id)
        before = customers.texts(customer)
        texts = {name: text for name, text in _texts_with(customer, draft).items() if before[name] != text}
        words = _new_words(database, customer_id, draft.consents, _how(self._run))
        note = "" if _has_note(database, customer_id, draft.note) else draft.note
        changes: dict[str, tuple[object, object]] = {name: (before[name], text) for name, text in texts.items()}
        changes |= {f"consent {channel}": ("", "yes" if given else "no") for channel, given in words.items()}
        if note:
            changes["note"] = ("", note)
        verdict: Literal["changed", "unchanged"] = "changed" if changes else "unchanged"
        return _Step(draft, ref, verdict, customer_id, texts, words, note, changes)


def _texts_with(customer: Customer, draft: CustomerDraft) -> dict[str, str]:
    attributes = dict(customer.attributes) | dict(draft.attributes)
    more = {
        "tags": ", ".join(sorted({*customer.tags, *draft.tags})),
        "attributes": ", ".join(f"{name}={value}" for name, value in sorted(attributes.items())),
    }
    return {**draft.texts, **more}


def _new_words(database: SqliteDatabase, customer_id: int, given: Mapping[str, bool], how: str) -> dict[str, bool]:
    """The consents of a file that are news. What was refused elsewhere, an older list does not turn into a yes."""
    newest = {
        channel: (bool(word), source)
        for channel, word, source, _ in database.execute_sql(_NEWEST_CONSENTS, (customer_id, consents.MARKETING))
    }
    news = {}
    for channel, word in given.items():
        known, source = newest.get(channel, (None, how))
        if word != known and not (word and source != how):
            news[channel] = word
    return news


def _has_note(database: SqliteDatabase, customer_id: int, text: str) -> bool:
    pages = _in_pages(text)
    if not pages:
        return True
    sql = "SELECT 1 FROM note WHERE customer_id = ? AND text = ? LIMIT 1"
    return database.execute_sql(sql, (customer_id, pages[0])).fetchone() is not None


def _in_pages(text: str) -> list[str]:
    """A note as the store takes it, a long one as several."""
    pages = []
    for start in range(0, len(text), _ONE_NOTE):
        try:
            pages.append(notes.checked_text(text[start : start + _ONE_NOTE]))
        except BadInput:
            continue
    return pages


def _identities(draft: CustomerDraft) -> list[str]:
    """By what a person without an id is told from others: name with e-mail, name with phone, else all that is said."""
    name, email, phone = fold(draft.texts["name"]), draft.texts.get("email", "").casefold(), draft.phone.e164
    told = [f"{name}\n{what}" for what in (email, phone) if what]
    return told or [f"{name}\n{draft.digest.hex()}"]


def _identity_ref(draft: CustomerDraft) -> str:
    return "~" + hashlib.sha256(_identities(draft)[0].encode()).hexdigest()[:32]


def _how(run: FileRun) -> str:
    return f"import from {run.columns.format.title}"


def _numbers(database: SqliteDatabase, ids: list[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = database.execute_sql("SELECT id, number FROM customer WHERE id BETWEEN ? AND ?", (ids[0], ids[-1]))
    return dict(rows.fetchall())


def _marks(values: list[str]) -> str:
    return ", ".join("?" * len(values))


def _tell(run: FileRun, outcomes: list[_Outcome]) -> None:
    for draft, step in outcomes:
        if isinstance(step, Refused):
            run.books.refuse([draft.row], step)
            continue
        run.report.remarks.update(draft.remarks)
        run.report.made["customers"] += step.verdict == "added"
        run.books.row(draft.row[0], step.verdict, draft.ref or draft.texts["name"], step.changes)


_KEEP_ORIGIN = """
INSERT INTO customer_origin (source, ref, customer_id, digest) VALUES (?, ?, ?, ?)
ON CONFLICT (source, ref) DO UPDATE SET digest = excluded.digest
"""
_NEWEST_CONSENTS = f"""
SELECT channel, given, how, MAX(id) FROM consent
WHERE customer_id = ? AND purpose = ? AND NOT {gone.taken_back("consent.id", str(1 << 62))} GROUP BY channel
"""
