function setPath(target, path, value) {
  const names = path.split(".");
  let here = target;
  for (const name of names.slice(0, -1)) {
    if (!here[name]) here[name] = {};
    // ruleid: javascript-nested-keys
    here = here[name];
  }
  here[names.pop()] = value;
}

function parseSettings(text) {
  const result = {};
  for (const line of text.split("\n")) {
    const parts = line.match(/^(\w+)\.(\w+)=(.*)$/);
    const section = parts[1];
    const name = parts[2];
    if (!result[section]) result[section] = {};
    // ruleid: javascript-nested-keys
    result[section][name] = parts[3];
  }
  return result;
}

function setChecked(target, path, value) {
  let here = target;
  const names = path.split(".");
  for (const name of names) {
    if (name === "__proto__" || name === "constructor" || name === "prototype") return;
    // ok: javascript-nested-keys
    here = here[name];
  }
  here[names[0]] = value;
}

function read(target, path) {
  let here = target;
  for (const name of path.split(".")) {
    // ok: javascript-nested-keys
    here = here[name];
  }
  return here;
}

function fill(grid, row, column, value) {
  // ok: javascript-nested-keys
  grid[row][column] = value;
}

function mark(elem, dir, cache) {
  // ok: javascript-nested-keys
  while ((elem = elem[dir])) {
    if (elem.nodeType === 1) {
      elem[cache] = true;
    }
  }
}
