// Package v1beta1 holds as much of a virtual machine template as KubeVirt's controllers touch.
package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// ConditionReady is the condition of a template that can be used.
const ConditionReady = "Ready"

// VirtualMachineTemplate is a virtual machine with parameters in it.
type VirtualMachineTemplate struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   VirtualMachineTemplateSpec   `json:"spec,omitempty"`
	Status VirtualMachineTemplateStatus `json:"status,omitempty"`
}

// VirtualMachineTemplateSpec is what a template asks for.
type VirtualMachineTemplateSpec struct {
	VirtualMachine *runtime.RawExtension `json:"virtualMachine,omitempty"`
	Parameters     []Parameter           `json:"parameters,omitempty"`
}

// VirtualMachineTemplateStatus is what became of a template.
type VirtualMachineTemplateStatus struct {
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// Parameter is a name in a template and what stands for it.
type Parameter struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
}

// DeepCopy shares nothing with its original.
func (t *VirtualMachineTemplate) DeepCopy() *VirtualMachineTemplate {
	if t == nil {
		return nil
	}
	return &VirtualMachineTemplate{
		TypeMeta:   t.TypeMeta,
		ObjectMeta: *t.ObjectMeta.DeepCopy(),
		Spec: VirtualMachineTemplateSpec{
			VirtualMachine: t.Spec.VirtualMachine.DeepCopy(),
			Parameters:     append([]Parameter(nil), t.Spec.Parameters...),
		},
		Status: VirtualMachineTemplateStatus{
			Conditions: append([]metav1.Condition(nil), t.Status.Conditions...),
		},
	}
}

// DeepCopyObject makes it a Kubernetes object.
func (t *VirtualMachineTemplate) DeepCopyObject() runtime.Object {
	if t == nil {
		return nil
	}
	return t.DeepCopy()
}
