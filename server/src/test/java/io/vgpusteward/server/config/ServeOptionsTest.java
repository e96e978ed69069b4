package io.vgpusteward.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vgpusteward.extender.placement.PlacementSettings;
import io.vgpusteward.extender.placement.UnknownNodes;
import io.vgpusteward.server.config.ServeConfiguration.TlsFiles;
import io.vgpusteward.vgpu.placement.Strategy;
import io.vgpusteward.webhook.admission.AdmissionSettings;
import io.vgpusteward.webhook.guard.TrustedIdentities;
import io.vgpusteward.webhook.injection.InjectionSettings;
import io.vgpusteward.webhook.injection.Placement;
import io.vgpusteward.webhook.policy.Mode;
import io.vgpusteward.webhook.policy.Policy;
import io.vgpusteward.webhook.policy.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

final class ServeOptionsTest {
  @TempDir Path folder;

  /** Each key with a value that is not its default, and that goes with the others. */
  private final Map<String, String> everything = new LinkedHashMap<>();

  @Command
  private static final class Holder {
    @Mixin private final ServeOptions options = new ServeOptions();

    @Option(names = "--config")
    private String config = "";

    @Override
    public String toString() {
      return "options of " + config;
    }
  }

  @BeforeEach
  void fill() throws IOException {
    everything.put("kubeconfig", Files.createFile(folder.resolve("kubeconfig")).toString());
    everything.put("context", "prod");
    everything.put("listen", "[::1]:9443");
    everything.put("metrics-listen", "localhost:0");
    everything.put("tls-certificate", "/tls/tls.crt");
    everything.put("tls-key", "/tls/tls.key");
    everything.put("namespace", "gpu-system");
    everything.put("placement", "Extender");
    everything.put("scheduler-name", "vgpu-scheduler");
    everything.put("extender-listen", "10.0.0.1:9444");
    everything.put("extender-client-ca", "/tls/scheduler-ca.crt");
    everything.put("extender-client-auth", "required");
    everything.put("placement-strategy", "spread");
    everything.put("unknown-nodes", "allow");
    everything.put("inventory-max-age", "3m");
    everything.put("extender-max-body", "1MiB");
    everything.put("policy", "unknown-profile=warn,device-not-permitted=off");
    everything.put("guard-trusted", "system:serviceaccount:flux-system:flux,group:admins");
    everything.put("controller", "false");
    everything.put("shutdown-grace", "1m");
    everything.put("user-secret-poll", "30s");
    everything.put("sweep-interval", "20s");
  }

