package app

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/gin-gonic/gin"
)

func file(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	// ruleid: go-path-traversal
	os.ReadFile("/srv/files/" + name)
	full := filepath.Join("/srv/files", name)
	// ruleid: go-path-traversal
	http.ServeFile(w, r, full)
	// ok: go-path-traversal
	os.Open(filepath.Join("/srv/files", filepath.Base(name)))
	if !strings.HasPrefix(full, "/srv/files/") {
		return
	}
	// ok: go-path-traversal
	os.Remove(full)
}

func download(c *gin.Context) {
	// ruleid: go-path-traversal
	c.File("/srv/files/" + c.Param("name"))
	// ok: go-path-traversal
	c.File("/srv/files/logo.png")
}
