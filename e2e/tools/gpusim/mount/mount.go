// Package mount serves a tree of the package sysfs through FUSE, with the errno of each attribute.
package mount

import (
	"errors"
	"fmt"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"

	"vgpu-steward.io/e2e/tools/gpusim/gpu"
)

// Mount is a mounted tree.
type Mount struct {
	server *fuse.Server
	folder string
}

// At mounts a host's tree over a folder. What a killed process has left mounted there goes first.
func At(folder string, host *gpu.Host) (*Mount, error) {
	var stat unix.Stat_t
	if err := unix.Stat(folder, &stat); errors.Is(err, unix.ENOTCONN) {
		if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
			return nil, fmt.Errorf("unmounting what is dead at %s: %w", folder, err)
		}
	}
	var immediately time.Duration
	server, err := fs.Mount(folder, &node{host: host}, &fs.Options{
		MountOptions: fuse.MountOptions{DirectMountStrict: true, AllowOther: true, DisableXAttrs: true,
			FsName: "gpusim", Name: "gpusim",
			// Else any user might write: as in the real sysfs all belongs to root, and the kernel looks at the modes.
			Options: []string{"default_permissions"}},
		EntryTimeout: &immediately, AttrTimeout: &immediately, NegativeTimeout: &immediately})
	if err != nil {
		return nil, err
	}
	return &Mount{server: server, folder: folder}, nil
}

// End unmounts. It does not wait for who still uses the tree, or has a part of it mounted elsewhere: these get errors
// once the process has ended.
func (m *Mount) End() error {
	return unix.Unmount(m.folder, unix.MNT_DETACH)
}

// Wait returns when the tree is no longer mounted, whoever unmounted it.
func (m *Mount) Wait() {
	m.server.Wait()
}
