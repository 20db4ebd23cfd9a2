"""How much a request may send. The framework reads a body before it asks who sent it, so the limit must come first."""

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.accounts.access import identify
from backend.photos.routes import MAX_FILES_A_REQUEST
from backend.problems import Problem, render
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
        limit = await self._limit(request)
        declared = request.headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            await render(TooLarge(self._detail(limit)))(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                # A chunked body declares no length; this reaches the caller through the framework's body parser.
                raise HTTPException(TooLarge.status, self._detail(limit))
            return message

        await self._app(scope, counted, send)

    async def _limit(self, request: Request) -> int:
        path = request.url.path
        if not (path.startswith("/api/v1/projects/") and path.endswith(("/files", "/archive"))):
            return SMALL
        try:
            caller = await run_in_threadpool(identify, request)
        except Problem:
            return SMALL
        if caller is None or not caller.is_admin:
            return SMALL
        return self._files if path.endswith("/files") else self._archive

    @staticmethod
    def _detail(limit: int) -> str:
        return f"At most {limit // 2**20} MiB are taken here; send less at once."
