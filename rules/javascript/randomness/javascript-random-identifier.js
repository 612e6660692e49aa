function uuid() {
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (c) => {
    // ruleid: javascript-random-identifier
    const r = (Math.random() * 16) | 0;
    return (c === "x" ? r : (r & 0x3) | 0x8).toString(16);
  });
}

function part() {
  // ruleid: javascript-random-identifier
  return Math.floor((1 + Math.random()) * 0x10000).toString(16).substring(1);
}

function better() {
  // ok: javascript-random-identifier
  return crypto.randomUUID();
}

function dice() {
  // ok: javascript-random-identifier
  return Math.floor(Math.random() * 6) + 1;
}
