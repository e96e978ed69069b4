package io.vgpusteward.agent.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The way that a kubeconfig describes: its context's server with authority, client certificate or
 * token, each in the file or in files beside it. Programs that fetch credentials ({@code exec}),
 * passwords and the like are refused by name: an agent of a node has a service account.
 */
public final class Kubeconfig implements Access {
  /** What is read; anything else under a user or a cluster would change the meaning unseen. */
  private static final List<String> REFUSED_USER =
      List.of("exec", "auth-provider", "username", "password", "as", "as-groups", "as-uid");

  private static final List<String> REFUSED_CLUSTER =
      List.of("insecure-skip-tls-verify", "proxy-url", "tls-server-name");

  private final JsonNode cluster;
  private final JsonNode user;
  private final Path clusterFile;
  private final Path userFile;
  private final URI server;

  /** A named entry and the file it stands in, which relative paths start from. */
  private record Entry(Path file, JsonNode value) {}

  private Kubeconfig(Entry cluster, Entry user) {
    this.cluster = cluster.value();
    this.clusterFile = cluster.file();
    this.user = user.value();
    this.userFile = user.file();
    this.server = server(cluster);
    refuse(cluster, REFUSED_CLUSTER, "cluster");
    refuse(user, REFUSED_USER, "user");
    if (user.value().has("client-certificate-data") || user.value().has("client-certificate")) {
      if (!user.value().has("client-key-data") && !user.value().has("client-key")) {
        throw new AccessException(
            userFile + ": the user has a client-certificate and no client-key");
      }
    }
  }

  /**
   * Reads a kubeconfig.
   *
   * @param file the file; empty for those that {@code $KUBECONFIG} lists, else {@code
   *     ~/.kube/config}
   * @param context its name; empty for the current one
   * @return empty where no file is named and none is at the usual places
   * @throws AccessException when it cannot be read, or describes what this program cannot do
   */
  public static Optional<Access> find(
      Optional<Path> file, Optional<String> context, Map<String, String> environment) {
    List<Path> files = file.map(List::of).orElseGet(() -> usual(environment));
    return files.isEmpty() ? Optional.empty() : Optional.of(read(files, context));
  }

  private static List<Path> usual(Map<String, String> environment) {
    String listed = environment.getOrDefault("KUBECONFIG", "");
    if (!listed.isEmpty()) {
      // As kubectl does: of several files those that are not there do not count.
      List<Path> files =
          Arrays.stream(listed.split(File.pathSeparator, -1))
              .filter(name -> !name.isEmpty())
              .map(Path::of)
              .toList();
      List<Path> present = files.stream().filter(Files::exists).toList();
      if (present.isEmpty()) {
        throw new AccessException("KUBECONFIG: there is no file " + listed);
      }
      return present;
    }
    Path home = Path.of(environment.getOrDefault("HOME", "/")).resolve(".kube").resolve("config");
    return Files.exists(home) ? List.of(home) : List.of();
  }

  private static Kubeconfig read(List<Path> files, Optional<String> wanted) {
    List<Entry> documents = files.stream().map(Kubeconfig::document).toList();
    String named =
        wanted.orElseGet(() ->
            documents.stream()
                .map(document -> document.value().path("current-context").asText(""))
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElseThrow(() ->
                    new AccessException(
                        files.getFirst() + ": no current-context; name one with --context")));
    Entry context = entry(documents, "contexts", "context", named);
    return new Kubeconfig(
        entry(documents, "clusters", "cluster", context.value().path("cluster").asText("")),
        entry(documents, "users", "user", context.value().path("user").asText("")));
  }

  private static Entry document(Path file) {
    try {
      Object yaml =
          new Load(LoadSettings.builder().setLabel(file.toString()).build())
              .loadFromString(utf8(InCluster.read(file)));
      JsonNode tree = new ObjectMapper().valueToTree(yaml);
      return new Entry(file, tree == null ? MissingNode.getInstance() : tree);
    } catch (YamlEngineException e) {
      // The parser's words would quote the file, which holds keys.
      throw new AccessException(file + " is no YAML");
    }
  }

  private static String utf8(String latin) {
    return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static Entry entry(List<Entry> documents, String list, String field, String name) {
    List<Entry> found = new ArrayList<>();
    for (Entry document : documents) {
      for (JsonNode item : document.value().path(list)) {
        if (item.path("name").asText("").equals(name)) {
          found.add(new Entry(document.file(), item.path(field)));
        }
      }
    }
    if (found.isEmpty()) {
      throw new AccessException(
          documents.getFirst().file() + ": there is no " + field + " '" + name + "'");
    }
    return found.getFirst();
  }

  private static URI server(Entry cluster) {
    String text = cluster.value().path("server").asText("");
    String trimmed = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    try {
      URI uri = URI.create(trimmed);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new AccessException(cluster.file() + ": the cluster's server is no URL of a server");
  }

  private static void refuse(Entry entry, List<String> fields, String what) {
    for (String field : fields) {
      JsonNode value = entry.value().path(field);
      if (!value.isMissingNode() && !value.isNull() && !value.asText("object").equals("false")) {
        throw new AccessException(
            entry.file()
                + ": the "
                + what
                + "'s "
                + field
                + " is not supported here; use a token or a client certificate, and the cluster's"
                + " own authority");
      }
    }
  }

  @Override
  public URI server() {
    return server;
  }

  @Override
  public Optional<SSLContext> tls() {
    Optional<Tls.Named> authority = pem(cluster, clusterFile, "certificate-authority", "cluster");
    Optional<Tls.Named> certificate = pem(user, userFile, "client-certificate", "user");
    return authority.isEmpty() && certificate.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Tls.context(authority, certificate, pem(user, userFile, "client-key", "user")));
  }

  @Override
  public Optional<String> token() {
    String inline = user.path("token").asText("");
    String file = user.path("tokenFile").asText("");
    if (!file.isEmpty()) {
      return Optional.of(InCluster.read(userFile.resolveSibling(file)).strip());
    }
    return inline.isEmpty() ? Optional.empty() : Optional.of(inline);
  }

  private static Optional<Tls.Named> pem(JsonNode entry, Path file, String field, String what) {
    String data = entry.path(field + "-data").asText("");
    if (!data.isEmpty()) {
      String name = file + ": " + field + "-data of the " + what;
      try {
        return Optional.of(
            new Tls.Named(
                name,
                new String(Base64.getMimeDecoder().decode(data), StandardCharsets.ISO_8859_1)));
      } catch (IllegalArgumentException e) {
        throw new AccessException(name + " is no base64");
      }
    }
    String path = entry.path(field).asText("");
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Path beside = file.resolveSibling(path);
    return Optional.of(new Tls.Named(beside.toString(), InCluster.read(beside)));
  }

  @Override
  public String toString() {
    return "the kubeconfig's " + server;
  }
}
