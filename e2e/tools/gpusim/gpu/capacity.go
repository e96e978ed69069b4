package gpu

import (
	"slices"

	"vgpu-steward.io/e2e/tools/gpusim/board"
)

// place finds where in the frame buffer one more vGPU goes, in GiB, and whether there is room for it. By default all
// vGPUs of a GPU have one size; where sizes mix, each lies at a multiple of its own size, so that a GPU may have no
// place for a type though enough of its frame buffer is free.
func (g *GPU) place(vgpu board.Type) (offset int, fits bool) {
	var placed []*VF
	for _, vf := range g.VFs {
		if vf.Type != nil {
			placed = append(placed, vf)
		}
	}
	if len(placed) >= min(board.TimeSliced, len(g.VFs)) {
		return 0, false
	}
	if !g.Mixed {
		if len(placed) >= vgpu.Max || slices.ContainsFunc(placed, func(vf *VF) bool {
			return vf.Type.FrameBuffer != vgpu.FrameBuffer
		}) {
			return 0, false
		}
	}
	for ; offset+vgpu.FrameBuffer <= g.Board.FrameBuffer; offset += vgpu.FrameBuffer {
		if !slices.ContainsFunc(placed, func(vf *VF) bool {
			return offset < vf.Placement+vf.Type.FrameBuffer && vf.Placement < offset+vgpu.FrameBuffer
		}) {
			return offset, true
		}
	}
	return 0, false
}
