"""What photos of a dataset bring along: points and label maps, and what an import does with the maps.

Photos that are there brought nothing.

Revision: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "given_labels",
        sa.Column("photo_id", ID, nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=True),
        sa.Column("known", sa.LargeBinary(), nullable=True),
        sa.Column("points_file", sa.String(length=255), nullable=True),
        sa.Column("label_map_sha256", sa.String(length=64), nullable=True),
        sa.Column("label_file", sa.String(length=255), nullable=True),
        sa.Column("map_use", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_given_labels_photo_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_given_labels")),
    )
    op.add_column(
        "imports", sa.Column("map_use", sa.String(length=8), nullable=False, server_default=sa.text("'parts'"))
    )


def downgrade() -> None:
    op.drop_column("imports", "map_use")
    op.drop_table("given_labels")
    # The older code knows no points that came with a photo.
    op.execute("UPDATE landmark_revisions SET source = 'mean_face' WHERE source = 'imported'")
