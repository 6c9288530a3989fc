import type { Editor } from "./editor";

/** A key and what it does: what the `?` sheet lists and what the keys do cannot differ. */
export interface Shortcut {
  keys: string;
  does: string;
  matches: (event: KeyboardEvent) => boolean;
  /** Whether fields let it through, since it writes nothing. */
  whileTyping?: boolean;
  /** Gives false when there was nothing to do, so that the browser may act. */
  run: (editor: Editor) => boolean | void;
}

export const command = (event: KeyboardEvent): boolean => event.ctrlKey || event.metaKey;
export const plain = (event: KeyboardEvent): boolean => !command(event) && !event.altKey;
export const key = (event: KeyboardEvent, name: string): boolean =>
  event.key.toLowerCase() === name;

/** Alt with a letter by its place on the board: on a Mac it writes another character. */
export const alt = (event: KeyboardEvent, letter: string, shift = false): boolean =>
  event.altKey && !command(event) && event.shiftKey === shift && event.code === `Key${letter}`;
