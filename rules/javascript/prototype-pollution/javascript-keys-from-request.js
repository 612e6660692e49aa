const _ = require("lodash");
const express = require("express");
const app = express();
const settings = {};

app.post("/settings", (req, res) => {
  // ruleid: javascript-keys-from-request
  _.merge(settings, req.body);
  const { user, key, value } = req.body;
  // ruleid: javascript-keys-from-request
  settings[user][key] = value;
  // ok: javascript-keys-from-request
  settings.theme = req.body.theme;
  // ok: javascript-keys-from-request
  _.merge(settings, { theme: "dark" });
  // ok: javascript-keys-from-request
  settings[Number(req.body.index)][0] = value;
});

window.addEventListener("message", function (event) {
  const sent = event.data || {};
  // ruleid: javascript-keys-from-request
  frames[sent.id].height = sent.height;
  // ok: javascript-keys-from-request
  frames[Number(sent.id)].height = sent.height;
  // ok: javascript-keys-from-request
  byName.get(sent.id).height = sent.height;
});
