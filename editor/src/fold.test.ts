import { expect, test } from "vitest";
import { fold } from "./fold";

test("a test's row folds to its name, and what it says and asks stands inside", () => {
  document.body.innerHTML = `<div class="test-row"><div><strong>Everyday damage</strong>
    <p>Noise and blur.</p></div><form><button>Run test</button></form></div>`;
  const row = document.querySelector<HTMLElement>(".test-row");
  if (row) fold(row);
  const folded = document.querySelector("details");
  expect(folded?.open).toBe(false);
  expect(folded?.querySelector("summary")?.textContent).toBe("Everyday damage");
  expect(folded?.querySelector("form button")?.textContent).toBe("Run test");
  expect(document.querySelectorAll(".test-row").length).toBe(1);
});
