"""What an admin does on the pages around the editor: the first login, a project, people, photos."""

import re
from collections.abc import Callable

from playwright.sync_api import FileChooser, Page, expect

from tests.e2e.people import LONG_PATIENCE, PASSWORD, Person
from tests.e2e.photos import HOLDOUT_SHARE, ChosenPhotos

PROJECT = "Faces of the lab"
RETRAIN_EVERY = 6
TRAIN_WIDTH = 32
TRAIN_EPOCHS = 4


def first_login(admin: Person, one_time_password: str) -> None:
    """The password from the terminal lets nobody further than to a password of their own."""
    page = admin.page
    page.goto("/")
    page.get_by_label("E-mail").fill("admin@localhost")
    page.get_by_label("Password", exact=True).fill(one_time_password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Choose your password")).to_be_visible()
    page.goto("/projects")
    expect(page.get_by_role("heading", name="Choose your password")).to_be_visible()
    page.get_by_label("The password you were given").fill(one_time_password)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("heading", name="Projects", exact=True)).to_be_visible()


def create_project(admin: Person) -> int:
    page = admin.page
    page.get_by_role("button", name="New project").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill(PROJECT)
    for label, value in (
        ("Train again after, labels", RETRAIN_EVERY),
        ("Held out, % of photos", round(100 * HOLDOUT_SHARE)),
        ("Network width, channels", TRAIN_WIDTH),
        ("Epochs of a training run", TRAIN_EPOCHS),
    ):
        dialog.get_by_role("textbox", name=label).fill(str(value))
    dialog.get_by_role("button", name="Create the project").click()
    expect(page).to_have_url(re.compile(r"/projects/\d+/import$"))
    project_id = int(page.url.split("/")[-2])
    policy = admin.context.request.get(f"/api/v1/projects/{project_id}").json()
    assert policy["retrain_every"] == RETRAIN_EVERY
    assert policy["holdout_share"] == HOLDOUT_SHARE
    assert (policy["train_width"], policy["train_epochs"]) == (TRAIN_WIDTH, TRAIN_EPOCHS)
    return project_id


def invite(admin: Person, project_id: int, newcomer: Person, role: str) -> None:
    """The admin makes a link; the newcomer opens it in their own browser and makes an account."""
    page = admin.page
    page.goto(f"/projects/{project_id}/members")
    page.get_by_role("combobox", name="Role").or_(page.get_by_role("textbox", name="Role")).click()
    page.get_by_role("option", name=role, exact=False).click()
    page.get_by_role("button", name="Make an invitation link").click()
    link = page.get_by_role("alert").filter(has_text=f"Invitation for a new {role}").locator("pre")
    expect(link).to_be_visible()

    page = newcomer.page
    page.goto(link.inner_text().strip())
    expect(page.get_by_text(f"You are invited as {role} in {PROJECT}.")).to_be_visible()
    page.get_by_label("Name").fill(newcomer.name)
    page.get_by_label("E-mail").fill(newcomer.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("link", name=PROJECT)).to_be_visible()
    newcomer.make_token()

    admin.page.reload()
    member = admin.page.get_by_role("row").filter(has_text=newcomer.email)
    expect(member).to_contain_text(role)


def import_photos(admin: Person, project_id: int, photos: ChosenPhotos, facet: Callable[..., str]) -> None:
    """By the file chooser, as a zip, and by `facet import`; what is not imported is named, with the reason."""
    page = admin.page
    page.goto(f"/projects/{project_id}/import")
    chosen = [photo.path for photo in photos.by_chooser]
    _choose(page, "Choose photos").set_files([*chosen, photos.broken, photos.copy])
    expect(page.get_by_role("heading", name=f"{len(chosen)} photos imported")).to_be_visible(timeout=LONG_PATIENCE)
    broken = page.get_by_role("row").filter(has_text=photos.broken.name)
    expect(broken).to_contain_text("refused")
    expect(broken).to_contain_text("broken or incomplete")
    copy = page.get_by_role("row").filter(has_text=photos.copy.name)
    expect(copy).to_contain_text("duplicate")
    expect(copy).to_contain_text(chosen[0].name)

    _choose(page, "Choose a zip").set_files(photos.archive)
    in_zip = len(photos.by_zip)
    summary = f"{in_zip + 1} of {in_zip + 1} files · {in_zip} imported, 0 duplicates, 1 refused"
    expect(page.get_by_text(f"Unpacked · {summary}")).to_be_visible(timeout=LONG_PATIENCE)
    expect(page.get_by_role("row").filter(has_text=photos.text_named_jpg)).to_contain_text("not a JPEG")

    facet("import", PROJECT, *(str(photo.path) for photo in photos.by_command))

    # The overview follows by itself while the workers propose points.
    page.goto(f"/projects/{project_id}")
    expect(page.get_by_text(f"{len(photos.all)} photos ready to be annotated")).to_be_visible(timeout=LONG_PATIENCE)


def _choose(page: Page, button: str) -> FileChooser:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    return chooser.value
