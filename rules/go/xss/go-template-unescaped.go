package app

import "html/template"

func page(body string) {
	// ruleid: go-template-unescaped
	first := template.HTML(body)
	// ruleid: go-template-unescaped
	second := template.JS("var name = '" + body + "'")
	// ok: go-template-unescaped
	third := template.HTML("<b>fixed</b>")
	// ok: go-template-unescaped
	fourth := template.HTML(policy.Sanitize(body))
	views.Execute(out, first, second, third, fourth)
}
