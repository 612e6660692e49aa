package app

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
)

func sums(data []byte) {
	// ruleid: go-weak-hash
	first := md5.Sum(data)
	// ruleid: go-weak-hash
	second := sha1.New()
	// ok: go-weak-hash
	third := sha256.Sum256(data)
	// ok: go-weak-hash
	fourth := sha256.New()
	use(first, second, third, fourth)
}
