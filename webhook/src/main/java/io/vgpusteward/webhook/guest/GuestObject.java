package io.vgpusteward.webhook.guest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.GuestKey;
import io.vgpusteward.cluster.Keys;
import io.vgpusteward.webhook.review.ReviewedKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A VirtualMachine or VirtualMachineInstance as a JSON tree, with the places that matter here.
 *
 * <p>A VirtualMachine holds its instance under {@code spec.template}; an instance is its own
 * template, and its annotations reach the launcher pod.
 */
public final class GuestObject {
  /** The list of devices that may have a display; KubeVirt takes them without a feature gate. */
  public static final String GPUS = "gpus";

  /** The list of devices for headless compute; it needs KubeVirt's feature gate. */
  public static final String HOST_DEVICES = "hostDevices";

  /** Both lists. */
  public static final List<String> DEVICE_FIELDS = List.of(GPUS, HOST_DEVICES);

  private static final List<String> ANNOTATIONS = List.of("metadata", "annotations");

  private final GuestKey.Kind kind;
  private final JsonTree tree;
  private final List<String> instance;
  private final List<String> instanceMetadata;

  public GuestObject(GuestKey.Kind kind, ObjectNode root) {
    this.kind = kind;
    this.tree = new JsonTree(root);
    boolean isVm = kind == GuestKey.Kind.VirtualMachine;
    this.instance = isVm ? List.of("spec", "template", "spec") : List.of("spec");
    this.instanceMetadata = isVm ? List.of("spec", "template", "metadata") : List.of("metadata");
  }

  /**
   * The guest of a review.
   *
   * @throws IllegalArgumentException for a kind that is no guest
   */
  public static GuestObject of(ReviewedKind kind, ObjectNode root) {
    return new GuestObject(GuestKey.Kind.valueOf(kind.kind()), root);
  }

  public GuestKey.Kind kind() {
    return kind;
  }

  public boolean isVirtualMachine() {
    return kind == GuestKey.Kind.VirtualMachine;
  }

  public JsonTree tree() {
    return tree;
  }

  /** The path of a member of the instance's spec. */
  public List<String> spec(String... names) {
    return JsonTree.child(instance, names);
  }

  /** The path of a list of devices. */
  public List<String> devices(String field) {
    return spec("domain", "devices", field);
  }

  /** The path of the annotations that reach the launcher pod. */
  public List<String> podAnnotations() {
    return JsonTree.child(instanceMetadata, "annotations");
  }

  /** The name, or empty where {@code generateName} leaves it to the API server. */
  public Optional<String> name() {
    return tree.text(List.of("metadata", "name")).filter(name -> !name.isEmpty());
  }

  /** Whether the API server makes up its name, or has. */
  public boolean hasGenerateName() {
    return tree.text(List.of("metadata", "generateName")).filter(t -> !t.isEmpty()).isPresent();
  }

  /** What is at the path, whatever it is; a missing node where there is nothing. Never throws. */
  public JsonNode peek(List<String> path) {
    JsonNode node = tree.root();
    for (String member : path) {
      node = node.path(member);
    }
    return node;
  }

  public Optional<String> annotation(String key) {
    return tree.text(JsonTree.child(ANNOTATIONS, key));
  }

  /** The annotations of {@link Keys#PREFIX}, as they stand. */
  public Map<String, JsonNode> ownAnnotations() {
    Map<String, JsonNode> result = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry :
        tree.root().path("metadata").path("annotations").properties()) {
      if (entry.getKey().startsWith(Keys.PREFIX)) {
        result.put(entry.getKey(), entry.getValue());
      }
    }
    return result;
  }

  /** The same, those that are strings. */
  public Map<String, String> ownTexts() {
    Map<String, String> result = new TreeMap<>();
    ownAnnotations()
        .forEach((key, value) -> {
          if (value.isTextual()) {
            result.put(key, value.textValue());
          }
        });
    return result;
  }

  public void setAnnotation(String key, String value) {
    if (!annotation(key).equals(Optional.of(value))) {
      tree.ensureObject(ANNOTATIONS).put(key, value);
    }
  }

  public void removeAnnotation(String key) {
    if (annotation(key).isPresent()) {
      remove(JsonTree.child(ANNOTATIONS, key));
    }
  }

  /** Removes a member and the parents that hold nothing else; metadata and spec stay. */
  public void remove(List<String> path) {
    boolean inSpec =
        path.size() > instance.size() && path.subList(0, instance.size()).equals(instance);
    boolean inTemplate = path.get(0).equals("spec");
    tree.removeAndPrune(path, inSpec ? instance.size() : inTemplate ? 2 : 1);
  }

  public Optional<String> label(String key) {
    JsonNode label = tree.root().path("metadata").path("labels").path(key);
    return label.isTextual() ? Optional.of(label.textValue()) : Optional.empty();
  }

  public boolean isBeingDeleted() {
    return !JsonTree.isAbsent(tree.root().path("metadata").get("deletionTimestamp"));
  }

  /** Whether something of this kind owns it, as a VirtualMachine owns its instance. */
  public boolean isOwnedBy(String ownerKind) {
    for (JsonNode owner : tree.root().path("metadata").path("ownerReferences")) {
      if (ownerKind.equals(owner.path("kind").textValue())) {
        return true;
      }
    }
    return false;
  }

  public GuestObject copy() {
    return new GuestObject(kind, tree.root().deepCopy());
  }
}
