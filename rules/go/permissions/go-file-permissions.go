package app

import "os"

func make() {
	// ruleid: go-file-permissions
	os.Chmod("app.conf", 0777)
	// ruleid: go-file-permissions
	os.WriteFile("app.conf", data, 0o666)
	// ruleid: go-file-permissions
	os.MkdirAll("data", os.ModePerm)
	// ok: go-file-permissions
	os.WriteFile("app.conf", data, 0o600)
	// ok: go-file-permissions
	os.MkdirAll("data", 0o750)
}
