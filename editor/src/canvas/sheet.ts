import type { Box } from "../document/types";
import { meets } from "./line";

const SQUARE = 256;
const MANY_SQUARES = 1024;

/**
 * Boxes by the squares of the sheet that they lie in, so that one looks only at near ones.
 * What covers very many squares is looked at always.
 */
export class Sheet {
  private readonly boxes: { key: string; box: Box }[] = [];
  private readonly squares = new Map<string, number[]>();
  private readonly large: number[] = [];

  add(key: string, box: Box): void {
    const index = this.boxes.push({ key, box }) - 1;
    const squares = squaresOf(box);
    if (squares === null) this.large.push(index);
    for (const square of squares ?? []) {
      const there = this.squares.get(square);
      if (there) there.push(index);
      else this.squares.set(square, [index]);
    }
  }

  /** What lies in an area, in the order in which it was added. */
  near(area: Box): { key: string; box: Box }[] {
    const squares = squaresOf(area);
    if (squares === null) return this.boxes.filter(({ box }) => meets(area, box));
    const found = new Set(this.large);
    for (const square of squares) {
      for (const index of this.squares.get(square) ?? []) found.add(index);
    }
    return [...found]
      .toSorted((a, b) => a - b)
      .flatMap((index) => this.boxes[index] ?? [])
      .filter(({ box }) => meets(area, box));
  }
}

function squaresOf([x, y, width, height]: Box): string[] | null {
  const [left, top] = [Math.floor(x / SQUARE), Math.floor(y / SQUARE)];
  const [right, bottom] = [Math.floor((x + width) / SQUARE), Math.floor((y + height) / SQUARE)];
  if ((right - left + 1) * (bottom - top + 1) > MANY_SQUARES) return null;
  const found: string[] = [];
  for (let column = left; column <= right; column++) {
    for (let row = top; row <= bottom; row++) found.push(`${column} ${row}`);
  }
  return found;
}
