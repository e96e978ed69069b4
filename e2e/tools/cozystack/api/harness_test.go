package api

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	registration "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/authentication/request/headerrequest"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/options"
	"k8s.io/client-go/dynamic"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	kubernetesfake "k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"
	clienttesting "k8s.io/client-go/testing"
)

const (
	namespace = "tenant-a"
	path      = "/apis/apps.cozystack.io/v1alpha1/namespaces/" + namespace + "/vminstances"

	asJSON      = "application/json"
	asJSONPatch = "application/json-patch+json"
	asMerge     = "application/merge-patch+json"
	asStrategic = "application/strategic-merge-patch+json"
	asApply     = "application/apply-patch+yaml"
)

// rig is the server over a storage in memory, with one mutating and one validating webhook in its way.
type rig struct {
	t        *testing.T
	url      string
	releases dynamic.ResourceInterface

	lock sync.Mutex
	// patch is what the mutating webhook answers; none by default.
	patch string
	// denial is what the validating webhook answers; none by default.
	denial string
	seen   []admissionv1.AdmissionRequest
}

func start(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t}
	hooks := httptest.NewTLSServer(http.HandlerFunc(r.review))
	t.Cleanup(hooks.Close)
	kube := kubernetesfake.NewClientset(
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, mutating(hooks), validating(hooks))
	storage := dynamicfake.NewSimpleDynamicClientWithCustomListKinds(
		runtime.NewScheme(), map[schema.GroupVersionResource]string{helmReleases: "HelmReleaseList"})
	storage.PrependReactor("*", "helmreleases", func(action clienttesting.Action) (bool, runtime.Object, error) {
		// What has no uid does not exist, to the API server's handlers.
		if written, ok := action.(interface{ GetObject() runtime.Object }); ok {
			written.GetObject().(*unstructured.Unstructured).SetUID("1")
		}
		return false, nil, nil
	})
	r.releases = storage.Resource(helmReleases).Namespace(namespace)

	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	generic := serve(ctx, t, kube, storage)
	front := httptest.NewServer(generic.Handler)
	t.Cleanup(front.Close)
	r.url = front.URL
	return r
}

// serve starts the server as the command does, with the front proxy's headers believed of everybody.
func serve(ctx context.Context, t *testing.T, kube kubernetes.Interface, storage dynamic.Interface) *server.GenericAPIServer {
	t.Helper()
	config := newConfig()
	config.LoopbackClientConfig, config.ExternalAddress = &rest.Config{}, "127.0.0.1:443"
	config.SharedInformerFactory = informers.NewSharedInformerFactory(kube, 0)
	authenticator, err := headerrequest.New(
		[]string{"X-Remote-User"}, nil, []string{"X-Remote-Group"}, []string{"X-Remote-Extra-"})
	check(t, err)
	config.Authentication.Authenticator = authenticator
	config.Authorization.Authorizer = authorizerfactory.NewAlwaysAllowAuthorizer()
	admission := options.NewAdmissionOptions()
	// They ask for the API server's definitions, which one in memory has not.
	admission.DisablePlugins = []string{"MutatingAdmissionPolicy", "ValidatingAdmissionPolicy"}
	check(t, admission.ApplyTo(
		&config.Config, config.SharedInformerFactory, kube, storage, config.FeatureGate, config.EffectiveVersion))
	generic, err := newServer(config, storage)
	check(t, err)
	prepared := generic.PrepareRun()
	prepared.RunPostStartHooks(ctx)
	config.SharedInformerFactory.WaitForCacheSync(ctx.Done())
	return generic
}

func mutating(hooks *httptest.Server) *registration.MutatingWebhookConfiguration {
	configuration := &registration.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "mutating"}}
	hook := registration.MutatingWebhook{Name: "mutating.example.com", AdmissionReviewVersions: []string{"v1"}}
	hook.ClientConfig, hook.Rules = reach(hooks, "/mutate"), rules(registration.Create, registration.Update)
	hook.SideEffects, hook.FailurePolicy = new(registration.SideEffectClassNone), new(registration.Fail)
	hook.NamespaceSelector, hook.ObjectSelector = &metav1.LabelSelector{}, &metav1.LabelSelector{}
	hook.TimeoutSeconds = new(int32(10))
	hook.MatchPolicy = new(registration.Equivalent)
	configuration.Webhooks = []registration.MutatingWebhook{hook}
	return configuration
}

