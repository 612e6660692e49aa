const jwt = require("jsonwebtoken");

function login(token, key) {
  // ruleid: javascript-jwt-unverified
  jwt.verify(token, key, { algorithms: ["HS256", "none"] });
  // ruleid: javascript-jwt-unverified
  const mine = jwt.sign({ sub: "1" }, null, { algorithm: "none" });
  // ruleid: javascript-jwt-unverified
  jwt.verify(token, "");
  // ok: javascript-jwt-unverified
  jwt.verify(token, key, { algorithms: ["RS256"] });
  // ok: javascript-jwt-unverified
  return jwt.sign({ sub: "1" }, key, { algorithm: "HS256", expiresIn: "1h" });
}

function authenticate(req, res, next) {
  // ruleid: javascript-jwt-unverified
  req.user = jwt.decode(req.headers.authorization);
  next();
}

function show(token) {
  // ok: javascript-jwt-unverified
  return jwt.decode(token).exp;
}
