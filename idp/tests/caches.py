"""The Redis cache of the tests."""

from django_redis.cache import RedisCache


class SharedRedisCache(RedisCache):
    """`clear` takes this cache's own entries; django-redis would empty the whole database, other processes' tests included."""

    def clear(self) -> None:
        """Forget every entry that begins with this cache's prefix."""
        self.delete_pattern("*")
