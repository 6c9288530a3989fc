import { type ReactElement, useState } from "react";
import { readSketch, sketchChanges } from "../document/quickstart";
import { guessType } from "../document/guess";
import { useReactFlow } from "@xyflow/react";
import { select, useEditor } from "../editor";
import { Dialog } from "../frame/Dialog";
import { glide } from "../motion";
import { TypeIcon } from "./icons";
import { many, t } from "../words/t";

const EXAMPLE = `Customer -> Web application: sends a picture
Web application -> Scoring API
Training data -> Training job -> Model registry -> Scoring API`;

export function QuickStart(): ReactElement {
  const editor = useEditor();
  const { fitView } = useReactFlow();
  const [text, setText] = useState(() => editor.view.get().draft);
  const sketch = readSketch(text);

  const add = (): void => {
    const changes = sketchChanges(editor.session.store.get().doc, editor.catalog, text);
    if (!editor.session.edit(changes)) return;
    editor.view.set({ dialog: "none", draft: "" });
    select(
      editor,
      changes.filter((one) => one.kind === "component").map((one) => one.id),
    );
    window.requestAnimationFrame(() => {
      void fitView({ padding: 0.15, maxZoom: 1, duration: glide(120) });
    });
  };

  return (
    <Dialog title={t("Quick start")}>
      <p className="muted">
        {t(
          "One line a component. An arrow makes a flow: content moves along it. Types are guessed from the words and can be changed later.",
        )}
      </p>
      <textarea
        className="input quick-text"
        rows={9}
        value={text}
        placeholder={EXAMPLE}
        spellCheck={false}
        aria-label={t("Components and flows, one a line")}
        autoFocus
        onChange={(event) => setText(event.target.value)}
      />
      <ul className="quick-preview" aria-label={t("What will be added")}>
        {sketch.names.slice(0, 24).map((name) => {
          const type = guessType(editor.catalog, name);
          return (
            <li key={name} className="chip">
              <TypeIcon type={type} icon={editor.catalog.types.get(type)?.icon} size={16} />
              {name}
              <span className="muted">{editor.catalog.typeName(type)}</span>
            </li>
          );
        })}
      </ul>
      <div className="dialog-foot">
        <button type="button" className="button" onClick={() => setText(EXAMPLE)}>
          {t("Use the example")}
        </button>
        <button
          type="button"
          className="button button-main"
          disabled={sketch.names.length === 0}
          onClick={add}
        >
          {t("Add {components} and {flows}", {
            components: many(sketch.names.length, "{n} component", "{n} components"),
            flows: many(sketch.flows.length, "{n} flow", "{n} flows"),
          })}
        </button>
      </div>
    </Dialog>
  );
}
