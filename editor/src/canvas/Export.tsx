import { ImageDown } from "lucide-react";
import type { ReactElement } from "react";
import { useEditor } from "../editor";
import { t } from "../words/t";

/** The drawing as a file: as a picture for slides, sharp at every size, or to be read back. */
export function Export(): ReactElement {
  const { boot } = useEditor();
  const system = `${boot.api}/systems/${boot.system}`;
  return (
    <details
      className="menu take-along"
      onKeyDown={(event) => {
        const menu = event.currentTarget;
        if (event.key !== "Escape" || !menu.open) return;
        event.stopPropagation();
        menu.open = false;
        menu.querySelector("summary")?.focus();
      }}
    >
      <summary
        className="icon-button"
        aria-label={t("Export the diagram")}
        title={t("Export the diagram as a file")}
      >
        <ImageDown size={16} aria-hidden="true" />
      </summary>
      <div className="sheet">
        <a href={`${system}/diagram.png`} download>
          {t("Picture (PNG)")}
        </a>
        <a href={`${system}/diagram.svg`} download>
          {t("Drawing, sharp at every size (SVG)")}
        </a>
        <a href={`${system}/document/`} download>
          {t("Document, to be read back (JSON)")}
        </a>
      </div>
    </details>
  );
}
