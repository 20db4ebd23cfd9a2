"""Slowing down those who guess passwords: counted in Redis when the installation has one, else in this process."""

import structlog
from fastapi import Request
from limits import parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from backend.problems import Problem
from backend.settings import Settings

log = structlog.get_logger()


class TooManyAttempts(Problem):
    status = 429
    code = "too-many-attempts"
    title = "Too many attempts"


class LoginLimit:
    """`settings.login_attempts` for an account and address together, and ten times that for the address alone."""

    def __init__(self, settings: Settings) -> None:
        self._of_process = MovingWindowRateLimiter(MemoryStorage())
        self._limiter = self._of_process
        if settings.uses_redis:
            storage = storage_from_string(settings.resolved_broker_url, wrap_exceptions=True)
            self._limiter = MovingWindowRateLimiter(storage)
        self._item = parse(settings.login_attempts)
        self._per_address = type(self._item)(self._item.amount * 10, self._item.multiples)

    def check(self, address: str, account: str) -> None:
        try:
            allowed = self._allows(self._limiter, address, account)
        except StorageError as error:
            # People can sign in while Redis is down; each API process then counts for itself.
            log.warning("login_limit.redis_unreachable", error=str(error))
            allowed = self._allows(self._of_process, address, account)
        if not allowed:
            seconds = str(self._item.get_expiry())
            raise TooManyAttempts(f"Wait {seconds} seconds, then try again.", headers={"Retry-After": seconds})

    def _allows(self, limiter: MovingWindowRateLimiter, address: str, account: str) -> bool:
        return limiter.hit(self._per_address, "address", address) and limiter.hit(
            self._item, "login", address, account.strip().lower()
        )


def login_limit(request: Request, account: str) -> None:
    address = request.client.host if request.client else "unknown"
    request.app.state.login_limit.check(address, account)
