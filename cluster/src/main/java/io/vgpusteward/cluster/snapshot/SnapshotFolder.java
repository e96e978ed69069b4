package io.vgpusteward.cluster.snapshot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.manifest.ManifestWriter;
import io.vgpusteward.cluster.object.Names;
import io.vgpusteward.cluster.object.ObjectKind;
import io.vgpusteward.cluster.object.ObjectReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of reduced objects, one file for each kind and namespace, in an order that makes the
 * difference between two snapshots of one cluster small: {@code <kinds>/<namespace>.yaml}, and
 * {@code <kinds>.yaml} for kinds without namespaces.
 *
 * <p>A hidden file lists the files that are ours; other files of the folder are left alone.
 */
public final class SnapshotFolder {
  private static final String MARKER = ".vgpu-steward-snapshot";
  private static final String TITLE =
      "# Written by vgpu-steward snapshot, and replaced by the next one.\n";

  /** What the marker may name: nothing outside of the folder. */
  private static final Pattern FILE = Pattern.compile("[a-z0-9-]+(/[a-z0-9-]+)?\\.yaml");

  private final Path root;

  /** The folder need not be there yet. */
  public SnapshotFolder(Path root) {
    this.root = root;
  }

  /**
   * What was done.
   *
   * @param written how many files are new or have another content
   * @param removed how many files of an earlier snapshot went
   */
  public record Changes(int objects, int written, int removed) {}

  /** Whether the folder holds a snapshot: an API server's objects without any Secret. */
  public static boolean isSnapshot(Path folder) {
    return Files.isRegularFile(folder.resolve(MARKER));
  }

  /**
   * Whether a snapshot may be written here without asking: there is nothing, or an earlier one.
   *
   * @throws ClusterException when it is no folder or cannot be read
   */
  public boolean isFree() {
    if (Files.notExists(root) || isSnapshot(root)) {
      return true;
    }
    try (Stream<Path> content = Files.list(root)) {
      return content.findAny().isEmpty();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Makes these the objects of the folder. Each file is replaced at once; where the work ends
   * early, the next snapshot still knows all files of both.
   *
   * @param objects reduced ones
   * @throws ClusterException when a file cannot be written, or a name is none
   */
  public Changes write(Map<ObjectKind, List<ObjectNode>> objects) {
    SortedMap<String, String> files = files(objects);
    try {
      Files.createDirectories(root);
      NavigableSet<String> before = marked();
      NavigableSet<String> all = new TreeSet<>(before);
      all.addAll(files.keySet());
      mark(all);
      int written = 0;
      for (Map.Entry<String, String> file : files.entrySet()) {
        written += replace(root.resolve(file.getKey()), file.getValue()) ? 1 : 0;
      }
      int removed = 0;
      for (String file : before) {
        if (!files.containsKey(file)) {
          removed += remove(root.resolve(file)) ? 1 : 0;
        }
      }
      mark(files.keySet());
      int count = objects.values().stream().mapToInt(List::size).sum();
      return new Changes(count, written, removed);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static SortedMap<String, String> files(Map<ObjectKind, List<ObjectNode>> objects) {
    SortedMap<String, String> files = new TreeMap<>();
    objects.forEach((kind, all) -> {
      SortedMap<String, List<ObjectNode>> byFile = new TreeMap<>();
      all.forEach(object ->
          byFile.computeIfAbsent(file(kind, object), name -> new ArrayList<>()).add(object));
      byFile.forEach((file, some) -> files.put(file, text(some)));
    });
    return files;
  }

  private static String file(ObjectKind kind, ObjectNode object) {
    String namespace = ObjectReader.namespace(object);
    if (!Names.isName(ObjectReader.name(object))
        || (kind.isNamespaced() && !Names.isNamespace(namespace))) {
      throw new ClusterException("a " + kind.kind() + " has no valid name and namespace");
    }
    return kind.plural() + (kind.isNamespaced() ? "/" + namespace : "") + ".yaml";
  }

  private static String text(List<ObjectNode> objects) {
    StringBuilder text = new StringBuilder(TITLE);
    objects.stream()
        .sorted(Comparator.comparing(ObjectReader::name))
        .forEach(object -> text.append("---\n").append(ManifestWriter.write(object)));
    return text.toString();
  }

  private NavigableSet<String> marked() throws IOException {
    NavigableSet<String> files = new TreeSet<>();
    Path marker = root.resolve(MARKER);
    if (Files.isRegularFile(marker)) {
      Files.readAllLines(marker).stream()
          .filter(line -> FILE.matcher(line).matches())
          .forEach(files::add);
    }
    return files;
  }

  private void mark(Iterable<String> files) throws IOException {
    replace(root.resolve(MARKER), TITLE + String.join("\n", files) + "\n");
  }

  /** Whether that changed the file. */
  private static boolean replace(Path file, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), content)) {
      return false;
    }
    Files.createDirectories(file.resolveSibling(""));
    Path next = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      Files.write(next, content);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
    return true;
  }

  private boolean remove(Path file) throws IOException {
    boolean removed = Files.deleteIfExists(file);
    Path folder = file.resolveSibling("");
    if (!folder.equals(root) && Files.isDirectory(folder)) {
      try (Stream<Path> rest = Files.list(folder)) {
        if (rest.findAny().isEmpty()) {
          Files.delete(folder);
        }
      }
    }
    return removed;
  }

  private ClusterException failed(IOException e) {
    return new ClusterException(
        root + " cannot be read or written: " + e.getClass().getSimpleName());
  }
}
