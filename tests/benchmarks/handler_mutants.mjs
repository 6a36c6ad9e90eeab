/**
 * Lists small faults that could be put into handlers: `node handler_mutants.mjs TYPESCRIPT FILE...` writes a line of
 * JSON per mutant: file, kind, handler, start, end, text. Whoever asked applies one at a time.
 *
 * Only bodies of functions named in the file's `plugin.handlers` are touched.
 */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [typescript, ...files] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(typescript);
const SHIFTED = new Map([
  [ts.SyntaxKind.LessThanToken, "<="], [ts.SyntaxKind.LessThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, ">="], [ts.SyntaxKind.GreaterThanEqualsToken, ">"],
]);

for (const file of files) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const names = handlerNames(source);
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (names.has(name.text) && ts.isArrowFunction(initializer)) visit(initializer.body, name.text, file, source);
    }
  }
}

function handlerNames(source) {
  const names = new Set();
  const look = (node) => {
    if (ts.isPropertyAssignment(node) && node.name.text === "handlers" && ts.isObjectLiteralExpression(node.initializer)) {
      for (const property of node.initializer.properties) names.add(property.name.text);
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return names;
}

function visit(node, handler, file, source) {
  const put = (kind, target, text, subject) =>
    console.log(JSON.stringify({ file, kind, handler, start: target.getStart(source), end: target.getEnd(), text, subject }));
  const words = (target) => target.getText(source);
  if (ts.isReturnStatement(node) && node.expression && ts.isObjectLiteralExpression(node.expression)) {
    for (const dropped of node.expression.properties) {
      const kept = node.expression.properties.filter((one) => one !== dropped);
      put("drop a key", node.expression, `{ ${kept.map(words).join(", ")} }`, dropped.name.text);
    }
  }
  if (ts.isIfStatement(node)) put("negate a condition", node.expression, `!(${words(node.expression)})`);
  if (ts.isConditionalExpression(node)) put("negate a condition", node.condition, `!(${words(node.condition)})`);
  // How long a pause is changes no state and no event: such a fault is none that a test of behaviour could find.
  const isPause = ts.isCallExpression(node.parent) && words(node.parent.expression) === "clock.pause";
  if (ts.isNumericLiteral(node) && !isPause) put("number plus one", node, String(Number(node.text) + 1));
  if (ts.isBinaryExpression(node) && SHIFTED.has(node.operatorToken.kind)) {
    put("off by one", node.operatorToken, SHIFTED.get(node.operatorToken.kind));
  }
  if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression) && words(node.expression.expression) === "publish") {
    put("remove a publish", node, ";", node.expression.arguments[0].text);
  }
  ts.forEachChild(node, (child) => visit(child, handler, file, source));
}
