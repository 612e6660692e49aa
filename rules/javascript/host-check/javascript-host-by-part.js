const redirectTargets = new Set(["https://shop.example/cart"]);
const allowedOrigins = ["https://shop.example"];

function mayRedirect(url) {
  // ruleid: javascript-host-by-part
  if (url.includes("shop.example")) return true;
  // ruleid: javascript-host-by-part
  if (url.indexOf("https://www.shop.com") !== -1) return true;
  // ok: javascript-host-by-part
  return redirectTargets.has(url) || new URL(url).hostname === "shop.example";
}

function mayCall(origin) {
  for (const allowed of allowedOrigins) {
    // ruleid: javascript-host-by-part
    if (origin.includes(allowed)) return true;
    // ok: javascript-host-by-part
    if (origin === allowed) return true;
  }
  // ok: javascript-host-by-part
  return allowedOrigins.includes(origin) || origin.includes("?");
}
