package app

import (
	"net/http"
	"time"
)

func serve() {
	// ruleid: go-server-without-timeout
	http.ListenAndServe(":8080", router)
	// ruleid: go-server-without-timeout
	first := &http.Server{Addr: ":8080", Handler: router}
	// ok: go-server-without-timeout
	second := &http.Server{Addr: ":8080", ReadHeaderTimeout: 5 * time.Second}
	// ok: go-server-without-timeout
	second.ListenAndServe()
	use(first)
}
