import type { Attribute, Catalog } from "../document/catalog";
import { collectionOf } from "../document/edits";
import { type Doc, type Level, LEVELS, type Scalar, TRUSTS, type Values } from "../document/types";
import { type Choice, spoken } from "../inspector/fields";
import { placeChoices } from "../inspector/parts";
import type { Finding, Question } from "../sync/messages";
import { LEVEL_NAMES, TRUST_NAMES } from "../words/levels";
import { t } from "../words/t";

/** Facts of the drawing, as opposed to attributes from the catalog. */
const OWN_VALUES = new Set(["zone", "trust", "kind", "personal"]);

const isOwn = ({ attribute, kind }: Question): boolean =>
  OWN_VALUES.has(attribute) || kind === "level";

/** What an answer sets; an asset is added to those that are named already. */
export function answerValues(question: Question, value: Scalar | null): Values {
  if (question.attribute === "assets") return { "assets.+": [value] };
  const { attribute } = question;
  return { [isOwn(question) ? attribute : `attributes.${attribute}`]: value };
}

export interface Asked extends Question {
  /** How many findings wait for it. */
  settles: number;
  /** From the least risk that the answer may leave of them to the most. */
  range: readonly [Level, Level];
  /** How many of them may turn out not to apply at all. */
  mayVanish: number;
}

export const sameQuestion = ({ element, attribute }: Question): string => `${element} ${attribute}`;

interface Ranked {
  asked: Asked;
  stake: number;
}

/** Whole levels that the answer can move; what may not apply at all can also vanish. */
function stakeOf({ applies, risk }: Finding): number {
  const [low, high] = risk.range.map((level) => LEVELS.indexOf(level)) as [number, number];
  return applies === "yes" ? high - low : high + 1;
}

function wider(range: readonly [Level, Level], other: readonly [Level, Level]): [Level, Level] {
  const at = [...range, ...other].map((level) => LEVELS.indexOf(level));
  const ends = [LEVELS[Math.min(...at)], LEVELS[Math.max(...at)]];
  return [ends[0] ?? range[0], ends[1] ?? range[1]];
}

/** Each unknown fact once, in the server's order: most findings, then most at stake. */
export function rankQuestions(findings: Iterable<Finding>): Asked[] {
  const ranked = new Map<string, Ranked>();
  for (const finding of findings) {
    const once = new Map(finding.questions.map((question) => [sameQuestion(question), question]));
    for (const [key, question] of once) {
      const known = ranked.get(key);
      const mayVanish = (known?.asked.mayVanish ?? 0) + (finding.applies === "yes" ? 0 : 1);
      const range = wider(known?.asked.range ?? finding.risk.range, finding.risk.range);
      const settles = (known?.asked.settles ?? 0) + 1;
      const asked = { ...question, settles, range, mayVanish };
      ranked.set(key, { asked, stake: (known?.stake ?? 0) + stakeOf(finding) });
    }
  }
  return [...ranked.values()].sort(inOrder).map(({ asked }) => asked);
}

function inOrder(one: Ranked, other: Ranked): number {
  return (
    other.asked.settles - one.asked.settles ||
    other.stake - one.stake ||
    (sameQuestion(one.asked) < sameQuestion(other.asked) ? -1 : 1)
  );
}

/** What the drawing says about the fact now; undefined while nobody has said. */
export function valueOf(doc: Doc, question: Question): Scalar | undefined {
  const kind = collectionOf(doc, question.element);
  const row = kind && (doc[kind].get(question.element) as Values | undefined);
  if (!row) return undefined;
  if (question.attribute === "assets") return (row["assets"] as readonly string[])[0];
  if (question.attribute === "levels") return Object.values(row).find(isLevel);
  const from = isOwn(question) ? row : (row["attributes"] as Values | undefined);
  return (from?.[question.attribute] as Scalar | null | undefined) ?? undefined;
}

const isLevel = (value: unknown): value is Level => LEVELS.includes(value as Level);

/** The answers that can be given with a button; none where a number or several are asked for. */
export function choicesOf(question: Question, doc: Doc): Choice[] {
  switch (question.kind) {
    case "boolean":
      return [
        { value: "true", name: t("Yes") },
        { value: "false", name: t("No") },
      ];
    case "choice":
      return question.choices.map((choice) => named(choice, spoken(choice)));
    case "zone":
      return placeChoices(doc).filter(({ value }) => value !== "");
    case "asset":
      return [...doc.asset.values()].map(({ id, name }) => ({ value: id, name }));
    case "trust":
      return TRUSTS.map((trust) => named(trust, TRUST_NAMES[trust]));
    case "level":
      return question.attribute === "levels" ? [] : LEVELS.map((level) => named(level, LEVEL_NAMES[level]));
    case "number":
      return [];
  }
}

const named = (value: string, words: string): Choice => ({
  value,
  name: words.charAt(0).toUpperCase() + words.slice(1),
});

/** What a button's value means in the drawing. */
export function scalarOf(question: Question, value: string): Scalar {
  return question.kind === "boolean" ? value === "true" : value;
}

/** The catalog's own entry behind a question, for its help and its unit. */
export function attributeOf(doc: Doc, catalog: Catalog, question: Question): Attribute | null {
  const component = doc.component.get(question.element);
  const known = component ? catalog.attributesOf(component.type) : catalog.data.flow_attributes;
  return known.find(({ id }) => id === question.attribute) ?? null;
}
