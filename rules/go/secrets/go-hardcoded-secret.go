package app

import "os"

// ruleid: go-hardcoded-secret
const apiKey = "f62e5bcda4fae4f82370da0c6f20697b8f8447ef"

// ok: go-hardcoded-secret
const tokenHeader = "X-Auth-Token"

func open() {
	// ruleid: go-hardcoded-secret
	password := "S3cr3t!hunter2"
	// ok: go-hardcoded-secret
	secret := os.Getenv("SECRET")
	// ok: go-hardcoded-secret
	token := "changeme"
	// ruleid: go-hardcoded-secret
	mac := hmac.New(sha256.New, []byte("my key of the seals"))
	// ruleid: go-hardcoded-secret
	signed, _ := token2.SignedString([]byte("my secret of the tokens"))
	use(password, secret, token, mac, signed)
}
