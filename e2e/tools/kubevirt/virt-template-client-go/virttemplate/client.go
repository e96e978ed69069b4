// Package virttemplate holds the client of virtual machine templates that KubeVirt's informers name, and that is
// never made while the feature is off.
package virttemplate

import (
	"errors"

	"k8s.io/client-go/rest"
)

// Interface is a client of all versions.
type Interface interface {
	TemplateV1beta1() TemplateV1beta1Interface
}

// TemplateV1beta1Interface is a client of one version.
type TemplateV1beta1Interface interface {
	RESTClient() rest.Interface
}

// NewForConfig refuses: nothing here serves templates.
func NewForConfig(*rest.Config) (Interface, error) {
	return nil, errors.New("virtual machine templates are not part of this build")
}
