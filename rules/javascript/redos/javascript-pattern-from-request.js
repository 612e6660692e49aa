const _ = require("lodash");
const express = require("express");
const app = express();

app.get("/find", (req, res) => {
  // ruleid: javascript-pattern-from-request
  const pattern = new RegExp(req.query.pattern, "i");
  // ruleid: javascript-pattern-from-request
  const start = new RegExp("^" + req.query.start);
  // ok: javascript-pattern-from-request
  const escaped = new RegExp("^" + _.escapeRegExp(req.query.start));
  // ok: javascript-pattern-from-request
  res.json(/^[a-z]+$/.test(req.query.text));
});
