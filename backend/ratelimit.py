"""Slowing down those who guess passwords: counted in Redis when the installation has one, else in this process."""

from fastapi import Request
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from backend.problems import Problem
from backend.settings import Settings


class TooManyAttempts(Problem):
    status = 429
    code = "too-many-attempts"
    title = "Too many attempts"


class LoginLimit:
    """`settings.login_attempts` for an account and address together, and ten times that for the address alone."""

    def __init__(self, settings: Settings) -> None:
        storage = storage_from_string(settings.resolved_broker_url if settings.uses_redis else "memory://")
        self._limiter = MovingWindowRateLimiter(storage)
        self._item = parse(settings.login_attempts)
        self._per_address = type(self._item)(self._item.amount * 10, self._item.multiples)

    def check(self, address: str, account: str) -> None:
        allowed = self._limiter.hit(self._per_address, "address", address) and self._limiter.hit(
            self._item, "login", address, account.strip().lower()
        )
        if not allowed:
            seconds = str(self._item.get_expiry())
            raise TooManyAttempts(f"Wait {seconds} seconds, then try again.", headers={"Retry-After": seconds})


def login_limit(request: Request, account: str) -> None:
    address = request.client.host if request.client else "unknown"
    request.app.state.login_limit.check(address, account)
