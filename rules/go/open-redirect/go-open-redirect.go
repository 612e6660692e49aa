package app

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func leave(w http.ResponseWriter, r *http.Request) {
	next := r.FormValue("next")
	// ruleid: go-open-redirect
	http.Redirect(w, r, next, http.StatusFound)
	// ruleid: go-open-redirect
	w.Header().Set("Location", next)
	// ok: go-open-redirect
	http.Redirect(w, r, "/home", http.StatusFound)
	// ok: go-open-redirect
	http.Redirect(w, r, "/items?next="+next, http.StatusFound)
	if !targets[next] {
		return
	}
	// ok: go-open-redirect
	http.Redirect(w, r, next, http.StatusFound)
}

func ginLeave(c *gin.Context) {
	// ruleid: go-open-redirect
	c.Redirect(302, c.Query("next"))
}
