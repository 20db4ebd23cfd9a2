"""The API process: create_app() puts the domains' routers together and serves the front end beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.routing import APIRoute

from backend import health, problems, schema_version
from backend.accounts import routes as accounts
from backend.accounts.access import declare_access
from backend.annotations import routes as annotations
from backend.baselines import routes as baselines
from backend.body_limit import BodyLimit
from backend.built_files import BuiltFiles
from backend.events import routes as events
from backend.insights import routes as insights
from backend.installation import Installation
from backend.jobs import routes as jobs
from backend.logs import configure_logs
from backend.modelzoo import routes as modelzoo
from backend.photos import routes as photos
from backend.projects import routes as projects
from backend.ratelimit import LoginLimit
from backend.reviews import routes as reviews
from backend.security_headers import SecurityHeaders
from backend.settings import Settings, get_settings
from backend.snapshots import routes as snapshots
from backend.tasks import routes as tasks
from backend.version import VERSION

log = structlog.get_logger()

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    accounts.router,
    projects.router,
    photos.router,
    tasks.router,
    annotations.router,
    reviews.router,
    modelzoo.router,
    baselines.router,
    snapshots.router,
    jobs.router,
    events.router,
    insights.router,
)


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _operation_id(route: APIRoute) -> str:
    return route.name


def create_app(settings: Settings | None = None, *, check_schema: bool = True) -> FastAPI:
    """The application. Raises SchemaOutdated when the database is not at this code's version."""
    settings = settings or get_settings()
    configure_logs(json=settings.log_json)
    installation = Installation(settings)
    if check_schema:
        schema_version.check(installation.db.engine)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        installation.close()

    app = FastAPI(
        title="Facet",
        version=VERSION,
        # The usual viewer is loaded from a foreign host; the document itself is all that a client needs.
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        generate_unique_id_function=_operation_id,
        lifespan=lifespan,
    )
    app.state.installation = installation
    app.state.login_limit = LoginLimit(settings)
    problems.install(app)
    api_routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    declare_access(api_routes)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")

    @app.api_route("/api/{path:path}", methods=list(_METHODS), include_in_schema=False)
    def unknown(path: str, request: Request) -> None:
        """Without this, an address that the API does not have would get the front end's page."""
        known = f"/{path.removeprefix('v1/')}"
        if any(route.path_regex.match(known) for route in api_routes):
            raise problems.MethodNotAllowed(f"/api/{path} does not take {request.method}; see /api/openapi.json.")
        raise problems.NotFound(f"The API has no /api/{path}; see /api/openapi.json.")

    app.add_middleware(BodyLimit, settings=settings)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    if (settings.frontend_dir / "index.html").is_file():
        app.mount("/assets", BuiltFiles(directory=settings.frontend_dir / "assets", check_dir=False))
        app.frontend("/", directory=settings.frontend_dir, fallback="index.html")
    else:
        log.warning("frontend.missing", folder=str(settings.frontend_dir), hint="run 'make setup'")
    return app
