function merge(target, source) {
  for (const key in source) {
    if (source[key] && typeof source[key] === "object") {
      if (!target[key]) target[key] = {};
      // ruleid: javascript-prototype-pollution
      merge(target[key], source[key]);
    } else {
      target[key] = source[key];
    }
  }
  return target;
}

function extend(to, from) {
  Object.keys(from).forEach(function (name) {
    if (typeof from[name] === "object") {
      // ruleid: javascript-prototype-pollution
      to[name] = extend(to[name] || {}, from[name]);
    } else {
      to[name] = from[name];
    }
  });
  return to;
}

function guarded(target, source) {
  for (const key in source) {
    if (key === "__proto__" || key === "constructor" || key === "prototype") continue;
    if (typeof source[key] === "object") {
      // ok: javascript-prototype-pollution
      guarded(target[key], source[key]);
    } else {
      target[key] = source[key];
    }
  }
}

function flat(target, source) {
  for (const key in source) {
    // ok: javascript-prototype-pollution
    target[key] = source[key];
  }
}

function owned(target, source) {
  for (const key in source) {
    if (Object.prototype.hasOwnProperty.call(target, key) && typeof source[key] === "object") {
      // ok: javascript-prototype-pollution
      target[key] = owned(target[key], source[key]);
    }
  }
  return target;
}

function lowered(value) {
  const copy = {};
  for (const key of Object.keys(value)) {
    // ok: javascript-prototype-pollution
    copy[key] = lowered(value[key]);
  }
  return copy;
}

function merged(copy, value) {
  for (const key of Object.keys(value)) {
    // ruleid: javascript-prototype-pollution
    copy[key] = merged(copy[key], value[key]);
  }
  return copy;
}
