package io.vgpusteward.cluster.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileVirtualMachinesTest {
  @TempDir private Path folder;

  @Test
  void machines_areThoseOfTheFiles_whole_andNotWritten() throws IOException {
    Files.writeString(
        folder.resolve("objects.yaml"),
        """
        {apiVersion: kubevirt.io/v1, kind: VirtualMachine, metadata: {name: vm, namespace: a}, spec: {own: field}}
        ---
        {apiVersion: kubevirt.io/v1, kind: VirtualMachine, metadata: {name: vm, namespace: b}}
        ---
        {apiVersion: kubevirt.io/v1, kind: VirtualMachineInstance, metadata: {name: vmi, namespace: a}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {vgpu-steward.io/inject: "false"}}}
        """);
    try (FileVirtualMachines machines = FileVirtualMachines.open(folder)) {
      assertThat(machines.list(Optional.empty())).hasSize(2);
      assertThat(machines.list(Optional.of("a")))
          .singleElement()
          .hasToString("VirtualMachine a/vm");
      ObjectNode found = machines.find("a", "vm").orElseThrow();
      assertThat(found.at("/spec/own").asText()).isEqualTo("field");
      assertThat(machines.find("a", "vmi")).isEmpty();
      assertThat(machines.namespaceLabels("a"))
          .isEqualTo(Map.of("vgpu-steward.io/inject", "false"));
      assertThat(machines.namespaceLabels("b")).isEmpty();
      assertThat(machines.isWritable()).isFalse();
      assertThatThrownBy(() -> machines.replace(found))
          .isInstanceOf(ClusterException.class)
          .hasMessage("the files of this folder are not written; edit them");
    }
  }

  @Test
  void folder_thatIsNotThere_isSaid() {
    assertThatThrownBy(() -> FileVirtualMachines.open(folder.resolve("none")))
        .isInstanceOf(ClusterException.class);
  }
}
