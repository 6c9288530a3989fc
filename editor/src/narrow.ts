/** Whether the window is a telephone's: what stands beside the drawing elsewhere lies over it. */
export function isNarrow(): boolean {
  return window.matchMedia?.("(max-width: 760px)").matches ?? false;
}
