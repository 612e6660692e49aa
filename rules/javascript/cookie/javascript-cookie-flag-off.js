const session = require("express-session");
const app = require("express")();

// ruleid: javascript-cookie-flag-off
app.use(session({ secret: key, cookie: { secure: false, maxAge: 1000 } }));

app.get("/", (req, res) => {
  // ruleid: javascript-cookie-flag-off
  res.cookie("session", "1", { httpOnly: false, secure: true });
  // ruleid: javascript-cookie-flag-off
  res.cookie("session", "1", { httpOnly: true, secure: false });
  // ok: javascript-cookie-flag-off
  res.cookie("session", "1", { httpOnly: true, secure: true });
  // ok: javascript-cookie-flag-off
  res.cookie("theme", "dark");
});
