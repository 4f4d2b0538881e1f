"""The command line: one thing a verb, one sentence where something is wrong, the shapes that programs rely on."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bookkeeper_tui.cli import main
from bookkeeper_tui.store import sign_in
from bookkeeper_tui.store.opening import open_store

PIN = "493817"
MONDAY = datetime.now(UTC).date() + timedelta(days=14 - datetime.now(UTC).weekday())


class Shop:
    """A shop's directories, and its command line run in this process."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.store, self.keys = root / "store", root / "keys"
        self._capsys = capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit status, standard output, standard error."""
        try:
            status = main([*words, "--store", str(self.store), "--keys", str(self.keys)])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        out, err = self._capsys.readouterr()
        return status, out, err

    def json(self, *words: str) -> object:
        status, out, err = self.run(*words, "--json")
        assert (status, err) == (0, "")
        return json.loads(out)


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    """A new shop with its manager, made by the command line."""
    (tmp_path / "pin").write_text(PIN + "\n")
    shop = Shop(tmp_path, capsys)
    named = ["--name", "Main St", "--currency", "EUR", "--country", "ES", "--manager", "Ana Reyes"]
    status, out, err = shop.run("init", *named, "--pin-from", str(tmp_path / "pin"))
    assert (status, err) == (0, "")
    assert "staff number 101" in out
    return shop


def test_init_refuses_a_second_shop_and_leaves_the_first(shop: Shop, tmp_path: Path) -> None:
    before = (shop.store / "store.db").read_bytes()
    status, _, err = shop.run("init", "--name", "X", "--currency", "EUR", "--country", "ES", "--manager", "B",
                              "--pin-from", str(tmp_path / "pin"))  # fmt: skip
    assert status == 2
    assert err.count("\n") == 1
    assert "already" in err
    assert (shop.store / "store.db").read_bytes() == before


def test_the_store_may_be_named_before_the_verb(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--store", str(shop.store), "--keys", str(shop.keys), "staff", "list"]) == 0
    assert "Ana Reyes" in capsys.readouterr().out


def a_pin(tmp_path: Path) -> str:
    (tmp_path / "pin").write_text("806241")
    return str(tmp_path / "pin")


def test_staff_hours_and_sign_ins_are_tables_and_roles_change(shop: Shop, tmp_path: Path) -> None:
    assert shop.run("staff", "add", "--name", "Ben Okafor", "--role", "cashier", "--pin-from", a_pin(tmp_path))[0] == 0
    assert shop.run("staff", "role", "102", "supervisor") == (0, "Ben Okafor is supervisor from now on.\n", "")
    status, _, err = shop.run("staff", "role", "101", "cashier")
    assert (status, "the only manager" in err) == (2, True)
    store = open_store(shop.store, shop.keys)
    sign_in.sign_out(sign_in.sign_in(store, "till-1", "102", "806241").desk)
    store.close()
    [hours] = shop.json("staff", "hours")  # type: ignore[misc]
    assert (hours["number"], hours["times"], hours["hours"]) == ("102", 1, "0:00")
    tries = shop.json("staff", "sign-ins", "102")
    assert [row["what"].partition(" by ")[0] for row in tries] == [  # type: ignore[union-attr]
        "signed out", "signed in", "another role cashier to supervisor", "taken on cashier",
    ]  # fmt: skip
    assert shop.json("staff", "sign-ins", "--failed") == []
    status, out, _ = shop.run("export", "hours")
    assert (status, len(out.splitlines())) == (0, 2)
    assert out.splitlines()[1].startswith("102,Ben Okafor,")


def test_staff_are_added_listed_reset_and_retired(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("806241")
    pin = ("--pin-from", str(tmp_path / "pin"))
    assert shop.run("staff", "add", "--name", "Ben Okafor", "--role", "cashier", *pin)[0] == 0
    assert shop.run("staff", "reset-pin", "102", *pin)[0] == 0
    assert shop.run("staff", "unlock", "102")[0] == 0
    assert shop.run("staff", "retire", "102")[0] == 0
    assert shop.json("staff", "list") == [
        {"number": "101", "name": "Ana Reyes", "role": "manager", "state": "active"},
        {"number": "102", "name": "Ben Okafor", "role": "cashier", "state": "left"},
    ]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("staff", "unlock", "999"), "“999”"),
        (("nonsense",), "nonsense"),
        (("staff", "add", "--name", "X", "--role", "boss", "--pin-from", "no-such-file"), "no-such-file"),
        (("audit", "show", "--since", "yesterday"), "“yesterday”"),
        (("import", "customers", "no-such-file.csv"), "no-such-file.csv"),
    ],
)
def test_bad_usage_is_one_sentence_that_names_it(shop: Shop, words: tuple[str, ...], named: str) -> None:
    status, out, err = shop.run(*words)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert named in err
    assert "Traceback" not in err


def test_every_verb_is_in_the_audit_log_as_the_shells(shop: Shop) -> None:
    shop.run("staff", "unlock", "101")
    rows = shop.json("audit", "show")
    assert isinstance(rows, list)
    assert [row["action"] for row in rows] == ["store.created", "staff.added", "staff.unlocked", "export.audit"]
    assert all(row["who"].startswith("shell:") for row in rows)
    assert set(rows[0]) == {"seq", "time", "who", "role", "terminal", "action", "subject", "detail"}
    assert [row["seq"] for row in rows] == [1, 2, 3, 4]


def test_the_audit_chain_and_the_figures_are_verified(shop: Shop) -> None:
    status, out, _ = shop.run("audit", "verify")
    assert (status, "the chain holds" in out) == (0, True)
    checks = shop.json("verify")
    assert isinstance(checks, list)
    assert checks
    assert all(set(check) == {"check", "ok", "checked", "failing"} and check["ok"] for check in checks)


def test_a_broken_chain_fails_the_check_and_names_the_row(shop: Shop) -> None:
    with sqlite3.connect(shop.store / "store.db") as raw:
        raw.execute("DROP TRIGGER audit_no_update")
        raw.execute("UPDATE audit SET who = 'x' WHERE seq = 2")
    status, out, _ = shop.run("audit", "verify")
    assert status == 1
    assert "row 2" in out


def test_a_backup_restores_what_was_there_and_keeps_what_was_not(shop: Shop, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    assert shop.run("staff", "add", "--name", "Ben Okafor", "--role", "cashier", "--pin-from", a_pin(tmp_path))[0] == 0
    assert shop.run("backup", str(backup))[0] == 0
    assert shop.run("staff", "retire", "102")[0] == 0
    assert shop.run("backup", str(backup))[0] == 2
    status, out, _ = shop.run("restore", str(backup))
    assert status == 0
    assert "before-restore" in out
    assert shop.json("staff", "list")[1]["state"] == "active"  # type: ignore[index]
    assert shop.run("audit", "verify")[0] == 0


def test_an_unsound_backup_replaces_nothing(shop: Shop, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    backup.write_bytes(b"not a store")
    before = shop.json("staff", "list")
    status, _, err = shop.run("restore", str(backup))
    assert status == 2
    assert err.count("\n") == 1
    assert shop.json("staff", "list") == before


def test_without_a_terminal_the_console_says_so_in_one_sentence(shop: Shop) -> None:
    command = [sys.executable, "-m", "bookkeeper_tui", "--store", str(shop.store), "--keys", str(shop.keys)]
    done = subprocess.run(
        command, input="", capture_output=True, text=True, timeout=60, env=os.environ | {"TERM": "xterm"}
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "terminal" in done.stderr


def test_no_store_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = Shop(tmp_path / "nowhere", capsys)
    status, out, err = nowhere.run("verify")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert not (tmp_path / "nowhere").exists()


def test_a_console_loads_nothing_that_speaks_to_a_network_or_a_printer(shop: Shop) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom bookkeeper_tui.console import open_console\n"
        "PAPER = ('escpos', 'fpdf', 'PIL', 'anyascii')\n"
        f"status = open_console(Path({str(shop.store)!r}), Path({str(shop.keys)!r}))\n"
        "print(status, [name for name in ('ssl', '_ssl', '_hashlib', 'http.client', *PAPER) if sys.modules.get(name)])"
    )
    done = subprocess.run([sys.executable, "-c", program], input="", capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "2 []"


def test_a_page_damaged_in_the_middle_is_one_sentence(shop: Shop) -> None:
    with sqlite3.connect(shop.store / "store.db") as raw:
        (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sale_line'").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    with (shop.store / "store.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    status, _, err = shop.run("verify")
    assert (status, err.count("\n")) == (2, 1)
    assert "is damaged" in err


def test_a_shop_whose_manager_has_no_name_is_not_begun(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pin").write_text(PIN)
    shop = Shop(tmp_path / "new", capsys)
    status, _, err = shop.run("init", "--name", "X", "--currency", "EUR", "--country", "ES", "--manager", " ",
                              "--pin-from", str(tmp_path / "pin"))  # fmt: skip
    assert (status, err) == (2, "bookkeeper: The manager needs a name\n")
    assert not (tmp_path / "new").exists()


def test_a_search_need_not_be_quoted(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name,email\nAna Smith,a@example.com\nBen Smith,b@example.com\n")
    shop.run("import", "customers", str(tmp_path / "people.csv"))
    found = shop.json("find", "smi", "ana")
    assert [one["name"] for one in found] == ["Ana Smith"]  # type: ignore[attr-defined]


def test_an_export_goes_through_a_link_and_does_not_replace_it(shop: Shop, tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real.csv")
    assert shop.run("export", "sales", "--to", str(link))[0] == 0
    assert link.is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("sale_no,")
    assert not list(tmp_path.glob("*.part"))


def test_an_export_leaves_a_pipe_a_pipe(shop: Shop, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE, text=True)
    assert shop.run("export", "sales", "--to", str(pipe))[0] == 0
    assert reader.communicate(timeout=30)[0].startswith("sale_no,")
    assert pipe.is_fifo()


def test_refused_rows_never_overwrite_the_file_they_come_from(shop: Shop, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,email\n,\nAna,a@example.com\n")
    for place in (people, tmp_path / "nowhere" / "refused.csv"):
        status, _, err = shop.run("import", "customers", str(people), "--rejects", str(place))
        assert (status, err.count("\n")) == (2, 1)
    assert people.read_text() == "name,email\n,\nAna,a@example.com\n"
    assert shop.json("find", "ana") == []


@pytest.mark.parametrize("damage", ["lost", "header", "middle"])
def test_a_lost_or_damaged_store_is_restored_from_its_backup(shop: Shop, tmp_path: Path, damage: str) -> None:
    backup, path = tmp_path / "backup.db", shop.store / "store.db"
    assert shop.run("backup", str(backup))[0] == 0
    if damage == "lost":
        path.rename(tmp_path / "gone.db")
    else:
        content = bytearray(path.read_bytes())
        at = 0 if damage == "header" else 8192
        content[at : at + 4096] = b"\xff" * 4096
        path.write_bytes(content)
    status, out, err = shop.run("restore", str(backup))
    assert (status, err) == (0, "")
    assert ("before-restore" in out) == (damage != "lost")
    assert shop.run("verify")[0] == 0
    assert shop.run("audit", "verify")[0] == 0


def test_a_bad_backup_is_told_by_its_own_name(shop: Shop, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    shop.run("backup", str(backup))
    content, before = bytearray(backup.read_bytes()), (shop.store / "store.db").read_bytes()
    content[8192:] = b"\xff" * (len(content) - 8192)
    for bad in (b"no store", bytes(content)):
        backup.write_bytes(bad)
        status, _, err = shop.run("restore", str(backup))
        assert (status, err.count("\n")) == (2, 1)
        assert str(backup) in err
        assert "bookkeeper-restore-" not in err
    assert (shop.store / "store.db").read_bytes() == before


def test_an_export_that_finds_no_room_leaves_nothing(shop: Shop, tmp_path: Path) -> None:
    status, _, err = shop.run("export", "sales", "--to", str(tmp_path / "nowhere" / "sales.csv"))
    assert (status, err.count("\n")) == (2, 1)
    assert "sales.csv cannot be written" in err
    status, _, err = shop.run("export", "sales", "--to", "/dev/full")
    assert (status, err) == (2, "bookkeeper: /dev/full cannot be written: No space left on device\n")


def test_what_a_file_smuggles_in_for_a_terminal_never_reaches_it(shop: Shop, tmp_path: Path) -> None:
    goods, sales = tmp_path / "goods.csv", tmp_path / "sales.csv"
    goods.write_text("sku,name,size,price\n1,Tea\x1b[2J,\x07big,2.00\n2,Coffee,,-3.00\n", encoding="utf-8")
    sales.write_text("sale,sold_at,description,amount\nA1,2026-11-20 10:00,Bag\x1b[31m,2.00\n", encoding="utf-8")
    brought = shop.json("import", "products", str(goods))
    assert isinstance(brought, dict)
    assert (brought["added"], brought["rejected"]) == (1, 1)
    shop.json("import", "sales", str(sales))
    kept = b"".join(path.read_bytes() for path in shop.store.glob("store.db*"))
    assert b"Tea" in kept
    assert not [command for command in (b"\x1b[2J", b"\x1b[31m", b"\x07big") if command in kept]


@pytest.fixture
def charged(shop: Shop) -> Shop:
    """The shop with a customer who owes 20.00 of 30.00 charged in September and October."""
    from bookkeeper_tui.store.customer_fields import CustomerFields
    from bookkeeper_tui.store.customers import create
    from bookkeeper_tui.store.desk import Desk
    from bookkeeper_tui.store.opening import open_store
    from tests.store.accounts_floor import charge

    with closing(open_store(shop.store, shop.keys)) as store:
        desk = Desk.shell(store)
        ana = create(desk, CustomerFields(name="Ana Reyes", phone="+34600111222")).id
        for amount, day in ((1000, "2026-09-10"), (2000, "2026-10-05"), (-1000, "2026-10-20")):
            charge(desk, ana, amount, day)
    return shop


def test_a_statement_is_exported_in_every_format(charged: Shop, tmp_path: Path) -> None:
    between = ("--customer", "C-000001", "--from", "2026-10-01", "--until", "2026-10-31")
    beginnings = {
        "csv": b"date,due,",
        "json": b"{",
        "pdf": b"%PDF",
        "markdown": b"# Statement",
        "html": b"<!DOCTYPE",
        "text": b" ",
    }
    for format, beginning in beginnings.items():
        path = tmp_path / f"statement.{format}"
        assert charged.run("export", "statement", *between, "--format", format, "--to", str(path))[0] == 0
        assert path.read_bytes().startswith(beginning)
    rows = charged.json("audit", "show")
    assert isinstance(rows, list)
    assert [row["action"] for row in rows].count("export.statement") == len(beginnings)


def test_a_statement_in_json_adds_up(charged: Shop) -> None:
    between = ("--from", "2026-10-01", "--to", "2026-10-31")
    status, out, _ = charged.run("export", "statement", "--customer", "C-000001", *between, "--format", "json")
    seen = json.loads(out)
    assert status == 0
    assert (seen["opening"], seen["debits"], seen["credits"], seen["closing"]) == ("10.00", "20.00", "10.00", "20.00")
    assert [line["balance"] for line in seen["lines"]] == ["30.00", "20.00"]
    assert seen["aging"]["1-30"] == "20.00"


def test_a_statement_of_nobody_or_of_no_date_is_refused(charged: Shop) -> None:
    for wrong in (("--customer", "C-999999"), ("--customer", "C-000001", "--until", "yesterday")):
        status, _, err = charged.run("export", "statement", *wrong)
        assert (status, err.count("\n")) == (2, 1)


def test_an_account_is_shown_as_it_stood(charged: Shop) -> None:
    account = charged.json("show", "C-000001", "--tab", "account", "--as-of", "2026-10-10")
    assert isinstance(account, dict)
    assert account["rows"][0] == {"what": "owes", "name": "", "due": "", "amount": "30.00"}
    soa = charged.json("show", "C-000001", "--tab", "soa", "--as-of", "2026-09-30")
    assert isinstance(soa, dict)
    assert [row["balance"] for row in soa["rows"]] == ["10.00"]
    assert charged.run("show", "C-000001", "--tab", "audit", "--as-of", "2026-09-30")[0] == 2


def test_points_are_shown_and_exported(charged: Shop, tmp_path: Path) -> None:
    from bookkeeper_tui.store import loyalty
    from bookkeeper_tui.store.desk import Desk
    from bookkeeper_tui.store.opening import open_store

    with closing(open_store(charged.store, charged.keys)) as store:
        for points in (70, -30):
            loyalty.adjust(Desk.shell(store), 2, points, "put right")
    shown = charged.json("show", "C-000001", "--tab", "loyalty")
    assert isinstance(shown, dict)
    assert next(row["points"] for row in shown["rows"] if row["what"] == "balance") == 40
    path = tmp_path / "points.json"
    assert charged.run("export", "loyalty", "--customer", "C-000001", "--format", "json", "--to", str(path))[0] == 0
    assert sum(row["points"] for row in json.loads(path.read_text())) == 40
    status, out, err = charged.run("export", "loyalty", "--since", "soon")
    assert (status, out) == (2, "")
    assert "“soon”" in err


def test_layaways_are_shown(charged: Shop) -> None:
    from bookkeeper_tui.store import baskets, catalogue, layaways, shifts, staff
    from bookkeeper_tui.store.catalogue import NewProduct
    from bookkeeper_tui.store.desk import Actor, Desk
    from bookkeeper_tui.store.opening import open_store

    with closing(open_store(charged.store, charged.keys)) as store:
        manager = staff.list_staff(Desk.shell(store))[0]
        desk = Desk(store, Actor(manager.staff_id, manager.number, manager.name, manager.role), "till-1")
        catalogue.create(desk, NewProduct("700", "Yoga mat", price=3200))
        shifts.open_shift(desk, 10_000)
        basket = baskets.ring(desk, baskets.start(desk, 2).id, "700")
        layaways.open_layaway(desk, basket.id, due="2026-12-24", deposit=1000)
    shown = charged.json("show", "C-000001", "--tab", "layaways")
    assert isinstance(shown, dict)
    (row,) = shown["rows"]
    assert (row["state"], row["paid"], row["outstanding"], row["what"]) == ("open", "10.00", "22.00", "Yoga mat")


def test_the_usage_log_is_exported_for_those_days_that_are_days(shop: Shop, tmp_path: Path) -> None:
    status, out, _ = shop.run("export", "usage")
    assert (status, out.partition(",")[0], out.count("\n")) == (0, "event", 1)
    path = tmp_path / "usage.json"
    status, out, _ = shop.run("export", "usage", "--format", "json", "--to", str(path))
    assert (status, path.read_text(encoding="utf-8")) == (0, "[\n]\n")
    assert "0 events of packages" in out
    status, _, err = shop.run("export", "usage", "--until", "soon")
    assert status == 2
    assert "soon" in err


def test_the_members_are_exported_with_a_heading_even_where_there_are_none(shop: Shop, tmp_path: Path) -> None:
    status, out, _ = shop.run("export", "members")
    assert status == 0
    assert out.startswith("name,relation,status,membership_no,plan,")
    status, out, _ = shop.run("export", "members", "--status", "frozen", "--to", str(tmp_path / "members.csv"))
    assert (status, out) == (0, f"0 members are in {tmp_path / 'members.csv'}.\n")


@pytest.fixture
def studio(shop: Shop) -> Shop:
    """A shop with a trainer and a room, a customer with a package of ten half used, and a family's membership."""
    from bookkeeper_tui.dates import midnight
    from bookkeeper_tui.store import (
        baskets,
        bookables,
        bookings,
        catalogue,
        customers,
        members,
        membership_plans,
        memberships,
        package_plans,
        packages,
        services,
        shifts,
        staff,
        till,
    )
    from bookkeeper_tui.store.catalogue import NewProduct
    from bookkeeper_tui.store.customer_fields import CustomerFields
    from bookkeeper_tui.store.desk import Actor, Desk
    from bookkeeper_tui.store.members import NewMember
    from bookkeeper_tui.store.membership_plans import MembershipPlan
    from bookkeeper_tui.store.opening import open_store
    from bookkeeper_tui.store.services import NewService
    from bookkeeper_tui.store.till import Tendered

    with closing(open_store(shop.store, shop.keys)) as store:
        manager = staff.list_staff(Desk.shell(store))[0]
        desk = Desk(store, Actor(manager.staff_id, manager.number, manager.name, manager.role), "till-1")
        massage = services.add(desk, NewService("Massage", 60)).id
        able = frozenset([massage])
        trainer = bookables.add(
            desk, bookables.NewBookable("trainer", "=Marta", service_ids=able, commission=40_000)
        ).id
        bookables.add(desk, bookables.NewBookable("trainer", "Marta Gil"))
        bookables.add(desk, bookables.NewBookable("trainer", "Marta Ruiz"))
        room = bookables.add(desk, bookables.NewBookable("resource", "Room 1", service_ids=able)).id
        customer = customers.create(desk, CustomerFields(name="María Pérez")).id
        ten = catalogue.create(desk, NewProduct("10", "Ten massages", price=50_000)).id
        package_plans.set_plan(desk, ten, 10, 90, massage)
        family = catalogue.create(desk, NewProduct("20", "Family", price=30_000)).id
        membership_plans.set_plan(desk, MembershipPlan(family, 12, members=4))
        shifts.open_shift(desk, 10_000)
        basket = baskets.start(desk, customer)
        for code in ("10", "20"):
            basket = baskets.ring(desk, basket.id, code)
        till.pay(desk, basket.id, [Tendered("card", 80_000, "")])
        (package,) = packages.of_customer(desk, customer)
        packages.use(desk, package.id, 2, trainer_id=trainer, resource_id=room, remarks="+34 600 100 200 =1+1")
        (membership,) = memberships.of_customer(desk, customer)
        members.add(desk, membership.id, NewMember("=HYPERLINK(1)", "daughter", "600 100 200"))
        soon = midnight(MONDAY, "Europe/Madrid") + 10 * 3_600_000_000
        bookings.book(desk, customer, massage, soon, trainer_id=trainer, resource_id=room, force=True, reason="early")
    return shop


