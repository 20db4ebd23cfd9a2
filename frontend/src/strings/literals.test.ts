import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const SOURCES = join(import.meta.dirname, "..");
const ROOMS = ["app", "editor", "pages", "ui"];

/** Properties that a person reads or hears. */
const SPOKEN = new Set([
  "alt",
  "aria-description",
  "aria-label",
  "confirmLabel",
  "currentLabel",
  "description",
  "label",
  "lead",
  "message",
  "note",
  "placeholder",
  "thumbLabel",
  "title",
  "xLabel",
]);

/** What is the same in every language. */
const ALLOWED = new Set(["Facet", "Authorization: Bearer", "F1", "ResNet", "px"]);
const COLOUR = /^rgba?\([\d ,.]+\)$/;

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (/\.tsx?$/.test(entry.name) && !/\.(test|fake|generated)\./.test(entry.name)) yield path;
  }
}

/** The words of a literal; null for what is no literal, or has no letters. */
function wordsOf(node: ts.Node): string | null {
  let text: string;
  if (ts.isJsxText(node) || ts.isStringLiteralLike(node)) text = node.text;
  else if (ts.isTemplateExpression(node)) {
    text = [node.head, ...node.templateSpans.map((span) => span.literal)].map((part) => part.text).join(" ");
  } else return null;
  const words = text.replace(/\s+/g, " ").replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N})]+$/gu, "");
  return /\p{L}/u.test(words) && !ALLOWED.has(words) && !COLOUR.test(words) ? words : null;
}

/** The literals that may become the value of `node`: both sides of a choice, what stands in brackets, and so on. */
function* valuesOf(node: ts.Node): Generator<ts.Node> {
  if (ts.isConditionalExpression(node)) {
    yield* valuesOf(node.whenTrue);
    yield* valuesOf(node.whenFalse);
  } else if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    if (kind !== ts.SyntaxKind.AmpersandAmpersandToken) yield* valuesOf(node.left);
    yield* valuesOf(node.right);
  } else if (ts.isParenthesizedExpression(node) || ts.isJsxExpression(node)) {
    if (node.expression) yield* valuesOf(node.expression);
  } else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) yield* valuesOf(node.body);
  else yield node;
}

/** Every literal in `text` that a person would read: in JSX, or as a property by a name that is shown. */
function literalsIn(text: string, name = "page.tsx"): string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const take = (node: ts.Node) => {
    for (const value of valuesOf(node)) {
      const words = wordsOf(value);
      if (words !== null) found.push(words);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) take(node);
    else if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) take(node);
    else if (ts.isJsxAttribute(node) && node.initializer && SPOKEN.has(node.name.getText(source))) take(node.initializer);
    else if (ts.isPropertyAssignment(node) && SPOKEN.has(node.name.getText(source).replace(/^"|"$/g, ""))) {
      take(node.initializer);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

it("finds what a person would read, and nothing else", () => {
  expect(
    literalsIn(`
      const a = <Text className="plain" title={open ? "Hide it" : "Show it"}>Hello, {name}{" · "}{n > 1 && "more"}</Text>;
      const b = [{ value: "x", label: \`Model \${n}\` }, { label: strings.all }];
      const c = <Button aria-label="Close">{strings.close}</Button>;
      const d = <Slider label={(value) => \`\${value} percent\`} />;
    `),
  ).toEqual(["Hide it", "Show it", "Hello", "more", "Model", "Close", "percent"]);
});

it.each(ROOMS)("leaves no words for people in %s: they belong to strings/", (room) => {
  const left = [...filesBelow(join(SOURCES, room))].flatMap((path) =>
    literalsIn(readFileSync(path, "utf8"), path).map((words) => `${path.slice(SOURCES.length + 1)}: ${words}`),
  );
  expect(left).toEqual([]);
}, 60_000);
