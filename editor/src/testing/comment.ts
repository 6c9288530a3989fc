import type { Comment } from "../sync/comments";

let said = 0;

/** A remark for tests, as the server tells it. */
export function sampleComment(about: string, text: string, more: Partial<Comment> = {}): Comment {
  said += 1;
  return {
    id: `comment-${said}`,
    about,
    thread: null,
    text,
    by: { id: 7, name: "Mira Vogt" },
    mentions: [],
    at: "2026-11-20T09:00:00Z",
    edited_at: null,
    changed_at: `2026-11-20T09:00:${String(said).padStart(2, "0")}Z`,
    resolved: null,
    removed: false,
    ...more,
  };
}
