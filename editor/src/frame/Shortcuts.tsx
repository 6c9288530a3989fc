import licence from "elkjs/LICENSE.md?url";
import type { ReactElement } from "react";
import { useEditor, useSession } from "../editor";
import { CANVAS_KEYS, SHORTCUTS } from "../keyboard";
import { Dialog } from "./Dialog";
import { isShownAround } from "./tour";
import { t } from "../words/t";

export function Shortcuts(): ReactElement {
  const { view } = useEditor();
  const role = useSession((state) => state.role);
  const inWorkshop = useSession((state) => state.workshop !== null);
  return (
    <Dialog title={t("Keyboard shortcuts")}>
      <dl className="shortcuts">
        {[...SHORTCUTS, ...CANVAS_KEYS].map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      {isShownAround(role, inWorkshop) && (
        <p>
          <button
            type="button"
            className="button"
            onClick={() => view.set({ dialog: "none", tour: 0 })}
          >
            {t("Show me around")}
          </button>
        </p>
      )}
      <p className="muted">
        {t("Arranging is done by the Eclipse Layout Kernel (elkjs), unmodified, under the")}{" "}
        <a href={licence}>{t("Eclipse Public License 2.0")}</a>.
      </p>
    </Dialog>
  );
}
