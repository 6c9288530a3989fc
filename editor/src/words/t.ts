/* What the interface says, in the language of the page. The English text itself is the key; a page
   in another language carries its file as JSON in an element called "words". */

/** What stands in a text's {places}. */
export type Values = Readonly<Record<string, string | number | null | undefined>>;
type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
/** A language's file: the English text (of a plural, the one for many) to what is said instead. */
export type Words = Readonly<Record<string, string | Plural>>;

// Read from the page before anything speaks: fetched later, each constant would have to wait.
const page = globalThis.document;
const words = JSON.parse(page?.getElementById("words")?.textContent || "{}") as Words;
/** The language of the page: numbers and times are spelled as its words are. */
export const LANGUAGE = page?.documentElement.lang || "en";
const rules = new Intl.PluralRules(LANGUAGE);

/** A text, with the values in its {places}. */
export function t(text: string, values: Values = {}): string {
  const said = words[text];
  return filled(typeof said === "string" ? said : text, values);
}

/** A text about `n` things: in English one of two, elsewhere as many as the language has. */
export function many(n: number, one: string, other: string, values: Values = {}): string {
  const said = words[other];
  const rule = rules.select(n);
  const forms: Plural = typeof said === "object" ? said : { one, other };
  return filled(forms[rule] ?? forms.other ?? other, { n, ...values });
}

/** A number with its thousands set apart. */
export const digits = (n: number): string => n.toLocaleString(LANGUAGE);

const filled = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) =>
    name in values ? String(values[name] ?? "") : place,
  );
