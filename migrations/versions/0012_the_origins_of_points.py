"""A revision keeps why each of its points lies where it does, so that a save need not read all that came before.

Those that are there keep none; what asks for theirs reads the operations that led to them, as before.

Revision: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("landmark_revisions", sa.Column("origins", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("landmark_revisions", "origins")
