package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Each test is one thing that cozystack-api does otherwise than Kubernetes does for a custom resource.

func TestCreate_webhookSeesOnlyWhatTheUserWrote(t *testing.T) {
	r := start(t)

	created := r.create(`{"instanceType":"u1.large"}`)

	contain(t, string(r.asked().Object.Raw), `"spec":{"instanceType":"u1.large"}`)
	equal(t, at(r.release().Object, "spec", "values"), `{"instanceType":"u1.large"}`)
	equal(t, created.at("spec", "gpus"), `[]`)
	equal(t, created.at("spec", "instanceProfile"), `"ubuntu"`)
}

func TestUpdate_webhookSeesDefaultsThatAreNotStored(t *testing.T) {
	r := start(t)
	r.create(`{}`)

	r.send(http.MethodPatch, path+"/gpu", asMerge, `{"spec":{"cloudInit":"#cloud-config"}}`).expect(t, http.StatusOK)

	contain(t, string(r.asked().OldObject.Raw), `"gpus":[]`)
	contain(t, string(r.asked().Object.Raw), `"gpus":[]`)
	// A patch is made to what was shown, and so the defaults are stored from now on.
	equal(t, at(r.release().Object, "spec", "values", "gpus"), `[]`)
}

func TestReplace_webhookSeesOnlyWhatTheUserWrote(t *testing.T) {
	r := start(t)
	r.create(`{}`)

	r.send(http.MethodPut, path+"/gpu", asJSON, manifest("", `{"cloudInit":"x"}`)).expect(t, http.StatusOK)

	contain(t, string(r.asked().OldObject.Raw), `"gpus":[]`)
	contain(t, string(r.asked().Object.Raw), `"spec":{"cloudInit":"x"}`)
}

func TestMutatingWebhook_patchIsStored(t *testing.T) {
	for name, write := range map[string]func(*rig) answer{
		"create": func(r *rig) answer { return r.create(`{}`) },
		"apply": func(r *rig) answer {
			return r.send(http.MethodPatch, path+"/gpu?fieldManager=t", asApply, manifest("", `{}`))
		},
		"update": func(r *rig) answer {
			r.create(`{}`)
			return r.send(http.MethodPut, path+"/gpu", asJSON, manifest("", `{}`))
		},
		"merge patch": func(r *rig) answer {
			r.create(`{}`)
			return r.send(http.MethodPatch, path+"/gpu", asMerge, `{"spec":{"cloudInit":"x"}}`)
		},
		"JSON patch": func(r *rig) answer {
			r.create(`{}`)
			return r.send(http.MethodPatch, path+"/gpu", asJSONPatch,
				`[{"op":"add","path":"/spec/cloudInit","value":"x"}]`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t)
			r.patch = `[{"op":"add","path":"/spec/gpus","value":[{"name":"nvidia.com/L40S-24Q"}]}]`

			equal(t, write(r).at("spec", "gpus"), `[{"name":"nvidia.com/L40S-24Q"}]`)

			equal(t, at(r.release().Object, "spec", "values", "gpus"), `[{"name":"nvidia.com/L40S-24Q"}]`)
		})
	}
}

func TestMutatingWebhook_patchBelowAMissingParentIsAnInternalError(t *testing.T) {
	r := start(t)
	r.patch = `[{"op":"add","path":"/metadata/annotations/example.com~1key","value":"x"}]`

	r.send(http.MethodPost, path, asJSON, manifest("", `{}`)).expect(t, http.StatusInternalServerError)
}

func TestNoSchema_anythingIsStored(t *testing.T) {
	r := start(t)

	created := r.create(`{"gpus":"nvidia.com/L40S-24Q","surprise":true}`)

	equal(t, at(r.release().Object, "spec", "values"), `{"gpus":"nvidia.com/L40S-24Q","surprise":true}`)
	equal(t, created.at("spec", "gpus"), `[]`)
}

func TestValidatingWebhook_denialIsForbiddenWithItsMessage(t *testing.T) {
	for name, write := range map[string]func(*rig) answer{
		"create": func(r *rig) answer { return r.send(http.MethodPost, path, asJSON, manifest(`"name":"b"`, `{}`)) },
		"update": func(r *rig) answer { return r.send(http.MethodPut, path+"/gpu", asJSON, manifest("", `{}`)) },
		"patch":  func(r *rig) answer { return r.send(http.MethodPatch, path+"/gpu", asMerge, `{"spec":{}}`) },
		"delete": func(r *rig) answer { return r.send(http.MethodDelete, path+"/gpu", asJSON, "") },
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t)
			r.create(`{}`)
			r.denial = "no GPU of that name here"

			refused := write(r).expect(t, http.StatusForbidden)

			contain(t, refused.at("message"), "no GPU of that name here")
		})
	}
}

