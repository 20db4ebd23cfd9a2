"""An index of what was sent back to whom: it is asked for whenever somebody takes a photo or looks at a project.

Revision: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEX = "ix_tasks_reserved_for"
_ONLY = sa.text("reserved_for IS NOT NULL")


def upgrade() -> None:
    op.create_index(INDEX, "tasks", ["reserved_for", "project_id"], postgresql_where=_ONLY, sqlite_where=_ONLY)


def downgrade() -> None:
    op.drop_index(INDEX, table_name="tasks")
