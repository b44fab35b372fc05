"""How much one network address may send. Kept in memory only, and forgotten when the bucket is full again."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

MOST_ADDRESSES = 50_000
"""Above this the fullest buckets, those that say the least, are forgotten first."""


@dataclass(slots=True)
class _Bucket:
    left: float
    seen_at: float


class RateLimit:
    """A token bucket for each address. `clock` gives seconds that never go back."""

    def __init__(self, per_minute: int, burst: int, clock: Callable[[], float]) -> None:
        self._per_second = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def seconds_to_wait(self, host: str) -> float:
        """Takes one from the bucket: 0.0 if there was one, else the seconds until there will be."""
        now, key = self._clock(), _network(host)
        bucket = self._buckets.get(key)
        if bucket is None:
            self._make_room(now)
            bucket = self._buckets[key] = _Bucket(self._burst, now)
        bucket.left = self._left(bucket, now)
        bucket.seen_at = now
        if bucket.left >= 1:
            bucket.left -= 1
            return 0.0
        return (1 - bucket.left) / self._per_second

    def _left(self, bucket: _Bucket, now: float) -> float:
        return min(self._burst, bucket.left + (now - bucket.seen_at) * self._per_second)

    def _make_room(self, now: float) -> None:
        if len(self._buckets) < MOST_ADDRESSES:
            return
        by_fullness = sorted(self._buckets, key=lambda key: -self._left(self._buckets[key], now))
        for key in by_fullness[: MOST_ADDRESSES // 10]:
            del self._buckets[key]


def _network(host: str) -> str:
    """One subscriber: an IPv4 address, or the /64 that an IPv6 subscriber has to themself."""
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
