"""A second, independent label of a photo: two tasks of one photo, one of which rests beside the other.

Photos that are there have one task each.

Revision: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_FORCE = sa.text("kept_beside IS NULL")
# What refers to others comes before them.
OF_A_TASK = ("comments", "reviews", "label_maps", "drafts", "task_skips", "landmark_revisions")


def upgrade() -> None:
    with op.batch_alter_table("tasks") as tasks:
        tasks.add_column(sa.Column("kept_beside", ID, nullable=True))
        tasks.drop_constraint(op.f("uq_tasks_photo_id"), type_="unique")
        tasks.create_foreign_key(op.f("fk_tasks_kept_beside"), "tasks", ["kept_beside"], ["id"], ondelete="CASCADE")
        tasks.create_unique_constraint(op.f("uq_tasks_kept_beside"), ["kept_beside"])
    op.create_index(
        "uq_tasks_photo", "tasks", ["photo_id"], unique=True, postgresql_where=IN_FORCE, sqlite_where=IN_FORCE
    )


def downgrade() -> None:
    op.drop_index("uq_tasks_photo", table_name="tasks", postgresql_where=IN_FORCE, sqlite_where=IN_FORCE)
    _keep_one_task_a_photo()
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_constraint(op.f("uq_tasks_kept_beside"), type_="unique")
        tasks.drop_constraint(op.f("fk_tasks_kept_beside"), type_="foreignkey")
        tasks.drop_column("kept_beside")
        tasks.create_unique_constraint(op.f("uq_tasks_photo_id"), ["photo_id"])


def _keep_one_task_a_photo() -> None:
    """The one in force, unless it was not submitted yet: then the label that rests is the photo's only one."""
    connection = op.get_bind()
    pairs = connection.execute(
        sa.text(
            "SELECT rests.id, force.id, force.state, force.project_id FROM tasks AS rests"
            " JOIN tasks AS force ON force.id = rests.kept_beside"
        )
    ).all()
    for resting, in_force, state, project_id in pairs:
        given_up = resting
        if state not in ("in_review", "approved"):
            given_up = in_force
            for counted, change in ((state, -1), ("in_review", 1)):
                connection.execute(
                    sa.text(
                        "UPDATE task_counters SET count = count + :change WHERE project_id = :project AND state = :state"
                    ),
                    {"change": change, "project": project_id, "state": counted},
                )
        connection.execute(sa.text("UPDATE tasks SET kept_beside = NULL WHERE id = :task"), {"task": resting})
        _delete_task(connection, given_up)


def _delete_task(connection: sa.Connection, task_id: int) -> None:
    """With all that refers to it: on SQLite nothing is deleted along while a migration runs."""
    maps = sa.table("label_maps", sa.column("id"), sa.column("task_id"))
    hints = sa.table("disagreements", sa.column("label_map_id"))
    theirs = sa.select(maps.c.id).where(maps.c.task_id == task_id)
    connection.execute(hints.delete().where(hints.c.label_map_id.in_(theirs)))
    for name in OF_A_TASK:
        rows = sa.table(name, sa.column("task_id"))
        connection.execute(rows.delete().where(rows.c.task_id == task_id))
    tasks = sa.table("tasks", sa.column("id"))
    connection.execute(tasks.delete().where(tasks.c.id == task_id))
