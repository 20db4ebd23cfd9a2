"""The queue is no longer ordered by what a model would learn: it did not learn more from it, and people had harder photos.

Projects that had chosen it give their photos as they were imported.

Revision: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('ready', 'in_progress')")
INDEX = "ix_tasks_queue_most_to_learn"


def upgrade() -> None:
    op.execute("UPDATE projects SET queue_order = 'import' WHERE queue_order = 'most_to_learn'")
    op.drop_index(INDEX, table_name="tasks", postgresql_where=OPEN, sqlite_where=OPEN)
    op.drop_column("tasks", "familiarity")


def downgrade() -> None:
    op.add_column("tasks", sa.Column("familiarity", sa.Double(), nullable=False, server_default=sa.text("1")))
    op.create_index(
        INDEX, "tasks", ["project_id", "familiarity", "priority", "id"], postgresql_where=OPEN, sqlite_where=OPEN
    )
