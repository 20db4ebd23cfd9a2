"""The demo project: rendered faces, so that anybody can try the whole chain without photos of people."""

import cv2
import typer

from backend.photos.service import IncomingFile, import_files, start_import
from backend.projects.service import NameTaken, create_project
from cli.opened import open_installation
from ml.synthetic import render_face

NAME = "Demo"
BATCH = 8


def make_demo(photos: int) -> None:
    """Renders and imports `photos` faces into a new project; does nothing when the demo is there."""
    facet = open_installation()
    try:
        with facet.db.transaction() as session:
            project = create_project(
                session,
                None,
                NAME,
                description="Rendered faces: correct, submit, review, and watch the model learn after every 12 labels.",
                # Small and often, so that a visitor sees a model learn within the hour. The network has the width of the
                # shipped weights, so that learning goes on from them.
                retrain_every=12,
                holdout_share=0.4,
                train_epochs=20,
            )
            row = start_import(session, project.id, None, photos)
    except NameTaken:
        typer.echo("The demo project is there already.")
        return
    for start in range(0, photos, BATCH):
        files = [_rendered(seed) for seed in range(start, min(photos, start + BATCH))]
        import_files(facet, row.id, files)
    typer.echo(f"  The project '{NAME}' has {photos} rendered faces.")
    facet.close()


def _rendered(seed: int) -> IncomingFile:
    face = render_face(seed, 512, pose="frontal")
    encoded, data = cv2.imencode(".png", cv2.cvtColor(face.image, cv2.COLOR_RGB2BGR))
    assert encoded
    return IncomingFile(f"rendered_{seed:03d}.png", data.tobytes())
