import { mayDraw, type Role } from "../bootstrap";

const KEY = "bartizan-tour";

/** Kept by the browser; where it keeps nothing, nobody is shown around again and again. */
export function tourSeen(): boolean {
  try {
    return window.localStorage.getItem(KEY) !== null;
  } catch {
    return true;
  }
}

export function rememberTour(): void {
  try {
    window.localStorage.setItem(KEY, "seen");
  } catch {
    // It is over for this page all the same.
  }
}

/** Who draws is shown around; who came for a workshop has other things to look at. */
export function isShownAround(role: Role, inWorkshop: boolean): boolean {
  return mayDraw(role) && !inWorkshop;
}
