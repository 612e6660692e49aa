// ruleid: javascript-password-in-code
const password = "correct-horse-17";
const database = mysql.createConnection(
  // ruleid: javascript-password-in-code
  { host: "db", user: "app", password: "correct-horse-17" },
);
// ok: javascript-password-in-code
const hint = { password: "Enter your password" };
// ok: javascript-password-in-code
const apiKey = process.env.API_KEY;
// ok: javascript-password-in-code
const input = { type: "password", password: "" };
// ok: javascript-password-in-code
const name = "correct-horse-17";
