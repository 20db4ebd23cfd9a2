"""The shipped weights propose, and a project trains one model at a time

Revision: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TRAINING = sa.text("state = 'training'")


def upgrade() -> None:
    op.add_column("landmark_revisions", sa.Column("shipped_sha256", sa.String(length=64), nullable=True))
    op.add_column("model_versions", sa.Column("baseline_source", sa.String(length=16), nullable=True))
    # What the versions there were compared with: their parent, or the mean face, which was all there was to start from.
    op.execute(
        "UPDATE model_versions SET baseline_source = CASE WHEN parent_id IS NULL THEN 'mean_face' ELSE 'model' END"
        " WHERE baseline IS NOT NULL"
    )
    # The index must not fail on what is there: only the newest version of a project can still be in training.
    op.execute(
        "UPDATE model_versions SET state = 'failed' WHERE state = 'training' AND EXISTS ("
        "SELECT 1 FROM model_versions AS newer"
        " WHERE newer.project_id = model_versions.project_id AND newer.number > model_versions.number)"
    )
    # Nor may one that no job trains any more lock its project for ever.
    op.execute(
        "UPDATE model_versions SET state = 'failed' WHERE state = 'training' AND NOT EXISTS ("
        "SELECT 1 FROM jobs WHERE jobs.project_id = model_versions.project_id"
        " AND jobs.kind = 'train' AND jobs.state IN ('queued', 'running'))"
    )
    op.create_index(
        "uq_model_versions_training",
        "model_versions",
        ["project_id"],
        unique=True,
        postgresql_where=TRAINING,
        sqlite_where=TRAINING,
    )
    with op.batch_alter_table("promotions") as promotions:
        promotions.alter_column("model_version_id", existing_type=ID, nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM promotions WHERE model_version_id IS NULL")
    with op.batch_alter_table("promotions") as promotions:
        promotions.alter_column("model_version_id", existing_type=ID, nullable=False)
    op.drop_index(
        "uq_model_versions_training",
        table_name="model_versions",
        postgresql_where=TRAINING,
        sqlite_where=TRAINING,
    )
    op.drop_column("model_versions", "baseline_source")
    op.execute("UPDATE landmark_revisions SET source = 'mean_face' WHERE source = 'shipped'")
    op.drop_column("landmark_revisions", "shipped_sha256")
