const express = require("express");
const app = express();

app.post("/login", (req, res) => {
  // ruleid: javascript-log-injection
  console.log("login of " + req.body.name);
  // ruleid: javascript-log-injection
  logger.info(`login of ${req.body.name}`);
  // ok: javascript-log-injection
  logger.info("login", JSON.stringify(req.body.name));
  // ok: javascript-log-injection
  console.log("login of " + req.body.name.replace(/[\r\n]/g, ""));
});
