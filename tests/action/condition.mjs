// Evaluates the condition of a job with GitHub's own reader of expressions: {condition, github} in, true or false out.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const expressions = join(process.env.MODULES, "@actions/expressions/dist/index.js");
const { data, Evaluator, Lexer, Parser } = await import(pathToFileURL(expressions));

const asked = JSON.parse(readFileSync(0, "utf8"));
const known = JSON.parse(JSON.stringify({ github: asked.github }), data.reviver);
const tree = new Parser(new Lexer(asked.condition).lex().tokens, ["github"], []).parse();
console.log(new Evaluator(tree, known).evaluate().coerceString());
