"""What people paint by hand: a blob of a revision, and the fitted map beneath it.

Nothing was painted before: both are empty in all rows that are there.

Revision: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("landmark_revisions", sa.Column("painting_sha256", sa.String(length=64), nullable=True))
    op.add_column("label_maps", sa.Column("fitted_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("label_maps", "fitted_sha256")
    op.drop_column("landmark_revisions", "painting_sha256")
