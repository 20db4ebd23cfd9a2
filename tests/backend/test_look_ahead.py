"""What comes next, shown ahead: nobody is kept from it, and people at work do not look at the same photo."""

from typing import Any

from backend.installation import Installation
from tests.backend.team import Caller, Team, lease_headers
from tests.backend.test_leases import expire_lease, state_of


def take(caller: Caller, project_id: int) -> tuple[int, dict[str, str]]:
    taken = caller.post(f"/projects/{project_id}/tasks/next", 200).json()
    return taken["task"]["id"], lease_headers(taken)


def ahead(caller: Caller, project_id: int, besides: int) -> int:
    shown = caller.get(f"/projects/{project_id}/tasks/next", 200, params={"besides": besides}).json()
    assert shown["lease"] is None
    task_id: int = shown["task"]["id"]
    return task_id


def test_looking_ahead_shows_what_next_gives_and_takes_nothing(team: Team) -> None:
    project_id = team.seeded_project(2)
    in_hand, lease = take(team.annotator, project_id)
    shown = ahead(team.annotator, project_id, in_hand)
    assert shown != in_hand and state_of(team, shown) == "ready"
    team.annotator.post(f"/tasks/{in_hand}/submit", 200, json={"operations": []}, headers=lease)
    assert take(team.annotator, project_id)[0] == shown


def test_nothing_is_shown_when_nothing_else_waits(team: Team) -> None:
    project_id = team.seeded_project(1)
    in_hand, _ = take(team.annotator, project_id)
    team.annotator.get(f"/projects/{project_id}/tasks/next?besides={in_hand}", 204)
    team.annotator.get(f"/projects/{project_id}/tasks/next?besides=0", 422)


def test_what_was_sent_back_comes_before_the_queue(team: Team) -> None:
    project_id = team.seeded_project(4)
    rejected = team.submitted(project_id)
    team.judged(project_id, "rejected")
    other, _ = take(team.reviewer, project_id)
    assert ahead(team.annotator, project_id, other) == rejected
    assert ahead(team.reviewer, project_id, other) != rejected


def test_a_skipped_photo_is_not_shown_again(team: Team) -> None:
    project_id = team.seeded_project(2)
    skipped, lease = take(team.annotator, project_id)
    team.annotator.post(f"/tasks/{skipped}/skip", 204, json={"reason": "dark"}, headers=lease)
    in_hand, _ = take(team.annotator, project_id)
    team.annotator.get(f"/projects/{project_id}/tasks/next?besides={in_hand}", 204)


def test_everybody_learns_what_was_sent_back_to_them_and_how_many_photos_they_skipped(team: Team) -> None:
    def mine(caller: Caller) -> dict[str, Any]:
        numbers = caller.get(f"/projects/{project_id}/insights", 200).json()["mine"]
        return {name: numbers[name] for name in ("begun", "sent_back", "first_sent_back", "skipped") if numbers[name]}

    project_id = team.seeded_project(3)
    rejected = team.submitted(project_id)
    team.judged(project_id, "rejected", "The mouth is off.")
    taken, lease = take(team.reviewer, project_id)
    assert mine(team.reviewer) == {"begun": 1}
    team.reviewer.post(f"/tasks/{taken}/skip", 204, json={"reason": "dark"}, headers=lease)
    assert mine(team.reviewer) == {"skipped": 1}
    told = mine(team.annotator)
    assert told["sent_back"] == 1
    first = told["first_sent_back"]
    assert (first["task_id"], first["comments"]) == (rejected, ["The mouth is off."])
    assert first["photo"] == team.annotator.get(f"/tasks/{rejected}").json()["task"]["photo"]["name"]
    # In somebody's hands, it is none of the ready ones.
    assert take(team.annotator, project_id)[0] == rejected
    team.admin.post(f"/tasks/{taken}/lease", 200)
    assert (mine(team.annotator), mine(team.reviewer)) == ({"begun": 1}, {})


def test_people_at_work_are_shown_photos_of_their_own_also_while_the_queue_moves(team: Team) -> None:
    project_id = team.seeded_project(24)
    people = [team.annotator, team.reviewer, team.admin]
    hands = [take(person, project_id) for person in people]
    shown = [ahead(person, project_id, task_id) for person, (task_id, _) in zip(people, hands, strict=True)]
    assert len(set(shown)) == 3
    for turn in range(4):
        # One of them goes on to what was shown; the others' photos stay theirs.
        person, (task_id, lease) = people[turn % 3], hands[turn % 3]
        person.post(f"/tasks/{task_id}/submit", 200, json={"operations": []}, headers=lease)
        taken = person.post(f"/tasks/{shown[turn % 3]}/lease", 200).json()
        hands[turn % 3] = taken["task"]["id"], lease_headers(taken)
        before = shown
        shown = [ahead(each, project_id, hand) for each, (hand, _) in zip(people, hands, strict=True)]
        assert len(set(shown)) == 3
        assert [a == b for a, b in zip(before, shown, strict=True)] == [i != turn % 3 for i in range(3)]


def test_whoever_has_left_keeps_no_share(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(3)
    abandoned, _ = take(team.reviewer, project_id)
    in_hand, _ = take(team.annotator, project_id)
    expire_lease(facet, abandoned)
    # The lapsed task stands first in the queue again, for anybody who works.
    assert ahead(team.annotator, project_id, in_hand) == abandoned
