"""An import names its archive by the key of a file of its own; before, two that brought the same zip shared one blob.

Revision: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("archive", sa.String(80), nullable=True))
    # Archives that wait to be unpacked stay where they are. Those that are done were removed, whatever their row says.
    op.execute(
        "UPDATE imports SET archive ="
        " substr(archive_sha256, 1, 2) || '/' || substr(archive_sha256, 3, 2) || '/' || archive_sha256"
        " WHERE state <> 'done'"
    )
    op.drop_column("imports", "archive_sha256")


def downgrade() -> None:
    """Archives that came since are not where the older code looks: their imports fail, and can be sent again."""
    op.add_column("imports", sa.Column("archive_sha256", sa.String(64), nullable=True))
    op.execute("UPDATE imports SET archive_sha256 = substr(archive, 7, 64) WHERE archive NOT LIKE 'archives/%'")
    op.execute("UPDATE imports SET archive_sha256 = substr(archive, 10, 64) WHERE archive LIKE 'archives/%'")
    op.drop_column("imports", "archive")
