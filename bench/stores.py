"""Processor time of the stores, where they are on this machine: what a request costs there belongs to its price."""

import os
from pathlib import Path

import psycopg
import redis

_TICKS = os.sysconf("SC_CLK_TCK")
_HERE = ("127.0.0.1", "localhost", "::1", "")


class Stores:
    """PostgreSQL by the processes that serve one database, Redis as a whole (whoever else uses it is counted too)."""

    def __init__(self, database_url: str, redis_url: str) -> None:
        """Connect to what there is."""
        self._sql = psycopg.connect(database_url, autocommit=True) if database_url else None
        if self._sql is not None and self._sql.info.host not in _HERE:
            self._sql = None
        self._redis = redis.Redis.from_url(redis_url) if redis_url else None

    def cpu_seconds(self) -> float:
        """So far."""
        return self._of_postgresql() + self._of_redis()

    def _of_postgresql(self) -> float:
        if self._sql is None:
            return 0.0
        others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return sum(cpu_seconds_of(pid) for (pid,) in self._sql.execute(others).fetchall())

    def _of_redis(self) -> float:
        if self._redis is None:
            return 0.0
        told = self._redis.info("cpu")
        return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])


def cpu_seconds_of(pid: int) -> float:
    """Processor time of one process so far; none of one that is gone."""
    try:
        # After the name, which may hold anything: utime and stime are the 14th and 15th field (proc(5)).
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def cpu_seconds_of_group(group: int) -> float:
    """Of all processes of this group."""
    seconds = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                seconds += cpu_seconds_of(int(folder.name))
        except ProcessLookupError:
            continue
    return seconds
