package app

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rc4"
)

func ciphers(key []byte) {
	// ruleid: go-weak-cipher
	first, _ := des.NewCipher(key)
	// ruleid: go-weak-cipher
	second, _ := rc4.NewCipher(key)
	// ok: go-weak-cipher
	third, _ := aes.NewCipher(key)
	// ok: go-weak-cipher
	fourth, _ := cipher.NewGCM(third)
	use(first, second, fourth)
}
