"""Files that go out: the books, the sales."""