  @Test
  void defaults_withAFolder() {
    assertThat(parse(Map.of(), "--cluster", folder.toString()))
        .isEqualTo(
            new ServeConfiguration(
                new ClusterConfiguration(
                    Optional.of(folder), Optional.empty(), Optional.empty(), "vgpu-steward"),
                AdmissionSettings.defaults(),
                Optional.empty(),
                HostPort.parse("127.0.0.1:8443"),
                HostPort.parse("127.0.0.1:8080"),
                Optional.empty(),
                true,
                Duration.ofSeconds(10),
                Duration.ofMinutes(2),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5)));
  }

  @Test
  void defaults_withARealCluster() {
    assertThat(parse(Map.of(), "--tls-certificate", "c", "--tls-key", "k"))
        .isEqualTo(
            new ServeConfiguration(
                new ClusterConfiguration(
                    Optional.empty(), Optional.empty(), Optional.empty(), "vgpu-steward"),
                AdmissionSettings.defaults(),
                Optional.empty(),
                HostPort.parse("0.0.0.0:8443"),
                HostPort.parse("0.0.0.0:8080"),
                Optional.of(new TlsFiles(Path.of("c"), Path.of("k"))),
                true,
                Duration.ofSeconds(10),
                Duration.ofMinutes(2),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--cluster=FOLDER |",
        "--cluster=FOLDER --placement=extender | 127.0.0.1:8444",
        "--cluster=FOLDER --extender-listen=[::]:1 | [::]:1",
        "--cluster=FOLDER --placement=extender --extender-client-ca=c | 127.0.0.1:8444 c",
        "--cluster=FOLDER --extender-client-ca=c |",
        "--tls-certificate=c --tls-key=k --placement=extender --extender-client-ca=c | 0.0.0.0:8444 c",
        "--tls-certificate=c --tls-key=k --placement=extender --extender-client-auth=none | 127.0.0.1:8444",
        "--tls-certificate=c --tls-key=k --extender-listen=0.0.0.0:1 --extender-client-auth=none | 0.0.0.0:1",
      })
  void extender_isServedWhereItIsWanted_toWhoMayAsk(String arguments, @Nullable String expected) {
    ServeConfiguration configuration =
        parse(Map.of(), arguments.replace("FOLDER", folder.toString()).split(" "));
    assertThat(
            configuration
                .extender()
                .map(extender ->
                    extender.listen() + extender.clientCa().map(file -> " " + file).orElse(""))
                .orElse(null))
        .isEqualTo(expected);
    configuration
        .extender()
        .ifPresent(extender -> {
          assertThat(extender.placement()).isEqualTo(PlacementSettings.defaults());
          assertThat(extender.maxBody()).isEqualTo(64 * 1024 * 1024);
        });
  }

  @Test
  void everyKey_canBeAFlag() {
    List<String> arguments = new ArrayList<>();
    everything.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    assertThat(parse(Map.of(), arguments.toArray(String[]::new))).isEqualTo(expected());
  }

  @Test
  void everyKey_canBeAVariable() {
    Map<String, String> environment =
        everything.entrySet().stream()
            .collect(
                Collectors.toMap(
                    entry ->
                        "VGPU_STEWARD_" + entry.getKey().replace('-', '_').toUpperCase(Locale.ROOT),
                    Map.Entry::getValue));
    assertThat(parse(environment)).isEqualTo(expected());
  }

  @Test
  void everyKey_canStandInAFile() throws IOException {
    Path file = folder.resolve("config.yaml");
    StringBuilder text = new StringBuilder("# everything\n");
    everything.forEach((key, value) -> text.append(key + ": '" + value + "'\n"));
    Files.writeString(file, text);
    assertThat(parse(Map.of(), "--config", file.toString())).isEqualTo(expected());
    assertThat(parse(Map.of(), "--config=" + file)).isEqualTo(expected());
    assertThat(parse(Map.of("VGPU_STEWARD_CONFIG", file.toString()))).isEqualTo(expected());
  }

  @Test
  void everyKey_isInTheseTests() {
    List<String> keys =
        Settings.optionsOf(new CommandLine(new Holder())).stream()
            .map(option -> option.substring(2))
            .toList();
    assertThat(keys)
        .containsExactlyInAnyOrderElementsOf(() ->
            Stream.concat(everything.keySet().stream(), Stream.of("cluster", "config")).iterator());
  }

  @Test
  void precedence_isFlagThenVariableThenFile() throws IOException {
    Path file =
        Files.writeString(folder.resolve("config.yaml"), "namespace: file\ncluster: " + folder);
    String config = "--config=" + file;
    Map<String, String> environment = Map.of("VGPU_STEWARD_NAMESPACE", "variable");
    assertThat(parse(Map.of(), config).cluster().namespace()).isEqualTo("file");
    assertThat(parse(environment, config).cluster().namespace()).isEqualTo("variable");
    assertThat(parse(environment, config, "--namespace=flag").cluster().namespace())
        .isEqualTo("flag");
  }

  @Test
  void namespace_isThePodsOwnWithoutASetting() throws IOException {
    String cluster = "--cluster=" + folder;
    Files.writeString(folder.resolve("namespace"), "mounted\n");
    assertThat(parse(Map.of(), cluster).cluster().namespace()).isEqualTo("mounted");
    assertThat(parse(Map.of("POD_NAMESPACE", "downward"), cluster).cluster().namespace())
        .isEqualTo("downward");
  }

  @Test
  void combinations_thatMakeNoSense_areRefused() {
    assertRefused(
        "--tls-certificate and --tls-key are needed to serve a real cluster; --cluster <folder> makes its own");
    assertRefused("--tls-certificate and --tls-key go together", "--tls-key=k");
    assertRefused("--cluster: /nowhere is not a folder", "--cluster=/nowhere");
    assertRefused("--kubeconfig: cannot read /nowhere", "--kubeconfig=/nowhere");
    String cluster = "--cluster=" + folder;
    assertRefused("--cluster goes without --kubeconfig and --context", cluster, "--context=x");
    assertRefused("--scheduler-name needs --placement extender", cluster, "--scheduler-name=x");
    assertRefused(
        "--namespace: 'No_Name' is no name of a namespace", cluster, "--namespace=No_Name");
    assertRefused("--shutdown-grace: must be longer than nothing", cluster, "--shutdown-grace=0s");
    assertRefused(
        "--inventory-max-age: must be longer than nothing", cluster, "--inventory-max-age=0s");
    assertRefused(
        "--extender-max-body: must be from 1 byte to 1023MiB", cluster, "--extender-max-body=0");
    assertRefused(
        "--extender-max-body: must be from 1 byte to 1023MiB", cluster, "--extender-max-body=2Gi");
    assertRefused(
        "--extender-client-ca goes without --extender-client-auth none",
        cluster,
        "--placement=extender",
        "--extender-client-ca=ca.crt",
        "--extender-client-auth=none");
    assertRefused(
        "--extender-listen and --listen are the same", cluster, "--extender-listen=127.0.0.1:8443");
    assertRefused(
        "--extender-listen and --metrics-listen are the same",
        cluster,
        "--extender-listen=127.0.0.1:8080");
    assertRefused("--listen and --metrics-listen are the same", cluster, "--listen=127.0.0.1:8080");
    String needed =
        "--extender-client-ca is needed to serve kube-scheduler; for one that reaches this program"
            + " by loopback there is --extender-client-auth none";
    assertRefused(needed, cluster, "--extender-listen=[::1]:0", "--extender-client-auth=required");
    assertRefused(needed, "--tls-certificate=c", "--tls-key=k", "--placement=extender");
  }

  private void assertRefused(String message, String... arguments) {
    assertThatThrownBy(() -> parse(Map.of(), arguments))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(message);
  }

  private ServeConfiguration expected() {
    return new ServeConfiguration(
        new ClusterConfiguration(
            Optional.empty(),
            Optional.of(folder.resolve("kubeconfig")),
            Optional.of("prod"),
            "gpu-system"),
        new AdmissionSettings(
            new InjectionSettings(Placement.EXTENDER, Optional.of("vgpu-scheduler")),
            new Policy(
                Map.of(Rule.UNKNOWN_PROFILE, Mode.WARN, Rule.DEVICE_NOT_PERMITTED, Mode.OFF)),
            new TrustedIdentities(
                Set.of("system:serviceaccount:flux-system:flux"), Set.of("admins"))),
        Optional.of(
            new ExtenderConfiguration(
                new HostPort("10.0.0.1", 9444),
                Optional.of(Path.of("/tls/scheduler-ca.crt")),
                new PlacementSettings(Strategy.SPREAD, UnknownNodes.ALLOW, Duration.ofMinutes(3)),
                1024L * 1024)),
        new HostPort("::1", 9443),
        new HostPort("localhost", 0),
        Optional.of(new TlsFiles(Path.of("/tls/tls.crt"), Path.of("/tls/tls.key"))),
        false,
        Duration.ofMinutes(1),
        Duration.ofSeconds(30),
        Duration.ofSeconds(20),
        Duration.ofMinutes(3));
  }

  private ServeConfiguration parse(Map<String, String> environment, String... arguments) {
    Holder holder = new Holder();
    CommandLine commandLine = new CommandLine(holder).setCaseInsensitiveEnumValuesAllowed(true);
    Settings settings =
        Settings.read(List.of(arguments), environment, Settings.optionsOf(commandLine));
    commandLine.setDefaultValueProvider(settings).parseArgs(arguments);
    return holder.options.toConfiguration(new Surroundings(environment, folder));
  }
}
