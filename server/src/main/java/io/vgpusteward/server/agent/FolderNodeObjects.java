package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.file.FileObjects;
import io.vgpusteward.cluster.object.ObjectReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The objects as they stand in the files of a folder, which is followed. */
final class FolderNodeObjects implements NodeObjects {
  private static final Logger LOG = LoggerFactory.getLogger(FolderNodeObjects.class);
  private static final Duration SCAN_EVERY = Duration.ofMillis(300);

  private final FileObjects files;
  private final ObjectStore store;
  private final String node;
  private final String namespace;
  private final String configMap;
  private final Thread scanner;
  private volatile List<ObjectNode> all;

  /**
   * Reads the folder, and begins to follow it.
   *
   * @param store where what is published is kept
   * @throws io.vgpusteward.cluster.ClusterException when the folder cannot be read
   */
  FolderNodeObjects(
      Path folder,
      ObjectStore store,
      String node,
      String namespace,
      String configMap,
      Runnable onChange) {
    this.files = FileObjects.open(folder);
    this.store = store;
    this.node = node;
    this.namespace = namespace;
    this.configMap = configMap;
    this.all = files.all();
    this.scanner = Thread.ofVirtual().name("folder").start(() -> scan(onChange));
  }

  private void scan(Runnable onChange) {
    try {
      while (true) {
        Thread.sleep(SCAN_EVERY);
        if (files.scan()) {
          files.problems().forEach(problem -> LOG.warn("{}", problem));
          all = files.all();
          onChange.run();
        }
      }
    } catch (InterruptedException e) {
      LOG.trace("the folder is no longer followed");
    }
  }

  @Override
  public List<String> missing() {
    return List.of();
  }

  @Override
  public Optional<ObjectNode> profiles() {
    return kind("ConfigMap").stream()
        .filter(object -> ObjectReader.name(object).equals(configMap))
        .filter(object -> {
          String where = ObjectReader.namespace(object);
          return where.isEmpty() || where.equals(namespace);
        })
        .findFirst();
  }

  @Override
  public List<ObjectNode> kubeVirts() {
    return kind("KubeVirt");
  }

  @Override
  public Optional<ObjectNode> node() {
    return kind("Node").stream()
        .filter(object -> ObjectReader.name(object).equals(node))
        .findFirst();
  }

  @Override
  public Optional<ObjectNode> vgpuNode() {
    try {
      return store.get(Place.vgpuNode(node));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public List<ObjectNode> pods() {
    return kind("Pod").stream()
        .filter(pod -> pod.path("spec").path("nodeName").asText("").equals(node))
        .toList();
  }

  @Override
  public List<ObjectNode> podsNow() {
    return pods();
  }

  private List<ObjectNode> kind(String kind) {
    return all.stream().filter(object -> object.path("kind").asText("").equals(kind)).toList();
  }

  @Override
  public void close() {
    scanner.interrupt();
  }
}
