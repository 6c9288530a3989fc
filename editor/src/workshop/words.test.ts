import { describe, expect, it } from "vitest";
import { sampleFinding } from "../testing/finding";
import { isWhole, withLevel } from "./Ballot";
import { newer, type Round, type Workshop } from "./types";
import { clock, elementOf, isHidden, isVotedOn, minor, roundOn, walk } from "./words";

const FINDINGS = [
  sampleFinding("a@c-1", "low"),
  sampleFinding("b@c-2", "very high"),
  sampleFinding("c@c-1", "high"),
  sampleFinding("d@c-2", "very low"),
  sampleFinding("e@c-1", "high", { treatment: "accepted" }),
  sampleFinding("f@c-1", "high", { applies: "conditional" }),
];

function workshop(change: Partial<Workshop> = {}): Workshop {
  return {
    id: "w",
    title: "W",
    state: "open",
    version: 2,
    agenda: [],
    step: 0,
    order: "risk",
    focus: null,
    timer: { running: false, left_s: 0 },
    leader: { id: 1, name: "Ann" },
    people: [],
    missing: "",
    rounds: [],
    confirmed: [],
    parked: [],
    ...change,
  };
}

function round(number: number, state: Round["state"]): Round {
  return { id: `r${number}`, finding: "a@c-1", title: "A", number, state, voted: [] };
}

describe("the walk through findings", () => {
  it("takes the worst first, and leaves out what is settled or waits", () => {
    expect(walk(FINDINGS, "risk", new Set(["a@c-1"])).map((one) => one.key)).toEqual([
      "b@c-2",
      "c@c-1",
      "d@c-2",
    ]);
  });

  it("stays with an element until it is done, the worst element first", () => {
    expect(walk(FINDINGS, "element", new Set()).map((one) => one.key)).toEqual([
      "b@c-2",
      "d@c-2",
      "c@c-1",
      "a@c-1",
    ]);
  });

  it("offers the minor ones for triage", () => {
    expect(minor(FINDINGS, new Set(["d@c-2"])).map((one) => one.key)).toEqual(["a@c-1"]);
  });
});

describe("a vote", () => {
  it("needs three levels that rise", () => {
    expect(isWhole(["low", "low", "high"])).toBe(true);
    expect(isWhole(["low", "", "high"])).toBe(false);
    expect(isWhole(["high", "low", "high"])).toBe(false);
    expect(isWhole(["low", "very high", "high"])).toBe(false);
  });

  it("takes the likeliest for ends that are not said, and moves ends that it passes", () => {
    expect(withLevel(["", "", ""], 1, "moderate")).toEqual(["moderate", "moderate", "moderate"]);
    expect(withLevel(["low", "moderate", "moderate"], 1, "high")).toEqual(["low", "high", "high"]);
    expect(withLevel(["low", "low", "low"], 2, "high")).toEqual(["low", "low", "high"]);
  });

  it("hides a finding while it is open, and no longer", () => {
    const voting = workshop({ rounds: [round(1, "revealed"), round(2, "open")] });
    expect(isVotedOn(voting, "a@c-1")).toBe(true);
    expect(isVotedOn(voting, "b@c-2")).toBe(false);
    expect(isVotedOn(workshop({ rounds: [round(1, "revealed")] }), "a@c-1")).toBe(false);
    expect(isVotedOn(null, "a@c-1")).toBe(false);
    expect(roundOn(voting, "a@c-1")?.number).toBe(2);
  });

  it("hides a finding before it, where votes are due", () => {
    const agenda = [{ phase: "votes" as const, title: "Vote", minutes: 5 }];
    expect(isHidden(workshop({ agenda }), "a@c-1")).toBe(true);
    expect(isHidden(workshop(), "a@c-1")).toBe(false);
    expect(isHidden(workshop({ agenda, rounds: [round(1, "revealed")] }), "a@c-1")).toBe(false);
    expect(isHidden(workshop({ rounds: [round(1, "open")] }), "a@c-1")).toBe(true);
  });
});

describe("what is told of a workshop", () => {
  it("is news unless something newer is known", () => {
    expect(newer(workshop({ version: 1 }), workshop())).toBe(false);
    expect(newer(workshop({ version: 3 }), workshop())).toBe(true);
    expect(newer(workshop({ id: "other", version: 1 }), workshop())).toBe(true);
    expect(newer(workshop(), null)).toBe(true);
  });

  it("points at an element by question or finding", () => {
    expect(elementOf({ kind: "finding", finding: "a@c-1" })).toBe("c-1");
    expect(elementOf({ kind: "question", element: "c-2", attribute: "x" })).toBe("c-2");
    expect(elementOf(null)).toBeNull();
  });

  it("reads a clock", () => {
    expect([clock(0), clock(61), clock(3599.2), clock(-5)]).toEqual(["0:00", "1:01", "60:00", "0:00"]);
  });
});
