"""No two stems of a project differ in case alone: on many a disk, one file of a dataset would take the other's place.

Of those that do, the first keeps its stem and the others get the sum of their pixels added, as an import does it. The names in
snapshots that are there stay.

Revision: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEX = "uq_photos_project_id_lower_stem"


def upgrade() -> None:
    op.execute(
        "UPDATE photos SET stem = substr(stem, 1, 109) || '-' || substr(pixels_sha256, 1, 10)"
        " WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER"
        " (PARTITION BY project_id, lower(stem) ORDER BY id) AS place FROM photos) AS numbered WHERE place > 1)"
    )
    op.create_index(INDEX, "photos", ["project_id", sa.text("lower(stem)")], unique=True)


def downgrade() -> None:
    op.drop_index(INDEX, table_name="photos")
