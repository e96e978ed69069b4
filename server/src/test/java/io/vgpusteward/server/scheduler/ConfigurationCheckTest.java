package io.vgpusteward.server.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.certs.CertificateAuthority;
import io.vgpusteward.cluster.manifest.Manifests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each thing that can be wrong, made of a configuration with which nothing is. */
final class ConfigurationCheckTest {
  private static final String RIGHT =
      """
      apiVersion: kubescheduler.config.k8s.io/v1
      kind: KubeSchedulerConfiguration
      leaderElection: {leaderElect: true}
      profiles:
      - schedulerName: default-scheduler
        percentageOfNodesToScore: 100
      extenders:
      - urlPrefix: https://10.96.0.10:8444/scheduler
        filterVerb: filter
        prioritizeVerb: prioritize
        preemptVerb: preempt
        weight: 10
        enableHTTPS: true
        tlsConfig:
          serverName: vgpu-steward.vgpu-steward.svc
          caFile: /nowhere/ca.crt
          certFile: /nowhere/tls.crt
          keyFile: /nowhere/tls.key
        httpTimeout: 1s
        nodeCacheCapable: true
        managedResources:
        - name: vgpu-steward.io/framebuffer-gib
          ignoredByScheduler: true
        ignorable: false
      """;

  private static final String OTHER =
      """
      - urlPrefix: http://other:1
        filterVerb: filter
        managedResources: [{name: example.com/other}]
      """;

  @TempDir private Path folder;

