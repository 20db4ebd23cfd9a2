"""People at their browsers. Each keeps an account of everything that went wrong on the way, seen or unseen."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, Response, expect

# A sign-in that is needed, a lease or a revision that moved on: answers that the pages are made for.
EXPECTED_STATUS = {401, 409, 412}
# What a browser says when a page is left while something is still loading, and of a link that becomes a download.
LEFT = "net::ERR_ABORTED"
OUTAGE = (
    "net::ERR_CONNECTION_REFUSED",
    "net::ERR_CONNECTION_RESET",
    # Headers and body go out one after the other: a kill between them.
    "net::ERR_CONTENT_LENGTH_MISMATCH",
    "net::ERR_EMPTY_RESPONSE",
    "net::ERR_INCOMPLETE_CHUNKED_ENCODING",
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_NETWORK_CHANGED",
)

# Milliseconds. Generous, since the machine may be busy; a wait ends as soon as its condition holds.
PATIENCE = 30_000
LONG_PATIENCE = 240_000

PASSWORD = "a quiet place for long work"


class Person:
    """One person with a browser of their own, and, once made on the account page, an API token."""

    def __init__(self, browser: Browser, url: str, name: str) -> None:
        self.name = name
        self.email = f"{name.lower()}@example.org"
        self.url = url
        self.context = browser.new_context(
            base_url=url, viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="UTC"
        )
        self.context.set_default_timeout(PATIENCE)
        self.troubles: list[str] = []
        self.api = httpx.Client(base_url=f"{url}/api/v1/", timeout=60)
        self._in_outage = False
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.troubles.append(f"uncaught: {error.error}"))
        self.context.on("requestfailed", self._note_failure)
        self.context.on("response", self._note_answer)
        self.page: Page = self.context.new_page()

    @contextmanager
    def outage(self) -> Iterator[None]:
        """While the network or the server is away on purpose."""
        self._in_outage = True
        try:
            yield
        finally:
            self._in_outage = False

    def _hear(self, message: ConsoleMessage) -> None:
        # Failed requests are judged below, where their status is known.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {message.text}")

    def _note_failure(self, request: Request) -> None:
        failure = request.failure or ""
        if failure != LEFT and not (self._in_outage and failure in OUTAGE):
            self.troubles.append(f"{request.method} {request.url}: {failure}")

    def _note_answer(self, response: Response) -> None:
        if response.status >= 400 and response.status not in EXPECTED_STATUS:
            self.troubles.append(f"{response.request.method} {response.url}: {response.status}")

    def make_token(self) -> None:
        """Makes an API token on the account page; `api` carries it from then on."""
        self.page.goto("/account")
        self.page.get_by_role("textbox", name="Name").fill("script")
        self.page.get_by_role("button", name="Make a token").click()
        token = self.page.get_by_role("alert").filter(has_text="The token").locator("pre")
        expect(token).to_be_visible()
        self.api.headers["Authorization"] = f"Bearer {token.inner_text().strip()}"

    def get(self, path: str, **query: Any) -> Any:
        return self._checked(self.api.get(path, params=query))

    def post(self, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
        return self._checked(self.api.post(path, json=body, headers=headers))

    def _checked(self, answer: httpx.Response) -> Any:
        assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def picture(self, path: Path) -> None:
        """What they see, for whoever looks for the fault; nothing when the browser is gone."""
        with suppress(Error):
            self.page.screenshot(path=path, timeout=10_000)

    def close(self) -> None:
        self.api.close()
        self.context.close()
