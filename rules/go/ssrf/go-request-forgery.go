package app

import (
	"net/http"
	"net/url"
)

func fetch(w http.ResponseWriter, r *http.Request) {
	address := r.FormValue("url")
	// ruleid: go-request-forgery
	http.Get(address)
	// ruleid: go-request-forgery
	request, _ := http.NewRequest("GET", address, nil)
	// ruleid: go-request-forgery
	client.Post("https://"+address, "text/plain", nil)
	// ok: go-request-forgery
	http.Get("https://api.example.com/items/" + url.PathEscape(address))
	// ok: go-request-forgery
	http.Get("https://api.example.com/items/" + address)
	if !allowed[address] {
		return
	}
	// ok: go-request-forgery
	http.Get(address)
}

func byHost(w http.ResponseWriter, r *http.Request) {
	address, err := url.Parse(r.FormValue("url"))
	if err != nil {
		return
	}
	if !hosts[address.Hostname()] {
		return
	}
	// ok: go-request-forgery
	http.Get(address.String())
}
