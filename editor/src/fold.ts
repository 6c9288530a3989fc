import { isNarrow } from "./narrow";

/* On a telephone a list of tests reads as their names; each opens on a tap. */

export function fold(row: HTMLElement): void {
  const name = row.querySelector("strong");
  if (!name) return;
  const folded = document.createElement("details");
  const summary = document.createElement("summary");
  summary.append(name);
  folded.className = row.className;
  folded.append(summary, ...row.childNodes);
  row.replaceWith(folded);
}

if (isNarrow()) for (const row of document.querySelectorAll<HTMLElement>(".test-row")) fold(row);
