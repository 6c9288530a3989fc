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
  private readonly squares = new Map<number, number[]>();
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

  /** What lies in an area, in the order in which it was added; null for more than `most`. */
  near(area: Box, most: number): { key: string; box: Box }[] | null {
    const found = new Set<number>();
    for (const index of this.candidates(area)) {
      const one = this.boxes[index];
      if (one && meets(area, one.box)) found.add(index);
      if (found.size > most) return null;
    }
    return [...found].sort((a, b) => a - b).flatMap((index) => this.boxes[index] ?? []);
  }

  /** Whether anything lies in an area. */
  touches(area: Box): boolean {
    for (const index of this.candidates(area)) {
      const one = this.boxes[index];
      if (one && meets(area, one.box)) return true;
    }
    return false;
  }

  private *candidates(area: Box): Generator<number> {
    const squares = squaresOf(area);
    if (squares === null) return yield* this.boxes.keys();
    yield* this.large;
    for (const square of squares) yield* this.squares.get(square) ?? [];
  }
}

/** Squares as one number each, since text would cost more than looking. */
const ROW = 2 ** 20;

function squaresOf([x, y, width, height]: Box): number[] | null {
  const [left, top] = [Math.floor(x / SQUARE), Math.floor(y / SQUARE)];
  const [right, bottom] = [Math.floor((x + width) / SQUARE), Math.floor((y + height) / SQUARE)];
  if ((right - left + 1) * (bottom - top + 1) > MANY_SQUARES) return null;
  const found: number[] = [];
  for (let column = left; column <= right; column++) {
    for (let row = top; row <= bottom; row++) found.push(row * ROW + column);
  }
  return found;
}
