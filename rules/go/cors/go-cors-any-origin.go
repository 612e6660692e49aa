package app

import "net/http"

func serve(w http.ResponseWriter, r *http.Request) {
	// ruleid: go-cors-any-origin
	w.Header().Set("Access-Control-Allow-Origin", "*")
	// ruleid: go-cors-any-origin
	w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	// ok: go-cors-any-origin
	w.Header().Set("Access-Control-Allow-Origin", "https://app.example.com")
	// ruleid: go-cors-any-origin
	first := cors.Config{AllowAllOrigins: true}
	// ok: go-cors-any-origin
	second := cors.Config{AllowOrigins: []string{"https://app.example.com"}}
	// ruleid: go-cors-any-origin
	third := websocket.Upgrader{CheckOrigin: func(r *http.Request) bool { return true }}
	use(first, second, third)
}
