package app

import (
	"crypto/rand"
	"crypto/rsa"
)

func keys() {
	// ruleid: go-weak-key-size
	first, _ := rsa.GenerateKey(rand.Reader, 1024)
	bits := 512
	// ruleid: go-weak-key-size
	second, _ := rsa.GenerateKey(rand.Reader, bits)
	// ok: go-weak-key-size
	third, _ := rsa.GenerateKey(rand.Reader, 3072)
	// ok: go-weak-key-size
	fourth, _ := rsa.GenerateKey(rand.Reader, 2048)
	use(first, second, third, fourth)
}
