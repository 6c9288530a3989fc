/* What the editor's sources say: `npm run words` lists it as a template to translate. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";

const SOURCES = join(import.meta.dirname, "src");
/** Attributes that people read or hear; `name` only where it is no field's. */
const HEARD = /^(aria-(label|description|valuetext|roledescription)|alt|placeholder|title)$/;
const HEARD_OF_PARTS = /^(name|label|help|head|verb|button|empty)$/;
const LETTERS = /\p{L}{2,}/u;

/** The sources with words for people, by path. */
export function sources() {
  const paths = readdirSync(SOURCES, { recursive: true, encoding: "utf8" });
  return paths
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|^testing\b/.test(path))
    .map((path) => ({ path, text: readFileSync(join(SOURCES, path), "utf8") }));
}

/** Call `visit` with every node below, what encloses it last. */
function walk(node, visit, above = []) {
  if (Array.isArray(node)) for (const one of node) walk(one, visit, above);
  else if (node !== null && typeof node === "object") {
    const known = typeof node.type === "string";
    if (known) visit(node, above);
    for (const value of Object.values(node)) walk(value, visit, known ? [...above, node] : above);
  }
}

const lineOf = (text, { start }) => text.slice(0, start).split("\n").length;

/** A string that stands in the source, in one piece or in several joined by a plus. */
function written(node) {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type !== "BinaryExpression" || node.operator !== "+") return null;
  const [left, right] = [written(node.left), written(node.right)];
  return left === null || right === null ? null : left + right;
}

/** The texts of one source as a translator gets them, and the calls whose text nobody can find. */
export function said({ path, text }) {
  const words = {};
  const unknown = [];
  walk(parseSync(path, text).program, (node) => {
    if (node.type !== "CallExpression" || !["t", "many"].includes(node.callee.name)) return;
    const [one, other] =
      node.callee.name === "t" ? [node.arguments[0]] : node.arguments.slice(1, 3);
    const [first, second] = [written(one), other && written(other)];
    if (first === null || second === null) unknown.push(`${path}:${lineOf(text, node)}`);
    else if (second === undefined) words[first] = first;
    else words[second] = { one: first, other: second };
  });
  return { words, unknown };
}

/** The strings that an expression can come to. */
function outcomes(node) {
  if (node?.type === "ConditionalExpression")
    return [...outcomes(node.consequent), ...outcomes(node.alternate)];
  if (node?.type === "LogicalExpression")
    return [...(node.operator === "&&" ? [] : outcomes(node.left)), ...outcomes(node.right)];
  if (node?.type === "TemplateLiteral")
    return [{ node, text: node.quasis.map(({ value }) => value.cooked).join(" ") }];
  return typeof node?.value === "string" ? [{ node, text: node.value }] : [];
}

function isHeard(attribute, tag) {
  const name = attribute.name.name;
  return HEARD.test(name) || (HEARD_OF_PARTS.test(name) && /^[A-Z]/.test(tag ?? ""));
}

/** Words of one source that people would be told in English whatever their language: its lines. */
export function bare({ path, text }) {
  const found = [];
  walk(parseSync(path, text).program, (node, above) => {
    const parent = above.at(-1);
    let told = [];
    if (node.type === "JSXText") told = [{ node, text: node.value }];
    else if (node.type === "JSXExpressionContainer" && parent.type.startsWith("JSXE"))
      told = outcomes(node.expression);
    else if (node.type === "JSXAttribute" && isHeard(node, parent.name.name))
      told = outcomes(node.value?.expression ?? node.value);
    if (parent?.openingElement?.name.name === "kbd") return;
    for (const one of told)
      if (LETTERS.test(one.text))
        found.push(`${path}:${lineOf(text, one.node)} ${one.text.trim()}`);
  });
  return found;
}

/** All texts, in the order of the alphabet. */
export function template() {
  const all = Object.assign({}, ...sources().map((source) => said(source).words));
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (process.argv[1] === import.meta.filename) {
  console.log(JSON.stringify(template(), null, 2));
}
