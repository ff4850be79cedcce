"""The calls of Back Market that bmdesk makes: one method each, typed in and out.

It decides nothing: what to write and when to repeat is the exporters'. Reads raise a RemoteFailure; writes besides
that `AnswerLost`, after which the truth must be read before anything is repeated.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

from bmdesk.connectors.backmarket.endpoint import Endpoint
from bmdesk.connectors.backmarket.reading import Drift
from bmdesk.connectors.backmarket.transport import Answer, Pace, Transport, amount_text
from bmdesk.connectors.backmarket.wire import (
    CompetitorWire,
    Nameless,
    NotAPage,
    Page,
    read_competitors,
    read_page,
)
from bmdesk.connectors.backmarket.wire_categories import CategoryWire, read_categories
from bmdesk.connectors.backmarket.wire_deliveries import DeliveryWire, read_delivery
from bmdesk.connectors.backmarket.wire_listings import ListingWire, read_listing, shipping_columns
from bmdesk.connectors.backmarket.wire_orders import OrderWire, read_order
from bmdesk.connectors.backmarket.wire_tasks import TaskWire, read_task
from bmdesk.connectors.failures import GoneAtRemote, OffContract
from bmdesk.connectors.http import RETRY_PAUSES, Exchange, Timeouts
from bmdesk.domain.content import LONGEST_COMMENT, SHORTEST_WARRANTY
from bmdesk.domain.limits import Bucket
from bmdesk.domain.listing_shipping import Ways
from bmdesk.domain.markets import currency_of, known_market, markets_of
from bmdesk.texts import Text, msg

T = TypeVar("T")

MOST_ON_A_PAGE = 50
MOST_CSV_LINES = 15_000
LONGEST_MESSAGE = 500


class BackMarket:
    """One account. Safe for up to `width` threads at once."""

    def __init__(
        self,
        endpoint: Endpoint,
        pace: Pace,
        *,
        width: int = 1,
        rest: Callable[[float], None] = time.sleep,
        timeouts: Timeouts | None = None,
        observe: Callable[[Exchange], None] | None = None,
        retry_pauses: tuple[float, ...] = RETRY_PAUSES,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`now`: what time it is here, for the clock's skew. `rest` waits between the tries of a read."""
        self.endpoint = endpoint
        self._transport = Transport(
            endpoint,
            pace,
            width=width,
            rest=rest,
            timeouts=timeouts,
            observe=observe,
            retry_pauses=retry_pauses,
            now=now,
        )

    @property
    def skew(self) -> timedelta | None:
        """How far this machine's clock is ahead of the marketplace's, by its last answer."""
        return self._transport.skew

    # ---------------------------------------------------------------- listings

    def listings_page(self, market: str, page: int, page_size: int = MOST_ON_A_PAGE) -> Page[ListingWire]:
        """One page as this market sees it."""
        query = _paged(page, page_size)
        answer = self._transport.get("/ws/listings", market=self._market(market), query=query)
        return self._page(answer, read_listing, "listing")

    def listing(self, uuid: str, market: str) -> ListingWire:
        """Raises GoneAtRemote."""
        path = f"/ws/listings/{_part(uuid)}"
        return self._listing(self._transport.get(path, market=self._market(market)), f"GET {path}")

    def listing_by_sku(self, sku: str, market: str) -> ListingWire | None:
        """None where there is none. The marketplace compares SKUs without regard to case."""
        path = "/ws/listings/detail"
        try:
            answer = self._transport.get(path, market=self._market(market), query={"sku": sku})
        except GoneAtRemote:
            return None
        return self._listing(answer, f"GET {path}")

    def change_listing(
        self,
        uuid: str,
        market: str,
        *,
        quantity: int | None = None,
        price: Decimal | None = None,
        min_price: Decimal | None = None,
        currency: str | None = None,
        comment: str | None = None,
        warranty_months: int | None = None,
        ways: Ways | None = None,
        ways_before: int = 0,
    ) -> ListingWire:
        """Writes what is not None; costs one SKU line. The answer is the listing as this market sees it then.

        `min_price` only together with `price`; `ways_before`: as many ways to ship as stand there, those beyond the new
        ones are cleared; `currency` defaults to the market's. Raises OffContract, before sending, for values no market
        takes.
        """
        locale = self._market(market)
        body = _changes(
            quantity, price, min_price, currency, comment, warranty_months, ways, ways_before, locale
        )
        path = f"/ws/listings/{_part(uuid)}"
        answer = self._transport.post(path, body, market=locale, lines=1)
        try:
            return self._read_listing(answer)
        except (Nameless, NotAPage):
            raise self._transport.lost(f"POST {path}", answer.request_id) from None

    def send_catalog(self, csv_text: str, market: str, lines: int) -> int:
        """Starts a task for a CSV of `lines` rows; answers its id. Never to be repeated after AnswerLost."""
        if not 1 <= lines <= MOST_CSV_LINES:
            raise OffContract(reason=msg("wire.csv_lines", lines=lines, most=MOST_CSV_LINES))
        body = {"catalog": csv_text, "delimiter": ";", "quotechar": '"', "encoding": "utf-8"}
        path = "/ws/listings"
        answer = self._transport.post(
            path, body, market=self._market(market), bucket=Bucket.CATALOGUE, lines=lines
        )
        found = answer.data.get("bodymessage") if isinstance(answer.data, dict) else None
        if isinstance(found, dict):
            found = found.get("task_id", found.get("id"))
        if isinstance(found, bool) or not str(found).isdecimal() or len(str(found)) > 18:
            raise self._transport.lost(f"POST {path}", answer.request_id)
        return int(str(found))

    def task(self, task_id: int) -> TaskWire:
        """How a CSV task stands. Raises GoneAtRemote."""
        path = f"/ws/tasks/{int(task_id)}"
        answer = self._transport.get(path)
        if not isinstance(answer.data, dict):
            raise self._transport.unreadable(f"GET {path}", "task", answer.request_id)
        return read_task(task_id, answer.data)

    # ---------------------------------------------------------------- orders

    def orders_page(
        self, page: int, *, modified_since: datetime | None = None, state: int | None = None
    ) -> Page[OrderWire]:
        """One page of the orders of all markets, those modified since (aware), whole seconds, rounded down."""
        query = _paged(page, MOST_ON_A_PAGE)
        if modified_since is not None:
            query["date_modification"] = modified_since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if state is not None:
            query["state"] = str(state)
        return self._page(self._transport.get("/ws/orders", query=query), read_order, "order")

    def orders_created(
        self, page: int, *, since: datetime, state: int | None = None, page_size: int = MOST_ON_A_PAGE
    ) -> Page[OrderWire]:
        """One page of the orders of all markets that were made since (aware), whole seconds, rounded down."""
        query = _paged(page, page_size) | {
            "date_creation": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        }
        if state is not None:
            query["state"] = str(state)
        return self._page(self._transport.get("/ws/orders", query=query), read_order, "order")

    def order(self, order_id: int) -> OrderWire:
        """Raises GoneAtRemote."""
        path = f"/ws/orders/{int(order_id)}"
        answer = self._transport.get(path)
        try:
            if not isinstance(answer.data, dict):
                raise NotAPage
            return read_order(answer.data, set())
        except (Nameless, NotAPage):
            raise self._transport.unreadable(f"GET {path}", "order", answer.request_id) from None

    def move_lines(
        self, order_id: int, sku: str, state: int, *, reason: int | None = None, message: str = ""
    ) -> OrderWire:
        """Accept (2), cancel (4) or refund (5, 6) every line of this SKU; the order as it is then.

        Raises AnswerLost.
        """
        body: dict[str, object] = {"order_id": int(order_id), "new_state": state, "sku": sku}
        if reason is not None:
            body["return_reason"] = reason
        if message:
            body["return_message"] = message[:LONGEST_MESSAGE]
        return self._written_order(order_id, body)

    def ship(
        self,
        order_id: int,
        tracking_number: str,
        *,
        shipper: str,
        tracking_url: str = "",
        vat_type: str = "",
        shipped_at: datetime | None = None,
        imei: str = "",
        serial: str = "",
    ) -> OrderWire:
        """Every accepted line has left in this parcel; the order as it is then. Raises AnswerLost.

        `imei` or `serial` only for an order of one line with quantity 1: what is registered can never be corrected.
        """
        values = {
            "shipper": shipper,
            "tracking_url": tracking_url,
            "vat_type": vat_type,
            "imei": imei,
            "serial_number": serial,
            "date_shipping": shipped_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if shipped_at else "",
        }
        body: dict[str, object] = {
            "order_id": int(order_id),
            "new_state": 3,
            "tracking_number": tracking_number,
        }
        return self._written_order(order_id, body | {name: value for name, value in values.items() if value})

    def identify(self, line_id: int, *, imei: str = "", serial: str = "") -> None:
        """Register the identifier of a line's device, for ever. Raises AnswerLost."""
        body = {name: value for name, value in (("imei", imei), ("serial_number", serial)) if value}
        self._transport.patch(f"/ws/orderlines/{int(line_id)}", body)

    def refund(self, line_id: int, kind: int, amount: Decimal | None = None) -> None:
        """Give money back for this very line. `kind` 4, 5 or 6; `amount` only with 6. Raises AnswerLost: it cannot be
        looked up, so it must not be repeated by itself.

        The contract answers with a line of plain words.
        """
        body: dict[str, object] = {"orderline_pk": int(line_id), "refund_type": kind}
        if amount is not None:
            body["amount"] = float(amount)
        self._transport.post("/ws/sav/refund", body, bucket=Bucket.REFUNDS, any_body=True)

    def send_invoice(self, order_id: int, name: str, content: bytes) -> None:
        """The invoice of an order, a PDF; another one takes its place. Raises AnswerLost."""
        path = f"/ws/orders/{int(order_id)}/invoice"
        self._transport.upload(path, "invoice", name, content, "application/pdf")

    def _written_order(self, order_id: int, body: Mapping[str, object]) -> OrderWire:
        path = f"/ws/orders/{int(order_id)}"
        answer = self._transport.post(path, body)
        try:
            if not isinstance(answer.data, dict):
                raise NotAPage
            return read_order(answer.data, set())
        except (Nameless, NotAPage):
            raise self._transport.lost(f"POST {path}", answer.request_id) from None

    def deliveries(self, order_id: int, page: int = 1) -> Page[DeliveryWire]:
        """One page of the parcels that Back Market organises for this order (Backship)."""
        path = "/ws/shipping/v1/deliveries"
        answer = self._transport.get(path, query={"page": str(page), "order_id": str(int(order_id))})
        try:
            return read_page(answer.data, read_delivery, "delivery")
        except NotAPage:
            raise self._transport.unreadable(f"GET {path}", "deliveries", answer.request_id) from None

    # ---------------------------------------------------------------- the market around

    def competitors(self, uuid: str) -> tuple[CompetitorWire, ...]:
        """Empty where there is no BackBox: the marketplace says 404 then."""
        path = f"/ws/backbox/v1/competitors/{_part(uuid)}"
        try:
            answer = self._transport.get(path, bucket=Bucket.COMPETITORS)
        except GoneAtRemote:
            return ()
        try:
            return read_competitors(answer.data)
        except NotAPage:
            raise self._transport.unreadable(f"GET {path}", "competitors", answer.request_id) from None

    def category_tree(self) -> tuple[CategoryWire, ...]:
        """The marketplace's categories, in the language of the primary market; never none."""
        return self._categories("/ws/category/tree")

    def category_branch(self, category_id: int) -> CategoryWire:
        """One category with what is below it. Raises GoneAtRemote."""
        return self._categories(f"/ws/category/tree/{int(category_id)}")[0]

    def _categories(self, path: str) -> tuple[CategoryWire, ...]:
        answer = self._transport.get(path, bucket=Bucket.CATALOGUE)
        try:
            return read_categories(answer.data)
        except NotAPage:
            raise self._transport.unreadable(f"GET {path}", "categories", answer.request_id) from None

    # ---------------------------------------------------------------- parts

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _market(self, locale: str) -> str:
        """A market of this platform: prices of another would silently be read or written in the default one."""
        found = known_market(locale)
        if found is None or found.region is not self.endpoint.region:
            known = ", ".join(one.locale for one in markets_of(self.endpoint.region))
            raise OffContract(reason=msg("wire.foreign_market", market=locale[:40], known=known))
        return found.locale

    def _page(
        self, answer: Answer, read: Callable[[Mapping[str, object], set[Drift]], T], noun: str
    ) -> Page[T]:
        try:
            return read_page(answer.data, read, noun)
        except NotAPage:
            raise self._transport.unreadable(f"GET /ws/{noun}s", f"{noun}s", answer.request_id) from None

    def _listing(self, answer: Answer, what: str) -> ListingWire:
        try:
            return self._read_listing(answer)
        except (Nameless, NotAPage):
            raise self._transport.unreadable(what, "listing", answer.request_id) from None

    def _read_listing(self, answer: Answer) -> ListingWire:
        if not isinstance(answer.data, dict):
            raise NotAPage
        return read_listing(answer.data, set())


