"""The guides against what they speak of: settings, keys, and the files that they link to."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.settings import Settings

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
PAGES = [REPOSITORY / "README.md", *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FOREIGN = re.compile(r"[a-z][a-z0-9+.-]*:")

# Bundles the registry and the names of its actions as the application's build does, and prints both as one list. These
# modules need no browser to be loaded.
PRINT_ACTIONS = """
import { build } from "vite";
async function load(entry) {
  const lib = { entry, formats: ["es"] };
  const [{ output }] = await build({ configFile: false, logLevel: "silent", build: { write: false, lib } });
  return import("data:text/javascript," + encodeURIComponent(output[0].code));
}
const { ACTIONS } = await load("src/editor/actions/registry.ts");
const { actions } = await load("src/strings/en/actions.ts");
console.log(JSON.stringify(ACTIONS.map((action) => ({ ...action, label: actions.labels[action.id] }))));
"""
WHERE = {
    ("edit",): "annotating",
    ("review",): "reviewing",
    ("view", "review"): "looking and reviewing",
    ("edit", "view", "review"): "everywhere",
}


def _rows(page: Path, first_heading: str) -> Iterator[list[str]]:
    """The cells of the table whose first column has this heading."""
    lines = iter(page.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.startswith(f"| {first_heading} |"):
            break
    next(lines)
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def _written(default: Any) -> str:
    """A default as the table of settings writes it."""
    if default == "":
        return "empty"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, Path) and default.is_absolute():
        return f"`{default.relative_to(REPOSITORY).as_posix()}`"
    if isinstance(default, float):
        return f"`{default:g}`"
    return f"`{default}`"


def test_every_setting_is_in_the_operators_table_with_its_default() -> None:
    told = {row[0]: row[1] for row in _rows(DOCS / "operators.md", "setting")}
    known = {
        f"`FACET_{name.upper()}`": _written(field.get_default(call_default_factory=True))
        for name, field in Settings.model_fields.items()
    }
    assert told == known


def test_the_annotators_table_lists_every_key_of_the_editor() -> None:
    if shutil.which("node") is None or not (REPOSITORY / "frontend" / "node_modules" / "vite").is_dir():
        pytest.skip("the front end's packages are not installed: run 'make setup'")
    printed = subprocess.run(
        ["node", "--input-type=module", "--eval", PRINT_ACTIONS],
        cwd=REPOSITORY / "frontend",
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    known = [
        [
            ", ".join(f"`{key.replace('Mod', 'Ctrl')}`" for key in action["keys"]),
            action["label"],
            WHERE[tuple(action["modes"])],
        ]
        for action in json.loads(printed)
        if action["keys"]
    ]
    assert list(_rows(DOCS / "annotators.md", "key")) == known


def _anchors(page: Path) -> set[str]:
    """The fragments by which a page's headings can be linked to."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_every_relative_link_and_image_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for target in LINK.findall(text):
        if FOREIGN.match(target):
            continue
        path, _, fragment = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (fragment and fragment not in _anchors(found)):
            broken.append(target)
    assert broken == []


def test_the_api_page_lists_every_operation_with_its_access() -> None:
    document = json.loads((REPOSITORY / "frontend" / "src" / "api" / "openapi.json").read_text(encoding="utf-8"))
    known = [
        [method.upper(), f"`{path.removeprefix('/api/v1')}`", operation["x-facet-access"]]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    assert list(_rows(DOCS / "api.md", "method")) == known
