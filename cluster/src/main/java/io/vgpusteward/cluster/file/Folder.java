package io.vgpusteward.cluster.file;

import io.vgpusteward.cluster.ClusterException;
import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.ManifestException;
import io.vgpusteward.cluster.manifest.Manifests;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The {@code *.yaml} files of a folder at any depth, hidden files and folders left out, and the
 * last good content of each. For one thread.
 *
 * <p>A file that changed or went is taken note of when two scans in a row see it so: an editor that
 * empties and rewrites a file, or moves it away and back, must not look like objects that went.
 */
final class Folder {
  /** What tells that a file changed; an editor may keep time and size and swap the file. */
  private record Stamp(long size, long modified, @Nullable Object key) {}

  private record Content(Stamp stamp, List<Manifest> good, Optional<Problem> problem) {}

  private final Path root;
  private Map<Path, Content> contents = new TreeMap<>();
  private Map<Path, Stamp> lastSeen = Map.of();
  private List<Problem> unreadable = List.of();

  Folder(Path root) {
    this.root = root;
  }

  /** Reads everything; a broken file is an exception. */
  void open() {
    if (!Files.isDirectory(root)) {
      throw new ClusterException(root + ": there is no such folder");
    }
    lastSeen = stamps();
    lastSeen.forEach((file, stamp) ->
        contents.put(file, new Content(stamp, Manifests.read(file), Optional.empty())));
    if (!unreadable.isEmpty()) {
      throw new ClusterException(unreadable.getFirst().toString());
    }
  }

  /** Looks for changes; whether there were any, new problems included. */
  boolean scan() {
    List<Problem> before = problems();
    Map<Path, Stamp> seen = stamps();
    boolean changed = false;
    Map<Path, Content> next = new TreeMap<>();
    Set<Path> all = new HashSet<>(contents.keySet());
    all.addAll(seen.keySet());
    for (Path file : all) {
      Stamp now = seen.get(file);
      Content old = contents.get(file);
      boolean settled = Objects.equals(now, lastSeen.get(file));
      if (old != null && (!settled || old.stamp().equals(now))) {
        next.put(file, old);
      } else if (settled) {
        changed = true;
        if (now != null) {
          next.put(file, read(file, now, old));
        }
      }
    }
    lastSeen = seen;
    contents = next;
    return changed || !before.equals(problems());
  }

  /** The objects of all files, in the order of the files' paths. */
  List<Manifest> manifests() {
    return contents.values().stream().flatMap(content -> content.good().stream()).toList();
  }

  /** A word that changes whenever the file does. */
  String version(String source) {
    Content content = contents.get(Path.of(source));
    return content == null ? "0" : Long.toString(content.stamp().modified());
  }

  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>(unreadable);
    contents.values().forEach(content -> content.problem().ifPresent(problems::add));
    return problems;
  }

  private static Content read(Path file, Stamp stamp, @Nullable Content old) {
    try {
      return new Content(stamp, Manifests.read(file), Optional.empty());
    } catch (ManifestException e) {
      List<Manifest> good = old == null ? List.of() : old.good();
      return new Content(stamp, good, Optional.of(new Problem(e.source(), e.line(), e.problem())));
    }
  }

  private Map<Path, Stamp> stamps() {
    Map<Path, Stamp> stamps = new TreeMap<>();
    List<Problem> failed = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new Visitor(stamps, failed));
    } catch (IOException e) {
      failed.add(new Problem(root.toString(), 0, "cannot be read: " + reason(e)));
    }
    if (!failed.isEmpty()) {
      // What cannot be looked at has not gone.
      contents.forEach((file, content) -> stamps.putIfAbsent(file, content.stamp()));
    }
    unreadable = List.copyOf(failed);
    return stamps;
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName();
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    private final Map<Path, Stamp> stamps;
    private final List<Problem> failed;

    Visitor(Map<Path, Stamp> stamps, List<Problem> failed) {
      this.stamps = stamps;
      this.failed = failed;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return isHidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && isManifest(file)) {
        long modified = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        stamps.put(file, new Stamp(attributes.size(), modified, attributes.fileKey()));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      boolean counts =
          Files.isDirectory(file) ? !isHidden(file) : isManifest(file) && Files.exists(file);
      if (counts || file.equals(root)) {
        failed.add(new Problem(file.toString(), 0, "cannot be read: " + reason(e)));
      }
      return FileVisitResult.CONTINUE;
    }

    private static boolean isManifest(Path file) {
      String name = file.getFileName().toString();
      return name.endsWith(".yaml") && !name.startsWith(".");
    }

    private boolean isHidden(Path folder) {
      Path name = folder.getFileName();
      return !folder.equals(root) && name != null && name.toString().startsWith(".");
    }
  }
}
