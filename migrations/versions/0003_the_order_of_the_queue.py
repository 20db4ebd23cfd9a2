"""The order of the queue: a project's choice, and the two numbers of a proposal that the queue may be ordered by.

Proposals that are there doubt nothing until they are made again: their photos come in the order of their import.

Revision: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('ready', 'in_progress')")


def upgrade() -> None:
    op.add_column(
        "projects", sa.Column("queue_order", sa.String(length=16), nullable=False, server_default=sa.text("'import'"))
    )
    for name, nothing_known in (("doubt", "0"), ("familiarity", "1")):
        op.add_column("tasks", sa.Column(name, sa.Double(), nullable=False, server_default=sa.text(nothing_known)))
    for index, column in (
        ("ix_tasks_queue_most_to_learn", "familiarity"),
        ("ix_tasks_queue_least_doubtful", "doubt"),
    ):
        op.create_index(
            index, "tasks", ["project_id", column, "priority", "id"], postgresql_where=OPEN, sqlite_where=OPEN
        )


def downgrade() -> None:
    for index in ("ix_tasks_queue_least_doubtful", "ix_tasks_queue_most_to_learn"):
        op.drop_index(index, table_name="tasks", postgresql_where=OPEN, sqlite_where=OPEN)
    for name in ("familiarity", "doubt"):
        op.drop_column("tasks", name)
    op.drop_column("projects", "queue_order")
