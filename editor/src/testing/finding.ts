import type { Level } from "../document/types";
import type { Finding } from "../sync/messages";

/** A finding as the server sends it; `key` is `threat@element`. */
export function sampleFinding(
  key: string,
  residual: Level,
  change: Partial<Finding> = {},
): Finding {
  const [threat = "", element = ""] = key.split("@");
  return {
    key,
    threat,
    element,
    title: threat,
    element_name: element,
    applies: "yes",
    treatment: "open",
    position: "within",
    answered: "none",
    verdict: "untested",
    likelihood: "moderate",
    impact: "moderate",
    impact_assumed: false,
    adversary: "outsider",
    cause: `outsider@${element}`,
    cause_title: `Outsider at ${element}`,
    risk: {
      inherent: residual,
      residual,
      planned: residual,
      range: [residual, residual],
      score: 25,
    },
    questions: [],
    controls: [],
    ...change,
  };
}