func validating(hooks *httptest.Server) *registration.ValidatingWebhookConfiguration {
	configuration := &registration.ValidatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "validating"}}
	hook := registration.ValidatingWebhook{Name: "validating.example.com", AdmissionReviewVersions: []string{"v1"}}
	hook.ClientConfig = reach(hooks, "/validate")
	hook.Rules = rules(registration.Create, registration.Update, registration.Delete)
	hook.SideEffects, hook.FailurePolicy = new(registration.SideEffectClassNone), new(registration.Fail)
	hook.NamespaceSelector, hook.ObjectSelector = &metav1.LabelSelector{}, &metav1.LabelSelector{}
	hook.TimeoutSeconds = new(int32(10))
	hook.MatchPolicy = new(registration.Equivalent)
	configuration.Webhooks = []registration.ValidatingWebhook{hook}
	return configuration
}

func reach(hooks *httptest.Server, path string) registration.WebhookClientConfig {
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: hooks.Certificate().Raw})
	return registration.WebhookClientConfig{URL: new(hooks.URL + path), CABundle: certificate}
}

func rules(operations ...registration.OperationType) []registration.RuleWithOperations {
	return []registration.RuleWithOperations{{
		Operations: operations,
		Rule: registration.Rule{
			APIGroups: []string{group}, APIVersions: []string{version}, Resources: []string{plural},
			Scope: new(registration.NamespacedScope),
		},
	}}
}

// review answers for both webhooks, and keeps what the mutating one was asked.
func (r *rig) review(out http.ResponseWriter, in *http.Request) {
	r.lock.Lock()
	defer r.lock.Unlock()
	review := admissionv1.AdmissionReview{}
	if err := json.NewDecoder(in.Body).Decode(&review); err != nil {
		http.Error(out, err.Error(), http.StatusBadRequest)
		return
	}
	answer := &admissionv1.AdmissionResponse{UID: review.Request.UID, Allowed: true}
	if in.URL.Path == "/mutate" {
		r.seen = append(r.seen, *review.Request)
		if r.patch != "" {
			answer.Patch, answer.PatchType = []byte(r.patch), new(admissionv1.PatchTypeJSONPatch)
		}
	} else if r.denial != "" {
		answer.Allowed = false
		answer.Result = &metav1.Status{Message: r.denial, Code: http.StatusForbidden}
	}
	review.Request, review.Response = nil, answer
	out.Header().Set("Content-Type", asJSON)
	_ = json.NewEncoder(out).Encode(review)
}

// asked is what the mutating webhook was asked last.
func (r *rig) asked() admissionv1.AdmissionRequest {
	r.t.Helper()
	r.lock.Lock()
	defer r.lock.Unlock()
	if len(r.seen) == 0 {
		r.t.Fatal("no webhook was asked")
	}
	return r.seen[len(r.seen)-1]
}

type answer struct {
	status int
	body   map[string]any
}

// send asks as a tenant's user.
func (r *rig) send(method, path, contentType, body string) answer {
	r.t.Helper()
	request, err := http.NewRequest(method, r.url+path, bytes.NewBufferString(body))
	check(r.t, err)
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("X-Remote-User", "alice")
	request.Header.Add("X-Remote-Group", "tenant-a-admins")
	response, err := http.DefaultClient.Do(request)
	check(r.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	check(r.t, err)
	parsed := map[string]any{}
	if err := json.Unmarshal(text, &parsed); err != nil {
		r.t.Fatalf("%s %s: %d %s", method, path, response.StatusCode, text)
	}
	return answer{response.StatusCode, parsed}
}

// create makes a VMInstance named gpu with this spec, and fails where that is refused.
func (r *rig) create(spec string) answer {
	r.t.Helper()
	return r.send(http.MethodPost, path, asJSON, manifest("", spec)).expect(r.t, http.StatusCreated)
}

func (r *rig) get() answer {
	r.t.Helper()
	return r.send(http.MethodGet, path+"/gpu", asJSON, "")
}

// release is what is stored.
func (r *rig) release() *unstructured.Unstructured {
	r.t.Helper()
	release, err := r.releases.Get(context.Background(), "vm-instance-gpu", metav1.GetOptions{})
	check(r.t, err)
	return release
}

func (a answer) expect(t *testing.T, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("got %d, want %d: %v", a.status, status, a.body)
	}
	return a
}

// at is the value at a path of members as JSON; "null" where there is none.
func (a answer) at(members ...string) string {
	return at(a.body, members...)
}

func at(object map[string]any, members ...string) string {
	value, _, _ := unstructured.NestedFieldNoCopy(object, members...)
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func manifest(metadata, spec string) string {
	if metadata == "" {
		metadata = `"name":"gpu"`
	}
	return fmt.Sprintf(
		`{"apiVersion":"apps.cozystack.io/v1alpha1","kind":"VMInstance","metadata":{%s},"spec":%s}`, metadata, spec)
}

func equal(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func contain(t *testing.T, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) {
		t.Errorf("got %s, want it to contain %s", got, want)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
