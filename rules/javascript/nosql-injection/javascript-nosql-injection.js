const express = require("express");
const app = express();
const User = require("./user");

app.post("/login", async (req, res) => {
  // ruleid: javascript-nosql-injection
  const user = await User.findOne({ name: req.body.name, password: req.body.password });
  const { name } = req.body;
  // ruleid: javascript-nosql-injection
  await User.deleteMany({ name: name });
  // ruleid: javascript-nosql-injection
  await User.find({ $where: "this.name == '" + req.query.name + "'" });
});

app.post("/typed", async (req, res) => {
  // ok: javascript-nosql-injection
  const user = await User.findOne({ name: String(req.body.name) });
  // ok: javascript-nosql-injection
  await User.findOne({ name: { $eq: req.body.name } });
  const { name } = req.body;
  if (typeof name !== "string") {
    return res.status(400).end();
  }
  // ok: javascript-nosql-injection
  await User.findOne({ name: name });
  // ok: javascript-nosql-injection
  await User.findOne({ _id: req.params.id });
});

app.patch("/reviews", (req, res) => {
  // ruleid: javascript-nosql-injection
  db.reviews.update({ _id: req.body.id }, { $set: { message: "gone" } }, { multi: true });
  // ok: javascript-nosql-injection
  db.reviews.update({ _id: String(req.body.id) }, { $set: { message: "gone" } });
});
