const axios = require("axios");
const express = require("express");
const app = express();
const HOSTS = new Set(["api.example.com"]);

app.get("/fetch", async (req, res) => {
  // ruleid: javascript-request-forgery
  const answer = await axios.get(req.query.url);
  // ruleid: javascript-request-forgery
  await fetch(`https://${req.params.host}/status`);
  const { url } = req.body;
  // ruleid: javascript-request-forgery
  await axios({ method: "get", url: url });
});

app.get("/path", async (req, res) => {
  // ok: javascript-request-forgery
  await axios.get(`https://api.example.com/users/${req.query.name}`);
  // ok: javascript-request-forgery
  await fetch("https://api.example.com/echo", { method: "POST", body: req.body });
  const target = new URL(req.query.url);
  if (!HOSTS.has(target.hostname)) {
    return res.status(400).end();
  }
  // ok: javascript-request-forgery
  await fetch(target);
});

function load(address) {
  const request = new Request(address);
  // ok: javascript-request-forgery
  return fetch(request.url);
}

function send(address) {
  const req = { url: address, body: "" };
  // ok: javascript-request-forgery
  return axios.get(req.url);
}
