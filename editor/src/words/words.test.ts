import { afterEach, expect, test, vi } from "vitest";
import { bare, said, sources, template } from "../../words.mjs";
import { many, t, type Words } from "./t";

afterEach(() => {
  document.documentElement.lang = "en";
  document.body.replaceChildren();
});

/** How a page in that language speaks. */
async function speaking(language: string, words: Words) {
  const carried = document.createElement("script");
  Object.assign(carried, { id: "words", type: "application/json" });
  carried.textContent = JSON.stringify(words);
  document.body.append(carried);
  document.documentElement.lang = language;
  vi.resetModules();
  return import("./t");
}

test("English is the text itself, with its values, of one or of many", () => {
  expect(t("Saving {n}", { n: 3 })).toBe("Saving 3");
  expect(t("{low} to {high}", { low: "{high}", high: null })).toBe("{high} to ");
  expect(t("{what} is no value")).toBe("{what} is no value");
  expect(many(1, "{n} flow", "{n} flows")).toBe("1 flow");
  expect(many(0, "{n} flow", "{n} flows")).toBe("0 flows");
});

test("whatever the interface says can be said in another language", () => {
  expect(sources().flatMap(bare)).toEqual([]);
});

test("every text stands where it is said, so that a translator gets it", () => {
  expect(sources().flatMap((source) => said(source).unknown)).toEqual([]);
  const words = template();
  expect(words["Undo"]).toBe("Undo");
  expect(words["{n} findings"]).toEqual({ one: "{n} finding", other: "{n} findings" });
});

test("bare words are found in text, in names and in what an expression comes to", () => {
  const text = `const one = <p title="Far">Near {far ? "there" : t("here")}<Row name={\`\${n} rows\`} />
    <kbd>Esc</kbd><input name="field" /></p>;`;
  expect(bare({ path: "one.tsx", text })).toEqual([
    "one.tsx:1 Far",
    "one.tsx:1 Near",
    "one.tsx:1 there",
    "one.tsx:1 rows",
  ]);
});

test("a page brings the words of its language, and as many plurals as it has", async () => {
  const forms = { one: "{n} plik", few: "{n} pliki", many: "{n} plików", other: "{n} pliku" };
  const polish = await speaking("pl", { Undo: "Cofnij", "{n} files": forms });
  expect(polish.t("Undo")).toBe("Cofnij");
  expect(polish.t("Redo")).toBe("Redo");
  const counted = [1, 2, 5].map((n) => polish.many(n, "{n} file", "{n} files"));
  expect(counted).toEqual(["1 plik", "2 pliki", "5 plików"]);
  expect(polish.many(2, "{n} bend", "{n} bends")).toBe("2 bends");
});
