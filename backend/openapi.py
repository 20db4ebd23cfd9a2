"""Writes the OpenAPI document that the front end's types are made of: python -m backend.openapi PATH."""

import json
import sys
import tempfile
from pathlib import Path

from backend.main import create_app
from backend.settings import Settings


def document() -> str:
    """The API's OpenAPI document, the same text for the same code."""
    with tempfile.TemporaryDirectory() as folder:
        nothing = Path(folder)
        settings = Settings(data_dir=nothing, database_url="", broker_url="", blob_url="", frontend_dir=nothing)
        app = create_app(settings, check_schema=False)
        schema = app.openapi()
        # Not the distribution's version: a release must not make the front end's types stale.
        schema["info"]["version"] = "v1"
        app.state.installation.close()
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
