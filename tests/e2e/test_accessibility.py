"""Facet without a mouse and to assistive technology: from the sign-in to a submitted photo by keys, and axe on every page.

The tests share one server. Anna annotates there, and the admin looks at every page.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.axe import serious_findings
from tests.e2e.conftest import keep_logs, keep_picture
from tests.e2e.editor import EditorPage
from tests.e2e.lost_work import SECONDS, Studio
from tests.e2e.people import PASSWORD, Person
from tests.e2e.reviewing import write_headers
from tests.workers.processes import wait_until

pytestmark = pytest.mark.e2e

# How many stops there may be between the focus and where somebody wants to go.
MOST_TABS = 120
MOVED, CONFIRMED = 1, 2

PAGES = {
    "projects": "/projects",
    "users": "/members",
    "account": "/account",
    "overview": "/projects/{project}",
    "photos": "/projects/{project}/photos",
    "import": "/projects/{project}/import",
    "models": "/projects/{project}/models",
    "snapshots": "/projects/{project}/snapshots",
    "jobs": "/projects/{project}/jobs",
    "members": "/projects/{project}/members",
    "settings": "/projects/{project}/settings",
}


@pytest.fixture(scope="module")
def studio(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio.opened(tmp_path_factory.mktemp("studio"), chromium) as studio:
        _label_two(studio)
        yield studio


@pytest.fixture
def anna(request: pytest.FixtureRequest, studio: Studio) -> Iterator[Person]:
    anna = Person(studio.chromium, studio.setup.url, "Anna")
    try:
        yield from _watched(request, studio, anna)
    finally:
        anna.close()


@pytest.fixture(scope="module")
def signed_in_admin(studio: Studio) -> Iterator[Person]:
    """In one browser for all pages, since loading the front end anew would take longer than looking at a page."""
    admin = Person(studio.chromium, studio.setup.url, "Ada")
    _sign_in(admin, "admin@localhost")
    yield admin
    admin.close()


@pytest.fixture
def admin(request: pytest.FixtureRequest, studio: Studio, signed_in_admin: Person) -> Iterator[Person]:
    yield from _watched(request, studio, signed_in_admin)


def _watched(request: pytest.FixtureRequest, studio: Studio, person: Person) -> Iterator[Person]:
    """Gives the person to one test, after which nothing may have gone wrong for them."""
    person.troubles.clear()
    yield person
    keep_picture(request, person)
    keep_logs(request, studio.setup)
    assert person.troubles == []


def test_from_the_sign_in_to_a_submitted_photo_by_keys(anna: Person, studio: Studio) -> None:
    page, keyboard = anna.page, anna.page.keyboard
    page.goto("/")
    _tab_to(page.get_by_label("E-mail"))
    keyboard.type(anna.email)
    _tab_to(page.get_by_label("Password", exact=True))
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    for link in ("Lost and found", "Start annotating"):
        _tab_to(page.get_by_role("link", name=link))
        keyboard.press("Enter")
    editor = EditorPage(page)
    task_id = editor.wait_for_task()
    start = studio.admin.get(f"tasks/{task_id}").json()["revision"]["points"]

    # No other point is to follow.
    following = editor.button("toggle-carry")
    expect(following).to_have_attribute("aria-disabled", "false")
    keyboard.press("l")
    expect(following).to_have_attribute("aria-pressed", "false")
    _press(page, "Tab", "ArrowRight", "ArrowRight", "ArrowDown")
    _press(page, "Tab", "Tab", "Shift+ArrowDown", "Alt+ArrowLeft", "Alt+ArrowLeft", "Alt+ArrowLeft")
    _press(page, "Tab", "Tab", "Shift+Tab", "Shift+ArrowRight", "ArrowLeft", "Alt+ArrowUp")
    _press(page, "Tab", "v")
    moves = {0: (2, 1), 2: (-0.3, 10), 3: (9, -0.1)}
    editor.expect_corrected(len(moves))
    keyboard.press("Enter")
    editor.wait_for_task(other_than=task_id)

    label = studio.admin.get(f"tasks/{task_id}").json()
    assert label["task"]["state"] in ("fitting", "in_review")
    for index, (x, y) in enumerate(start):
        dx, dy = moves.get(index, (0, 0))
        assert label["revision"]["points"][index] == pytest.approx((x + dx, y + dy), abs=1e-6), index
    origins = {index: origin for index, origin in enumerate(label["revision"]["origins"]) if origin != 0}
    assert origins == dict.fromkeys(moves, MOVED) | {4: CONFIRMED}


def test_keys_are_changed_by_keys(anna: Person, studio: Studio) -> None:
    page, editor = anna.page, EditorPage(anna.page)
    _sign_in(anna, anna.email)
    page.goto(f"/projects/{studio.project_id}/annotate")
    editor.wait_for_task()
    page.keyboard.press("?")
    key = page.get_by_test_id("key-brush-0")
    _tab_to(key)
    page.keyboard.press("Enter")
    question = page.get_by_test_id("key-question")
    expect(question).to_contain_text("Press the new key")
    page.keyboard.press("e")
    expect(question).to_contain_text("E is already a key of “Eraser")
    expect(page.get_by_role("button", name="Swap")).to_be_focused()
    page.keyboard.press("Enter")
    expect(key).to_have_text("E")
    expect(key).to_be_focused()
    expect(page.get_by_test_id("key-eraser-0")).to_have_text("W")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("e")
    expect(editor.button("brush")).to_have_attribute("aria-pressed", "true")

    page.reload()
    editor.wait_for_task()
    expect(editor.button("brush")).to_have_attribute("aria-keyshortcuts", "E")
    page.keyboard.press("w")
    expect(editor.button("eraser")).to_have_attribute("aria-pressed", "true")


def test_axe_on_the_sign_in(anna: Person) -> None:
    anna.page.goto("/login")
    expect(anna.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert serious_findings(anna.page) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_on(path: str, admin: Person, studio: Studio) -> None:
    page = admin.page
    page.goto(path.format(project=studio.project_id))
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert serious_findings(page) == []


def test_axe_on_the_tour(admin: Person) -> None:
    admin.page.goto("/tour")
    expect(admin.page.get_by_test_id("tour-steps")).to_be_visible()
    admin.page.wait_for_load_state("networkidle")
    assert serious_findings(admin.page) == []


def test_axe_on_the_editor_and_its_keys(admin: Person, studio: Studio) -> None:
    page = admin.page
    page.goto(f"/projects/{studio.project_id}/annotate")
    EditorPage(page).wait_for_task()
    # With a point in the hand, and with a brush.
    for stroke in ("Tab", "w"):
        page.keyboard.press(stroke)
        assert serious_findings(page) == []
    page.keyboard.press("?")
    page.get_by_test_id("key-brush-0").click()
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Swap")).to_be_visible()
    assert serious_findings(page) == []


def test_axe_on_the_review(admin: Person, studio: Studio) -> None:
    admin.page.goto(f"/projects/{studio.project_id}/review")
    editor = EditorPage(admin.page)
    editor.wait_for_task()
    editor.expect_label_map()
    assert serious_findings(admin.page) == []


def _sign_in(person: Person, email: str) -> None:
    """Without the page that the other tests look at."""
    assert person.context.request.post("/api/v1/session", data={"email": email, "password": PASSWORD}).ok


def _tab_to(target: Locator) -> None:
    """Presses Tab until the focus is there, as whoever has no mouse."""
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        target.page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_TABS} Tabs do not lead to {target}")


def _press(page: Page, *strokes: str) -> None:
    for stroke in strokes:
        page.keyboard.press(stroke)


def _label_two(studio: Studio) -> None:
    """One approved label, frozen in a snapshot, and one that waits for a review: no page is to be empty."""
    project = f"projects/{studio.project_id}"
    approved = _submit_untouched(studio)
    assignment = _post(studio, f"{project}/reviews/next")
    assert assignment["task"]["id"] == approved
    _post(studio, f"tasks/{approved}/reviews", {"verdict": "approved"}, write_headers(assignment))
    _post(studio, f"{project}/snapshots", {})
    _submit_untouched(studio)


def _submit_untouched(studio: Studio) -> int:
    """The admin submits what was proposed; returns the task, which has its label map."""
    assignment = _post(studio, f"projects/{studio.project_id}/tasks/next")
    task_id: int = assignment["task"]["id"]
    _post(studio, f"tasks/{task_id}/submit", {"operations": []}, write_headers(assignment))
    wait_until(f"task {task_id} is drawn", lambda: studio.state_of(task_id) == "in_review", SECONDS)
    return task_id


def _post(studio: Studio, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
    answer = studio.admin.post(path, json=body, headers=headers)
    assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()
