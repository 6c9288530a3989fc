import { MessageSquare } from "lucide-react";
import type { ReactElement } from "react";
import { useTalk } from "./use";
import { many } from "../words/t";

/** How many open threads an element has; nothing where nobody asks anything. */
export function CommentCount({ id }: { id: string }): ReactElement | null {
  const count = useTalk((talk) => talk.counts.get(id) ?? 0);
  if (count === 0) return null;
  const words = many(count, "{n} open comment", "{n} open comments");
  return (
    <span className="comment-count" title={words}>
      <MessageSquare size={12} aria-hidden="true" />
      {count}
      <span className="visually-hidden"> {words}</span>
    </span>
  );
}
