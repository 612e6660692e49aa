const express = require("express");
const app = express();

app.get("/login", (req, res) => {
  // ruleid: javascript-open-redirect
  res.redirect(req.query.next);
  const target = req.body.target;
  // ruleid: javascript-open-redirect
  res.redirect(302, "https://" + target);
  // ruleid: javascript-open-redirect
  res.setHeader("Location", req.query.next);
});

function back() {
  // ruleid: javascript-open-redirect
  window.location.href = new URLSearchParams(location.search).get("next");
}

app.get("/fixed", (req, res) => {
  // ok: javascript-open-redirect
  res.redirect("/users/" + req.query.name);
  // ok: javascript-open-redirect
  res.redirect(`https://example.com/${req.query.page}`);
  const target = req.query.next;
  if (new URL(target, "https://example.com").origin !== "https://example.com") {
    return res.status(400).end();
  }
  // ok: javascript-open-redirect
  res.redirect(target);
});

app.get("/checked", (req, res) => {
  const next = req.query.next;
  if (!isAllowedTarget(next)) return res.status(400).end();
  // ok: javascript-open-redirect
  res.redirect(next);
});
