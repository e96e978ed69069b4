package mount

import (
	"context"
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"vgpu-steward.io/e2e/tools/gpusim/sysfs"
)

// handle is an open attribute. As in the real sysfs a read from the start computes the value, further reads go on in
// that value, and each write is a whole value.
type handle struct {
	node  *node
	lock  sync.Mutex
	value string
}

var (
	_ fs.FileReader = (*handle)(nil)
	_ fs.FileWriter = (*handle)(nil)
)

func (h *handle) Read(_ context.Context, dest []byte, offset int64) (fuse.ReadResult, syscall.Errno) {
	h.lock.Lock()
	defer h.lock.Unlock()
	if offset == 0 {
		value, errno := h.show()
		if errno != 0 {
			return nil, errno
		}
		h.value = value
	}
	if offset >= int64(len(h.value)) {
		return fuse.ReadResultData(nil), 0
	}
	return fuse.ReadResultData(dest[:copy(dest, h.value[offset:])]), 0
}

func (h *handle) show() (string, syscall.Errno) {
	h.node.host.Lock()
	defer h.node.host.Unlock()
	attribute, is := h.node.entry().(*sysfs.Attribute)
	if !is {
		return "", syscall.ENODEV // the function is gone
	}
	return attribute.Show()
}

func (h *handle) Write(_ context.Context, data []byte, _ int64) (uint32, syscall.Errno) {
	h.node.host.Lock()
	defer h.node.host.Unlock()
	attribute, is := h.node.entry().(*sysfs.Attribute)
	if !is {
		return 0, syscall.ENODEV
	}
	if errno := attribute.Store(string(data)); errno != 0 {
		return 0, errno
	}
	return uint32(len(data)), 0
}
