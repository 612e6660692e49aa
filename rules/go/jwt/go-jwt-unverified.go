package app

import "github.com/golang-jwt/jwt/v5"

func read(text string) {
	// ruleid: go-jwt-unverified
	first, _, _ := jwt.NewParser().ParseUnverified(text, claims)
	// ruleid: go-jwt-unverified
	second := jwt.NewWithClaims(jwt.SigningMethodNone, claims)
	// ok: go-jwt-unverified
	third, _ := jwt.Parse(text, key, jwt.WithValidMethods([]string{"HS256"}))
	// ok: go-jwt-unverified
	fourth := jwt.NewWithClaims(jwt.SigningMethodHS256, claims)
	use(first, second, third, fourth)
}
