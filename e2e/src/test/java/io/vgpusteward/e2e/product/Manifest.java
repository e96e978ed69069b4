package io.vgpusteward.e2e.product;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tenants and operators apply. */
final class Manifest {
  /** The cluster's default licence of the example: in form, and worth nothing. */
  static final String LICENSE = file(Path.of("../examples/cluster/license.yaml"));

  /** The inventory of the example's node. */
  static final String INVENTORY = file(Path.of("../examples/cluster/inventory.yaml"));

  private Manifest() {}

  /** A file beside this package. */
  static String of(String name) {
    try (InputStream resource = Manifest.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return new String(resource.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one annotated machine, with other inline user data. */
  static String withUserData(String userData) {
    return of("vm.yaml")
        .replace(
            "userData: |\n            #cloud-config\n            hostname: workstation\n",
            "userData: |\n" + userData.indent(12));
  }

  /** Without the annotation that asks for a vGPU. */
  static String withoutAnnotation(String manifest) {
    return manifest.replace("  annotations:\n    vgpu-steward.io/profile: L40S-24Q\n", "");
  }

  /** A cloud-config of that many bytes. */
  static String cloudConfig(int bytes) {
    String begin = "#cloud-config\nhostname: workstation\n# ";
    return begin + "x".repeat(bytes - begin.length() - 1) + "\n";
  }

  /** A virtual machine's devices as they are stored. */
  static JsonNode devices(JsonNode vm) {
    return vm.at("/spec/template/spec/domain/devices");
  }

  /** Where the cloud-init volume of {@code vm.yaml} takes its user data from. */
  static JsonNode cloudInit(JsonNode vm) {
    return vm.at("/spec/template/spec/volumes/1/cloudInitNoCloud");
  }

  private static String file(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
