"""The eleven-category baseline of a snapshot, and what it says of label maps drawn while it is active.

Nobody was asked about the maps that are there: their tasks count as agreed with.

Revision: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_REVIEW = sa.text("state = 'in_review'")
ONE_OF_A_PROJECT = {
    "uq_parsing_baselines_training": sa.text("state = 'training'"),
    "uq_parsing_baselines_active": sa.text("is_active"),
}


def upgrade() -> None:
    op.create_table(
        "parsing_baselines",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("input_size", sa.Integer(), nullable=False),
        sa.Column("epochs", sa.Integer(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("checkpoint_sha256", sa.String(length=64), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_parsing_baselines_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name=op.f("fk_parsing_baselines_snapshot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parsing_baselines")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_parsing_baselines_project_id_number")),
    )
    for index, condition in ONE_OF_A_PROJECT.items():
        op.create_index(
            index,
            "parsing_baselines",
            ["project_id"],
            unique=True,
            postgresql_where=condition,
            sqlite_where=condition,
        )
    op.create_table(
        "disagreements",
        sa.Column("label_map_id", ID, nullable=False),
        sa.Column("baseline_id", ID, nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("by_category", sa.JSON(), nullable=False),
        sa.Column("usual", sa.JSON(), nullable=False),
        sa.Column("worst_category", sa.Integer(), nullable=True),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["baseline_id"], ["parsing_baselines.id"], name=op.f("fk_disagreements_baseline_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["label_map_id"], ["label_maps.id"], name=op.f("fk_disagreements_label_map_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("label_map_id", name=op.f("pk_disagreements")),
    )
    op.create_index(op.f("ix_disagreements_baseline_id"), "disagreements", ["baseline_id"])
    op.add_column("tasks", sa.Column("agreement", sa.Double(), nullable=False, server_default=sa.text("1")))
    op.create_index(
        "ix_tasks_review_queue_disagreement",
        "tasks",
        ["project_id", "agreement", "submitted_at", "id"],
        postgresql_where=IN_REVIEW,
        sqlite_where=IN_REVIEW,
    )


def downgrade() -> None:
    op.drop_index(
        "ix_tasks_review_queue_disagreement", table_name="tasks", postgresql_where=IN_REVIEW, sqlite_where=IN_REVIEW
    )
    op.drop_column("tasks", "agreement")
    op.drop_table("disagreements")
    for index, condition in ONE_OF_A_PROJECT.items():
        op.drop_index(index, table_name="parsing_baselines", postgresql_where=condition, sqlite_where=condition)
    op.drop_table("parsing_baselines")
    # Its code knows neither the jobs nor their kind.
    op.execute("DELETE FROM jobs WHERE kind = 'train_baseline'")
