"""The search index door: entries come, change and go, and the index always holds exactly the words they have."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine import search_index
from bookkeeper_tui.store.engine.search_index import Budget, Entry, Word, bounded, customers_named, expression, words_of

WORDS = st.lists(st.sampled_from(["ana", "anabel", "bo", "李", "محمد", "garcia"]), max_size=3).map(" ".join)
ACTS = st.lists(st.tuples(st.sampled_from(["replace", "remove", "rank"]), st.integers(2, 6), WORDS), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(ACTS)
def test_the_index_holds_exactly_the_words_of_its_entries(shell: Desk, acts: list[tuple[str, int, str]]) -> None:
    expected: dict[int, str] = {}
    with shell.change("search.reranked") as change:
        database = change.database
        database.execute_sql("PRAGMA defer_foreign_keys = 1")
        for customer_id in range(2, 7):
            search_index.remove(database, customer_id)
            sql = "INSERT OR IGNORE INTO customer (id, number, name, created_at) VALUES (?, ?, 'x', 0)"
            database.execute_sql(sql, (customer_id, f"C-{customer_id:06d}"))
        for act, customer_id, words in acts:
            if act == "replace":
                search_index.replace(database, Entry(customer_id, words))
                expected[customer_id] = words
            elif act == "remove":
                search_index.remove(database, customer_id)
                expected.pop(customer_id, None)
            else:
                search_index.rank(database, "SELECT customer_id FROM search_entry ORDER BY customer_id")
        database.execute_sql("INSERT INTO search_name (search_name, rank) VALUES ('integrity-check', 1)")
    counted = Counter(word for words in expected.values() for word in set(words.split()))
    assert dict(search_index.vocabulary(shell.database)) == counted
    for word in counted:
        having = {customer_id for customer_id, words in expected.items() if word in words.split()}
        assert set(customers_named(shell.database, expression([[Word(word, False)]]), 50)) == having


def test_names_with_marks_inside_are_also_one_word() -> None:
    assert words_of("Anne-Marie O’Brien", "D.J. Ltd") == "anne marie o brien d j ltd annemarie obrien dj"
    assert words_of("José", "") == "jose"


def test_letters_that_sqlite_does_not_know_find_nothing_and_raise_nothing(shell: Desk) -> None:
    for word in ("𞤀𞤣a", "a b", "\U0001fae8x"):
        assert customers_named(shell.database, expression([[Word(word)]]), 5) == []


def test_a_bounded_reading_keeps_what_it_found_and_says_that_it_was_cut(shell: Desk) -> None:
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    budget = Budget(5_000)
    rows = bounded(shell.database, endless, (), budget)
    assert budget.spent
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    again = Budget(5_000)
    assert bounded(shell.database, endless, (), again) == rows, "the same question gets the same answer"
    assert shell.database.execute_sql(endless + " LIMIT 100000").fetchall()[-1] == (100_000,)
