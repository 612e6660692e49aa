const fs = require("fs");
const path = require("path");
const express = require("express");
const app = express();
const ROOT = "/srv/files";

app.get("/read", (req, res) => {
  // ruleid: javascript-path-traversal
  fs.readFile(path.join(ROOT, req.query.name), (error, data) => res.send(data));
  const name = req.params.name;
  // ruleid: javascript-path-traversal
  res.sendFile(`${ROOT}/${name}`);
  // ruleid: javascript-path-traversal
  fs.createReadStream(ROOT + "/" + name).pipe(res);
});

app.delete("/file", async (request, response) => {
  // ruleid: javascript-path-traversal
  await fs.promises.unlink(path.resolve(ROOT, request.body.name));
});

app.get("/base", (req, res) => {
  // ok: javascript-path-traversal
  res.sendFile(path.join(ROOT, path.basename(req.query.name)));
  // ok: javascript-path-traversal
  res.sendFile(req.query.name, { root: ROOT });
});

app.get("/resolved", (req, res) => {
  const file = path.resolve(ROOT, req.query.name);
  if (!file.startsWith(ROOT + path.sep)) {
    return res.status(403).end();
  }
  // ok: javascript-path-traversal
  res.sendFile(file);
});

app.get("/number", (req, res) => {
  // ok: javascript-path-traversal
  res.sendFile(`${ROOT}/${Number(req.query.page)}.html`);
});

app.get("/fixed", (req, res) => {
  // ok: javascript-path-traversal
  fs.writeFile("/tmp/last", req.body.text, () => res.end());
});

app.get("/stripped", (req, res) => {
  const name = path.normalize(req.query.name).replace(/^(\.\.[/\\])+/, "");
  // ok: javascript-path-traversal
  res.sendFile(path.join(ROOT, name));
});
