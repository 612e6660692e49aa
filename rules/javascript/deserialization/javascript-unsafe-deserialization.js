const serialize = require("node-serialize");
const yaml = require("js-yaml");
const express = require("express");
const app = express();

app.post("/state", (req, res) => {
  // ruleid: javascript-unsafe-deserialization
  const state = serialize.unserialize(req.cookies.state);
  const text = Buffer.from(req.body.data, "base64").toString();
  // ruleid: javascript-unsafe-deserialization
  serialize.unserialize(text);
  // ok: javascript-unsafe-deserialization
  JSON.parse(text);
  // ok: javascript-unsafe-deserialization
  yaml.load(text);
  // ok: javascript-unsafe-deserialization
  serialize.unserialize(fs.readFileSync("state.txt"));
});
