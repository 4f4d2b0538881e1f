"""Ringing up: what is typed or scanned becomes a line, after whatever has to be asked first."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.store import baskets, catalogue, customers, member_cards, search
from bookkeeper_tui.store.baskets import Absurd, Basket, PriceNeeded, UnknownCode, WeightNeeded
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.search import Hit

# A part of a screen and none by itself: what it stands on is for the type checker to know.
if TYPE_CHECKING:
    from bookkeeper_tui.screens.screen import HouseScreen as OfScreen
else:
    OfScreen = object


@dataclass(frozen=True, slots=True)
class Ringing:
    """What is to be rung up: a text as typed, or a product with its quantity in thousandths; `price` minor units."""

    text: str = ""
    product_id: int = 0
    quantity: int | None = None
    price: int | None = None
    sure: bool = False


class SaleRinging(OfScreen):
    """The part of the sale screen that rings up."""

    basket: Basket | None = None
    """The sale under way; none before its first line."""
    awaited = ""
    """The code of an article that is being made."""

    @abstractmethod
    def take(self, basket: Basket, *, cursor: int = 0) -> None:
        """Show a basket as it is now."""

    def begun(self) -> Basket:
        """The sale under way, begun now when there is none."""
        if self.basket is None:
            self.basket = baskets.start(self.desk)
        return self.basket

    def ring(self, what: Ringing) -> None:
        """Ring up at once where nothing has to be asked."""
        try:
            self.take(self._rung(what))
        except UnknownCode as unknown:
            if not self._is_customer(unknown.code):
                self.start(self._unknown(unknown.code), f"unknown {unknown.code}")
        except (Absurd, WeightNeeded, PriceNeeded) as question:
            self.start(self._ring_asking(what, question), "ring up")

    async def do_by_hand(self) -> None:
        """Ring up something that the catalogue lacks."""
        await self._ring_by_hand("")

    def _rung(self, what: Ringing) -> Basket:
        basket_id = self.begun().id
        if what.product_id:
            return baskets.ring_product(
                self.desk, basket_id, what.product_id, what.quantity, price=what.price, sure=what.sure
            )
        return baskets.ring(self.desk, basket_id, what.text, sure=what.sure, price=what.price)

    async def _ring_asking(self, what: Ringing, question: BadInput) -> None:
        """Ask what is missing, one thing after the other, and ring up; an Esc leaves the sale as it was."""
        while True:
            answered = await self._answered(what, question)
            if answered is None:
                return
            what = answered
            try:
                self.take(self._rung(what))
                return
            except (Absurd, WeightNeeded, PriceNeeded) as another:
                question = another

    async def _answered(self, what: Ringing, question: BadInput) -> Ringing | None:
        if isinstance(question, WeightNeeded):
            weight = await self.ask_quantity(f"Weight of {question.product.name}")
            return None if weight is None else replace(what, product_id=question.product.id, quantity=weight)
        if isinstance(question, PriceNeeded):
            price = await self.ask_amount(f"{question.product.name} has no price of its own. Price of one")
            return None if price is None else replace(what, price=price)
        return replace(what, sure=True) if await self.is_sure(question) else None

    async def is_sure(self, question: BadInput) -> bool:
        """Ask a second time for something absurd; the harmless answer stands first."""
        from bookkeeper_tui.screens.dialogs.confirm import Confirm

        return await self.ask(Confirm(str(question), yes="Yes, it is meant", no="No, that was a slip")) is True

    async def ask_quantity(self, question: str, start: str = "") -> int | None:
        """Ask for a quantity; thousandths, None for Esc."""
        from bookkeeper_tui.screens.dialogs.ask_number import AskNumber

        typed = await self.ask(AskNumber(question, start, check=thousandths))
        return None if typed is None else thousandths(typed)

    async def ask_amount(self, question: str, start: str = "") -> int | None:
        """Ask for an amount; minor units, None for Esc."""
        from bookkeeper_tui.screens.dialogs.ask_number import AskNumber

        typed = await self.ask(AskNumber(question, start, check=self.amount))
        return None if typed is None else self.amount(typed)

    def amount(self, typed: str) -> int:
        """An amount as typed here, in minor units. Raises BadInput for what is none, or below zero."""
        conventions = self.house.conventions
        amount = parse_amount(typed, conventions.exponent, conventions.decimal)
        if amount < 0:
            raise BadInput(f"“{typed}” is below zero")
        return amount

    # Codes that are no article's.

    def customer_with(self, code: str) -> int | None:
        """The customer whose card or number the code is; a card may be that of a member of theirs."""
        if holder := member_cards.whose(self.desk, code):
            return holder.customer_id
        hits = search.search(self.desk, code, limit=5).hits
        sure = [hit for hit in hits if _bare(code) in (_bare(hit.number), _bare(self._card(hit)))]
        return sure[0].customer_id if len(sure) == 1 else None

    def _is_customer(self, code: str) -> bool:
        """Choose the customer whose card or number the code is."""
        customer_id = self.customer_with(code)
        if customer_id is None:
            return False
        self.take(baskets.choose_customer(self.desk, self.begun().id, customer_id))
        if holder := member_cards.whose(self.desk, code):
            self.house.notice(f"{holder.sentence}.", "" if holder.is_good else "!")
        return True

    def _card(self, hit: Hit) -> str:
        return customers.get(self.desk, hit.customer_id).card

    async def _unknown(self, code: str) -> None:
        """Nothing has this code: a new article for those who may, by hand with a second person, or nothing."""
        from bookkeeper_tui.screens.dialogs.choose import Choose

        sentence = f"No article and no customer has the code “{harmless(code)}”"
        rows = [("leave", "Leave it out")]
        if self.house.may("product.created"):
            rows.insert(0, ("create", "Make it a new article"))
        if self.house.may("price.overridden"):
            rows.insert(-1, ("by_hand", "Ring it up by hand, this once"))
        if len(rows) == 1:
            self.house.notice(f"{sentence}. Alt+I rings it up by hand", "!")
            return
        chosen = await self.ask(Choose(f"{sentence}.", rows))
        if chosen == "create":
            self._create(code)
        elif chosen == "by_hand":
            await self._ring_by_hand(code)

    def _create(self, code: str) -> None:
        """To the form of a new article with this code; it is rung up when one comes back from there."""
        self.awaited = code
        self.house.show("product_form", barcode=code)

    def ring_awaited(self) -> None:
        """Ring up the article that was made meanwhile, if it was."""
        code, self.awaited = self.awaited, ""
        if code and catalogue.find(self.desk, code) is not None:
            self.ring(Ringing(text=code))

    async def _ring_by_hand(self, code: str) -> None:
        """What it is called and what it costs; by permission, or with a second person."""
        from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields

        def fields(answer: object) -> None:
            assert isinstance(answer, dict)
            if not answer["name"]:
                raise BadInput("Say what it is")
            self.amount(answer["price"])

        answer = await self.ask(
            AskFields(
                "An article that the catalogue lacks.",
                [AskedField("name", "What is it"), AskedField("price", "Price", most=20)],
                fields,
            )
        )
        if answer is None:
            return
        desk = await self.desk_for("price.overridden", f"Ringing up {harmless(answer['name'])} by hand")
        if desk is None:
            return
        price, basket_id, sure = self.amount(answer["price"]), self.begun().id, False
        while True:
            try:
                self.take(baskets.ring_other(desk, basket_id, answer["name"], price, code=code, sure=sure))
                return
            except Absurd as question:
                if not await self.is_sure(question):
                    return
                sure = True

    @property
    def of_walk_in(self) -> bool:
        """Whether the sale under way, if any, is nobody's yet."""
        return self.basket is None or self.basket.customer_id == WALK_IN_ID


def _bare(code: str) -> str:
    """A card or number as it is compared: whatever stands between its figures and letters does not count."""
    return "".join(letter for letter in code.casefold() if letter.isalnum())


def thousandths(typed: str) -> int:
    """A quantity as typed, in thousandths. Raises BadInput for what is none."""
    text = typed.strip().replace(",", ".")
    whole, _, decimals = text.partition(".")
    if not (whole.isascii() and (whole + decimals).isdigit()) or len(whole) > 7 or len(decimals) > 3:
        raise BadInput(f"“{harmless(typed[:30])}” is no quantity: type 3 or 0.375")
    quantity = int(whole or "0") * 1000 + int(decimals.ljust(3, "0") or "0")
    if not quantity:
        raise BadInput("A quantity is more than nothing: Alt+R takes the line out")
    return quantity
