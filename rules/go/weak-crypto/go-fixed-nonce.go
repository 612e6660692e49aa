package app

import (
	"crypto/cipher"
	"crypto/rand"
	"io"
)

func fixed(block cipher.Block, aead cipher.AEAD, message []byte) {
	nonce := []byte("0123456789ab")
	// ruleid: go-fixed-nonce
	aead.Seal(nil, nonce, message, nil)
	iv := make([]byte, 16)
	// ruleid: go-fixed-nonce
	cipher.NewCTR(block, iv)
	// ruleid: go-fixed-nonce
	cipher.NewCBCEncrypter(block, []byte{1, 2, 3})
}

func fresh(block cipher.Block, aead cipher.AEAD, message []byte) {
	nonce := make([]byte, 12)
	io.ReadFull(rand.Reader, nonce)
	// ok: go-fixed-nonce
	aead.Seal(nil, nonce, message, nil)
	iv := make([]byte, 16)
	rand.Read(iv)
	// ok: go-fixed-nonce
	cipher.NewCTR(block, iv)
	// ok: go-fixed-nonce
	aead.Open(nil, received, message, nil)
}
