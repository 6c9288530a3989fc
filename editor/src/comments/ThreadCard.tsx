import { type ReactElement, useState } from "react";
import { useEditor } from "../editor";
import type { Comment, Thread } from "../sync/comments";
import { Composer } from "./Composer";
import { useAct } from "./use";
import { when } from "../words/when";
import { t } from "../words/t";

function Remark({ comment }: { comment: Comment }): ReactElement {
  const { api, boot } = useEditor();
  const act = useAct();
  const [editing, setEditing] = useState(false);
  const path = `/comments/${comment.id}/`;
  const mine = String(comment.by.id) === String(boot.me.id);
  if (editing) {
    return (
      <Composer
        label={t("Your comment")}
        verb={t("Save")}
        text={comment.text}
        cancel={() => setEditing(false)}
        send={async (text, mentions) => {
          const done = await act(() => api.send(path, { text, mentions }, "PATCH"));
          if (done) setEditing(false);
          return done;
        }}
      />
    );
  }
  return (
    <div className="remark">
      <p className="remark-head">
        <strong>{comment.by.name}</strong>{" "}
        <time dateTime={comment.at} className="muted">
          {when(comment.at)}
          {comment.edited_at && t(", edited")}
        </time>
      </p>
      {/* The words isolate themselves: what runs the other way must not turn the line around. */}
      <p className="remark-text" dir="auto">
        {comment.text}
      </p>
      {mine && (
        <p className="remark-acts">
          <button type="button" className="link-button" onClick={() => setEditing(true)}>
            {t("Edit")}
          </button>
          <button
            type="button"
            className="link-button"
            onClick={() => void act(() => api.send(path, {}, "DELETE"))}
          >
            {t("Take back")}
          </button>
        </p>
      )}
    </div>
  );
}

/** A remark with its answers, and the ways to add one or to settle it. */
export function ThreadCard({ thread, where }: { thread: Thread; where: string }): ReactElement {
  const { api, boot } = useEditor();
  const act = useAct();
  const [answering, setAnswering] = useState(false);
  const { id, first, resolved } = thread;
  const resolve = (): Promise<boolean> =>
    act(() => api.send(`/comments/${id}/resolve/`, { resolved: !resolved }));
  return (
    <article className={`thread${resolved ? " thread-resolved" : ""}`} aria-label={where}>
      <p className="muted thread-about">{where}</p>
      {first ? (
        <Remark comment={first} />
      ) : (
        <p className="muted">{t("This comment was taken back.")}</p>
      )}
      {thread.answers.map((one) => (
        <Remark key={one.id} comment={one} />
      ))}
      {resolved && <p className="muted">{t("Resolved by {by}", { by: resolved.by })}</p>}
      {answering && (
        <Composer
          label={t("Answer")}
          verb={t("Answer")}
          cancel={() => setAnswering(false)}
          send={async (text, mentions) => {
            const said = { text, mentions, thread: id };
            const done = await act(() => api.act(boot.system, "comments/", said));
            if (done) setAnswering(false);
            return done;
          }}
        />
      )}
      {first && !answering && (
        <p className="composer-acts">
          <button type="button" className="button" onClick={() => setAnswering(true)}>
            {t("Answer")}
          </button>
          <button type="button" className="button quiet" onClick={() => void resolve()}>
            {resolved ? t("Open again") : t("Resolve")}
          </button>
        </p>
      )}
    </article>
  );
}
