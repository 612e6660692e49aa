const express = require("express");
const { exec, execFile, spawn } = require("child_process");
const child_process = require("child_process");
const app = express();
const TOOLS = ["uptime", "df"];

app.get("/ping", (req, res) => {
  const host = req.query.host;
  // ruleid: javascript-command-injection
  exec("ping -c 1 " + host, (error, out) => res.send(out));
  // ruleid: javascript-command-injection
  child_process.execSync(`ping -c 1 ${req.params.host}`);
  // ruleid: javascript-command-injection
  spawn("sh", ["-c", "ping " + host]);
  // ruleid: javascript-command-injection
  spawn("ping", [host], { shell: true });
});

app.post("/run", async (req, res) => {
  const { command } = req.body;
  // ruleid: javascript-command-injection
  exec(command);
});

app.get("/list", (req, res) => {
  // ok: javascript-command-injection
  execFile("ping", ["-c", "1", req.query.host]);
  // ok: javascript-command-injection
  exec("ping -c " + parseInt(req.query.times, 10) + " localhost");
  const tool = req.query.tool;
  if (!TOOLS.includes(tool)) {
    return res.status(400).end();
  }
  // ok: javascript-command-injection
  exec(tool);
});

app.get("/found", (req, res) => {
  // ok: javascript-command-injection
  const found = /([a-z]+)/.exec(req.query.text);
  // ok: javascript-command-injection
  exec("uptime", (error, out) => res.send(out));
});
