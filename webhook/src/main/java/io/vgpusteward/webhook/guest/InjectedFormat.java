package io.vgpusteward.webhook.guest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.webhook.guest.Injected.CloudInit;
import io.vgpusteward.webhook.guest.Injected.Device;
import io.vgpusteward.webhook.guest.Injected.Kept;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The stored form of {@link Injected}. It outlives releases, so it is spelled out here and members
 * that are unknown are passed over.
 */
final class InjectedFormat {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private InjectedFormat() {}

  static String format(Injected injected) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("request", injected.request());
    injected.profile().ifPresent(profile -> json.put("profile", profile));
    if (!injected.devices().isEmpty()) {
      ArrayNode devices = json.putArray(injected.deviceField());
      injected
          .devices()
          .forEach(device ->
              devices
                  .addObject()
                  .put("name", device.name())
                  .put("deviceName", device.deviceName()));
    }
    if (!injected.affinity().isEmpty()) {
      injected.affinity().forEach(json.putArray("affinity")::add);
    }
    if (injected.framebufferGib() > 0) {
      json.put("framebufferGib", injected.framebufferGib());
    }
    injected.schedulerName().ifPresent(name -> json.put("schedulerName", name));
    injected.license().ifPresent(kind -> json.put("license", kind.text()));
    injected
        .cloudInit()
        .ifPresent(cloudInit -> {
          ObjectNode pointer = json.putObject("cloudInit");
          pointer.put("secret", cloudInit.secret());
          pointer.put("kept", cloudInit.kept().name().toLowerCase(Locale.ROOT));
          cloudInit.addedVolume().ifPresent(name -> pointer.put("addedVolume", name));
        });
    if (injected.released()) {
      json.put("released", true);
    }
    return json.toString();
  }

  static Injected parse(String text) {
    JsonNode json;
    try {
      json = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON");
    }
    if (!json.isObject() || !json.path("request").isTextual()) {
      throw new IllegalArgumentException("no member \"request\"");
    }
    String field = json.has("gpus") ? "gpus" : json.has("hostDevices") ? "hostDevices" : "";
    return new Injected(
        json.path("request").textValue(),
        text(json, "profile"),
        field,
        devices(json.path(field)),
        texts(json.path("affinity")),
        json.path("framebufferGib").asInt(),
        text(json, "schedulerName"),
        license(json),
        cloudInit(json.path("cloudInit")),
        json.path("released").asBoolean());
  }

  /** A word of a later release must not read as no licence: the guest would lose the one it has. */
  private static Optional<LicenseKind> license(JsonNode json) {
    Optional<String> word = text(json, "license");
    Optional<LicenseKind> kind = word.flatMap(LicenseKind::of);
    if (word.isPresent() && kind.isEmpty()) {
      throw new IllegalArgumentException("an unknown kind of licence");
    }
    return kind;
  }

  private static Optional<CloudInit> cloudInit(JsonNode json) {
    Optional<String> secret = text(json, "secret");
    Optional<Kept> kept = text(json, "kept").flatMap(InjectedFormat::kept);
    return secret.isEmpty() || kept.isEmpty()
        ? Optional.empty()
        : Optional.of(new CloudInit(secret.get(), kept.get(), text(json, "addedVolume")));
  }

  private static Optional<Kept> kept(String text) {
    for (Kept kept : Kept.values()) {
      if (kept.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Optional.of(kept);
      }
    }
    return Optional.empty();
  }

  private static List<Device> devices(JsonNode json) {
    List<Device> result = new ArrayList<>();
    for (JsonNode device : json) {
      result.add(new Device(device.path("name").asText(), device.path("deviceName").asText()));
    }
    return result;
  }

  private static List<String> texts(JsonNode json) {
    List<String> result = new ArrayList<>();
    json.forEach(item -> result.add(item.asText()));
    return result;
  }

  private static Optional<String> text(JsonNode json, String member) {
    return Optional.ofNullable(json.path(member).textValue());
  }
}
