package app

import "net/http"

func cookies(w http.ResponseWriter) {
	// ruleid: go-cookie-without-flags
	http.SetCookie(w, &http.Cookie{Name: "session", Value: id})
	// ruleid: go-cookie-without-flags
	half := http.Cookie{Name: "session", Value: id, HttpOnly: true}
	// ok: go-cookie-without-flags
	full := http.Cookie{Name: "session", Value: id, Secure: true, HttpOnly: true}
	// ok: go-cookie-without-flags
	gone := http.Cookie{Name: "session", Value: "", MaxAge: -1}
	// ok: go-cookie-without-flags
	var list []*http.Cookie
	use(half, full, gone, list)
}
