package api

import (
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/conversion"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

const (
	group    = "apps.cozystack.io"
	version  = "v1alpha1"
	kind     = "VMInstance"
	plural   = "vminstances"
	singular = "vminstance"
)

var (
	scheme       = runtime.NewScheme()
	codecs       = serializer.NewCodecFactory(scheme)
	groupVersion = schema.GroupVersion{Group: group, Version: version}
	resource     = schema.GroupResource{Group: group, Resource: plural}
)

func init() {
	// As cozystack-api does: one Go type for the version that is served and the internal one.
	for _, each := range []schema.GroupVersion{groupVersion, {Group: group, Version: runtime.APIVersionInternal}} {
		scheme.AddKnownTypeWithName(each.WithKind(kind), &VMInstance{})
		scheme.AddKnownTypeWithName(each.WithKind(kind+"List"), &VMInstanceList{})
	}
	metav1.AddToGroupVersion(scheme, groupVersion)
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	scheme.AddUnversionedTypes(schema.GroupVersion{Version: "v1"},
		&metav1.Status{}, &metav1.APIVersions{}, &metav1.APIGroupList{}, &metav1.APIGroup{}, &metav1.APIResourceList{})
	must(scheme.AddConversionFunc((*VMInstance)(nil), (*VMInstance)(nil), copyInstance))
	must(scheme.AddConversionFunc((*VMInstanceList)(nil), (*VMInstanceList)(nil), copyList))
	must(scheme.SetVersionPriority(groupVersion))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func copyInstance(from, to any, _ conversion.Scope) error {
	*to.(*VMInstance) = *from.(*VMInstance).deepCopy()
	return nil
}

func copyList(from, to any, _ conversion.Scope) error {
	*to.(*VMInstanceList) = *from.(*VMInstanceList).DeepCopyObject().(*VMInstanceList)
	return nil
}

// VMInstance is one application; what is in its spec is the values of its chart.
type VMInstance struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec *apiextensions.JSON `json:"spec,omitempty"`
}

// VMInstanceList is a list of them.
type VMInstanceList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []VMInstance `json:"items"`
}

// OpenAPIModelName is its name in definitions.
func (VMInstance) OpenAPIModelName() string { return "io.cozystack.apps.v1alpha1.VMInstance" }

// OpenAPIModelName is its name in definitions.
func (VMInstanceList) OpenAPIModelName() string { return "io.cozystack.apps.v1alpha1.VMInstanceList" }

// DeepCopyObject makes it a runtime.Object.
func (in *VMInstance) DeepCopyObject() runtime.Object {
	return in.deepCopy()
}

func (in *VMInstance) deepCopy() *VMInstance {
	out := &VMInstance{TypeMeta: in.TypeMeta, ObjectMeta: *in.ObjectMeta.DeepCopy()}
	if in.Spec != nil {
		out.Spec = in.Spec.DeepCopy()
	}
	return out
}

// DeepCopyObject makes it a runtime.Object.
func (in *VMInstanceList) DeepCopyObject() runtime.Object {
	out := &VMInstanceList{TypeMeta: in.TypeMeta, ListMeta: *in.ListMeta.DeepCopy(), Items: []VMInstance{}}
	for i := range in.Items {
		out.Items = append(out.Items, *in.Items[i].deepCopy())
	}
	return out
}
