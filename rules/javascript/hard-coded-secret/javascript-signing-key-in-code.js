const jwt = require("jsonwebtoken");
const session = require("express-session");
const app = require("express")();
const KEY = "not-a-real-key";

// ruleid: javascript-signing-key-in-code
jwt.sign({ sub: "1" }, "not-a-real-key", { expiresIn: "1h" });
// ruleid: javascript-signing-key-in-code
jwt.verify(token, KEY);
// ruleid: javascript-signing-key-in-code
app.use(session({ secret: "not-a-real-key", resave: false }));
// ok: javascript-signing-key-in-code
jwt.sign({ sub: "1" }, process.env.JWT_KEY, { expiresIn: "1h" });
// ok: javascript-signing-key-in-code
app.use(session({ secret: process.env.SESSION_SECRET }));
