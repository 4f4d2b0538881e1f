"""The one table of actions and their keys: bindings, key line, help, palette and `docs/keys.md` are all made from it.

An action's work is done by a method `do_<id>` of the screen (or of the tab it shows), or else of the console itself.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from textual.binding import Binding

from bookkeeper_tui.errors import BadInput


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person may do. `keys` is the home key first, then the other ways to it, in Textual's key names.

    `where` names the screens that answer to it (their NAME), or one tab of a screen (`profile/packages`); empty means
    everywhere behind the sign-in. `permission` must be held for it to be offered. `shown` puts it on the key line of
    those screens. With `services` it is only for shops that sell services.
    With `bound` false the focused field or list answers to the key itself, and the table only explains it.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    where: tuple[str, ...] = ()
    permission: str = ""
    shown: bool = False
    bound: bool = True
    services: bool = False

    def is_on(self, place: str) -> bool:
        """Whether a screen, or one of its tabs, answers to it."""
        return not self.where or any(name.partition("/")[0] == place for name in self.where)

    def meets(self, other: Action) -> bool:
        """Whether there is a place where both are answered, so that they must not share a key."""
        return not self.where or not other.where or any(_overlap(one, two) for one in self.where for two in other.where)


def _overlap(one: str, two: str) -> bool:
    return one == two or one.startswith(f"{two}/") or two.startswith(f"{one}/")


# fmt: off
ACTIONS: tuple[Action, ...] = (
    Action("help", ("f1", "alt+1"), "Help", "Explains the keys of the screen you are on.", shown=True),
    Action("find", ("f2", "alt+2", "ctrl+f"), "Find", "Goes to the search box to find a customer.",
           permission="screen.search", shown=True),
    Action("sale", ("f3", "alt+3"), "Sale", "Goes to the sale screen; from a profile it begins with that customer.",
           permission="screen.sale", shown=True),
    Action("new", ("f4", "alt+4", "ctrl+n"), "New", "Starts a new customer; a name and a phone number are enough.",
           permission="customer.created", shown=True),
    Action("refresh", ("f5", "alt+5", "ctrl+r"), "Refresh", "Reads what is on the screen again."),
    Action("pane", ("f6", "alt+6", "ctrl+o"), "Pane", "Moves to the other part of the screen and back.",
           ("profile", "customer_form", "sale", "shift", "tax_rates")),
    Action("schedule", ("f7", "alt+7"), "Schedule", "Shows when trainers and rooms are booked; books from the grid.",
           permission="screen.schedule", services=True),
    Action("shift", ("f8", "alt+8"), "Shift", "Opens, counts and ends your time at the drawer.",
           permission="screen.shift"),
    Action("attach_last", ("f9", "alt+9"), "Attach", "Attaches the last walk-in sale of this till to a customer.",
           permission="sale.attached"),
    Action("menu", ("f10", "alt+0", "ctrl+g"), "Menu", "Lists places to go, looks, and ways out.", shown=True),
    Action("lock", ("f12", "ctrl+l"), "Lock", "Locks this console; your PIN opens it where you left it.",
           shown=True),
    Action("palette", ("ctrl+p",), "Palette", "Lists every action of this screen by name; type to narrow it."),
    Action("back", ("escape",), "Back", "Goes back; it asks before anything you typed is lost."),
    Action("open", ("enter",), "Open", "Opens the row under the cursor, or confirms what you typed.", bound=False),
    Action("tab", ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0"), "Tab",
           "Shows the tab with that number; 0 is the tenth.", ("profile", "discount_review")),
    Action("tab_before", ("[", "alt+comma"), "Tab before", "Shows the tab to the left.",
           ("profile", "discount_review")),
    Action("tab_after", ("]", "alt+full_stop"), "Tab after", "Shows the tab to the right.",
           ("profile", "discount_review")),
    Action("filter", ("/",), "Filter", "Narrows the list of this tab to what you type.",
           ("profile", "sale_search", "members")),
    Action("statement_kind", ("k",), "Kind", "Shows the statement in the next of its three kinds.", ("profile/soa",),
           "account.viewed", shown=True),
    Action("take_payment", ("m",), "Payment", "Takes a payment on the customer's account.", ("profile/account",),
           "payment.taken", shown=True),
    Action("account_terms", ("t",), "Terms", "Opens the customer's account, or changes its status, limit and terms.",
           ("profile/account",), "override.asked", shown=True),
    Action("set_against", ("l",), "Set against", "Sets what is left of a payment against charges.",
           ("profile/account",), "override.asked", shown=True),
    Action("take_back", ("y",), "Take back", "Takes back what a payment was set against.", ("profile/account",),
           "override.asked"),
    Action("return_lines", ("r",), "Return", "Returns lines of the sale, as many of each as you say.", ("receipt",),
           "screen.return_lines", shown=True),
    Action("void", ("d",), "Void", "Voids the whole sale, in the shift and at the till where it was sold.",
           ("receipt",), "screen.return_lines", shown=True),
    Action("book_time", ("b",), "Book", "Books the time under the cursor; Enter on a free time does the same.",
           ("schedule",), "booking.made", shown=True, services=True),
    Action("earlier", ("comma",), "Earlier", "Shows the day before, or the week.", ("schedule",), shown=True,
           services=True),
    Action("later", ("full_stop",), "Later", "Shows the day after, or the week.", ("schedule",), shown=True,
           services=True),
    Action("day_or_week", ("y",), "Day/week", "Shows a day of all, then a week of one, then a week of all.",
           ("schedule",), shown=True, services=True),
    Action("trainers_or_resources", ("t",), "Who/what", "Shows resources instead of trainers, and back.",
           ("schedule",), shown=True, services=True),
    Action("go_to_date", ("g",), "Go to", "Shows the day that you type.", ("schedule",), shown=True, services=True),
    Action("one_before", ("[", "alt+comma"), "One before", "Goes to the trainer or resource before.", ("schedule",),
           services=True),
    Action("one_after", ("]", "alt+full_stop"), "One after", "Goes to the trainer or resource after.", ("schedule",),
           services=True),
    Action("next_in_cell", ("n",), "Next", "Where several stand in one cell, goes to the next of them.",
           ("schedule",), services=True),
    Action("finer", ("z",), "Rows", "Shows rows of 15 minutes, of an hour, of half an hour.", ("schedule",),
           services=True),
    Action("waiting_list", ("l",), "Waiting", "Lists who waits for a time.", ("schedule",), "screen.waiting",
           shown=True, services=True),
    Action("day_sheet", ("r",), "Sheet", "Shows the day's sheet as it would be printed.", ("schedule",),
           "screen.preview", shown=True, services=True),
    Action("print", ("p",), "Print", "Prints what is shown; a receipt marked as a copy.",
           ("preview", "receipt", "layaway", "shift", "takings", "profile", "schedule", "commissions"), "paper.printed",
           shown=True),
    Action("export", ("x",), "Save", "Saves what is shown as a file.",
           ("preview", "profile", "schedule", "commissions", "members"),
           "paper.printed", shown=True),
    Action("check_in", ("i",), "Check in", "Says that the customer of the booking is here.",
           ("profile/reservations", "schedule"), "booking.checked_in", shown=True, services=True),
    Action("done", ("d",), "Done", "Says that the booking took place; it uses a session.",
           ("profile/reservations", "schedule"), "booking.done", shown=True, services=True),
    Action("cancel_booking", ("c",), "Cancel", "Cancels the booking; it says whether that is late and what it takes.",
           ("profile/reservations", "schedule"), "booking.cancelled", shown=True, services=True),
    Action("move_booking", ("h",), "Move", "Gives the booking another time, trainer or resource.",
           ("profile/reservations", "schedule"), "booking.moved", shown=True, services=True),
    Action("no_show", ("w",), "No-show", "Says that nobody came to the booking; it says what that takes.",
           ("profile/reservations", "schedule"), "booking.no_show", shown=True, services=True),
    Action("put_back", ("o",), "Put back", "Undoes what was said of the booking; a session it took is given back.",
           ("profile/reservations", "schedule"), "booking.put_back", shown=True, services=True),
    Action("use", ("u",), "Use", "Uses a session of a package; a count before it uses several.",
           ("profile/packages", "profile"), "package.used", shown=True, services=True),
    Action("deduct", ("minus",), "Deduct", "Takes sessions off the package by hand, with a remark.",
           ("profile/packages",), "override.asked", shown=True, services=True),
    Action("freeze", ("f",), "Freeze", "Freezes the package or membership, or ends that; its last day moves along.",
           ("profile/packages", "profile/members"), "override.asked", shown=True, services=True),
    Action("extend", ("plus",), "Extend", "Gives the package another last day.", ("profile/packages",),
           "override.asked", shown=True, services=True),
    Action("transfer", ("t",), "Transfer", "Gives the package to another customer, with what is left of it.",
           ("profile/packages",), "override.asked", shown=True, services=True),
    Action("refund_package", ("r",), "Refund", "Pays back what is unused of the package.", ("profile/packages",),
           "override.asked", shown=True, services=True),
    Action("sell_package", ("a",), "Sell", "Goes to the sale screen to sell the customer a package.",
           ("profile/packages",), "sale.rung", shown=True, services=True),
    Action("start_timer", ("s",), "Timer", "Starts the timer of the session.",
           ("profile/packages", "profile/usage", "profile/reservations", "schedule"), "timer.started", shown=True,
           services=True),
    Action("cancel_use", ("c",), "Cancel", "Cancels the use under the cursor: its sessions are given back.",
           ("profile/usage",), "package.restored", shown=True, services=True),
    Action("change_use", ("h",), "Change", "Says the use under the cursor anew: trainer, resource, time, remarks.",
           ("profile/usage",), "package.changed", shown=True, services=True),
    Action("add_member", ("a",), "Add", "Adds a person to the membership.", ("profile/members",), "member.edited",
           shown=True, services=True),
    Action("change_member", ("h",), "Change", "Changes who the member is and how they are reached.",
           ("profile/members",), "member.edited", shown=True, services=True),
    Action("card", ("c",), "Card", "Gives the member a card; or says that it is lost, found, replaced.",
           ("profile/members",), "member.card", shown=True, services=True),
    Action("end_member", ("w",), "End", "Takes the member off the membership; on its own line, ends the membership.",
           ("profile/members",), "member.edited", shown=True, services=True),
    Action("renew", ("r",), "Renew", "Rings up another term of the membership on the sale screen.",
           ("profile/members",), "sale.rung", shown=True, services=True),
    Action("member_status", ("s",), "Status", "Lists all members, then those of one status after the other.",
           ("members",), shown=True, services=True),
    Action("member_plan", ("l",), "Plan", "Lists the members of one plan, or of all.", ("members",), shown=True,
           services=True),
    Action("pause_timer", ("space",), "Pause", "Lets the time of the session stand still, or go on.", ("timers",),
           "timer.changed", shown=True, services=True),
    Action("extend_timer", ("plus",), "Extend", "Gives the session under the cursor more minutes.", ("timers",),
           "timer.changed", shown=True, services=True),
    Action("stop_timer", ("c",), "Stop", "Stops the session under the cursor.", ("timers",), "timer.changed",
           shown=True, services=True),
    Action("book_service", ("s",), "Service", "Chooses the service that free times are shown for.",
           ("profile/new_booking",), "booking.made", shown=True, services=True),
    Action("book_trainer", ("t",), "Trainer", "Shows the free times of one trainer, or of any.",
           ("profile/new_booking",), "booking.made", shown=True, services=True),
    Action("book_resource", ("r",), "Resource", "Shows the free times in one resource, or in any.",
           ("profile/new_booking",), "booking.made", shown=True, services=True),
    Action("book_from", ("g",), "Day", "Shows the free times from another day on.",
           ("profile/new_booking",), "booking.made", shown=True, services=True),
    Action("wait", ("w",), "Wait", "Puts the customer on the waiting list for a time that is taken.",
           ("profile/new_booking",), "booking.waiting", shown=True, services=True),
    Action("accept_offer", ("a",), "Accept", "Books the time that is offered to who waits for one.",
           ("waiting", "profile/new_booking"), "booking.waiting", shown=True, services=True),
    Action("give_up", ("g",), "Off", "Takes who is under the cursor off the waiting list.", ("waiting",),
           "booking.waiting", shown=True, services=True),
    Action("book", ("b",), "Book", "Books a time for the customer.", ("profile",), "booking.made", shown=True,
           services=True),
    Action("edit", ("e",), "Edit", "Changes the customer's fields.", ("profile",), "customer.edited", shown=True),
    Action("note", ("n",), "Note", "Adds a note to the customer.", ("profile",), "note.added", shown=True),
    Action("reveal", ("v",), "Reveal", "Shows the phone number and e-mail in full; it is recorded.",
           ("profile",), "customer.revealed", shown=True),
    Action("pin", ("asterisk",), "Pin", "Pins the note under the cursor on top, or takes it down.",
           ("profile/notes",), "note.pinned", shown=True),
    Action("why", ("question_mark",), "Why", "Shows the entries that make a figure, and their sum.",
           ("profile", "receipt"), "screen.why", shown=True),
    Action("redeem", ("r",), "Redeem", "Turns points into store credit.", ("profile/loyalty",), "points.redeemed",
           shown=True),
    Action("adjust_points", ("j",), "Adjust", "Adds points or takes some away, for a reason.", ("profile/loyalty",),
           "points.redeemed", shown=True),
    Action("own_rate", ("o",), "Own rate", "Gives the customer a rate of their own for earning points.",
           ("profile/loyalty",), "points.own_rate"),
    Action("status", (), "Active or not", "Makes the customer inactive, or active again.",
           ("profile",), "customer.status"),
    Action("pay", ("alt+y", "y"), "Pay", "Takes the money; Enter on the empty box does the same.", ("sale",),
           "sale.paid"),
    Action("customer", ("alt+c", "c"), "Customer", "Chooses whose sale it is, at any moment.", ("sale",), "sale.rung",
           shown=True),
    Action("quantity", ("alt+q", "q"), "Qty", "Sells another quantity on the line under the cursor.", ("sale",),
           "sale.rung", shown=True),
    Action("discount", ("alt+d", "d"), "Discount", "Takes a percentage or an amount off the line under the cursor.",
           ("sale",), "discount.given", shown=True),
    Action("remove_line", ("alt+r", "r"), "Remove", "Takes the line under the cursor out.", ("sale",), "sale.rung",
           shown=True),
    Action("price", ("alt+o", "o"), "Price", "Sells the line under the cursor at another price.", ("sale",),
           "sale.rung"),
    Action("line_note", ("alt+n", "n"), "Line note", "Notes something on the line under the cursor.", ("sale",),
           "sale.rung"),
    Action("sale_note", ("alt+j", "j"), "Sale note", "Notes something on the whole sale.", ("sale",), "sale.rung"),
    Action("code", ("alt+t", "t"), "Code", "Takes a discount code that the customer says.", ("sale",), "sale.rung"),
    Action("by_hand", ("alt+i", "i"), "By hand", "Rings up an article that the catalogue lacks.", ("sale",),
           "sale.rung"),
    Action("park", ("alt+k", "k"), "Park", "Puts the sale aside; any till can take it up.", ("sale",), "sale.parked",
           shown=True),
    Action("parked", ("alt+l", "l"), "Parked", "Lists the parked sales: take up, merge, bill, give up.", ("sale",),
           "screen.parked", shown=True),
    Action("move_lines", ("alt+m", "m"), "Move lines", "Takes lines to another sale, or splits the sale in two.",
           ("sale",), "sale.parked"),
    Action("bill", ("alt+p", "p"), "Bill", "Shows the sale's bill before it is paid, to be printed.", ("sale",),
           "screen.preview"),
    Action("set_aside", ("alt+a", "a"), "Set aside", "Sets the goods aside as a layaway, against a deposit.", ("sale",),
           "layaway.opened"),
    Action("drop_sale", ("alt+z", "z"), "Give up", "Gives the sale up, after asking.", ("sale",), "sale.rung"),
    Action("no_sale", ("alt+w", "w"), "No sale", "Opens the drawer without a sale.", ("sale", "shift"),
           "sale.rung"),
    Action("deposit", ("d",), "Deposit", "Takes a deposit on the layaway.", ("layaway",), "layaway.deposited",
           shown=True),
    Action("pick_up", ("k",), "Pick up", "Hands the layaway over once it is paid, and posts its sale.", ("layaway",),
           "layaway.picked_up", shown=True),
    Action("cancel_layaway", ("c",), "Cancel", "Gives the goods up; what was paid goes back, less a fee.",
           ("layaway",), "override.asked", shown=True),
    Action("layaways", (), "Layaways", "Lists what is set aside for customers; the first due first.",
           permission="layaway.viewed"),
    Action("find_sale", ("ctrl+t",), "Find a sale",
           "Finds past sales by amount, date, tender, cashier, article, card; from a receipt its lines are returned.",
           permission="screen.sale_search"),
    Action("attach", ("a",), "Attach", "Attaches the sale to a customer, or moves it to another; never reprices.",
           ("receipt",), "screen.attach", shown=True),
    Action("paper", ("w",), "Paper", "Shows the receipt as it would be printed.", ("receipt",), "screen.preview"),
    Action("linked", ("l",), "Linked", "Goes to the return or void of this sale, or to the sale that it undoes.",
           ("receipt",), shown=True),
    Action("whose", ("c",), "Customer", "Opens the profile of the sale's customer.", ("receipt",), "screen.profile"),
    Action("give_back", ("ctrl+s", "alt+s"), "Give back", "Returns what is chosen, and asks how the money goes back.",
           ("return_lines",), shown=True),
    Action("return_all", ("a",), "All", "Chooses all that can be returned, or nothing.", ("return_lines",), shown=True),
    Action("return_some", ("m",), "How much", "Asks how much of the line under the cursor goes back.",
           ("return_lines",), shown=True),
    Action("count", ("c",), "Count", "Counts the drawer, not knowing what should be there, and ends the shift.",
           ("shift",), "shift.closed", shown=True),
    Action("pull_out", ("o",), "Out", "Takes cash out of the drawer into the safe.", ("shift",), "shift.opened",
           shown=True),
    Action("pay_in", ("i",), "In", "Puts cash from the safe into the drawer.", ("shift",), "shift.opened",
           shown=True),
    Action("petty", ("t",), "Petty", "Pays a small expense out of the drawer.", ("shift",), "shift.opened",
           shown=True),
    Action("x_report", ("r",), "X report", "Shows the report of the open shift, or of the one under the cursor.",
           ("shift",), shown=True),
    Action("takings", (), "Takings", "Shows a day's sales by hour, tender, cashier and category.",
           permission="screen.takings"),
    Action("day_before", ("left", "comma"), "Day before", "Shows the day before.", ("takings",), shown=True),
    Action("day_after", ("right", "full_stop"), "Day after", "Shows the day after.", ("takings",), shown=True),
    Action("day_report", ("r",), "Report", "Shows the day's Z report, or its figures as they stand.", ("takings",),
           shown=True),
    Action("close_day", ("z",), "Close day", "Closes the day when its shifts are over, and freezes its Z report.",
           ("shift", "takings"), "override.asked", shown=True),
    Action("save", ("ctrl+s", "alt+s"), "Save", "Saves what is in the form.", ("customer_form", "product_form"),
           shown=True),
    Action("pick", ("f6", "alt+6", "ctrl+o"), "Choose", "Lists what can stand in the field under the cursor.",
           ("product_form",), shown=True),
    Action("add", ("alt+a", "a"), "Add", "Adds one more to the list.",
           ("catalogue", "discount_codes", "tax_rates", "services", "bookables"), shown=True),
    Action("change", ("alt+e", "e"), "Edit", "Changes the row under the cursor; Enter does the same.",
           ("catalogue", "discount_codes", "tax_rates", "services", "bookables"), shown=True),
    Action("retire", ("alt+r", "r"), "Retire", "Takes the row under the cursor out of use, or puts it back.",
           ("catalogue", "discount_codes", "tax_rates", "services", "bookables"), shown=True),
    Action("hours", ("h",), "Hours", "Sets the working hours of the week.", ("bookables",), "bookable.edited",
           shown=True, services=True),
    Action("days_off", ("o",), "Days off", "Gives days off, or takes some back.", ("bookables",), "bookable.edited",
           shown=True, services=True),
    Action("default_rate", ("d",), "Default", "Makes the tax rate under the cursor the one where none is said.",
           ("tax_rates",), "tax.edited", shown=True),
    Action("period", ("/",), "Days", "Chooses the days that are reviewed.", ("discount_review", "commissions"),
           shown=True),
    Action("catalogue", (), "Catalogue", "Finds, adds and changes articles.",
           permission="screen.catalogue"),
    Action("discount_codes", (), "Discount codes", "Defines discount codes; takes them out of use.",
           permission="screen.discount_codes"),
    Action("discount_review", (), "Discount review", "Shows who gave what off; codes tried, overrides.",
           permission="screen.discount_review"),
    Action("tax_rates", (), "Tax", "Sets tax rates and categories; who is exempt.",
           permission="screen.tax_rates"),
    Action("timers", (), "Timers", "Shows how long each session still takes; pause, extend, stop.",
           permission="screen.timers", services=True),
    Action("services", (), "Services", "Sets what is given by the hour; how long, and what it needs.",
           permission="screen.services", services=True),
    Action("bookables", (), "Trainers, rooms", "Keeps trainers and resources; hours, days off, commission.",
           permission="screen.bookables", services=True),
    Action("waiting", (), "Waiting list", "Lists who waits for a time; takes what is offered.",
           permission="screen.waiting", services=True),
    Action("members", (), "Members", "Lists all members of the shop; by status, by plan, as a file.",
           permission="screen.members", services=True),
    Action("commissions", (), "Commissions", "Shows what each trainer gave; sessions, worth, commission.",
           permission="screen.commissions", services=True),
    Action("snapshot", (), "Module Snapshot",
           "Measures latency, accuracy and links; the failing rows are one key away.", permission="screen.snapshot"),
    Action("theme", (), "Theme", "Chooses how this terminal looks."),
    Action("sign_out", (), "Sign out", "Ends your session and clocks you out."),
    Action("leave", ("ctrl+q",), "Leave", "Signs you out and closes the console."),
)
# fmt: on

_ALWAYS_FIRST = ("help", "find")
_BY_ID = {action.id: action for action in ACTIONS}

# What the keys of Textual's parser are called on a keyboard.
_NAMES = {
    "asterisk": "*",
    "minus": "-",
    "plus": "+",
    "escape": "Esc",
    "enter": "Enter",
    "up": "↑",
    "left": "←",
    "right": "→",
    "comma": ",",
    "full_stop": ".",
    "down": "↓",
    "left_square_bracket": "[",
    "[": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "question_mark": "?",
    "space": "Space",
}


class KeyTable:
    """The actions with the keys this shop gave them."""

    def __init__(self, actions: Mapping[str, Action] = _BY_ID) -> None:
        self._actions = dict(actions)

    def __iter__(self) -> Iterator[Action]:
        return iter(self._actions.values())

    def __getitem__(self, action_id: str) -> Action:
        return self._actions[action_id]

    def on(self, place: str) -> list[Action]:
        """The actions of a screen, in the table's order: its own and those of everywhere."""
        return [action for action in self if action.is_on(place)]

    def key_line(self, place: str, offered: Container[str], *, ascii_only: bool = False) -> list[tuple[str, str]]:
        """What the key line of a screen says, of the actions offered there: key and label, the most needed first.

        Help and Find stand first on every screen, then what only the tab in sight can do, then what the screen can.
        """
        shown = [action for action in self.on(place) if action.shown and action.keys and action.id in offered]
        shown.sort(key=lambda action: _rank(action, place))
        return [(key_names(action.keys, ascii_only=ascii_only)[0], action.label) for action in shown]

    def keymap(self, overrides: Container[str]) -> dict[str, str]:
        """For the toolkit: the new keys of each overridden action, under every one of its binding ids."""
        return {
            f"{action.id}.{position}": ",".join(action.keys)
            for action in self
            if action.id in overrides
            for position in range(len(_BY_ID[action.id].keys))
        }

    def bindings(self) -> list[Binding]:
        """Every bound action as a binding of the console; only keys that no text field could want come first."""
        return [
            Binding(
                key,
                f"app.act('{action.id}', {position})",
                action.label,
                show=False,
                id=f"{action.id}.{position}",
                tooltip=action.help,
                priority=_before_fields(key),
            )
            for action in self
            if action.bound
            for position, key in enumerate(action.keys)
        ]


