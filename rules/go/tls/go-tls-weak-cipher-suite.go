package app

import "crypto/tls"

func servers() {
	// ruleid: go-tls-weak-cipher-suite
	first := tls.TLS_RSA_WITH_RC4_128_SHA
	// ruleid: go-tls-weak-cipher-suite
	second := []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
	// ok: go-tls-weak-cipher-suite
	third := []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
	// ok: go-tls-weak-cipher-suite
	fourth := tls.TLS_AES_128_GCM_SHA256
	use(first, second, third, fourth)
}
