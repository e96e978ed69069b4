// Package board knows NVIDIA's boards: their PCI ids, frame buffers and vGPU types.
package board

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// TimeSliced is the most vGPUs that share one GPU in time.
const TimeSliced = 32

// Board is one GPU as PCI shows it, and what the driver can make of it.
type Board struct {
	Name        string
	Device      uint16 // vendor is always Vendor
	Subsystem   uint16
	Class       uint32
	FrameBuffer int // GiB
	VFs         int // what sriov_totalvfs says; 0 before SR-IOV
	Types       []Type
}

// Vendor is NVIDIA's PCI vendor id.
const Vendor uint16 = 0x10de

// Type is one line of a creatable_vgpu_types list.
type Type struct {
	ID          int
	Name        string // with the product's prefix, as the driver prints it
	FrameBuffer int    // GiB
	Max         int    // instances on one GPU
}

// Profile is the name's last word, for example L40S-24Q.
func (t Type) Profile() string {
	return t.Name[strings.LastIndexByte(t.Name, ' ')+1:]
}

// Find gives the board of a name.
func Find(name string) (Board, error) {
	for _, row := range rows {
		if row.name == name {
			return row.board(), nil
		}
	}
	return Board{}, fmt.Errorf("there is no board %q; there are %s", name, strings.Join(Names(), ", "))
}

// Names are those of all boards.
func Names() []string {
	names := make([]string, 0, len(rows))
	for _, row := range rows {
		names = append(names, row.name)
	}
	return names
}

// row is a line of the table: sizes holds "GiB:instances" of each frame-buffer size, series the letters that the
// board has them in, ids the id of the first type.
type row struct {
	name, prefix      string
	device, subsystem uint16
	class             uint32
	frameBuffer, vfs  int
	sizes, series     string
	ids               int
	more              []Type
}

func (r row) board() Board {
	b := Board{Name: r.name, Device: r.device, Subsystem: r.subsystem, Class: r.class, FrameBuffer: r.frameBuffer,
		VFs: r.vfs}
	id := r.ids
	for _, letter := range r.series {
		for size := range strings.FieldsSeq(r.sizes) {
			gib, limit := pair(size)
			switch {
			case letter == 'B' && gib > 2: // a desktop has 1 or 2 GiB
				continue
			case letter == 'C' && gib < 4: // CUDA's types begin at 4 GiB
				continue
			}
			b.Types = append(b.Types, Type{ID: id, Name: fmt.Sprintf("%s-%d%c", r.prefix, gib, letter),
				FrameBuffer: gib, Max: limit})
			id++
		}
	}
	b.Types = append(b.Types, slices.Clone(r.more)...)
	return b
}

func pair(size string) (gib, limit int) {
	left, right, _ := strings.Cut(size, ":")
	gib, err := strconv.Atoi(left)
	if err == nil {
		limit, err = strconv.Atoi(right)
	}
	if err != nil {
		panic(err) // the table below is wrong
	}
	return gib, limit
}
