import type { Catalog, ComponentType } from "./catalog";

const STORES = ["data-store", "data-set", "document-store", "feedback-store", "web-crawl"];
const MODELS = ["model-artefact", "model-registry", "pretrained-model", "build-pipeline"];
const SERVING = ["inference-endpoint", "edge-model", "llm-endpoint"];

/** The likeliest kind of a flow just drawn; people change it in the inspector. */
export function guessFlowKind(catalog: Catalog, sourceType: string, targetType: string): string {
  const from = (types: readonly string[]) => catalog.isA(sourceType, types);
  const to = (types: readonly string[]) => catalog.isA(targetType, types);
  if (to(["camera"])) return "physical";
  if (from(["admin-host"])) return "control";
  if (to(["feedback-store"])) return "feedback";
  if (to(["training-job", "notebook"])) return from(MODELS) ? "artefact" : "training";
  if (from(["training-job", "notebook"]) && to(MODELS)) return "artefact";
  if (from(MODELS) && to(SERVING)) return "deployment";
  if (from(MODELS)) return "artefact";
  if (from(STORES) || to(STORES)) return "data";
  return "request";
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ["user", "external-user"],
  ["users", "external-user"],
  ["customer", "external-user"],
  ["client", "external-user"],
  ["attacker", "external-user"],
  ["browser", "external-user"],
  ["admin", "admin-host"],
  ["operator", "person"],
  ["analyst", "person"],
  ["api", "inference-endpoint"],
  ["model", "inference-endpoint"],
  ["classifier", "inference-endpoint"],
  ["endpoint", "inference-endpoint"],
  ["scoring", "inference-endpoint"],
  ["inference", "inference-endpoint"],
  ["gateway", "api-gateway"],
  ["proxy", "api-gateway"],
  ["website", "web-application"],
  ["web", "web-application"],
  ["frontend", "web-application"],
  ["app", "web-application"],
  ["llm", "llm-endpoint"],
  ["chat", "llm-endpoint"],
  ["gpt", "llm-endpoint"],
  ["database", "data-store"],
  ["db", "data-store"],
  ["bucket", "data-store"],
  ["lake", "data-store"],
  ["warehouse", "data-store"],
  ["storage", "data-store"],
  ["dataset", "data-set"],
  ["data", "data-set"],
  ["images", "data-set"],
  ["labels", "labelling"],
  ["training", "training-job"],
  ["trainer", "training-job"],
  ["train", "training-job"],
  ["jupyter", "notebook"],
  ["registry", "model-registry"],
  ["weights", "model-artefact"],
  ["documents", "document-store"],
  ["wiki", "document-store"],
  ["vector", "document-store"],
  ["index", "document-store"],
  ["rag", "retriever"],
  ["search", "retriever"],
  ["tool", "agent-tool"],
  ["plugin", "agent-tool"],
  ["sensor", "camera"],
  ["ci", "build-pipeline"],
  ["pipeline", "build-pipeline"],
  ["secrets", "secret-store"],
  ["vault", "secret-store"],
  ["logs", "log-store"],
  ["feedback", "feedback-store"],
]);

const words = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

/** How many of the type's own words the name says; a full match of the name counts double. */
function resemblance(name: readonly string[], type: ComponentType): number {
  const own = new Set([...words(type.name), ...words(type.id)]);
  const said = name.filter((word) => own.has(word)).length;
  return words(type.name).every((word) => name.includes(word)) ? said * 2 : said;
}

/** The type that a typed name most resembles, `other` when no word is known. */
export function guessType(catalog: Catalog, name: string): string {
  const said = words(name);
  let best = "other";
  let score = 0;
  for (const type of catalog.types.values()) {
    const likeness = type.id === "other" ? 0 : resemblance(said, type);
    if (likeness > score) [best, score] = [type.id, likeness];
  }
  if (score >= 2) return best;
  // The last word of an English name is its noun: "training data api" is an api.
  const short = said.toReversed().map((word) => SHORT.get(word));
  return short.find((id) => id !== undefined && catalog.types.has(id)) ?? best;
}
