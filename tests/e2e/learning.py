"""Models: trained by themselves, judged, put to work and taken back by an admin."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.chain import Chain, same_places
from tests.e2e.people import LONG_PATIENCE, Person
from tests.e2e.team_pages import RETRAIN_EVERY

OUTCOME = re.compile("promoted|kept back")


def see_what_was_learned(chain: Chain) -> None:
    """Beat has started a training by itself; the page shows how good it is, and an admin puts it to work."""
    page = chain.admin.page
    page.goto(f"/projects/{chain.project_id}/models")
    expect(model_row(page, 1)).to_contain_text(OUTCOME, timeout=LONG_PATIENCE)
    (model,) = chain.admin.get(f"projects/{chain.project_id}/models")["items"]
    assert model["labels"] == RETRAIN_EVERY
    metrics, baseline = model["metrics"], model["baseline"]
    better = metrics["nme_rect"] <= baseline["nme_rect"] and metrics["fr_008"] <= baseline["fr_008"]
    assert model["decision"] == ("promoted" if better else "kept")
    expect(model_row(page, 1)).to_contain_text("promoted" if better else "kept back")
    expect(model_row(page, 1)).to_contain_text(f"{100 * metrics['nme_rect']:.2f}")
    contour = page.get_by_role("table", name="Model 1, part by part").get_by_role("row").filter(has_text="contour")
    for of_whom in (baseline, metrics):
        expect(contour).to_contain_text(f"{100 * of_whom['per_part']['contour']:.2f}")
    for name in ("NME of 1 model", "AUC of 1 model"):
        expect(page.get_by_role("img", name=name).locator("canvas")).to_be_visible()
    if not better:
        activate_model(chain.admin, chain.project_id, 1, verb="Activate")
    expect_proposals_of(chain, 1)


def expect_proposals_of(chain: Chain, number: int) -> None:
    """Photos that nobody has opened are predicted by this model; opened ones keep what people saw."""
    photos = chain.admin.get(f"projects/{chain.project_id}/photos", limit=200)["items"]
    # The last ones of the queue; the one after the last submitted task was opened, and left.
    unopened = [photo["task_id"] for photo in photos if photo["task_id"] > max(chain.submitted) + 1]
    assert len(unopened) >= 2
    for task_id in unopened:
        chain.wait_for_proposal(task_id, number)
    for task_id in (chain.skipped_task, *chain.submitted):
        assert chain.task(task_id)["initial"]["source"] == chain.starts_from
    assert chain.task(chain.skipped_task)["revision"]["number"] == 1
    for task_id, points in chain.submitted.items():
        assert same_places(chain.task(task_id)["revision"]["points"], points)


def roll_back(chain: Chain) -> None:
    """A second model, whatever the gate says of it, and back to the first by a button."""
    page = chain.admin.page
    page.goto(f"/projects/{chain.project_id}/models")
    expect(model_row(page, 2)).to_contain_text(OUTCOME, timeout=LONG_PATIENCE)
    if "promoted" not in model_row(page, 2).inner_text():
        activate_model(chain.admin, chain.project_id, 2, verb="Activate")
    expect_proposals_of(chain, 2)
    activate_model(chain.admin, chain.project_id, 1, verb="Roll back to")
    expect(page.get_by_role("row").filter(has_text="Rolled back to model 1")).to_contain_text("admin", ignore_case=True)
    expect_proposals_of(chain, 1)


def train_now(admin: Person, project_id: int) -> None:
    page = admin.page
    page.goto(f"/projects/{project_id}/models")
    page.get_by_role("button", name="Train now").click()
    expect(page.get_by_text("Training is queued")).to_be_visible()


def stop_and_take_up_again(admin: Person, project_id: int) -> None:
    """A training under way is stopped by a button, and taken up again by another."""
    page = admin.page
    page.goto(f"/projects/{project_id}/jobs")
    training = page.get_by_role("row").filter(has_text="Train a model").first
    training.get_by_role("button", name="Stop").click()
    training.get_by_role("button", name="Yes, stop it").click()
    expect(training).to_contain_text("failed")
    expect(training).to_contain_text("Stopped by")
    training.get_by_role("button", name="Retry").click()
    expect(training).to_contain_text("succeeded", timeout=LONG_PATIENCE)


def activate_model(admin: Person, project_id: int, number: int, *, verb: str) -> None:
    """Promotes a model by hand (verb "Activate") or returns to an older one (verb "Roll back to")."""
    page = admin.page
    page.goto(f"/projects/{project_id}/models")
    model_row(page, number).get_by_role("button", name="Activate").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill(f"Model {number} is what we want to see at work.")
    dialog.get_by_role("button", name=f"{verb} model {number}").click()
    expect(model_row(page, number)).to_contain_text("active")


def model_row(page: Page, number: int) -> Locator:
    first_cell = page.locator("td:first-child").filter(has=page.get_by_text(str(number), exact=True))
    return page.get_by_role("table").filter(has_text="Outcome").get_by_role("row").filter(has=first_cell)
