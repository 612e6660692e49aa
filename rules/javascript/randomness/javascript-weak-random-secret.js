const crypto = require("crypto");

// ruleid: javascript-weak-random-secret
const token = Math.random().toString(36).slice(2);

function makePassword(length) {
  let result = "";
  for (let i = 0; i < length; i++) {
    // ruleid: javascript-weak-random-secret
    result += LETTERS[Math.floor(Math.random() * LETTERS.length)];
  }
  return result;
}

// ok: javascript-weak-random-secret
const other = crypto.randomBytes(32).toString("hex");
// ok: javascript-weak-random-secret
const colour = COLOURS[Math.floor(Math.random() * 3)];
