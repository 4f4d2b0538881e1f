"""Days counted in SQL that every database reads, for proofs that compare dates with each other or with instants."""


def day_number(date: str) -> str:
    """SQL for how many days after 1970-01-01 a column's ISO date lies: the Julian day of Fliegel and Van Flandern."""
    year, month, day = (f"CAST(SUBSTR({date}, {place}) AS INTEGER)" for place in ("1, 4", "6, 2", "9, 2"))
    # Years begin in March: division cuts towards zero, so this is -1 in January and February and 0 else.
    before = f"({month} - 14) / 12"
    return (
        f"(1461 * ({year} + 4800 + {before}) / 4 + 367 * ({month} - 2 - 12 * ({before})) / 12"
        f" - 3 * (({year} + 4900 + {before}) / 100) / 4 + {day} - 2472663)"
    )


def days_between(first: str, last: str) -> str:
    """SQL for how many days the second column's date lies after the first's."""
    return f"({day_number(last)} - {day_number(first)})"
