"""Built files go out as the build compressed them, to browsers that take that."""

import gzip
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from backend.main import create_app
from backend.settings import Settings

SCRIPT = b"export const face = 106;\n" * 200
BROTLI = b"these bytes stand for a Brotli stream"


@pytest.fixture
def client(settings: Settings, tmp_path: Path) -> TestClient:
    dist = tmp_path / "dist"
    assets = dist / "assets"
    assets.mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>Facet</title>")
    (assets / "index-abc.js").write_bytes(SCRIPT)
    (assets / "index-abc.js.br").write_bytes(BROTLI)
    (assets / "index-abc.js.gz").write_bytes(gzip.compress(SCRIPT))
    (assets / "plain-abc.js").write_bytes(SCRIPT)
    return TestClient(create_app(settings.model_copy(update={"frontend_dir": dist}), check_schema=False))


def _raw(client: TestClient, path: str, accepted: str) -> tuple[dict[str, str], bytes]:
    with client.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
        assert answer.status_code == 200
        return dict(answer.headers), b"".join(answer.iter_raw())


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br, zstd", "br", BROTLI),
        ("gzip, deflate", "gzip", None),
        ("br;q=0, gzip", "gzip", None),
        ("identity", None, SCRIPT),
    ],
)
def test_a_browser_gets_the_smallest_file_that_it_takes(
    client: TestClient, accepted: str, encoding: str | None, body: bytes | None
) -> None:
    headers, data = _raw(client, "/assets/index-abc.js", accepted)
    assert headers.get("content-encoding") == encoding
    assert headers["content-type"].startswith("text/javascript")
    assert headers["vary"] == "Accept-Encoding"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert int(headers["content-length"]) == len(data)
    assert data == body if body is not None else gzip.decompress(data) == SCRIPT


def test_a_file_without_a_compressed_one_is_compressed_on_the_way(client: TestClient) -> None:
    answer = client.get("/assets/plain-abc.js", headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == SCRIPT


@pytest.mark.parametrize("path", ["/assets/gone-abc.js", "/assets/..%2findex.html", "/assets/%2e%2e/%2e%2e/secret"])
def test_a_built_file_that_is_not_there_is_not_the_page(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "*/*"})
    assert answer.status_code == 404


def test_the_page_itself_is_asked_for_anew_each_time(client: TestClient) -> None:
    first = client.get("/projects/1/annotate", headers={"Accept": "text/html"})
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/projects/1/annotate", headers={"Accept": "text/html", "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
