// Command bench measures a running vgpu-steward over TLS, beside programs that do the least that can be done at its
// place, and prints what it finds as ratios. See CONTRIBUTING.md.
package main

import (
	"fmt"
	"os"
	"sort"
)

// What can be asked for, by the first argument; the rest is for it.
var parts = map[string]func([]string) error{
	"extender": benchExtender,
	"webhook":  benchWebhook,
	"peer":     servePeer,
}

func main() {
	if len(os.Args) > 1 {
		if part, ok := parts[os.Args[1]]; ok {
			if err := part(os.Args[2:]); err != nil {
				fmt.Fprintln(os.Stderr, "bench:", err)
				os.Exit(1)
			}
			return
		}
	}
	names := make([]string, 0, len(parts))
	for name := range parts {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Fprintln(os.Stderr, "usage: bench", names, "...")
	os.Exit(2)
}
