"""An import counts the photos that brought labels along, as it counts those that came.

Revision: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("labeled", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute(
        "UPDATE imports SET labeled = (SELECT count(*) FROM given_labels"
        " JOIN photos ON photos.id = given_labels.photo_id WHERE photos.import_id = imports.id)"
    )


def downgrade() -> None:
    op.drop_column("imports", "labeled")
