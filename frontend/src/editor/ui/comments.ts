import type { Comment } from "../session/apiTypes";
import type { ShownComment } from "./CommentList";

/** The server's comments, numbered in the order in which they were written. */
export function shownComments(comments: readonly Comment[]): ShownComment[] {
  return comments.map((comment, i) => ({
    id: comment.id,
    number: i + 1,
    pointIndex: comment.point_index,
    x: comment.x,
    y: comment.y,
    resolved: comment.resolved_at !== null,
    body: comment.body,
    author: comment.author?.name ?? "Facet",
  }));
}
