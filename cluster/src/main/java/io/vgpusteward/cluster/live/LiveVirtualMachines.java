package io.vgpusteward.cluster.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.VirtualMachines;
import io.vgpusteward.cluster.object.Names;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.object.ObjectReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The VirtualMachines behind a Kubernetes API server.
 *
 * <p>It needs, in the namespaces that are asked about:
 *
 * <pre>
 * kubevirt.io  virtualmachines  list, get, update (without changes: list, get)
 * ""           namespaces       get
 * </pre>
 */
public final class LiveVirtualMachines implements VirtualMachines {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final Api api;

  LiveVirtualMachines(KubernetesClient client) {
    this.client = client;
    this.api = new Api(client);
  }

  /**
   * Knocks nowhere yet.
   *
   * @param version of this program, for the user agent
   * @param kubeconfig the file; empty for the usual places
   * @param context the context of the kubeconfig; empty for its current one
   * @throws ClusterException when the kubeconfig is of no use
   */
  public static LiveVirtualMachines open(
      String version, Optional<Path> kubeconfig, Optional<String> context) {
    return new LiveVirtualMachines(ClusterClient.create(version, kubeconfig, context));
  }

  @Override
  public List<Guest> list(Optional<String> namespace) {
    namespace.ifPresent(name -> Names.check(name, "any"));
    String path =
        "/apis/kubevirt.io/v1/"
            + namespace.map(name -> "namespaces/" + name + "/").orElse("")
            + "virtualmachines?limit="
            + KindRequests.PAGE;
    List<Guest> guests = new ArrayList<>();
    String next = "";
    do {
      ObjectNode page = page(path + (next.isEmpty() ? "" : "&continue=" + encoded(next)));
      for (JsonNode item : page.path("items")) {
        guests.add(ObjectReader.virtualMachine(item, problem -> {}));
      }
      next = page.at("/metadata/continue").asText();
    } while (!next.isEmpty());
    return guests;
  }

  private ObjectNode page(String path) {
    return api.get(path)
        .orElseThrow(() ->
            new ClusterException(
                "cannot list virtualmachines.kubevirt.io: the API server does not know them; is"
                    + " KubeVirt installed?"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public Map<String, String> namespaceLabels(String namespace) {
    Names.check(namespace, "any");
    Map<String, String> labels = new HashMap<>();
    api.get(KindRequests.path(ObjectKind.NAMESPACE, "", namespace))
        .map(found -> found.at("/metadata/labels"))
        .ifPresent(found ->
            found
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText())));
    return labels;
  }

  @Override
  public Optional<ObjectNode> find(String namespace, String name) {
    return api.get(path(namespace, name));
  }

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public Optional<ObjectNode> replace(ObjectNode object) {
    String path =
        path(object.at("/metadata/namespace").asText(), object.at("/metadata/name").asText());
    try {
      String answer = client.raw(path, "PUT", object.toString());
      if (JSON.readTree(answer) instanceof ObjectNode stored) {
        return Optional.of(stored);
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT) {
        return Optional.empty();
      }
      throw new ClusterException(LiveGuests.why(e));
    } catch (JsonProcessingException e) {
      throw new ClusterException("the API server's answer is no JSON");
    }
    throw new ClusterException("the API server's answer is no object");
  }

  private static String path(String namespace, String name) {
    Names.check(namespace, name);
    return KindRequests.path(ObjectKind.VIRTUAL_MACHINE, namespace, name);
  }

  @Override
  public void close() {
    client.close();
  }
}
