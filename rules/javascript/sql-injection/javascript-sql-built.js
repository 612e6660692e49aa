const db = require("./db");
const TABLE = "users";

async function find(name, id) {
  // ruleid: javascript-sql-built
  await db.query("SELECT * FROM users WHERE name = '" + name + "'");
  const sql = `DELETE FROM users WHERE id = ${id}`;
  // ruleid: javascript-sql-built
  await db.run(sql);
  // ok: javascript-sql-built
  await db.query("SELECT * FROM users WHERE name = ?", [name]);
  // ok: javascript-sql-built
  await db.query(`SELECT * FROM ${TABLE}`);
  // ok: javascript-sql-built
  await db.query("SELECT id " + "FROM users");
  // ok: javascript-sql-built
  await http.get(`https://example.com/${id}`);
}

function search(code, callback) {
  let text = "SELECT name ";
  text += "FROM jobs WHERE jobs.code = '" + code + "'";
  // ruleid: javascript-sql-built
  db.query(text, callback);
  let counted = "SELECT name ";
  counted += "FROM jobs WHERE jobs.code = ?";
  // ok: javascript-sql-built
  db.query(counted, [code], callback);
}
