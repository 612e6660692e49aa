package app

import "unsafe"

func look(value *int, bits []byte) {
	// ruleid: go-unsafe-pointer
	first := (*float64)(unsafe.Pointer(value))
	// ruleid: go-unsafe-pointer
	second := uintptr(unsafe.Pointer(&bits[0]))
	// ok: go-unsafe-pointer
	third := unsafe.Sizeof(*value)
	// ok: go-unsafe-pointer
	fourth := float64(*value)
	use(first, second, third, fourth)
}
