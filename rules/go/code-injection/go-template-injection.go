package app

import (
	"html/template"
	"net/http"
)

func page(w http.ResponseWriter, r *http.Request) {
	// ruleid: go-template-injection
	first, _ := template.New("page").Parse(r.FormValue("page"))
	text := "Hello " + r.FormValue("name")
	// ruleid: go-template-injection
	second := template.Must(template.New("page").Parse(text))
	// ok: go-template-injection
	third, _ := template.New("page").Parse("Hello {{.}}")
	// ok: go-template-injection
	third.Execute(w, r.FormValue("name"))
	use(first, second)
}
