"""The shape model that a project's editor is given: whose it is, what it has learned from, who may have it."""

import numpy as np
import pytest

from backend.annotations import shapes
from backend.installation import Installation
from backend.projects.tables import Project
from ml.schema import N_POINTS
from ml.shape import default_shape_model
from tests.backend.team import Team


def test_a_project_without_labels_gets_the_shipped_model(team: Team) -> None:
    path = f"/projects/{team.seeded_project(1)}/shape-model"
    document = team.annotator.get(path).json()
    assert document.pop("labels") == 0
    assert document == default_shape_model().to_document()
    team.reviewer.get(path)
    team.join("annotator", "Otto").get(path, 404)
    team.stranger.get(path, 401)


def test_it_is_learned_from_approved_labels_of_the_present_proposer(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapes, "LEARN_FROM_AT_LEAST", 3)
    project_id = team.seeded_project(5)
    path = f"/projects/{project_id}/shape-model"
    team.approved(project_id, 2)
    team.submitted(project_id)
    assert team.annotator.get(path).json()["labels"] == 0
    team.judged(project_id)
    learned = team.annotator.get(path).json()
    assert learned["labels"] == 3
    assert len(learned["basis"]) == 2 * N_POINTS * learned["components"]
    assert len(learned["noise"]) == 2 * N_POINTS and min(learned["noise"]) > 0
    assert np.isfinite(learned["basis"]).all()

    # What it fits is the error of each point: where the label is, less where the proposal was.
    with facet.db.reading() as session:
        proposals, truths, known = shapes.approved_labels(session, session.get_one(Project, project_id))
    assert proposals.shape == truths.shape == (3, N_POINTS, 2) and known.all()
    assert np.flatnonzero((proposals != truths).any(axis=(0, 2))).tolist() == [84]
    assert truths[:, 84].tolist() == [[50, 60]] * 3