def with_overrides(overrides: Mapping[str, str]) -> tuple[KeyTable, list[str]]:
    """The table with a shop's own keys (action id to keys, comma between), and what is wrong with them as sentences.

    A key that another action has in the same place is refused, so that no key ever means two things.
    """
    actions, mistakes = dict(_BY_ID), list[str]()
    for action_id, text in overrides.items():
        keys = tuple(key for part in text.split(",") if (key := part.strip().lower()))
        try:
            actions[action_id] = _overridden(actions, action_id, keys)
        except BadInput as mistake:
            mistakes.append(str(mistake))
    return KeyTable(actions), mistakes


def key_name(key: str) -> str:
    """A key as it is printed on a keyboard: `F2`, `Alt+2`, `Ctrl+P`, `e`."""
    *modifiers, last = key.split("+")
    name = _NAMES.get(last, last.upper() if len(last) > 1 or modifiers else last)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


def key_names(keys: Sequence[str], *, ascii_only: bool = False) -> list[str]:
    """Keys as they are printed on a keyboard; of an action's keys, an ASCII terminal is shown those it can write."""
    names = [key_name(key) for key in keys]
    return [name for name in names if name.isascii()] or names if ascii_only else names


def menu_words(action: Action) -> str:
    """An action as a line of the menu or the palette: its name, its key, the first part of what it does."""
    key = key_name(action.keys[0]) if action.keys else ""
    return f"{action.label:<16} {key:<8} {action.help.partition(';')[0].rstrip('.')}"


