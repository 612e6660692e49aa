const express = require("express");
const app = express();
const db = require("./db");
const COLUMNS = ["name", "age"];

app.get("/user", async (req, res) => {
  // ruleid: javascript-sql-injection
  await db.query("SELECT * FROM users WHERE name = '" + req.query.name + "'");
  const sql = `SELECT * FROM users WHERE id = ${req.params.id}`;
  // ruleid: javascript-sql-injection
  db.execute(sql, (error, rows) => res.json(rows));
  // ruleid: javascript-sql-injection
  knex.raw(`SELECT * FROM users WHERE name = '${req.body.name}'`);
  // ruleid: javascript-sql-injection
  db.get("SELECT * FROM users WHERE name = '" + req.body.name + "'", () => {});
});

app.get("/bound", async (req, res) => {
  // ok: javascript-sql-injection
  await db.query("SELECT * FROM users WHERE name = ?", [req.query.name]);
  // ok: javascript-sql-injection
  await db.query("SELECT * FROM users WHERE name = $1", [req.query.name]);
  // ok: javascript-sql-injection
  await db.query(`SELECT * FROM users LIMIT ${Number(req.query.limit)}`);
  const column = req.query.column;
  if (!COLUMNS.includes(column)) {
    return res.status(400).end();
  }
  // ok: javascript-sql-injection
  await db.query(`SELECT * FROM users ORDER BY ${column}`);
});
