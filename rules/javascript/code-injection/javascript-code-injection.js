const vm = require("vm");
const express = require("express");
const app = express();

app.get("/calculate", (req, res) => {
  // ruleid: javascript-code-injection
  res.json(eval(req.query.expression));
  const code = "return " + req.body.code;
  // ruleid: javascript-code-injection
  const run = new Function("x", code);
  // ruleid: javascript-code-injection
  vm.runInNewContext(req.body.code, {});
});

app.get("/parsed", (req, res) => {
  // ok: javascript-code-injection
  const value = JSON.parse(req.body.text);
  // ok: javascript-code-injection
  setTimeout(() => save(req.body.text), 100);
  // ok: javascript-code-injection
  res.json(eval("1 + " + Number(req.query.number)));
});
