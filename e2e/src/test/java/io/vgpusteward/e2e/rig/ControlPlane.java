package io.vgpusteward.e2e.rig;

import io.vgpusteward.e2e.rig.Pki.Pair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** etcd and Kubernetes' own servers, with the flags that make them run here. */
final class ControlPlane {
  private static final List<String> MASTERS = List.of("system:masters");
  private static final String FRONT_PROXY = "front-proxy";

  private final Rig rig;
  private final Path program = Tools.program("k8s");
  private final String etcd;

  ControlPlane(Rig rig) {
    this.rig = rig;
    this.etcd = "http://127.0.0.1:" + rig.ports().next();
  }

  void startEtcd() {
    String peers = "http://127.0.0.1:" + rig.ports().next();
    start(
        "etcd",
        "--name=rig",
        "--data-dir=" + rig.data().resolve("etcd"),
        "--listen-client-urls=" + etcd,
        "--advertise-client-urls=" + etcd,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=rig=" + peers,
        // What is in it does not outlive the rig.
        "--unsafe-no-fsync",
        "--log-level=warn");
  }

  void startApiServer(int port) {
    Pki authority = rig.authority();
    Pki frontProxy = Pki.create(rig.data().resolve("pki/front-proxy"), "rig-front-proxy");
    Pair proxyClient = frontProxy.client(FRONT_PROXY, List.of());
    Pair serving = authority.server("kube-apiserver", "kubernetes.default.svc");
    Pair accounts = rig.accountKeys();
    start(
        "kube-apiserver",
        "--etcd-servers=" + etcd,
        "--bind-address=127.0.0.1",
        "--secure-port=" + port,
        "--tls-cert-file=" + serving.certificate(),
        "--tls-private-key-file=" + serving.key(),
        "--client-ca-file=" + authority.authority().certificate(),
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        "--service-cluster-ip-range=10.96.0.0/16",
        // Loopback may not be advertised, and nobody here reads what is.
        "--advertise-address=192.0.2.1",
        "--endpoint-reconciler-type=none",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + accounts.certificate(),
        "--service-account-signing-key-file=" + accounts.key(),
        "--requestheader-client-ca-file=" + frontProxy.authority().certificate(),
        "--requestheader-allowed-names=" + FRONT_PROXY,
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--proxy-client-cert-file=" + proxyClient.certificate(),
        "--proxy-client-key-file=" + proxyClient.key(),
        "--audit-policy-file=" + auditPolicy(),
        "--audit-log-path=" + rig.logs().resolve("audit.log"),
        "--profiling=false");
  }

  /** Changes of KubeVirt CRs, with what webhooks say of them. */
  private Path auditPolicy() {
    Path file = rig.data().resolve("audit-policy.yaml");
    try {
      return Files.writeString(
          file,
          """
          apiVersion: audit.k8s.io/v1
          kind: Policy
          omitStages: [RequestReceived]
          rules:
          - level: Metadata
            verbs: [create, update, patch]
            resources: [{group: kubevirt.io, resources: [kubevirts]}]
          - level: None
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void startControllerManager() {
    Path kubeconfig = rig.kubeconfig("system:kube-controller-manager", List.of());
    Pair serving = rig.authority().server("kube-controller-manager-serving");
    start(
        "kube-controller-manager",
        "--kubeconfig=" + kubeconfig,
        "--authentication-kubeconfig=" + kubeconfig,
        "--authorization-kubeconfig=" + kubeconfig,
        "--bind-address=127.0.0.1",
        "--secure-port=" + rig.ports().next(),
        "--tls-cert-file=" + serving.certificate(),
        "--tls-private-key-file=" + serving.key(),
        "--leader-elect=false",
        "--use-service-account-credentials=true",
        "--service-account-private-key-file=" + rig.accountKeys().key(),
        // It makes this folder, by default one of the machine's.
        "--flex-volume-plugin-dir=" + rig.data().resolve("flex-volume-plugins"),
        "--root-ca-file=" + rig.authority().authority().certificate(),
        // By default it takes a new node's taint away after a quarter of a second each.
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        // Nodes that are objects only have no kubelet that says that it lives.
        "--node-monitor-grace-period=24h");
  }

  /** Waits until the API server answers that it is ready. */
  void awaitReady() {
    Http http = new Http(rig.authority());
    Wait.until(
        "the API server is ready",
        () -> {
          rig.requireAllAlive();
          return http.get(rig.server() + "/readyz").map(HttpResponse::statusCode).orElse(0) == 200;
        });
  }

  /** The kubeconfig of an administrator. */
  Path administrator() {
    return rig.kubeconfig("administrator", MASTERS);
  }

  private void start(String name, String... flags) {
    List<String> command = new ArrayList<>(List.of(program.toString(), name));
    command.addAll(List.of(flags));
    rig.start(name, Map.of(), command);
  }
}
