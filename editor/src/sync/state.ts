import type { Role } from "../bootstrap";
import { EMPTY } from "../document/read";
import type { Doc } from "../document/types";
import type { Workshop } from "../workshop/types";
import { NO_FINDINGS, type Register } from "./findings";
import type { Model, Risk, Run } from "./messages";

/* What a session knows of its system: all that is drawn is drawn from here. */

export type Connection = "connecting" | "online" | "offline" | "closed";

export interface Notice {
  id: number;
  text: string;
  /** What one may do about it. */
  act?: { label: string; run: () => void };
  /** Where to read more; such a notice stays until it is dismissed. */
  link?: { label: string; href: string };
}

export interface State extends Register {
  connection: Connection;
  /** Why there is no connection, in words, when the server said so. */
  closing: string;
  role: Role;
  revision: number;
  /** The document that people see, with their own unsettled edits. */
  doc: Doc;
  loaded: boolean;
  unsaved: number;
  risk: Risk | null;
  runs: ReadonlyMap<string, Run>;
  models: ReadonlyMap<string, Model>;
  /** The revision of the last change to the linked models that the log told of. */
  modelsChanged: number;
  /** The revision that last changed what the system is judged with. */
  catalogChanged: number;
  canUndo: boolean;
  canRedo: boolean;
  notice: Notice | null;
  workshop: Workshop | null;
}

/** Before the server has said anything. */
export const START: State = {
  ...NO_FINDINGS,
  connection: "connecting",
  closing: "",
  role: "viewer",
  revision: -1,
  doc: EMPTY,
  loaded: false,
  unsaved: 0,
  risk: null,
  runs: new Map(),
  models: new Map(),
  modelsChanged: 0,
  catalogChanged: 0,
  canUndo: false,
  canRedo: false,
  notice: null,
  workshop: null,
};
