import { Catalog, type CatalogData } from "../document/catalog";
import { readDocument } from "../document/read";
import type { Doc } from "../document/types";

/** A small catalog and document for tests. */

const type = (id: string, name: string, ancestor: string | null = "other") => ({
  id,
  name,
  ancestor,
  stage: "deployment",
  description: "",
  icon: id,
  default_zone: "production",
  attributes: [],
  implies: {},
});

const DATA: CatalogData = {
  digest: "0123456789abcdef",
  stages: [{ id: "deployment", name: "Deployment" }],
  component_types: [
    type("other", "Other", null),
    type("external-user", "External user"),
    {
      ...type("inference-endpoint", "Inference endpoint"),
      attributes: [
        {
          id: "returns_scores",
          kind: "boolean",
          question: "Does it return scores?",
          help: "Anything finer than the decision.",
          choices: [],
          unit: "",
        },
      ],
      implies: { relays_input: false },
    },
    type("llm-endpoint", "LLM endpoint", "inference-endpoint"),
    type("data-set", "Data set"),
    type("training-job", "Training job"),
    type("model-registry", "Model registry"),
    type("web-application", "Web application"),
    { ...type("smart-meter", "Smart meter"), own: true },
  ],
  zone_kinds: [
    { id: "internet", name: "Internet", trust: "hostile", description: "Data from strangers." },
    { id: "production", name: "Production", trust: "internal", description: "" },
  ],
  flow_kinds: [
    { id: "request", name: "Request", description: "", lineage: false },
    { id: "data", name: "Data", description: "", lineage: true },
  ],
  flow_attributes: [],
  asset_kinds: ["data"],
  dimensions: ["confidentiality"],
  threats: {},
  controls: {},
  adversaries: [{ id: "outsider", name: "Outsider" }],
};

export function sampleCatalog(): Catalog {
  return new Catalog(DATA);
}

/** Internet with a client; Production with an inner vault; an API, a model and two flows. */
export function sampleDocument(): Doc {
  return readDocument({
    system: { name: "Scoring" },
    assets: [{ id: "a-cards", name: "Cards", kind: "data" }],
    zones: [
      { id: "z-net", kind: "internet", name: "Internet", box: [0, 0, 300, 400] },
      { id: "z-prod", kind: "production", name: "Production", box: [400, 0, 600, 400] },
      { id: "z-vault", name: "Vault", parent: "z-prod", box: [700, 100, 250, 200] },
    ],
    components: [
      {
        id: "c-client",
        type: "external-user",
        name: "Client",
        zone: "z-net",
        box: [50, 100, 176, 64],
      },
      {
        id: "c-api",
        type: "inference-endpoint",
        name: "API",
        zone: "z-prod",
        assets: ["a-cards"],
        box: [450, 100, 176, 64],
      },
      { id: "c-model", type: "other", name: "Model", zone: "z-vault", box: [730, 150, 176, 64] },
    ],
    flows: [
      { id: "f-1", kind: "request", source: "c-client", target: "c-api", assets: ["a-cards"] },
      { id: "f-2", kind: "data", source: "c-model", target: "c-api" },
    ],
  });
}
