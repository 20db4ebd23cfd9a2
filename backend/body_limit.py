"""How much a request may send. The framework reads a body before it asks who sent it, so the limit must come first."""

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.accounts.access import identify
from backend.photos.routes import MAX_FILES_A_REQUEST
from backend.problems import Forbidden, NotSignedIn, Problem, render
from backend.settings import Settings

# Ten thousand operations of the editor fit in a quarter of this.
SMALL = 8 * 2**20
# Part headers and boundaries of a multipart body.
OVERHEAD = 2**20


class TooLarge(Problem):
    status = 413
    code = "too-large"
    title = "The request is too large"


class BodyLimit:
    """ASGI middleware: a few megabytes for everybody, and room for photos and archives where an admin sends them."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._files = MAX_FILES_A_REQUEST * settings.max_photo_bytes + OVERHEAD
        self._archive = settings.max_archive_bytes + OVERHEAD

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS", "DELETE"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        limit, refusal = await self._limit(request)
        declared = request.headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            await render(refusal)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                # A chunked body declares no length; this reaches the caller through the framework's body parser.
                raise HTTPException(refusal.status, refusal.detail)
            return message

        await self._app(scope, counted, send)

    async def _limit(self, request: Request) -> tuple[int, Problem]:
        """The limit, and what to answer above it: somebody who must sign in first is not told to send smaller photos."""
        path = request.url.path
        if not (path.startswith("/api/v1/projects/") and path.endswith(("/files", "/archive"))):
            return SMALL, _too_large(SMALL)
        try:
            caller = await run_in_threadpool(identify, request)
        except Problem as problem:
            return SMALL, problem
        if caller is None:
            return SMALL, NotSignedIn("Sign in, or send a valid API token, before you send photos.")
        if not caller.is_admin:
            return SMALL, Forbidden("Only an admin imports photos.")
        limit = self._files if path.endswith("/files") else self._archive
        return limit, _too_large(limit)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"At most {limit // 2**20} MiB are taken here; send less at once.")
