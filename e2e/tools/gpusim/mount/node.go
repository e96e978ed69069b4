package mount

import (
	"context"
	"hash/fnv"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"

	"vgpu-steward.io/e2e/tools/gpusim/gpu"
	"vgpu-steward.io/e2e/tools/gpusim/sysfs"
)

// size is what every attribute of the real sysfs says of itself, whatever it holds.
const size = 4096

// node is a path in the tree; what is there is looked up anew at each call.
type node struct {
	fs.Inode
	host *gpu.Host
	path string
}

var (
	_ fs.NodeLookuper   = (*node)(nil)
	_ fs.NodeReaddirer  = (*node)(nil)
	_ fs.NodeGetattrer  = (*node)(nil)
	_ fs.NodeSetattrer  = (*node)(nil)
	_ fs.NodeReadlinker = (*node)(nil)
	_ fs.NodeOpener     = (*node)(nil)
	_ fs.NodeCreater    = (*node)(nil)
	_ fs.NodeMkdirer    = (*node)(nil)
	_ fs.NodeUnlinker   = (*node)(nil)
	_ fs.NodeRmdirer    = (*node)(nil)
)

// entry is called with the host's lock held.
func (n *node) entry() sysfs.Entry {
	return sysfs.Tree(n.host).Resolve(n.path)
}

func mode(entry sysfs.Entry) uint32 {
	switch entry := entry.(type) {
	case *sysfs.Folder:
		return syscall.S_IFDIR | 0o755
	case sysfs.Link:
		return syscall.S_IFLNK | 0o777
	case *sysfs.Attribute:
		return syscall.S_IFREG | entry.Mode()
	}
	return 0
}

func inode(path string) uint64 {
	hash := fnv.New64a()
	hash.Write([]byte(path))
	return hash.Sum64() &^ (1 << 63) // go-fuse numbers what has none from there
}

func describe(entry sysfs.Entry, path string, out *fuse.Attr) {
	out.Ino, out.Mode, out.Nlink = inode(path), mode(entry), 1
	switch entry := entry.(type) {
	case *sysfs.Attribute:
		out.Size = size
	case sysfs.Link:
		out.Size = uint64(len(entry))
	}
}

func (n *node) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	n.host.Lock()
	defer n.host.Unlock()
	child := &node{host: n.host, path: n.path + "/" + name}
	entry := child.entry()
	if entry == nil {
		return nil, syscall.ENOENT
	}
	describe(entry, child.path, &out.Attr)
	return n.NewInode(ctx, child, fs.StableAttr{Mode: mode(entry) & syscall.S_IFMT, Ino: inode(child.path)}), 0
}

func (n *node) Readdir(context.Context) (fs.DirStream, syscall.Errno) {
	n.host.Lock()
	defer n.host.Unlock()
	folder, is := n.entry().(*sysfs.Folder)
	if !is {
		return nil, syscall.ENOENT
	}
	var list []fuse.DirEntry
	for name, entry := range folder.All() {
		list = append(list, fuse.DirEntry{Name: name, Mode: mode(entry) & syscall.S_IFMT,
			Ino: inode(n.path + "/" + name)})
	}
	return fs.NewListDirStream(list), 0
}

func (n *node) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	n.host.Lock()
	defer n.host.Unlock()
	entry := n.entry()
	if entry == nil {
		return syscall.ENOENT
	}
	describe(entry, n.path, &out.Attr)
	return 0
}

// Setattr changes nothing: a program that opens an attribute to write truncates it first.
func (n *node) Setattr(ctx context.Context, handle fs.FileHandle, _ *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	return n.Getattr(ctx, handle, out)
}

func (n *node) Readlink(context.Context) ([]byte, syscall.Errno) {
	n.host.Lock()
	defer n.host.Unlock()
	link, is := n.entry().(sysfs.Link)
	if !is {
		return nil, syscall.ENOENT
	}
	return []byte(link), 0
}

func (n *node) Open(_ context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	n.host.Lock()
	defer n.host.Unlock()
	attribute, is := n.entry().(*sysfs.Attribute)
	if !is {
		return nil, 0, syscall.ENOENT
	}
	access := flags & syscall.O_ACCMODE
	if access != syscall.O_RDONLY && attribute.Store == nil || access != syscall.O_WRONLY && attribute.Show == nil {
		return nil, 0, syscall.EACCES
	}
	return &handle{node: n}, fuse.FOPEN_DIRECT_IO, 0
}

func (n *node) Create(context.Context, string, uint32, uint32, *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32,
	syscall.Errno) {
	return nil, nil, 0, syscall.EACCES
}

func (n *node) Mkdir(context.Context, string, uint32, *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	return nil, syscall.EPERM
}

func (n *node) Unlink(context.Context, string) syscall.Errno {
	return syscall.EPERM
}

func (n *node) Rmdir(context.Context, string) syscall.Errno {
	return syscall.EPERM
}
