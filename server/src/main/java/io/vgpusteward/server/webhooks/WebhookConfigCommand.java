package io.vgpusteward.server.webhooks;

import io.vgpusteward.server.config.ConfigurationException;
import io.vgpusteward.server.config.Surroundings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vgpu-steward webhook-config}: prints the webhook configurations. */
@Command(
    name = "webhook-config",
    description = {
      "Print the webhook configurations by which the API server asks this program,",
      "for kubectl apply. Reads no cluster and writes nothing."
    })
public final class WebhookConfigCommand implements Callable<Integer> {
  private static final Pattern URL = Pattern.compile("https://[^/?#\\s]+");
  private static final Pattern SERVICE =
      Pattern.compile("(?:(?<namespace>[a-z0-9-]+)/)?(?<name>[a-z0-9-]+)(?::(?<port>\\d{1,5}))?");
  private static final int HTTPS = 443;

  private final Surroundings surroundings;

  @Spec private CommandSpec spec;

  @Option(
      names = "--url",
      paramLabel = "<https://host:port>",
      description = "Where the API server reaches the program, in place of a Service.")
  private @Nullable String url;

  @Option(
      names = "--service",
      paramLabel = "[<namespace>/]<name>[:<port>]",
      defaultValue = "vgpu-steward",
      description = {
        "The Service of the program. Default: ${DEFAULT-VALUE} in the namespace of the release,",
        "port 443."
      })
  private String service = "vgpu-steward";

  @Option(
      names = "--ca-file",
      paramLabel = "<file>",
      description = {
        "PEM file with the certificates that the API server shall trust.",
        "Without it no caBundle is written: another program has to fill it in."
      })
  private @Nullable Path caFile;

  @Option(
      names = "--namespace",
      paramLabel = "<name>",
      description = {
        "Namespace of the release, in which nothing is asked about.",
        "Default: $POD_NAMESPACE, the pod's own, or vgpu-steward."
      })
  private @Nullable String namespace;

  @Option(
      names = "--spare-namespaces",
      paramLabel = "<name>",
      split = ",",
      description = "More such namespaces, with commas between them; kube-system always is one.")
  private Set<String> spared = new LinkedHashSet<>();

  @Option(
      names = "--fail-open",
      description = {
        "Let guests with a vGPU pass, too, while the program does not answer.",
        "They get no licence and no placement then; the sweep reports them."
      })
  private boolean failOpen;

  public WebhookConfigCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    String release = namespace == null ? surroundings.namespace() : namespace;
    WebhookConfigurations configurations =
        new WebhookConfigurations(
            target(release),
            Optional.ofNullable(caFile).map(CaBundle::read),
            release,
            spared,
            failOpen);
    PrintWriter out = spec.commandLine().getOut();
    out.print(configurations.yaml());
    out.flush();
    return 0;
  }

  private WebhookTarget target(String release) {
    if (url != null) {
      if (!URL.matcher(url).matches()) {
        throw new ConfigurationException("--url: '" + url + "' is not https://host:port");
      }
      return new WebhookTarget.Url(url);
    }
    Matcher parts = SERVICE.matcher(service);
    if (!parts.matches()) {
      throw new ConfigurationException(
          "--service: '" + service + "' is not [<namespace>/]<name>[:<port>]");
    }
    return new WebhookTarget.Service(
        parts.group("namespace") == null ? release : parts.group("namespace"),
        parts.group("name"),
        parts.group("port") == null ? HTTPS : Integer.parseInt(parts.group("port")));
  }
}
