function quoted(name, address) {
  // ruleid: javascript-escape-first-only
  name = name.replace("'", "\\'");
  // ruleid: javascript-escape-first-only
  name = name.replace('"', "&quot;");
  // ruleid: javascript-escape-first-only
  name = name.replace(/</, "&lt;");
  // ruleid: javascript-escape-first-only
  address = address.replace("|", "%7C");
  // ok: javascript-escape-first-only
  name = name.replace(/'/g, "\\'");
  // ok: javascript-escape-first-only
  name = name.replaceAll("<", "&lt;");
  // ok: javascript-escape-first-only
  name = name.replace(".html", "");
  // ok: javascript-escape-first-only
  name = name.replace("%", " percent");
  return name + address;
}
