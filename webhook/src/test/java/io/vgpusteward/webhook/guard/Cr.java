package io.vgpusteward.webhook.guard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.manifest.Manifests;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/** KubeVirt CRs for tests. */
final class Cr {
  /** With a vGPU, the same card as a whole, mediated devices and USB, and the gate. */
  static final String FULL =
      """
      apiVersion: kubevirt.io/v1
      kind: KubeVirt
      metadata: {name: kubevirt, namespace: kubevirt, uid: u1}
      spec:
        configuration:
          developerConfiguration:
            featureGates: [HostDevices]
          permittedHostDevices:
            pciHostDevices:
            - {pciVendorSelector: "10DE:26B9", resourceName: nvidia.com/L40S-24Q}
            - {pciVendorSelector: "10DE:26B9", resourceName: nvidia.com/AD102GL_L40S, externalResourceProvider: true}
            mediatedDevices:
            - {mdevNameSelector: NVIDIA A10-12Q, resourceName: nvidia.com/A10-12Q}
            usb:
            - resourceName: kubevirt.io/stick
              selectors: [{vendor: 046d, product: c52b}]
      """;

  private Cr() {}

  static ObjectNode of(String yaml) {
    return Manifests.read(
            "kubevirt.yaml", new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .getFirst()
        .object();
  }

  static ObjectNode full() {
    return of(FULL);
  }

  /** Without the lines that contain one of these. */
  static ObjectNode without(String... parts) {
    StringBuilder rest = new StringBuilder();
    FULL.lines()
        .filter(line -> java.util.Arrays.stream(parts).noneMatch(line::contains))
        .forEach(line -> rest.append(line).append('\n'));
    return of(rest.toString());
  }

  static ObjectNode annotated(ObjectNode object, String key, String value) {
    ObjectNode copy = object.deepCopy();
    copy.withObject("/metadata").withObjectProperty("annotations").put(key, value);
    return copy;
  }
}
