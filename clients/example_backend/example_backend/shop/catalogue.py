"""What the demo shop sells, and which orders a newcomer finds: always the same for the same person."""

from hashlib import sha256

from example_backend.shop.models import Order, Shopper

#: Item and price in kobo.
PRODUCTS: tuple[tuple[str, int], ...] = (
    ("Ankara wrap dress", 2_450_000),
    ("Adire silk shirt", 1_820_000),
    ("Aso oke cap", 640_000),
    ("Beaded evening clutch", 975_000),
    ("Tailored agbada, three pieces", 8_900_000),
    ("Leather sandals", 1_150_000),
)
_STATUSES = (Order.Status.DELIVERED, Order.Status.SHIPPED, Order.Status.PLACED)


def demo_orders(shopper: Shopper) -> list[Order]:
    """Build (not save) one order per status, picked by the shopper's `sub`."""
    picks = sha256(shopper.sub.encode()).digest()
    return [
        Order(shopper=shopper, number=number, item=item, amount_kobo=price, status=status)
        for number, status in enumerate(_STATUSES, start=1)
        for item, price in [PRODUCTS[picks[number] % len(PRODUCTS)]]
    ]
