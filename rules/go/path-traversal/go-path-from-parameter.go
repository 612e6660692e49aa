package app

import (
	"os"
	"path/filepath"
	"strings"
)

func read(filename string) ([]byte, error) {
	// ruleid: go-path-from-parameter
	return os.ReadFile(filepath.Join("/srv/documents", filename))
}

func open(userFile string) (*os.File, error) {
	// ruleid: go-path-from-parameter
	return os.Open("/srv/documents/" + userFile)
}

func last(filename string) ([]byte, error) {
	// ok: go-path-from-parameter
	return os.ReadFile(filepath.Join("/srv/documents", filepath.Base(filename)))
}

func checked(filename string) ([]byte, error) {
	path := filepath.Join("/srv/documents", filename)
	if !strings.HasPrefix(path, "/srv/documents/") {
		return nil, os.ErrPermission
	}
	// ok: go-path-from-parameter
	return os.ReadFile(path)
}

func whole(filename string) ([]byte, error) {
	// ok: go-path-from-parameter
	return os.ReadFile(filename)
}
