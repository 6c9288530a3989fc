import type { Bounds, Fall, Step } from "./ways";

/** A share as people say it: "about 1 in 3", "about 1 in 40". */
export function inWords(chance: number): string {
  if (chance >= 0.995) return "always";
  if (chance >= 0.95) return "almost always";
  if (chance >= 0.09) return `about ${nearest(chance)}`;
  if (chance >= 0.0005) return `about 1 in ${rounded(1 / chance).toLocaleString("en")}`;
  return chance > 0 ? "less than 1 in 2,000" : "practically never";
}

const SHARES: readonly (readonly [words: string, share: number])[] = [
  ...[10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => [`1 in ${n}`, 1 / n] as const),
  ["2 in 5", 0.4],
  ["3 in 5", 0.6],
  ["2 in 3", 2 / 3],
  ["3 in 4", 0.75],
  ["4 in 5", 0.8],
  ["9 in 10", 0.9],
];

function nearest(chance: number): string {
  const off = ([, share]: readonly [string, number]): number => Math.abs(share - chance);
  return SHARES.toSorted((one, other) => off(one) - off(other))[0]?.[0] ?? "";
}

/** Two digits: more would say more than is known. */
function rounded(value: number): number {
  const size = 10 ** Math.max(Math.floor(Math.log10(value)) - 1, 0);
  return Math.round(value / size) * size;
}

export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 1) return "<1 %";
  return `${Math.round(value)} %`;
}

export function span(low: number, high: number): string {
  const [from, to] = [percent(low), percent(high)];
  return from === to ? from : `${from.replace(" %", "")} to ${to}`;
}

const FIRST: Readonly<Record<Step["kind"], string>> = {
  tries: "Begins",
  happens: "Happens",
  access: "Works",
  finding: "Works",
  flow: "Works",
};

export function stepChance({ kind, chance }: Step): string {
  if (chance >= 0.995) return "Takes nothing more.";
  return `${FIRST[kind]} ${inWords(chance)} (${percent(chance)}).`;
}

const DAYS: Readonly<Record<string, string>> = {
  small: "1 day",
  medium: "5 days",
  large: "20 days",
};

function points(fall: number): string {
  const count = Math.round(Math.abs(fall) * 100);
  return count === 0 ? "less than a point" : `${count} ${count === 1 ? "point" : "points"}`;
}

/** What would stop it, or does, with what that is worth to the asset. */
export function fallText(fall: Fall): string {
  if (fall.kind === "element") return `Without ${fall.place_name}: ${points(fall.fall)} less.`;
  if (fall.kind === "standing") {
    return `${fall.title}, in place at ${fall.place_name}: ${points(fall.fall)} more without it.`;
  }
  const effort = DAYS[fall.effort ?? ""];
  const takes = effort ? `, ${effort}` : "";
  return `${fall.title}, at ${fall.place_name}: ${points(fall.fall)} less${takes}.`;
}

/** How much is shown of how much. */
export function boundsText(bounds: Bounds): string {
  const { findings, findings_followed, assets, assets_explained, compared, comparable } = bounds;
  const told = [
    `${findings_followed} of ${findings} findings are steps that somebody can reach.`,
    `${assets_explained} of ${assets} assets are explained,`,
    `${compared} of ${comparable} changes compared`,
    `in ${bounds.draws.toLocaleString("en")} draws.`,
  ];
  if (!bounds.complete) told.push("The system is so large that further steps were left out.");
  return told.join(" ");
}
