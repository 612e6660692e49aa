const express = require("express");
const he = require("he");
const app = express();

app.get("/hello", (req, res) => {
  // ruleid: javascript-reflected-html
  res.send("<h1>Hello " + req.query.name + "</h1>");
  const page = `<p>${req.params.text}</p>`;
  // ruleid: javascript-reflected-html
  res.status(404).send(page);
  // ruleid: javascript-reflected-html
  res.write(`<li>${req.body.item}</li>`);
});

app.get("/escaped", (req, res) => {
  // ok: javascript-reflected-html
  res.send("<h1>Hello " + he.encode(req.query.name) + "</h1>");
  // ok: javascript-reflected-html
  res.json({ name: req.query.name });
  // ok: javascript-reflected-html
  res.send({ name: req.query.name });
  // ok: javascript-reflected-html
  res.send(findTitle(req.query.id));
  const title = findTitle(req.query.id);
  // ok: javascript-reflected-html
  res.send(title);
  // ok: javascript-reflected-html
  res.render("hello", { name: req.query.name });
});

fastify.get("/hello", (request, reply) => {
  // ok: javascript-reflected-html
  reply.send("Hello " + request.query.name);
  // ok: javascript-reflected-html
  reply.code(200).send(request.body);
  // ruleid: javascript-reflected-html
  reply.type("text/html").send("<h1>Hello " + request.query.name + "</h1>");
});

function respond(ctx, res) {
  // ok: javascript-reflected-html
  res.end(ctx.body);
  // ruleid: javascript-reflected-html
  res.end(ctx.query.name);
}
