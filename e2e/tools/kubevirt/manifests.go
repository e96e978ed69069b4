package main

import (
	"encoding/json"
	"fmt"
	"os"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"kubevirt.io/kubevirt/pkg/virt-operator/resource/generate/components"
	"kubevirt.io/kubevirt/pkg/virt-operator/resource/generate/rbac"
)

var definitions = []func() (*extv1.CustomResourceDefinition, error){
	components.NewKubeVirtCrd,
	components.NewMigrationPolicyCrd,
	components.NewPluginCrd,
	components.NewPresetCrd,
	components.NewReplicaSetCrd,
	components.NewVirtualMachineBackupCrd,
	components.NewVirtualMachineBackupTrackerCrd,
	components.NewVirtualMachineCloneCrd,
	components.NewVirtualMachineClusterInstancetypeCrd,
	components.NewVirtualMachineClusterPreferenceCrd,
	components.NewVirtualMachineCrd,
	components.NewVirtualMachineExportCrd,
	components.NewVirtualMachineInstanceCrd,
	components.NewVirtualMachineInstanceMigrationCrd,
	components.NewVirtualMachineInstancetypeCrd,
	components.NewVirtualMachinePoolCrd,
	components.NewVirtualMachinePreferenceCrd,
	components.NewVirtualMachineRestoreCrd,
	components.NewVirtualMachineSnapshotContentCrd,
	components.NewVirtualMachineSnapshotCrd,
}

// printManifests prints a Kubernetes List as JSON. "crds" prints KubeVirt's definitions. "webhooks <url>" prints the
// webhook configurations of virt-api, with every service replaced by the URL (https://host:port, without a path).
// "rbac" prints the roles that KubeVirt gives users and its own components, in the namespace kubevirt.
func printManifests() {
	var items []any
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "crds":
		items, err = crds()
	case len(os.Args) == 3 && os.Args[1] == "webhooks":
		items = webhooks(os.Args[2])
	case len(os.Args) == 2 && os.Args[1] == "rbac":
		items = roles()
	default:
		err = fmt.Errorf("usage: kubevirt manifests crds | webhooks <url> | rbac")
	}
	if err == nil {
		// The components' own writer emits broken YAML for some of them.
		err = json.NewEncoder(os.Stdout).Encode(map[string]any{"apiVersion": "v1", "kind": "List", "items": items})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kubevirt manifests:", err)
		os.Exit(1)
	}
}

func crds() ([]any, error) {
	var items []any
	for _, definition := range definitions {
		crd, err := definition()
		if err != nil {
			return nil, err
		}
		items = append(items, crd)
	}
	return items, nil
}

func webhooks(url string) []any {
	mutating := components.NewVirtAPIMutatingWebhookConfiguration(namespace)
	mutating.TypeMeta = registration("MutatingWebhookConfiguration")
	for i := range mutating.Webhooks {
		direct(&mutating.Webhooks[i].ClientConfig, url)
	}
	validating := components.NewVirtAPIValidatingWebhookConfiguration(namespace)
	validating.TypeMeta = registration("ValidatingWebhookConfiguration")
	for i := range validating.Webhooks {
		direct(&validating.Webhooks[i].ClientConfig, url)
	}
	return []any{mutating, validating}
}

func registration(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: admissionregistrationv1.SchemeGroupVersion.String(), Kind: kind}
}

func direct(config *admissionregistrationv1.WebhookClientConfig, url string) {
	if config.Service == nil {
		return
	}
	if config.Service.Path != nil {
		url += *config.Service.Path
	}
	config.Service = nil
	config.URL = &url
}

func roles() []any {
	var items []any
	for _, object := range rbac.GetAllApiServer(namespace) {
		items = append(items, object)
	}
	for _, object := range rbac.GetAllController(namespace, false) {
		items = append(items, object)
	}
	for _, object := range rbac.GetAllHandler(namespace) {
		items = append(items, object)
	}
	for _, object := range rbac.GetAllCluster() {
		items = append(items, object)
	}
	return items
}
