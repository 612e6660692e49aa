// Runs the steps of a composite action as GitHub's runner does, with GitHub's own reader of expressions.
// Standard input: {action, inputs, contexts, environment, outputs}; standard output: what happened, as JSON.
// `outputs` holds what steps with `uses:` would have set, by their id; those steps are recorded and not run.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const packages = createRequire(join(process.env.MODULES, "index.js"));
const expressions = join(process.env.MODULES, "@actions/expressions/dist/index.js");
const { data, Evaluator, Lexer, Parser } = await import(pathToFileURL(expressions));
const yaml = packages("yaml");

const asked = JSON.parse(readFileSync(0, "utf8"));
const action = yaml.parse(readFileSync(join(asked.action, "action.yml"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "composite-"));
const steps = {};
const happened = { steps: [], log: "", outputs: {}, status: 0 };

function contexts() {
  return { github: asked.contexts.github, runner: asked.contexts.runner, inputs, steps };
}

function evaluate(text) {
  const known = JSON.parse(JSON.stringify(contexts()), data.reviver);
  const tree = new Parser(new Lexer(text).lex().tokens, Object.keys(contexts()), []).parse();
  return new Evaluator(tree, known).evaluate();
}

function filled(text) {
  return String(text).replace(/\$\{\{(.*?)\}\}/gs, (_whole, expression) => evaluate(expression).coerceString());
}

function filledAll(values) {
  return Object.fromEntries(Object.entries(values ?? {}).map(([key, value]) => [key, filled(value)]));
}

function readOutputs(text) {
  const found = {};
  const lines = text.split("\n");
  while (lines.length) {
    const line = lines.shift();
    const block = /^([^=]+?)<<(.+)$/.exec(line);
    if (block) {
      const value = [];
      while (lines.length && lines[0] !== block[2]) value.push(lines.shift());
      if (!lines.length) throw new Error(`no end of ${block[2]}`);
      lines.shift();
      found[block[1]] = value.join("\n");
    } else if (line) {
      const [name, ...value] = line.split("=");
      found[name] = value.join("=");
    }
  }
  return found;
}

function execute(step) {
  const script = join(folder, "step.sh");
  const output = join(folder, `output-${happened.steps.length}`);
  writeFileSync(script, filled(step.run));
  writeFileSync(output, "");
  const environment = { ...asked.environment, GITHUB_OUTPUT: output, ...filledAll(step.env) };
  if (step.shell !== "bash") throw new Error("each step of a composite action names its shell");
  const options = { env: environment, cwd: asked.contexts.github.workspace, encoding: "utf8", maxBuffer: 1 << 28 };
  const done = spawnSync("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", script], options);
  happened.log += done.stdout + done.stderr;
  return { status: done.status, outputs: readOutputs(readFileSync(output, "utf8")) };
}

let inputs = {};
inputs = Object.fromEntries(
  Object.entries(action.inputs).map(([name, input]) => [name, asked.inputs[name] ?? filled(input.default ?? "")]),
);
for (const step of action.runs.steps) {
  // A step without a status function in its `if` runs only while all before it went well.
  if (happened.status !== 0 || (step.if && !["true"].includes(evaluate(String(step.if)).coerceString()))) continue;
  const result = step.uses ? { status: 0, outputs: asked.outputs[step.id] ?? {} } : execute(step);
  happened.steps.push({ name: step.name, uses: step.uses ?? null, with: filledAll(step.with), status: result.status });
  if (step.id) steps[step.id] = { outputs: result.outputs };
  happened.status = result.status;
}
happened.outputs = Object.fromEntries(Object.entries(action.outputs).map(([name, one]) => [name, filled(one.value)]));
console.log(JSON.stringify(happened));