  @Test
  void configuration_thatIsRight_hasNoFinding() {
    assertThat(check(RIGHT)).isEmpty();
    assertThat(check(RIGHT + OTHER)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kind: KubeSchedulerConfiguration | kind: Pod | error: kind: is not KubeSchedulerConfiguration; write",
        "kind: KubeSchedulerConfiguration | kind: ConfigMap | error: kind: is not KubeSchedulerConfiguration; check the file that is in the ConfigMap's data",
        "io/v1\\n | io/v1beta3\\n | error: apiVersion: kube-scheduler reads kubescheduler.config.k8s.io/v1 alone",
        "https:// | http:// | error: extenders[0].urlPrefix: vgpu-steward answers by HTTPS alone",
        "https://10.96.0.10:8444/scheduler | nowhere | error: extenders[0].urlPrefix: is no URL",
        "https://10.96.0.10:8444/scheduler | `https://a b` | error: extenders[0].urlPrefix: is no URL",
        "10.96.0.10 | vgpu-steward.vgpu-steward.svc | warning: extenders[0].urlPrefix: a kube-scheduler that is a static pod",
        "10.96.0.10 | gpu.ops.svc.cluster.local | warning: extenders[0].urlPrefix: a kube-scheduler that is a static pod",
        "10.96.0.10 | vgpu-steward | warning: extenders[0].urlPrefix: a kube-scheduler that is a static pod",
        "filterVerb: filter |  | error: extenders[0].filterVerb: kube-scheduler never asks",
        "prioritizeVerb: prioritize |  | warning: extenders[0].prioritizeVerb: nodes are not scored",
        "preemptVerb: preempt |  | error: extenders[0].preemptVerb: kube-scheduler evicts pods",
        "filterVerb: filter | filterVerb: predicate | error: extenders[0].filterVerb: calls /scheduler/predicate, where",
        "8444/scheduler | 8444 | error: extenders[0].filterVerb: calls /filter, where",
        "weight: 10 | `weight: 10\\n  bindVerb: bind` | error: extenders[0].bindVerb: leaves binding to vgpu-steward",
        "weight: 10 |  | error: extenders[0].weight: must be a positive number",
        "weight: 10 | weight: 1 | warning: extenders[0].weight: is so low",
        "httpTimeout: 1s |  | error: extenders[0].httpTimeout: is 5s where it is not set",
        "httpTimeout: 1s | httpTimeout: 0s | error: extenders[0].httpTimeout: is 5s where it is zero",
        "httpTimeout: 1s | httpTimeout: 2500ms | error: extenders[0].httpTimeout: is so long",
        "httpTimeout: 1s | httpTimeout: 10ms | warning: extenders[0].httpTimeout: is so short",
        "httpTimeout: 1s | httpTimeout: soon | error: extenders[0].httpTimeout: is no duration",
        "ignorable: false | ignorable: true | error: extenders[0].ignorable: while vgpu-steward does not answer",
        "nodeCacheCapable: true | nodeCacheCapable: false | warning: extenders[0].nodeCacheCapable: kube-scheduler sends every",
        "nodeCacheCapable: true |  | warning: extenders[0].nodeCacheCapable: kube-scheduler sends every",
        "caFile: /nowhere/ca.crt |  | error: extenders[0].tlsConfig.caFile: without it kube-scheduler takes any certificate",
        "serverName: vgpu-steward.vgpu-steward.svc |  | error: extenders[0].tlsConfig.serverName: the certificate is for the Service's name, not for 10.96.0.10",
        "caFile: /nowhere/ca.crt | caData: bm90aGluZw== | error: extenders[0].tlsConfig.caData: is not the base64 of a PEM certificate",
        "caFile: /nowhere/ca.crt | `caData: '*'` | error: extenders[0].tlsConfig.caData: is not the base64 of a PEM certificate",
        "caFile: /nowhere/ca.crt | insecure: true | error: extenders[0].tlsConfig.insecure: whoever answers at that address decides",
        "caFile: /nowhere/ca.crt | `caFile: a\\n    insecure: true` | error: extenders[0].tlsConfig.insecure: does not go with an authority",
        "keyFile: /nowhere/tls.key |  | error: extenders[0].tlsConfig.keyFile: is not set, so kube-scheduler sends no certificate",
        "certFile: /nowhere/tls.crt |  | error: extenders[0].tlsConfig.certFile: is not set, so kube-scheduler sends no certificate",
        "certFile: /nowhere/tls.crt | certData: YQ== | error: extenders[0].tlsConfig.certData: is never read again",
        "keyFile: /nowhere/tls.key | keyData: YQ== | error: extenders[0].tlsConfig.keyData: is never read again",
        "name: vgpu-steward.io/framebuffer-gib | name: example.com/a | error: extenders[0].managedResources: lacks vgpu-steward.io/framebuffer-gib",
        "ignoredByScheduler: true | ignoredByScheduler: false | error: extenders[0].managedResources[0].ignoredByScheduler: no node offers this resource",
        "ignoredByScheduler: true |  | error: extenders[0].managedResources[0].ignoredByScheduler: no node offers this resource",
        "ignoredByScheduler: true | `ignoredByScheduler: true\\n  - {name: nvidia.com/L40S-24Q, ignoredByScheduler: true}` | error: extenders[0].managedResources[1].ignoredByScheduler: NodeResourcesFit does not count nvidia.com/L40S-24Q",
        "ignoredByScheduler: true | `ignoredByScheduler: true\\n  - {name: nvidia.com/L40S-24Q}` | warning: extenders[0].managedResources[1].name: vGPU pods have vgpu-steward.io/framebuffer-gib",
        "ignoredByScheduler: true | `ignoredByScheduler: true\\n  - {name: vgpu-steward.io/framebuffer-gib, ignoredByScheduler: true}` | error: extenders[0].managedResources[1].name: stands here twice",
        "`- schedulerName: default-scheduler\\n  percentageOfNodesToScore: 100` | | warning: percentageOfNodesToScore: of more than 100 nodes with a free device kube-scheduler shows vgpu-steward a part only",
        "percentageOfNodesToScore: 100 | percentageOfNodesToScore: 30 | warning: profiles[0].percentageOfNodesToScore: of more than 100 nodes with a free device kube-scheduler shows vgpu-steward 30 percent only",
        "enableHTTPS: true | enableHttps: true | error: extenders[0].enableHttps: is no field that kube-scheduler knows, and it does not start; write enableHTTPS",
        "serverName: vgpu-steward.vgpu-steward.svc | `serverName: a\\n    ca: b` | error: extenders[0].tlsConfig.ca: is no field that kube-scheduler knows, and it does not start; remove it; known here are caData, caFile,",
        "weight: 10 | `weight: '10'` | error: extenders[0].weight: is not a whole number, and kube-scheduler does not start",
        "leaderElection: {leaderElect: true} | `metadata: {name: a}` | error: metadata: is no field that kube-scheduler knows",
        "leaderElection: {leaderElect: true} | `leaderElection: {leaderElect: 'yes'}` | error: leaderElection.leaderElect: is not true or false",
        "schedulerName: default-scheduler | schedulerName: gpu | error: leaderElection.resourceName: is the Lease of the cluster's own kube-scheduler",
        "schedulerName: default-scheduler | schedulerName: gpu | warning: profiles: none is for default-scheduler, which places the VMs that name no scheduler; run vgpu-steward with --scheduler-name of a profile; the profiles here are gpu",
        "percentageOfNodesToScore: 100 | `percentageOfNodesToScore: 100\\n- schedulerName: default-scheduler` | error: profiles[1].schedulerName: is that of another profile",
        "percentageOfNodesToScore: 100 | `percentageOfNodesToScore: 100\\n- percentageOfNodesToScore: 100` | error: profiles[1].schedulerName: is needed where there are several",
        "percentageOfNodesToScore: 100 | `percentageOfNodesToScore: 100\\n- a` | error: profiles[1]: is not an object",
        "percentageOfNodesToScore: 100 | `percentageOfNodesToScore: 100\\n  plugins: {multiPoint: {disabled: [{name: '*'}]}}` | error: profiles[0].plugins.multiPoint.disabled: NodeResourcesFit is off",
        "percentageOfNodesToScore: 100 | `percentageOfNodesToScore: 100\\n  plugins: {filter: {disabled: [{name: NodeResourcesFit}]}}` | error: profiles[0].plugins.filter.disabled: NodeResourcesFit is off",
      })
  void whatIsWrong_isFound(String right, String wrong, String finding) {
    String what = right.replace("\\n", "\n");
    assertThat(RIGHT).contains(what);
    String edited = RIGHT.replace(what, wrong == null ? "" : wrong.replace("\\n", "\n"));
    assertThat(check(edited)).anyMatch(line -> line.startsWith(finding));
  }

