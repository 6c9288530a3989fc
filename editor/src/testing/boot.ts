import type { Bootstrap } from "../bootstrap";

/** What the page hands to the editor, for tests. */
export function sampleBoot(more: Partial<Bootstrap> = {}): Bootstrap {
  return {
    system: "s",
    name: "Scoring",
    role: "editor",
    socket: "/ws/",
    api: "/api/v1",
    csrf: "token",
    me: { id: "me", name: "Alice Adams" },
    urls: {
      findings: "/findings/",
      mitigations: "",
      plan: "/plan/",
      tests: "/tests/",
      report: "",
      history: "",
      home: "/",
    },
    ...more,
  };
}
