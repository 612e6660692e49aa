const cors = require("cors");
const app = require("express")();

// ruleid: javascript-cors-any-origin
app.use(cors({ origin: true, credentials: true }));
app.use((req, res, next) => {
  // ruleid: javascript-cors-any-origin
  res.setHeader("Access-Control-Allow-Origin", req.headers.origin);
  next();
});
app.use((req, res, next) => {
  if (ORIGINS.includes(req.headers.origin)) {
    // ok: javascript-cors-any-origin
    res.setHeader("Access-Control-Allow-Origin", req.headers.origin);
  }
  next();
});
// ok: javascript-cors-any-origin
app.use(cors({ origin: "https://example.com", credentials: true }));
// ok: javascript-cors-any-origin
app.use(cors());
