package app

import (
	"archive/tar"
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
)

func unzip(reader *zip.Reader, folder string) {
	for _, file := range reader.File {
		target := filepath.Join(folder, file.Name)
		// ruleid: go-archive-extraction
		os.Create(target)
	}
}

func untar(reader *tar.Reader, folder string) {
	header, _ := reader.Next()
	// ruleid: go-archive-extraction
	os.OpenFile(folder+"/"+header.Name, os.O_CREATE, 0o600)
}

func checked(reader *zip.Reader, folder string) {
	for _, file := range reader.File {
		target := filepath.Join(folder, file.Name)
		if !strings.HasPrefix(target, folder+"/") {
			continue
		}
		// ok: go-archive-extraction
		os.Create(target)
	}
}

func local(reader *zip.Reader, folder string) {
	for _, file := range reader.File {
		if !filepath.IsLocal(file.Name) {
			continue
		}
		// ok: go-archive-extraction
		os.Create(filepath.Join(folder, file.Name))
	}
}
