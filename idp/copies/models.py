"""Marks that could not be written to Redis, in the transaction of the change that they tell of."""

from django.db import models

from idp.core import clock


class UndeliveredMark(models.Model):
    """The name of one mark. Of no meaning once every copy is over that could have been made before it."""

    name = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return self.name