def test_the_tabs_of_services_are_shown(studio: Shop) -> None:
    def rows(tab: str) -> list[dict[str, object]]:
        shown = studio.json("show", "C-000001", "--tab", tab)
        assert isinstance(shown, dict)
        assert (shown["tab"], shown["customer"]["customer_no"]) == (tab, "C-000001")
        return list(shown["rows"])

    (package,) = rows("packages")
    assert (package["package"], package["status"], package["remaining"]) == ("K-0000001", "live", 8)
    assert (package["price"], package["one_session"], package["deferred"]) == ("500.00", "50.00", "400.00")
    use, sold = rows("usage")
    assert (use["kind"], use["sessions"], use["trainer"], use["resource"]) == ("use", 2, "=Marta", "Room 1")
    assert (sold["kind"], use["who"]) == ("sold", "101 Ana Reyes")
    (booking,) = rows("reservations")
    assert (booking["booking"], booking["starts"], booking["state"]) == ("B-0000001", f"{MONDAY} 10:00", "booked")
    people = [row["name"] for row in rows("members")]
    assert "=HYPERLINK(1)" in people
    assert "María Pérez" in people
    for tab, said in (("packages", "K-0000001"), ("usage", "=Marta"), ("reservations", "Massage"), ("members", "M-")):
        status, out, err = studio.run("show", "C-000001", "--tab", tab)
        assert (status, err) == (0, "")
        assert said in out


