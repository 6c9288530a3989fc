import type { Scalar, Trust } from "./types";
import { t } from "../words/t";

export interface Attribute {
  id: string;
  kind: "boolean" | "choice" | "number";
  question: string;
  help: string;
  choices: readonly string[];
  unit: string;
}

export interface ComponentType {
  id: string;
  name: string;
  stage: string;
  description: string;
  icon: string;
  ancestor: string | null;
  default_zone: string;
  attributes: readonly Attribute[];
  implies: Readonly<Record<string, Scalar>>;
  /** Whether the workspace added it to the shipped ones. */
  own?: boolean;
}

export interface ZoneKind {
  id: string;
  name: string;
  trust: Trust;
  description: string;
}

export interface FlowKind {
  id: string;
  name: string;
  description: string;
  lineage: boolean;
}

export interface ThreatText {
  title: string;
  description: string;
  references: Readonly<Record<string, readonly string[]>>;
  /** Ids of the tactics that it serves, of those that the catalog lists. */
  tactics?: readonly string[];
  own?: boolean;
}

/** What `GET /api/v1/catalog/` answers. */
export interface CatalogData {
  digest: string;
  stages: readonly { id: string; name: string }[];
  component_types: readonly ComponentType[];
  component_attributes?: readonly Attribute[];
  zone_kinds: readonly ZoneKind[];
  flow_kinds: readonly FlowKind[];
  flow_attributes: readonly Attribute[];
  asset_kinds: readonly string[];
  dimensions: readonly string[];
  threats: Readonly<Record<string, ThreatText>>;
  tactics?: readonly { id: string; name: string }[];
  controls: Readonly<Record<string, { title: string; effort: string }>>;
  adversaries?: readonly { id: string; name: string }[];
}

/** The catalog with its look-ups, read once. */
export class Catalog {
  readonly data: CatalogData;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly zoneKinds: ReadonlyMap<string, ZoneKind>;
  readonly flowKinds: ReadonlyMap<string, FlowKind>;
  private readonly merged = new Map<string, readonly Attribute[]>();

  constructor(data: CatalogData) {
    this.data = data;
    this.types = new Map(data.component_types.map((type) => [type.id, type]));
    this.zoneKinds = new Map(data.zone_kinds.map((kind) => [kind.id, kind]));
    this.flowKinds = new Map(data.flow_kinds.map((kind) => [kind.id, kind]));
  }

  typeName(typeId: string): string {
    return this.types.get(typeId)?.name ?? typeId;
  }

  zoneKindName(kindId: string | null): string {
    return kindId === null ? t("Zone") : (this.zoneKinds.get(kindId)?.name ?? kindId);
  }

  /** The type and its ancestors, nearest first. */
  lineage(typeId: string): string[] {
    const found: string[] = [];
    let at: string | null = this.types.has(typeId) ? typeId : "other";
    while (at !== null && !found.includes(at)) {
      found.push(at);
      at = this.types.get(at)?.ancestor ?? null;
    }
    return found;
  }

  isA(typeId: string, ancestors: readonly string[]): boolean {
    return this.lineage(typeId).some((id) => ancestors.includes(id));
  }

  /** Attributes of the type, of its ancestors and of every component; the nearest wins by id. */
  attributesOf(typeId: string): readonly Attribute[] {
    const known = this.merged.get(typeId);
    if (known) return known;
    const own = this.lineage(typeId).flatMap((id) => this.types.get(id)?.attributes ?? []);
    const named = new Map<string, Attribute>();
    for (const attribute of [...own, ...(this.data.component_attributes ?? [])]) {
      if (!named.has(attribute.id)) named.set(attribute.id, attribute);
    }
    const attributes = [...named.values()];
    this.merged.set(typeId, attributes);
    return attributes;
  }

  /** A fact that holds by being of this type, so that nobody needs to answer it. */
  implied(typeId: string, attribute: string): Scalar | undefined {
    for (const id of this.lineage(typeId)) {
      const value = this.types.get(id)?.implies[attribute];
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** What attackers are after, in the order of an attack. */
  get tactics(): readonly { id: string; name: string }[] {
    return this.data.tactics ?? [];
  }

  tacticName(tacticId: string): string {
    return this.tactics.find((tactic) => tactic.id === tacticId)?.name ?? tacticId;
  }

  tacticsOf(threatId: string): readonly string[] {
    return this.data.threats[threatId]?.tactics ?? [];
  }

  threatTitle(threatId: string): string {
    return this.data.threats[threatId]?.title ?? threatId;
  }
}
