"""The dataset: frozen, downloaded, exported, and compared with what was drawn."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.chain import Chain
from tests.e2e.dataset import Drawn, check_dataset
from tests.e2e.people import LONG_PATIENCE
from tests.e2e.team_pages import PROJECT


def download_dataset(chain: Chain, folder: Path) -> None:
    """Frozen by a button, downloaded twice, exported once more: the same bytes, and they hold what was drawn."""
    page = chain.admin.page
    page.goto(f"/projects/{chain.project_id}/snapshots")
    page.get_by_label("Name of the new snapshot").fill("First delivery")
    approved = len(chain.submitted)
    page.get_by_role("button", name=f"Freeze {approved} approved labels").click()
    row = page.get_by_role("row").filter(has_text="First delivery")
    link = row.get_by_role("link", name="Download, LaPa layout")
    expect(link).to_be_visible(timeout=LONG_PATIENCE)
    copies = []
    for _ in range(2):
        with page.expect_download() as download:
            link.click()
        copies.append(download.value.path().read_bytes())
    assert copies[0] == copies[1]

    number = row.get_by_role("cell").first.inner_text()
    chain.setup.facet("export", PROJECT, str(folder / "export.zip"), "--snapshot", number)
    assert (folder / "export.zip").read_bytes() == copies[0]

    drawn = []
    for task_id, points in chain.submitted.items():
        photo = chain.task(task_id)["task"]["photo"]
        split = chain.photos.split_of(photo["name"])
        assert photo["split"] == split
        drawn.append(Drawn(Path(photo["name"]).stem, split, points, chain.drops.get(task_id, {})))
    shares = [sum(label.split == split for label in drawn) for split in ("train", "val", "test")]
    expect(row).to_contain_text(" / ".join(map(str, shares)))
    assert shares[0] >= 3
    assert shares[1] >= 2
    check_dataset(copies[0], drawn)
