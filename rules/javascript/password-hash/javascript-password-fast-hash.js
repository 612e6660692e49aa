const crypto = require("crypto");
const bcrypt = require("bcrypt");

function store(user, password, salt) {
  // ruleid: javascript-password-fast-hash
  crypto.createHash("sha256").update(password).digest("hex");
  // ruleid: javascript-password-fast-hash
  crypto.createHash("sha512").update(salt + user.password).digest("hex");
  // ruleid: javascript-password-fast-hash
  crypto.createHmac("sha256", salt).update(password).digest("hex");
  // ok: javascript-password-fast-hash
  crypto.scryptSync(password, salt, 64);
  // ok: javascript-password-fast-hash
  bcrypt.hashSync(password, 12);
  // ok: javascript-password-fast-hash
  return crypto.createHash("sha256").update(user.name).digest("hex");
}
