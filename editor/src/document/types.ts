/** The wire document `bartizan/1`, as the server sends it, and its shape inside the editor. */

export type Scalar = boolean | string | number;
export type Box = readonly [x: number, y: number, width: number, height: number];
export type Point = readonly [x: number, y: number];
export type Level = "very low" | "low" | "moderate" | "high" | "very high";
export type Trust = "hostile" | "public" | "shared" | "internal" | "restricted";

export const LEVELS: readonly Level[] = ["very low", "low", "moderate", "high", "very high"];
export const TRUSTS: readonly Trust[] = ["hostile", "public", "shared", "internal", "restricted"];

export interface System {
  name: string;
  description?: string;
  owner?: string;
  scope?: string;
  appetite?: Level;
}

export interface Zone {
  id: string;
  name: string;
  kind: string | null;
  parent: string | null;
  trust: Trust | null;
  box: Box;
}

export interface Component {
  id: string;
  name: string;
  type: string;
  zone: string | null;
  assets: readonly string[];
  attributes: Readonly<Record<string, Scalar>>;
  note: string;
  box: Box;
}

export interface Flow {
  id: string;
  kind: string;
  source: string;
  target: string;
  name: string;
  assets: readonly string[];
  attributes: Readonly<Record<string, Scalar>>;
  points: readonly Point[];
}

/** Loss levels stand beside the other values, one key a dimension. */
export interface Asset {
  id: string;
  name: string;
  kind: string;
  personal?: boolean | null;
  [dimension: string]: unknown;
}

/** A sticky note: it lies on the drawing and is not part of the system. */
export interface Note {
  id: string;
  text: string;
  box: Box;
}

/** A collection that the editor carries along without drawing it. */
export interface Entry {
  id: string;
  [key: string]: unknown;
}

export interface Doc {
  readonly system: System;
  readonly zone: ReadonlyMap<string, Zone>;
  readonly component: ReadonlyMap<string, Component>;
  readonly flow: ReadonlyMap<string, Flow>;
  readonly asset: ReadonlyMap<string, Asset>;
  readonly adversary: ReadonlyMap<string, Entry>;
  readonly assumption: ReadonlyMap<string, Entry>;
  readonly out_of_scope: ReadonlyMap<string, Entry>;
  readonly scenario: ReadonlyMap<string, Entry>;
  readonly note: ReadonlyMap<string, Note>;
  readonly image: ReadonlyMap<string, Entry>;
  readonly catalog: ReadonlyMap<string, Entry>;
}

export type CollectionKind = Exclude<keyof Doc, "system">;
export type Kind = keyof Doc;
export type Values = Readonly<Record<string, unknown>>;

/** One change of an operation, exactly as it travels. */
export type Change =
  | { kind: Kind; id: string; add: Values }
  | { kind: Kind; id: string; set: Values }
  | { kind: Kind; id: string; remove: true };

export interface Operation {
  id: string;
  changes: readonly Change[];
}
