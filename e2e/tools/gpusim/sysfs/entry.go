// Package sysfs lays a host's GPUs out as the kernel does under /sys.
package sysfs

import (
	"iter"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Entry is a *Folder, a Link or an *Attribute. What an entry shows is computed when it is asked.
type Entry interface{}

// Link is the target of a symbolic link.
type Link string

// Attribute is a file of one value. Without Store it cannot be opened for writing, as in the real sysfs also by root;
// without Show not for reading.
type Attribute struct {
	Show  func() (string, unix.Errno)
	Store func(text string) unix.Errno
}

// Mode is the attribute's permissions.
func (a *Attribute) Mode() uint32 {
	switch {
	case a.Store == nil:
		return 0o444
	case a.Show == nil:
		return 0o200
	default:
		return 0o644
	}
}

// Folder is a directory.
type Folder struct {
	names   []string
	entries map[string]Entry
	hidden  map[string]Entry
}

func folder() *Folder {
	return &Folder{entries: map[string]Entry{}, hidden: map[string]Entry{}}
}

func (f *Folder) add(name string, entry Entry) *Folder {
	f.names = append(f.names, name)
	f.entries[name] = entry
	return f
}

// All are the listed entries, by name.
func (f *Folder) All() iter.Seq2[string, Entry] {
	return func(yield func(string, Entry) bool) {
		for _, name := range slices.Sorted(slices.Values(f.names)) {
			if !yield(name, f.entries[name]) {
				return
			}
		}
	}
}

// Resolve finds the entry at a path below the folder, nil where there is none.
func (f *Folder) Resolve(path string) Entry {
	var current Entry = f
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		here, is := current.(*Folder)
		if !is {
			return nil
		}
		var found bool
		if current, found = here.entries[name]; !found {
			current, found = here.hidden[name]
		}
		if !found {
			return nil
		}
	}
	return current
}

func text(value string) *Attribute {
	return &Attribute{Show: func() (string, unix.Errno) { return value + "\n", 0 }}
}
