/** How long a view takes to get somewhere: no time for who asked their system to keep still. */
export function glide(ms: number): number {
  return window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ? 0 : ms;
}
