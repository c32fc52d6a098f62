"""The service's user, shaped like Fashionistar's: `sub` is the UUID primary key, e-mail is unique and optional."""

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Account(AbstractBaseUser):
    """A local user."""

    id = models.UUIDField(primary_key=True)
    # Two people without an address are two NULLs, not two equal empty strings.
    email = models.EmailField(unique=True, null=True)  # noqa: DJ001 - as said above
    nickname = models.CharField(max_length=40, default="")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    USERNAME_FIELD = "id"

    class Meta:
        app_label = "service"

    def __str__(self) -> str:
        return str(self.id)


class Wallet(models.Model):
    """A row that must exist exactly when its account does."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE)

    class Meta:
        app_label = "service"

    def __str__(self) -> str:
        return f"wallet of {self.account_id}"