  @Test
  void extender_thatIsMissing_orThereTwice_isFound() {
    assertThat(check(RIGHT.substring(0, RIGHT.indexOf("extenders:"))))
        .singleElement()
        .asString()
        .startsWith("error: extenders: none is vgpu-steward");
    String block = RIGHT.substring(RIGHT.indexOf("- urlPrefix"));
    assertThat(check(RIGHT + block))
        .singleElement()
        .asString()
        .startsWith("error: extenders[1]: is vgpu-steward once more, beside extenders[0]");
  }

  @Test
  void managedResources_thatAreMissing_areFound() {
    String without = RIGHT.replaceAll("(?s)  managedResources:.*  ignorable", "  ignorable");
    assertThat(check(without))
        .singleElement()
        .asString()
        .startsWith("error: extenders[0].managedResources: is empty, so every pod");
  }

  @Test
  void extenderWithoutHttps_trustsTheMachinesAuthorities() {
    assertThat(check(RIGHT.replaceAll("enableHTTPS: true|caFile: .*", "")))
        .singleElement()
        .asString()
        .startsWith("error: extenders[0].tlsConfig.caFile: without it kube-scheduler trusts the");
    assertThat(check(RIGHT.replace("enableHTTPS: true", ""))).isEmpty();
  }

  @Test
  void loopback_needsNoNameAndNoClientCertificate() {
    String loopback =
        RIGHT
            .replace("10.96.0.10", "127.0.0.1")
            .replaceAll("(serverName|certFile|keyFile): /?(nowhere|vgpu-steward).*", "");
    assertThat(check(loopback))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("warning: extenders[0].tlsConfig.serverName: "),
            line ->
                assertThat(line)
                    .startsWith("warning: extenders[0].tlsConfig.certFile: ")
                    .contains("--extender-client-auth none"));
    assertThat(check(loopback.replace("127.0.0.1", "10.96.0.10")))
        .anyMatch(line -> line.startsWith("error: extenders[0].tlsConfig.certFile: "));
  }

  @Test
  void authority_thatIsHere_isRead() throws IOException {
    Path file = folder.resolve("ca.crt");
    String pem = CertificateAuthority.create("test CA", InstantSource.system()).certificatePem();
    String configuration = RIGHT.replace("/nowhere/ca.crt", file.toString());

    Files.writeString(file, pem);
    assertThat(check(configuration)).isEmpty();
    Files.writeString(file, "nothing");
    assertThat(check(configuration))
        .singleElement()
        .asString()
        .startsWith("error: extenders[0].tlsConfig.caFile: that file holds no certificate");
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(check(configuration))
        .singleElement()
        .asString()
        .startsWith("error: extenders[0].tlsConfig.caFile: that file cannot be read here");

    String inline = Base64.getEncoder().encodeToString(pem.getBytes(UTF_8));
    assertThat(check(RIGHT.replace("caFile: /nowhere/ca.crt", "caData: " + inline))).isEmpty();
  }

  @Test
  void ignoredResources_areOverwritten_andGroupsAreNot() {
    String arguments =
        """
          pluginConfig:
          - name: NodeResourcesFit
            args: {%s}
        """;
    assertThat(check(withProfile(arguments.formatted("ignoredResources: [example.com/a, b.io/c]"))))
        .containsExactly(
            "error: profiles[0].pluginConfig[0].args.ignoredResources: kube-scheduler puts the"
                + " resources that extenders have as ignoredByScheduler in the place of this list,"
                + " so it counts example.com/a, b.io/c and pods with it wait for ever; move it to"
                + " ignoredResourceGroups, which stays: [b.io, example.com]");
    for (String kept :
        List.of(
            "ignoredResourceGroups: [example.com]",
            "ignoredResources: [vgpu-steward.io/framebuffer-gib]")) {
      assertThat(check(withProfile(arguments.formatted(kept)))).isEmpty();
    }
    for (String enough :
        List.of(
            "ignoredResourceGroups: [vgpu-steward.io]",
            "ignoredResources: [vgpu-steward.io/framebuffer-gib, example.com/a]")) {
      assertThat(
              check(
                  withProfile(arguments.formatted(enough))
                      .replace("ignoredByScheduler: true", "ignoredByScheduler: false")))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{multiPoint: {disabled: [{name: '*'}], enabled: [{name: NodeResourcesFit}]}}",
        "{multiPoint: {disabled: [{name: NodeResourcesFit}]}, filter: {enabled: [{name: NodeResourcesFit}]}}",
        "{score: {disabled: [{name: NodeResourcesFit}]}}",
        "{filter: {disabled: [{name: '*'}], enabled: [{name: NodeResourcesFit}]}}"
      })
  void filterThatCounts_isEnoughOnce(String plugins) {
    assertThat(check(withProfile("  plugins: " + plugins + "\n"))).isEmpty();
  }

  @Test
  void schedulerName_needsItsProfile() {
    assertThat(lines(RIGHT, Optional.of("default-scheduler"))).isEmpty();
    assertThat(lines(RIGHT, Optional.of("gpu")))
        .containsExactly(
            "error: profiles: none is for the scheduler gpu, so its pods wait for ever; add a"
                + " profile with schedulerName: gpu; the profiles here are default-scheduler");
    String second =
        RIGHT
            .replace("default-scheduler", "gpu")
            .replace("leaderElect: true", "leaderElect: true, resourceName: gpu");
    assertThat(lines(second, Optional.of("gpu"))).isEmpty();
    assertThat(
            lines(second.replace("resourceName: gpu", "resourceNamespace: o"), Optional.of("gpu")))
        .isEmpty();
    assertThat(lines(second.replace("true, resourceName: gpu", "false"), Optional.of("gpu")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{name: example.com/other}] | [{name: nvidia.com/L40S-24Q, ignoredByScheduler: true}] | error: extenders[1].managedResources[0].ignoredByScheduler: NodeResourcesFit does not count nvidia.com/L40S-24Q",
        "managedResources: [{name: example.com/other}] | bindVerb: bind | warning: extenders[1].bindVerb: this extender binds vGPU pods, too",
        "[{name: example.com/other}] | `[{name: nvidia.com/L40S-24Q}]\\n  bindVerb: bind` | warning: extenders[1].bindVerb: this extender binds vGPU pods, too",
      })
  void otherExtenders_thatConcernVgpuPods_areFound(String right, String wrong, String finding) {
    assertThat(check(RIGHT + OTHER.replace(right, wrong.replace("\\n", "\n"))))
        .singleElement()
        .asString()
        .startsWith(finding);
  }

  @Test
  void extendersOfOthers_mayBindWhatIsTheirs() {
    assertThat(check(RIGHT + OTHER + "  bindVerb: bind\n")).isEmpty();
  }

  private static String withProfile(String more) {
    return RIGHT.replace("ToScore: 100\n", "ToScore: 100\n" + more);
  }

  private static List<String> check(String configuration) {
    return lines(configuration, Optional.empty());
  }

  private static List<String> lines(String configuration, Optional<String> schedulerName) {
    return ConfigurationCheck.of(read(configuration), schedulerName).all().stream()
        .map(Object::toString)
        .toList();
  }

  private static ObjectNode read(String yaml) {
    return Manifests.read("-", new ByteArrayInputStream(yaml.getBytes(UTF_8))).getFirst().object();
  }
}
