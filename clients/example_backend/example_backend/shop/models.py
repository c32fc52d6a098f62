"""The tables of the example: who has been here, their wallets, and their demo orders."""

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Shopper(AbstractBaseUser):
    """A local user. Everything about the person stays at the provider; `sub` is the link."""

    sub = models.CharField(primary_key=True, max_length=255)
    #: This service's own switch, beside the provider's.
    is_active = models.BooleanField(default=True)
    first_seen = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "sub"
    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    def __str__(self) -> str:
        return self.sub


class Wallet(models.Model):
    """Exists exactly when its shopper does. Whole kobo (1/100 naira)."""

    shopper = models.OneToOneField(Shopper, on_delete=models.CASCADE, primary_key=True)
    balance_kobo = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"wallet of {self.shopper_id}"


class Order(models.Model):
    """A demo order. Money is whole kobo (1/100 naira)."""

    class Status(models.TextChoices):
        """How far the order is."""

        PLACED = "placed"
        CONFIRMED = "confirmed"
        SHIPPED = "shipped"
        DELIVERED = "delivered"

    shopper = models.ForeignKey(Shopper, on_delete=models.CASCADE, related_name="orders")
    number = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=80)
    amount_kobo = models.PositiveBigIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices)
    placed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["shopper", "number"]
        constraints = [models.UniqueConstraint(fields=["shopper", "number"], name="one_number_per_shopper")]

    def __str__(self) -> str:
        return f"order {self.number} of {self.shopper_id}"
