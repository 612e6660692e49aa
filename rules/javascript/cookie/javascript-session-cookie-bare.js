function login(req, res) {
  // ruleid: javascript-session-cookie-bare
  res.cookie("session_id", "1");
  // ruleid: javascript-session-cookie-bare
  res.cookie("authToken", "1", { httpOnly: true });
  // ok: javascript-session-cookie-bare
  res.cookie("session_id", "1", { httpOnly: true, secure: true, sameSite: "lax" });
  // ok: javascript-session-cookie-bare
  res.cookie("theme", "dark");
  // ok: javascript-session-cookie-bare
  res.cookie("session_id", "1", options);
}
