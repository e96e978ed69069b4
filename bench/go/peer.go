package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

// The wire of kube-scheduler's extenders, k8s.io/kube-scheduler/extender/v1: no JSON tags. A peer does not look at the
// pod or at full nodes.
type extenderArgs struct {
	Pod       json.RawMessage
	Nodes     json.RawMessage
	NodeNames *[]string
}

type filterResult struct {
	Nodes                      json.RawMessage
	NodeNames                  *[]string
	FailedNodes                map[string]string
	FailedAndUnresolvableNodes map[string]string
	Error                      string
}

type hostPriority struct {
	Host  string
	Score int64
}

// What a null hook reads of an AdmissionReview; the object is decoded as a review's RawExtension is: kept as it came.
type admissionReview struct {
	APIVersion string             `json:"apiVersion"`
	Kind       string             `json:"kind"`
	Request    *admissionRequest  `json:"request,omitempty"`
	Response   *admissionResponse `json:"response,omitempty"`
}

type admissionRequest struct {
	UID    string          `json:"uid"`
	Object json.RawMessage `json:"object"`
}

type admissionResponse struct {
	UID       string `json:"uid"`
	Allowed   bool   `json:"allowed"`
	Patch     string `json:"patch,omitempty"`
	PatchType string `json:"patchType,omitempty"`
}

// servePeer serves what does the least: an extender that decodes and passes all, and a hook that decodes, answers one
// patch and does no work. It prints a line once it listens.
func servePeer(arguments []string) error {
	flags := flag.NewFlagSet("peer", flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:0", "where to serve, by HTTPS")
	certificate := flags.String("certificate", "", "the server's certificate")
	key := flags.String("key", "", "its private key")
	clientCA := flags.String("client-ca", "", "who vouches for clients; without it they need no certificate")
	child := flags.Bool("child", false, "end with standard input")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(*certificate, *key)
	if err != nil {
		return err
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if *clientCA != "" {
		pem, err := os.ReadFile(*clientCA)
		if err != nil {
			return err
		}
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AppendCertsFromPEM(pem)
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /scheduler/filter", passAll)
	mux.HandleFunc("POST /scheduler/prioritize", scoreAll)
	mux.HandleFunc("POST /scheduler/preempt", func(w http.ResponseWriter, _ *http.Request) { answer(w, struct{}{}) })
	mux.HandleFunc("POST /mutate", hook)
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	if *child {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			os.Exit(0)
		}()
	}
	fmt.Println("https://" + listener.Addr().String())
	return (&http.Server{Handler: mux, TLSConfig: config}).ServeTLS(listener, "", "")
}

func passAll(w http.ResponseWriter, r *http.Request) {
	var args extenderArgs
	if read(w, r, &args) {
		answer(w, filterResult{Nodes: args.Nodes, NodeNames: args.NodeNames})
	}
}

func scoreAll(w http.ResponseWriter, r *http.Request) {
	var args extenderArgs
	if !read(w, r, &args) || args.NodeNames == nil {
		return
	}
	scores := make([]hostPriority, len(*args.NodeNames))
	for i, name := range *args.NodeNames {
		scores[i].Host = name
	}
	answer(w, scores)
}

// One operation, of the length that a small mutation has.
var patch = base64.StdEncoding.EncodeToString(
	[]byte(`[{"op":"add","path":"/metadata/annotations/example.com~1null","value":"nothing was done here"}]`))

func hook(w http.ResponseWriter, r *http.Request) {
	var review admissionReview
	if !read(w, r, &review) || review.Request == nil {
		return
	}
	answer(w, admissionReview{
		APIVersion: review.APIVersion,
		Kind:       review.Kind,
		Response:   &admissionResponse{UID: review.Request.UID, Allowed: true, Patch: patch, PatchType: "JSONPatch"},
	})
}

func read(w http.ResponseWriter, r *http.Request, to any) bool {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, to)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
	return err == nil
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	out, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(out)
}