def _paged(page: int, page_size: int) -> dict[str, str]:
    return {"page": str(page), "page-size": str(min(page_size, MOST_ON_A_PAGE))}


def _part(name: str) -> str:
    """An id as one part of a path, whatever it holds."""
    if name.strip(". ") == "":
        raise OffContract(reason=msg("wire.empty_id"))
    return quote(name, safe="")


def _changes(
    quantity: int | None,
    price: Decimal | None,
    min_price: Decimal | None,
    currency: str | None,
    comment: str | None,
    warranty_months: int | None,
    ways: Ways | None,
    ways_before: int,
    locale: str,
) -> dict[str, object]:
    body: dict[str, object] = {}
    problem: Text | None = None
    if quantity is not None:
        body["quantity"] = quantity
        if quantity < 0:
            problem = msg("wire.negative_quantity")
    if price is not None:
        body["price"] = amount_text(price)
        if not price.is_finite() or price <= 0:
            problem = msg("wire.no_amount", amount=str(price))
        # Without it a market that is not the platform's own reads the price in the platform's currency.
        known = known_market(locale)
        body["currency"] = (currency or (known.currency if known else "")).upper()
        if known is not None and body["currency"] != known.currency:
            problem = msg("wire.foreign_currency", currency=str(body["currency"]), market=locale)
        if min_price is not None:
            body["min_price"] = amount_text(min_price)
            if problem is None and not (min_price.is_finite() and 0 < min_price <= price):
                problem = msg("wire.min_above_price", least=str(min_price), price=str(price))
    if comment is not None:
        body["comment"] = comment
        if len(comment) > LONGEST_COMMENT:
            problem = msg("wire.long_comment", most=LONGEST_COMMENT, length=len(comment))
    if warranty_months is not None:
        body["warranty_delay"] = warranty_months
        if warranty_months < SHORTEST_WARRANTY:
            problem = msg("wire.short_warranty", months=warranty_months, least=SHORTEST_WARRANTY)
    if ways is not None:
        body |= shipping_columns(ways, ways_before, currency_of(locale))
    if not body:
        problem = msg("wire.nothing_to_change")
    if problem is not None:
        raise OffContract(reason=problem)
    return body
