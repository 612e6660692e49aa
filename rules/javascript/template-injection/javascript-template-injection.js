const ejs = require("ejs");
const pug = require("pug");
const express = require("express");
const app = express();

app.get("/hello", (req, res) => {
  // ruleid: javascript-template-injection
  res.send(ejs.render("<h1>" + req.query.name + "</h1>"));
  const source = `p ${req.body.text}`;
  // ruleid: javascript-template-injection
  const page = pug.compile(source);
  // ok: javascript-template-injection
  res.send(ejs.render("<h1><%= name %></h1>", { name: req.query.name }));
  // ok: javascript-template-injection
  res.render("hello", { name: req.query.name });
});
