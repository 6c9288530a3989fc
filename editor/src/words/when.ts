/** A time as people read it, in their own zone. */
export function when(at: string | null): string {
  if (at === null) return "";
  return new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}
