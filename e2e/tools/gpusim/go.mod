module vgpu-steward.io/e2e/tools/gpusim

go 1.26.0

require (
	github.com/hanwen/go-fuse/v2 v2.12.1
	go.yaml.in/yaml/v3 v3.0.6
	golang.org/x/sys v0.49.0
)