def test_a_past_day_is_told_with_dates_that_programs_read(studio: Shop) -> None:
    today = datetime.now(ZoneInfo("Europe/Madrid")).date().isoformat()
    seen: Any = studio.json("show", "C-000001", "--tab", "overview", "--as-of", today)
    dates = {row["what"]: row["value"] for row in seen["rows"] if "visit" in row["what"]}
    assert dates
    assert all(date.fromisoformat(value) for value in dates.values())
    status, _, err = studio.run("show", "C-000001", "--as-of", "2999-01-01")
    assert (status, "2999-01-01 has not come" in err) == (2, True)


def test_what_a_spreadsheet_would_run_is_text_in_every_table_of_services(studio: Shop) -> None:
    for table, cell in (("usage", "'=Marta"), ("members", "'=HYPERLINK(1)"), ("commissions", "'=Marta")):
        status, out, _ = studio.run("export", table)
        assert (status, cell in out) == (0, True), table
        assert cell not in studio.run("export", table, "--format", "json")[1], "there no sign is put in front"


def test_a_week_goes_out_as_a_calendar_whatever_day_of_it_is_named(studio: Shop, tmp_path: Path) -> None:
    path = tmp_path / "marta.ics"
    for day in (str(MONDAY), str(MONDAY + timedelta(days=6))):
        status, out, _ = studio.run("export", "calendar", "--trainer", "=marta", "--week", day, "--to", str(path))
        assert (status, out) == (0, f"1 booking of =Marta's week is in {path}.\n")
        assert path.read_bytes().count(b"BEGIN:VEVENT") == 1
    status, out, _ = studio.run(
        "export", "calendar", "--trainer", "room", "--week", str(MONDAY + timedelta(days=7)), "--to", str(path)
    )
    assert (status, out) == (0, f"0 bookings of Room 1's week are in {path}.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("calendar", "--trainer", "Marta"), "several names: Marta Gil, Marta Ruiz"),
        (("calendar", "--trainer", "Nobody"), "no trainer or resource “Nobody”"),
        (("calendar", "--trainer", "Room 1", "--week", "2026-02-30"), "--week"),
        (("calendar", "--trainer", "Room 1", "--week", "9999-12-31"), "9999-12-31"),
        (("usage", "--until", "9999-12-31"), "9999-12-31"),
        (("usage", "--since", "0001-01-01"), "0001-01-01"),
        (("usage", "--customer", "C-77"), "There is no customer C-77"),
        (("commissions", "--since", "2026-11-20", "--until", "2026-11-01"), "before"),
        (("members", "--status", "gone"), "gone"),
        (("members", "--to", "/there/is/no/such/directory/m.csv"), "cannot be written"),
    ],
)
def test_a_table_of_services_that_cannot_be_is_one_sentence(studio: Shop, words: tuple[str, ...], said: str) -> None:
    status, out, err = studio.run("export", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_a_store_with_services_is_proved_and_comes_back_from_its_backup(studio: Shop, tmp_path: Path) -> None:
    before = studio.json("show", "C-000001", "--tab", "usage")
    assert studio.run("backup", str(tmp_path / "copy.db"))[0] == 0
    assert studio.run("restore", str(tmp_path / "copy.db"))[0] == 0
    assert studio.json("show", "C-000001", "--tab", "usage") == before
    found = studio.json("verify")
    assert isinstance(found, list)
    assert [check for check in found if not check["ok"]] == []
    assert {"checked", "ok", "check", "failing"} == set(found[0])
