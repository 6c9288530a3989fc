import { expect, test } from "vitest";
import { Catalog } from "../document/catalog";
import type { Finding } from "../sync/messages";
import { sampleFinding } from "../testing/finding";
import { sampleCatalog, sampleDocument } from "../testing/sample";
import { lensChoices, litBy } from "./lens";

const known = new Catalog({
  ...sampleCatalog().data,
  tactics: [
    { id: "t-access", name: "Access" },
    { id: "t-theft", name: "Theft" },
  ],
  threats: {
    copying: { title: "Copying", description: "", references: {}, tactics: ["t-theft"] },
    poisoning: { title: "Poisoning", description: "", references: {}, tactics: ["t-access"] },
  },
});

function register(...findings: Finding[]): ReadonlyMap<string, Finding> {
  return new Map(findings.map((finding) => [finding.key, finding]));
}

const FINDINGS = register(
  sampleFinding("copying@c-model", "high"),
  sampleFinding("poisoning@f-1", "low"),
  sampleFinding("poisoning@c-api", "low", { applies: "conditional" }),
  sampleFinding("copying@c-api", "low", { treatment: "dismissed" }),
);

test("a threat lights its elements and the zones around them", () => {
  const lit = litBy(sampleDocument(), known, FINDINGS, { by: "threat", id: "copying" });
  expect([...lit].sort()).toEqual(["c-model", "z-prod", "z-vault"]);
});

test("a tactic lights flows with both their ends; what only may apply stays dim", () => {
  const lit = litBy(sampleDocument(), known, FINDINGS, { by: "tactic", id: "t-access" });
  expect([...lit].sort()).toEqual(["c-api", "c-client", "f-1", "z-net", "z-prod"]);
});

test("an asset lights what holds it and what carries it", () => {
  const lit = litBy(sampleDocument(), known, FINDINGS, { by: "asset", id: "a-cards" });
  expect([...lit].sort()).toEqual(["c-api", "c-client", "f-1", "z-net", "z-prod"]);
});

test("one can look for what is in this drawing, with how often", () => {
  const { threat, tactic, asset } = lensChoices(sampleDocument(), known, FINDINGS);
  expect(threat.map(({ id, count }) => [id, count])).toEqual([
    ["copying", 1],
    ["poisoning", 1],
  ]);
  expect(tactic.map(({ name }) => name)).toEqual(["Access", "Theft"]);
  expect(asset).toEqual([{ id: "a-cards", name: "Cards", count: 2 }]);
});
