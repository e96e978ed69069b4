package api

import (
	"slices"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	generated "k8s.io/apiextensions-apiserver/pkg/generated/openapi"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/spec3"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

// definitions has our two kinds and, of Kubernetes' own, what is generated for CustomResourceDefinitions.
func definitions(ref common.ReferenceCallback) map[string]common.OpenAPIDefinition {
	all := generated.GetOpenAPIDefinitions(ref)
	all[VMInstance{}.OpenAPIModelName()] = object(map[string]spec.Schema{
		"metadata": reference(ref, metav1.ObjectMeta{}.OpenAPIModelName()),
		"spec":     reference(ref, apiextensions.JSON{}.OpenAPIModelName()),
	}, metav1.ObjectMeta{}.OpenAPIModelName(), apiextensions.JSON{}.OpenAPIModelName())
	all[VMInstanceList{}.OpenAPIModelName()] = object(map[string]spec.Schema{
		"metadata": reference(ref, metav1.ListMeta{}.OpenAPIModelName()),
		"items": {SchemaProps: spec.SchemaProps{
			Type:  []string{"array"},
			Items: &spec.SchemaOrArray{Schema: referenced(ref, VMInstance{}.OpenAPIModelName())},
		}},
	}, metav1.ListMeta{}.OpenAPIModelName(), VMInstance{}.OpenAPIModelName())
	return all
}

// withoutStrategicMerge has clients apply by JSON merge patch, as for custom resources: the server's handler would take
// the other kind, and fails over lists.
func withoutStrategicMerge(document *spec3.OpenAPI) (*spec3.OpenAPI, error) {
	for _, path := range document.Paths.Paths {
		if path.Patch != nil && path.Patch.RequestBody != nil {
			delete(path.Patch.RequestBody.Content, string(types.StrategicMergePatchType))
		}
	}
	return document, nil
}

func withoutStrategicMergeV2(document *spec.Swagger) (*spec.Swagger, error) {
	for _, path := range document.Paths.Paths {
		if path.Patch != nil {
			// The handlers' own list is not to lose it.
			path.Patch.Consumes = slices.DeleteFunc(slices.Clone(path.Patch.Consumes), func(each string) bool {
				return each == string(types.StrategicMergePatchType)
			})
		}
	}
	return document, nil
}

func object(properties map[string]spec.Schema, dependencies ...string) common.OpenAPIDefinition {
	for _, field := range []string{"apiVersion", "kind"} {
		properties[field] = spec.Schema{SchemaProps: spec.SchemaProps{Type: []string{"string"}}}
	}
	return common.OpenAPIDefinition{
		Schema:       spec.Schema{SchemaProps: spec.SchemaProps{Type: []string{"object"}, Properties: properties}},
		Dependencies: dependencies,
	}
}

func reference(ref common.ReferenceCallback, model string) spec.Schema {
	return *referenced(ref, model)
}

func referenced(ref common.ReferenceCallback, model string) *spec.Schema {
	return &spec.Schema{SchemaProps: spec.SchemaProps{Default: map[string]any{}, Ref: ref(model)}}
}
