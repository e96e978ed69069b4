package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const (
	// releasePrefix is that of a VMInstance's HelmRelease.
	releasePrefix = "vm-instance-"
	// keyPrefix is that of a VMInstance's labels and annotations on its HelmRelease.
	keyPrefix = "apps.cozystack.io-"

	kindLabel = "apps.cozystack.io/application.kind"
	nameLabel = "apps.cozystack.io/application.name"
)

var helmReleases = schema.GroupVersionResource{Group: "helm.toolkit.fluxcd.io", Version: "v2", Resource: "helmreleases"}

// toRelease is the HelmRelease that a VMInstance is stored as. What of the metadata it has no place for is lost:
// finalizers, owners, managed fields, and the resourceVersion that the client expected.
func toRelease(instance *VMInstance) (*unstructured.Unstructured, error) {
	release := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{}}}
	release.SetGroupVersionKind(helmReleases.GroupVersion().WithKind("HelmRelease"))
	release.SetNamespace(instance.Namespace)
	release.SetName(releasePrefix + instance.Name)
	labels := prefixed(instance.Labels)
	labels[kindLabel] = kind
	labels[nameLabel] = instance.Name
	release.SetLabels(labels)
	release.SetAnnotations(prefixed(instance.Annotations))
	if instance.Spec == nil || len(instance.Spec.Raw) == 0 {
		return release, nil
	}
	var values any
	if err := json.Unmarshal(instance.Spec.Raw, &values); err != nil {
		return nil, err
	}
	if _, ok := values.(map[string]any); !ok {
		return nil, fmt.Errorf("conversion error: json: cannot unmarshal spec into a map")
	}
	return release, unstructured.SetNestedField(release.Object, values, "spec", "values")
}

// toInstance is the VMInstance that a HelmRelease stands for, with the defaults of the chart's schema: they are shown
// and not stored.
func toInstance(release *unstructured.Unstructured) (*VMInstance, error) {
	values, _, err := unstructured.NestedMap(release.Object, "spec", "values")
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(withDefaults(values))
	if err != nil {
		return nil, err
	}
	return &VMInstance{
		TypeMeta: metav1.TypeMeta{APIVersion: groupVersion.String(), Kind: kind},
		ObjectMeta: metav1.ObjectMeta{
			Name:              strings.TrimPrefix(release.GetName(), releasePrefix),
			Namespace:         release.GetNamespace(),
			UID:               release.GetUID(),
			ResourceVersion:   release.GetResourceVersion(),
			CreationTimestamp: release.GetCreationTimestamp(),
			DeletionTimestamp: release.GetDeletionTimestamp(),
			Labels:            unprefixed(release.GetLabels()),
			Annotations:       unprefixed(release.GetAnnotations()),
		},
		Spec: &apiextensions.JSON{Raw: raw},
	}, nil
}

// withDefaults adds what the schema of the chart vm-instance has defaults for. What should be a list and is none is
// shown as an empty one.
func withDefaults(values map[string]any) map[string]any {
	all := map[string]any{
		"runStrategy":     "Always",
		"instanceType":    "u1.medium",
		"instanceProfile": "ubuntu",
		"cloudInit":       "",
		"cloudInitSeed":   "",
		"disks":           []any{},
		"gpus":            []any{},
		"sshKeys":         []any{},
	}
	defaults := maps.Clone(all)
	maps.Copy(all, values)
	for key, value := range defaults {
		if _, list := value.([]any); list {
			if _, given := all[key].([]any); !given {
				all[key] = []any{}
			}
		}
	}
	return all
}

func prefixed(from map[string]string) map[string]string {
	to := map[string]string{}
	for key, value := range from {
		to[keyPrefix+key] = value
	}
	return to
}

func unprefixed(from map[string]string) map[string]string {
	to := map[string]string{}
	for key, value := range from {
		if own, ok := strings.CutPrefix(key, keyPrefix); ok {
			to[own] = value
		}
	}
	return to
}
