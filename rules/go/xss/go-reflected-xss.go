package app

import (
	"fmt"
	"html"
	"html/template"
	"net/http"
)

func hello(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	// ruleid: go-reflected-xss
	fmt.Fprintf(w, "<h1>Hello %s</h1>", name)
	// ruleid: go-reflected-xss
	w.Write([]byte("<h1>" + name))
	// ruleid: go-reflected-xss
	page := template.HTML("<b>" + name + "</b>")
	// ok: go-reflected-xss
	fmt.Fprintf(w, "<h1>Hello %s</h1>", html.EscapeString(name))
	// ok: go-reflected-xss
	views.Execute(w, name)
}

func plain(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	// ok: go-reflected-xss
	fmt.Fprint(w, r.FormValue("name"))
}
