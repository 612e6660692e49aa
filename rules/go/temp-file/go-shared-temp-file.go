package app

import (
	"os"
	"path/filepath"
)

func work() {
	// ruleid: go-shared-temp-file
	os.Create("/tmp/app.lock")
	// ruleid: go-shared-temp-file
	os.WriteFile("/var/tmp/app.txt", data, 0o600)
	// ruleid: go-shared-temp-file
	os.WriteFile(filepath.Join(os.TempDir(), "app.txt"), data, 0o600)
	// ok: go-shared-temp-file
	os.CreateTemp("", "app-*")
	// ok: go-shared-temp-file
	os.Create("/srv/app/app.lock")
}
