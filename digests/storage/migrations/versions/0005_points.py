"""What makes an article important."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.add_column("articles", sa.Column("points", sa.JSON(), nullable=False, server_default="{}"))
