package io.vgpusteward.extender.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.extender.explain.SubjectLookup.Answer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectLookupTest {
  private final ClusterView view =
      new Scene()
          .machine("desk", "L40S-24Q", Map.of(Scene.L40S, 1), Set.of(), true)
          .instance("desk", "L40S-24Q")
          .instance("bare", "L40S-24Q")
          .pod("desk", Optional.of("a"), Optional.empty())
          .pod("orphan", Optional.empty(), Optional.empty())
          .view();

  @ParameterizedTest
  @CsvSource({
    "desk, VirtualMachine t/desk, desk-pod",
    "vm/desk, VirtualMachine t/desk, desk-pod",
    "VirtualMachine/desk, VirtualMachine t/desk, desk-pod",
    "vmi/desk, VirtualMachine t/desk, desk-pod",
    "bare, VirtualMachineInstance t/bare, ''",
    "vmi/bare, VirtualMachineInstance t/bare, ''",
    "pod/virt-launcher-desk-abcde, VirtualMachine t/desk, desk-pod",
    "virt-launcher-orphan-abcde, Pod t/virt-launcher-orphan-abcde, orphan-pod"
  })
  void names_areFound(String text, String name, String pod) {
    assertThat(new SubjectLookup(view).find(text, "t"))
        .isInstanceOfSatisfying(
            Answer.Found.class,
            found -> {
              assertThat(found.subject().name()).isEqualTo(name);
              assertThat(found.subject().namespace()).isEqualTo("t");
              assertThat(found.subject().pod().map(one -> one.uid()).orElse("")).isEqualTo(pod);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "desk | u | there is no VirtualMachine, instance or launcher pod desk in namespace u;"
            + " did you mean vm/desk -n t, or vmi/desk -n t, or pod/virt-launcher-desk-abcde -n t?",
        "vm/desc | t | there is no VirtualMachine desc in namespace t; did you mean vm/desk?",
        "vm/bare | t | there is no VirtualMachine bare in namespace t",
        "pod/orphan | t | there is no launcher pod of a vGPU orphan in namespace t; did you mean"
            + " pod/virt-launcher-orphan-abcde?",
        "nothing-like-it | t | there is no VirtualMachine, instance or launcher pod"
            + " nothing-like-it in namespace t"
      })
  void namesThatAreNotThere_areAnsweredWithWhatComesNear(
      String text, String namespace, String message) {
    assertThat(new SubjectLookup(view).find(text, namespace))
        .isEqualTo(new Answer.Missing(message));
  }

  @ParameterizedTest
  @ValueSource(strings = {"node/a", "t/desk", "vm/", "", "vm/a/b"})
  void whatIsNoName_isRefused(String text) {
    assertThatThrownBy(() -> new SubjectLookup(view).find(text, "t"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
