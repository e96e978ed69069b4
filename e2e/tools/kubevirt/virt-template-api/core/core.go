// Package core holds the names of KubeVirt's virtual machine templates that KubeVirt's controllers refer to.
//
// The module of that feature cannot be had from the module proxy. Here it stays off: this satisfies the compiler.
package core

// The API group and the names of its one resource.
const (
	GroupName            = "template.kubevirt.io"
	SingularResourceName = "virtualmachinetemplate"
	PluralResourceName   = "virtualmachinetemplates"
)
