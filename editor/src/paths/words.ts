import type { Bounds, Fall, Step } from "./ways";
import { digits, many, t } from "../words/t";

/** A share as people say it: "about 1 in 3", "about 1 in 40". */
export function inWords(chance: number): string {
  if (chance >= 0.995) return t("always");
  if (chance >= 0.95) return t("almost always");
  if (chance >= 0.09) return t("about {share}", { share: nearest(chance) });
  if (chance >= 0.0005)
    return t("about 1 in {many}", { many: digits(rounded(1 / chance)) });
  return chance > 0 ? t("less than 1 in 2,000") : t("practically never");
}

const SHARES: readonly (readonly [words: string, share: number])[] = [
  ...[10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => [t("1 in {n}", { n }), 1 / n] as const),
  [t("2 in 5"), 0.4],
  [t("3 in 5"), 0.6],
  [t("2 in 3"), 2 / 3],
  [t("3 in 4"), 0.75],
  [t("4 in 5"), 0.8],
  [t("9 in 10"), 0.9],
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
  return from === to ? from : t("{low} to {high}", { low: from.replace(" %", ""), high: to });
}

const FIRST: Readonly<Record<Step["kind"], string>> = {
  tries: t("Begins"),
  happens: t("Happens"),
  access: t("Works"),
  finding: t("Works"),
  flow: t("Works"),
};

export function stepChance({ kind, chance }: Step): string {
  if (chance >= 0.995) return t("Takes nothing more.");
  return `${FIRST[kind]} ${inWords(chance)} (${percent(chance)}).`;
}

const DAYS: Readonly<Record<string, string>> = {
  small: many(1, "{n} day", "{n} days"),
  medium: many(5, "{n} day", "{n} days"),
  large: many(20, "{n} day", "{n} days"),
};

function points(fall: number): string {
  const count = Math.round(Math.abs(fall) * 100);
  return count === 0 ? t("less than a point") : many(count, "{n} point", "{n} points");
}

/** What would stop it, or does, with what that is worth to the asset. */
export function fallText(fall: Fall): string {
  if (fall.kind === "element")
    return t("Without {place_name}: {points} less.", {
      place_name: fall.place_name,
      points: points(fall.fall),
    });
  if (fall.kind === "standing") {
    return t("{title}, in place at {place_name}: {points} more without it.", {
      title: fall.title,
      place_name: fall.place_name,
      points: points(fall.fall),
    });
  }
  const effort = DAYS[fall.effort ?? ""];
  const takes = effort ? `, ${effort}` : "";
  return t("{title}, at {place_name}: {points} less{takes}.", {
    title: fall.title,
    place_name: fall.place_name,
    points: points(fall.fall),
    takes,
  });
}

/** How much is shown of how much. */
export function boundsText(bounds: Bounds): string {
  const { findings, findings_followed, assets, assets_explained, compared, comparable } = bounds;
  const told = [
    t("{findings_followed} of {findings} findings are steps that somebody can reach.", {
      findings_followed,
      findings,
    }),
    t("{assets_explained} of {assets} assets are explained,", { assets_explained, assets }),
    t("{compared} of {comparable} changes compared", { compared, comparable }),
    t("in {draws} draws.", { draws: digits(bounds.draws) }),
  ];
  if (!bounds.complete) told.push(t("The system is so large that further steps were left out."));
  return told.join(" ");
}
