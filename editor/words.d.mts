import type { Words } from "./src/words/t";

interface Source {
  path: string;
  text: string;
}
export function sources(): Source[];
export function said(source: Source): { words: Words; unknown: string[] };
export function bare(source: Source): string[];
export function template(): Words;
