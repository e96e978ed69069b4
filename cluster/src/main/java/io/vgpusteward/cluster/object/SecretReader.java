package io.vgpusteward.cluster.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.SecretObject;
import io.vgpusteward.cluster.SecretObject.Owner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Secrets to and from JSON trees. A tree of a Secret prints its values: never log one. */
public final class SecretReader {
  /** The API server's decoder skips these and nothing else. */
  private static final Pattern LINE_ENDS = Pattern.compile("[\\r\\n]");

  private SecretReader() {}

  /**
   * Reads a Secret; {@code stringData} wins over {@code data}, as in the API server. A value that
   * is no base64 is told to {@code problems} by its key and left out.
   */
  public static SecretObject read(JsonNode object, Consumer<String> problems) {
    Field root = new Field(object, "", problems);
    Field metadata = root.at("metadata");
    Map<String, byte[]> data = new TreeMap<>();
    root.at("data")
        .textMap()
        .forEach((key, value) -> {
          try {
            data.put(key, Base64.getDecoder().decode(LINE_ENDS.matcher(value).replaceAll("")));
          } catch (IllegalArgumentException e) {
            problems.accept("data." + key + " is not base64");
          }
        });
    root.at("stringData")
        .textMap()
        .forEach((key, value) -> data.put(key, value.getBytes(StandardCharsets.UTF_8)));
    return new SecretObject(
        ObjectReader.namespace(object),
        ObjectReader.name(object),
        metadata.at("uid").text().orElse(""),
        metadata.at("resourceVersion").text().orElse(""),
        metadata.at("labels").textMap(),
        owners(metadata.at("ownerReferences")),
        data);
  }

  /** A new Secret of type Opaque, without uid and version. */
  public static ObjectNode write(SecretObject secret) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", "v1").put("kind", "Secret").put("type", "Opaque");
    object.putObject("metadata").put("name", secret.name()).put("namespace", secret.namespace());
    edit(object, secret);
    return object;
  }

  /** Puts labels, owners and data of the Secret into the tree and leaves all else as it is. */
  public static void edit(ObjectNode object, SecretObject secret) {
    ObjectNode metadata = object.withObjectProperty("metadata");
    ObjectNode labels = metadata.putObject("labels");
    new TreeMap<>(secret.labels()).forEach(labels::put);
    JsonNode before = metadata.path("ownerReferences");
    ArrayNode owners = JsonNodeFactory.instance.arrayNode();
    secret.owners().forEach(owner -> owners.add(reference(owner, before)));
    metadata.set("ownerReferences", owners);
    object.remove("stringData");
    ObjectNode data = object.putObject("data");
    new TreeMap<>(secret.data())
        .forEach((key, value) -> data.put(key, Base64.getEncoder().encodeToString(value)));
  }

  /** The reference as it stood, with its {@code controller} flag, where the owner is the same. */
  private static JsonNode reference(Owner owner, JsonNode before) {
    for (JsonNode reference : before) {
      if (reference.path("uid").asText("").equals(owner.uid())
          && reference.path("name").asText("").equals(owner.name())) {
        return reference;
      }
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("apiVersion", owner.apiVersion())
        .put("kind", owner.kind())
        .put("name", owner.name())
        .put("uid", owner.uid());
  }

  private static List<Owner> owners(Field references) {
    List<Owner> owners = new ArrayList<>();
    for (Field reference : references.items()) {
      owners.add(
          new Owner(
              reference.at("apiVersion").text().orElse(""),
              reference.at("kind").text().orElse(""),
              reference.at("name").text().orElse(""),
              reference.at("uid").text().orElse("")));
    }
    return owners;
  }
}
