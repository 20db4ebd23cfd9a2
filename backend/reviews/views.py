from sqlalchemy.orm import Session

from backend.accounts.schemas import Person
from backend.accounts.tables import User
from backend.reviews.schemas import CommentView
from backend.reviews.tables import Comment


def comment_view(session: Session, comment: Comment) -> CommentView:
    author = session.get(User, comment.author_id) if comment.author_id is not None else None
    return CommentView(
        id=comment.id,
        author=Person.model_validate(author) if author else None,
        body=comment.body,
        point_index=comment.point_index,
        x=comment.x,
        y=comment.y,
        resolved_at=comment.resolved_at,
        created_at=comment.created_at,
    )