func TestDryRun_writes(t *testing.T) {
	r := start(t)

	r.send(http.MethodPost, path+"?dryRun=All", asJSON, manifest("", `{}`)).expect(t, http.StatusCreated)
	if !*r.asked().DryRun {
		t.Error("the webhook was not told that it is a dry run")
	}
	r.send(http.MethodPatch, path+"/gpu?dryRun=All", asMerge, `{"spec":{"cloudInit":"x"}}`).expect(t, http.StatusOK)

	equal(t, at(r.release().Object, "spec", "values", "cloudInit"), `"x"`)
}

func TestUpdate_takesAnyResourceVersion(t *testing.T) {
	r := start(t)
	r.create(`{}`)

	stale := manifest(`"name":"gpu","resourceVersion":"1"`, `{"cloudInit":"x"}`)

	r.send(http.MethodPut, path+"/gpu", asJSON, stale).expect(t, http.StatusOK)
	equal(t, r.get().at("spec", "cloudInit"), `"x"`)
}

func TestCreate_dropsFinalizersOwnersAndManagedFields(t *testing.T) {
	r := start(t)

	metadata := `"name":"gpu","finalizers":["example.com/f"],"ownerReferences":
		[{"apiVersion":"v1","kind":"ConfigMap","name":"c","uid":"u"}]`
	r.send(http.MethodPost, path+"?fieldManager=t", asJSON, manifest(metadata, `{}`)).expect(t, http.StatusCreated)

	for _, field := range []string{"finalizers", "ownerReferences", "managedFields"} {
		equal(t, r.get().at("metadata", field), `null`)
	}
}

func TestCreate_refusesGenerateName(t *testing.T) {
	r := start(t)

	refused := r.send(http.MethodPost, path, asJSON, manifest(`"generateName":"gpu-"`, `{}`))

	refused.expect(t, http.StatusUnprocessableEntity)
	contain(t, refused.at("message"), "metadata.name")
}

func TestServerSideApply_ofWhatIsStoredConflicts(t *testing.T) {
	r := start(t)
	r.create(`{"cloudInit":"x"}`)
	changed := manifest("", `{"cloudInit":"y"}`)

	r.send(http.MethodPatch, path+"/gpu?fieldManager=t", asApply, changed).expect(t, http.StatusConflict)
	r.send(http.MethodPatch, path+"/gpu?fieldManager=t&force=true", asApply, changed).expect(t, http.StatusOK)

	equal(t, r.get().at("spec", "cloudInit"), `"y"`)
}

func TestStrategicMergePatch_ofAListFails(t *testing.T) {
	r := start(t)
	r.create(`{"gpus":[{"name":"a"}]}`)

	refused := r.send(http.MethodPatch, path+"/gpu", asStrategic, `{"spec":{"gpus":[{"name":"b"}]}}`)

	refused.expect(t, http.StatusInternalServerError)
	contain(t, refused.at("message"), "unable to find api field")
	equal(t, r.get().at("spec", "gpus"), `[{"name":"a"}]`)
}

func TestOpenAPI_offersNoStrategicMergePatch(t *testing.T) {
	r := start(t)

	for _, path := range []string{"/openapi/v2", "/openapi/v3/apis/apps.cozystack.io/v1alpha1"} {
		document := r.send(http.MethodGet, path, asJSON, "").expect(t, http.StatusOK).at()

		contain(t, document, "VMInstance")
		contain(t, document, asMerge)
		if strings.Contains(document, asStrategic) {
			t.Errorf("%s offers %s", path, asStrategic)
		}
	}
}

func TestWebhook_isToldTheTenant(t *testing.T) {
	r := start(t)

	r.create(`{}`)

	equal(t, r.asked().UserInfo.Username, "alice")
	equal(t, strings.Join(r.asked().UserInfo.Groups, " "), "tenant-a-admins")
}

func TestLabelsAndAnnotations_areOnTheHelmReleaseWithAPrefix(t *testing.T) {
	r := start(t)

	metadata := `"name":"gpu","labels":{"team":"cad"},"annotations":{"vgpu-steward.io/profile":"L40S-24Q"}`
	r.send(http.MethodPost, path, asJSON, manifest(metadata, `{}`)).expect(t, http.StatusCreated)

	equal(t, r.release().GetLabels()["apps.cozystack.io-team"], "cad")
	equal(t, r.release().GetAnnotations()["apps.cozystack.io-vgpu-steward.io/profile"], "L40S-24Q")
	equal(t, r.get().at("metadata", "labels"), `{"team":"cad"}`)
}

func TestListAndDelete(t *testing.T) {
	r := start(t)
	r.create(`{}`)

	list := r.send(http.MethodGet, path, asJSON, "").expect(t, http.StatusOK)
	equal(t, fmt.Sprint(len(list.body["items"].([]any))), "1")
	r.send(http.MethodDelete, path+"/gpu", asJSON, "").expect(t, http.StatusOK)
	r.get().expect(t, http.StatusNotFound)
}
