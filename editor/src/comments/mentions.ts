/** Somebody who can be named in a comment. */
export interface Named {
  id: number;
  name: string;
}

const MOST_OFFERED = 6;
/** An @ and what was typed of a name behind it, just before the caret. */
const BEGUN = /(^|[\s(])@([\p{L}\p{N}._'-]*)$/u;

/** Who may be meant by what stands before the caret. */
export function offered(before: string, people: readonly Named[]): Named[] {
  const typed = BEGUN.exec(before)?.[2]?.toLocaleLowerCase();
  if (typed === undefined) return [];
  const fits = ({ name }: Named): boolean =>
    name
      .toLocaleLowerCase()
      .split(/[\s@]+/)
      .some((word) => word.startsWith(typed));
  return people.filter(fits).slice(0, MOST_OFFERED);
}

/** The text with the name put where it was begun, and where the caret then stands. */
export function complete(
  text: string,
  caret: number,
  name: string,
): { text: string; caret: number } {
  const before = text.slice(0, caret).replace(BEGUN, (_all, space: string) => `${space}@${name} `);
  return { text: before + text.slice(caret), caret: before.length };
}

/** The ids of the people whose names stand in the text behind an @; the longest name counts. */
export function mentioned(text: string, people: readonly Named[]): number[] {
  const longest = [...people].sort((a, b) => b.name.length - a.name.length);
  let left = text;
  const found: number[] = [];
  for (const { id, name } of longest) {
    if (name === "" || !left.includes(`@${name}`)) continue;
    found.push(id);
    left = left.replaceAll(`@${name}`, "");
  }
  return found;
}