def manual() -> str:
    """The manual's page of keys (`docs/keys.md`), made from the table."""
    lines = [
        "# Keys",
        "",
        "Made from `bookkeeper_tui/keys.py`. A shop changes a key in its `settings.toml`:",
        "",
        "```toml",
        "[keys]",
        'find = "f7"',
        "```",
        "",
        "| id | keys | does | where | needs |",
        "| --- | --- | --- | --- | --- |",
    ]
    for action in ACTIONS:
        keys = " · ".join(f"`{key_name(key)}`" for key in action.keys) or "menu, palette"
        where = ", ".join(action.where) or "everywhere"
        needs = f"`{action.permission}`" if action.permission else ""
        lines.append(f"| `{action.id}` | {keys} | {action.help} | {where} | {needs} |")
    return "\n".join(lines) + "\n"


def _overridden(actions: Mapping[str, Action], action_id: str, keys: tuple[str, ...]) -> Action:
    if action_id not in actions:
        raise BadInput(f"settings.toml [keys]: there is no action “{action_id}”")
    if not keys:
        raise BadInput(f"settings.toml [keys]: {action_id} needs a key")
    changed = replace(actions[action_id], keys=keys)
    for other in actions.values():
        if other.id != action_id and changed.meets(other) and (taken := set(other.keys) & set(keys)):
            raise BadInput(f"settings.toml [keys]: “{min(taken)}” for {action_id} is already the key of {other.id}")
    return changed


def _rank(action: Action, place: str) -> int:
    if action.id in _ALWAYS_FIRST:
        return 0
    return 1 if any(name.startswith(f"{place}/") for name in action.where) else 2 if action.where else 3


def _before_fields(key: str) -> bool:
    return len(key) > 1
