import licence from "elkjs/LICENSE.md?url";
import type { ReactElement } from "react";
import { CANVAS_KEYS, SHORTCUTS } from "../keyboard";
import { Dialog } from "./Dialog";

export function Shortcuts(): ReactElement {
  return (
    <Dialog title="Keyboard shortcuts">
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
      <p className="muted">
        Arranging is done by the Eclipse Layout Kernel (elkjs), unmodified, under the{" "}
        <a href={licence}>Eclipse Public License 2.0</a>.
      </p>
    </Dialog>
  );
}
