import { ClipboardPaste, FileInput, Shapes } from "lucide-react";
import type { ReactElement } from "react";
import { useEditor, useMayEdit } from "../editor";
import { t } from "../words/t";

/** The ways to begin: shown while nothing is drawn. */
export function Start(): ReactElement {
  const { boot, view } = useEditor();
  const mayEdit = useMayEdit();
  if (!mayEdit)
    return (
      <div className="start">
        <p>{t("Nothing has been drawn here yet.")}</p>
      </div>
    );
  const search = (): void => {
    view.set({ panels: true, seek: true });
  };
  return (
    <div className="start">
      <h2>{t("Draw your system")}</h2>
      <p>{t("Start with what handles your data and your model. Threats appear as you draw.")}</p>
      <div className="start-ways">
        <button type="button" className="button" onClick={search}>
          <Shapes size={16} aria-hidden="true" />
          {t("Pick components")}
        </button>
        <button
          type="button"
          className="button button-main"
          onClick={() => view.set({ dialog: "quick-start" })}
        >
          <ClipboardPaste size={16} aria-hidden="true" />
          {t("Paste a list")}
        </button>
        <a className="button" href={boot.urls.home}>
          <FileInput size={16} aria-hidden="true" />
          {t("Import a file")}
        </a>
      </div>
    </div>
  );
}
