"""Deleting a customer who never had dealings with the shop, such as one taken on twice: nothing of them stays."""

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import AlreadyDone, Desk
from bookkeeper_tui.store.engine import scrubbing, search_index
from bookkeeper_tui.store.privacy import leftovers
from bookkeeper_tui.store.privacy.erasing import blank_log, mentions, own_rows, scrub
from bookkeeper_tui.store.privacy.refusing import deletion_refusals, sentence_of

__all__ = ["delete", "deletion_refusals"]


def delete(desk: Desk, customer_id: int, once: str | None = None) -> tuple[str, ...]:
    """Delete a customer without transactions; answers where in the store bytes of them are left, which is nowhere.

    Their number is not given to another. Raises BadInput where they have dealings with the shop, or are gone already.
    """
    _refuse(desk, desk.require("customer.deleted"), customer_id)
    try:
        with desk.change("customer.deleted", customer_id=customer_id, once=once) as change:
            database = change.database
            _refuse(desk, database, customer_id)
            number = database.execute_sql("SELECT number FROM customer WHERE id = ?", (customer_id,)).fetchone()[0]
            traces, others = mentions(change, [customer_id], customer_id)
            blanked = sorted({*others, *own_rows(database, [customer_id])})
            blank_log(change, [customer_id], others)
            leftovers.empty_where_named(database, [customer_id], traces)
            search_index.remove(database, customer_id)
            # The logs that are only added to go with the customer: first the customer, then what names them.
            database.execute_sql("PRAGMA defer_foreign_keys = ON")
            database.execute_sql("UPDATE basket SET customer_id = ?, label = '', note = '' WHERE customer_id = ?", (
                WALK_IN_ID, customer_id,
            ))  # fmt: skip
            database.execute_sql("DELETE FROM customer WHERE id = ?", (customer_id,))
            for table, test in THEIRS:
                database.execute_sql(f"DELETE FROM {table} WHERE {test}", {"who": customer_id})
            scrubbing.forget_words(database)
            change.concerns(subject=number)
            change.note(blanked=blanked)
    except AlreadyDone:
        return ()
    return scrub(desk.store.engine, traces)


def _refuse(desk: Desk, database: SqliteDatabase, customer_id: int) -> None:
    if why := deletion_refusals(desk, customer_id):
        row = database.execute_sql("SELECT name FROM customer WHERE id = ?", (customer_id,)).fetchone()
        raise BadInput(sentence_of(why, harmless(row[0]), "deleted"))


_PLAINLY = (
    "customer_address", "customer_tag", "customer_attribute", "customer_origin", "note", "consent", "preference",
    "interest_event", "measurement", "discount_grant", "tax_exemption", "customer_account", "customer_loyalty",
    "waiting", "session_timer", "standing", "customer_month", "customer_product", "customer_brand", "points_lot",
)  # fmt: skip
THEIRS = (
    *((table, "customer_id = :who") for table in _PLAINLY),
    ("duplicate_pair", ":who IN (first_id, second_id)"),
)
"""What goes with a customer who had no dealings."""
