"""A snapshot's items are read in the order of its files, by an index and by code points; its photos are counted once.

Revision: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SPLITS = ("train", "val", "test")


def upgrade() -> None:
    _compare_stems_by("C")
    op.create_index("ix_snapshot_items_order", "snapshot_items", ["snapshot_id", "split", "stem"])
    for split in SPLITS:
        op.add_column("snapshots", sa.Column(split, sa.Integer(), nullable=False, server_default=sa.text("0")))
    snapshots = sa.table("snapshots", sa.column("id"), *map(sa.column, SPLITS))
    items = sa.table("snapshot_items", sa.column("snapshot_id"), sa.column("split"))
    counted = sa.select(sa.func.count()).where(items.c.snapshot_id == snapshots.c.id)
    op.execute(
        snapshots.update().values({split: counted.where(items.c.split == split).scalar_subquery() for split in SPLITS})
    )


def downgrade() -> None:
    for split in SPLITS:
        op.drop_column("snapshots", split)
    op.drop_index("ix_snapshot_items_order", table_name="snapshot_items")
    _compare_stems_by(None)


def _compare_stems_by(collation: str | None) -> None:
    """SQLite compares by code points anyway. On PostgreSQL this rewrites no row."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("snapshot_items", "stem", type_=sa.String(120, collation=collation), existing_nullable=False)
