"""The front end's built scripts and styles, compressed when they were built: the best ratio, and nothing to do a request."""

import mimetypes

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

# What the build writes beside each file, best first. Browsers ask for Brotli over HTTPS and on this machine only.
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


class BuiltFiles(StaticFiles):
    """Files of a folder, each in the smallest encoding that the browser takes and the build has left beside it."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        accepted = _accepted(Headers(scope=scope).get("accept-encoding", ""))
        for encoding, suffix in _ENCODINGS:
            if encoding in accepted and self.lookup_path(path + suffix)[1] is not None:
                response = await super().get_response(path + suffix, scope)
                response.headers["Content-Encoding"] = encoding
                response.headers["Content-Type"] = mimetypes.guess_type(path)[0] or "application/octet-stream"
                # For whatever else the browser takes, the compression that every answer goes through says this itself.
                response.headers["Vary"] = "Accept-Encoding"
                return response
        return await super().get_response(path, scope)


def _accepted(header: str) -> set[str]:
    """The encodings of an Accept-Encoding header but those that it refuses by a weight of nought."""
    accepted = set()
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            accepted.add(name.strip())
    return accepted
