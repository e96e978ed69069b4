package io.vgpusteward.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.e2e.rig.Outcome;
import io.vgpusteward.e2e.rig.Pki.Pair;
import io.vgpusteward.e2e.rig.Rig;
import io.vgpusteward.e2e.rig.Tools;
import io.vgpusteward.e2e.rig.UseRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real kube-scheduler takes the configurations that are printed, and refuses those of which the
 * check says that it does not start.
 */
@UseRig({})
final class SchedulerConfigIT {
  private static final int PATIENCE_SECONDS = 60;

  private final Path kubeconfig;
  private final Pair authority;
  private final Pair client;
  @TempDir private Path folder;

  SchedulerConfigIT(Rig rig) {
    kubeconfig = rig.kubeconfig("system:kube-scheduler", List.of());
    authority = rig.authority().authority();
    client = rig.authority().client("kube-scheduler-of-extender", List.of());
  }

  @Test
  void secondScheduler_isTaken() throws IOException {
    Outcome printed = print();
    assertThat(printed.err()).isEmpty();

    String taken = taken(file("second.yaml", printed.out()));

    assertThat(taken)
        .contains(
            "schedulerName: vgpu-steward-scheduler",
            "resourceName: vgpu-steward-scheduler",
            "resourceNamespace: vgpu-steward",
            "percentageOfNodesToScore: 100",
            "urlPrefix: https://10.96.0.10:8444/scheduler",
            "httpTimeout: 1s",
            "preemptVerb: preempt",
            "serverName: vgpu-steward.vgpu-steward.svc",
            "caFile: " + authority.certificate())
        .doesNotContain("bindVerb", "ignorable");
  }

  @Test
  void mergedConfiguration_isTaken_andKeepsWhatWasThere() throws IOException {
    Path existing =
        file(
            "existing.yaml",
            """
            # Ours since long ago.
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            parallelism: 8
            clientConnection:
              kubeconfig: %s
            profiles:
            - schedulerName: default-scheduler
              pluginConfig:
              - name: NodeResourcesFit
                args:
                  ignoredResourceGroups: [example.com]
            - schedulerName: packing
              pluginConfig:
              - name: NodeResourcesFit
                args:
                  scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 3}]}
            extenders:
            - urlPrefix: http://127.0.0.1:1/other
              filterVerb: filter
              managedResources:
              - name: example.com/other
                ignoredByScheduler: true
            """
                .formatted(kubeconfig));

    Outcome merged = print("--merge=" + existing, "--node-percentage=100");
    assertThat(merged.status()).as(merged.err()).isZero();
    assertThat(merged.err()).contains("changed: extenders[1]: added");

    String taken = taken(file("merged.yaml", merged.out()));

    assertThat(taken)
        .contains(
            "parallelism: 8",
            "schedulerName: default-scheduler",
            "schedulerName: packing",
            "type: MostAllocated",
            "urlPrefix: http://127.0.0.1:1/other",
            "urlPrefix: https://10.96.0.10:8444/scheduler");
    // In both profiles, whatever they had: what the check warns of.
    assertThat(
            taken.split(
                "ignoredResources:\n +- example.com/other\n +- vgpu-steward.io/framebuffer-gib\n",
                -1))
        .hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "enableHTTPS: | enableHttps: | unknown field | is no field that kube-scheduler knows",
        "kind: | `metadata: {name: a}\\nkind:` | unknown field | is no field that kube-scheduler knows",
        "weight: 10 | weight: 0 | must have a positive weight | must be a positive number",
        "weight: 10 | weight: '10' | cannot unmarshal string | is not a whole number",
        "serverName: | `insecure: true\\n    serverName:` | insecure flag is not allowed | does not go with an authority",
        "percentageOfNodesToScore: 100 | `plugins: {multiPoint: {disabled: [{name: NodeResourcesFit}]}}` | find NodeResourcesFitArgs | NodeResourcesFit is off",
        "profiles: | `profiles:\\n- schedulerName: vgpu-steward-scheduler` | Duplicate value | is that of another profile",
        "kubescheduler.config.k8s.io/v1 | kubescheduler.config.k8s.io/v1beta3 | no kind | kube-scheduler reads",
      })
  void configuration_thatTheCheckSaysIsRefused_isRefused(
      String right, String wrong, String refusal, String finding) throws IOException {
    String printed = print().orThrow();
    assertThat(printed).contains(right);
    Path file = file("wrong.yaml", printed.replace(right, wrong.replace("\\n", "\n")));

    Outcome scheduler = scheduler(file);
    assertThat(scheduler.status()).isEqualTo(1);
    assertThat(scheduler.err()).contains(refusal);

    Outcome checked = ProgramCommand.run("scheduler-config", "--check=" + file);
    assertThat(checked.status()).isEqualTo(1);
    assertThat(checked.out()).contains("error: ", finding);
  }

  private Outcome print(String... more) {
    boolean isNew = more.length == 0;
    return ProgramCommand.run(
        Stream.concat(
                Stream.of(
                    "scheduler-config",
                    "--namespace=vgpu-steward",
                    "--address=10.96.0.10",
                    "--ca-file=" + authority.certificate(),
                    "--cert-file=" + client.certificate(),
                    "--key-file=" + client.key()),
                isNew ? Stream.of("--scheduler-kubeconfig=" + kubeconfig) : Stream.of(more))
            .toArray(String[]::new));
  }

  /** The configuration as kube-scheduler goes by it, its defaults filled in. */
  private String taken(Path file) throws IOException {
    scheduler(file).orThrow();
    return Files.readString(folder.resolve("taken.yaml"));
  }

  /** Has kube-scheduler read a configuration, make all that it names, and end. */
  private Outcome scheduler(Path file) throws IOException {
    List<String> command =
        List.of(
            Tools.program("k8s").toString(),
            "kube-scheduler",
            "--config=" + file,
            "--write-config-to=" + folder.resolve("taken.yaml"),
            "--authentication-skip-lookup",
            "--secure-port=0");
    Path log = folder.resolve("kube-scheduler.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
      return new Outcome(String.join(" ", command), process.exitValue(), "", Files.readString(log));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
