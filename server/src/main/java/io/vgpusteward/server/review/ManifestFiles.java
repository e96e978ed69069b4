package io.vgpusteward.server.review;

import io.vgpusteward.cluster.manifest.Manifest;
import io.vgpusteward.cluster.manifest.ManifestException;
import io.vgpusteward.cluster.manifest.Manifests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Reads manifests from where the user says: files of any name, folders at any depth, {@code -}. In
 * folders the YAML and JSON files count, in the order of their paths; hidden files and folders do
 * not.
 */
final class ManifestFiles {
  private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

  private final InputStream in;

  /** Reads {@code -} from the stream. */
  ManifestFiles(InputStream in) {
    this.in = in;
  }

  /**
   * All manifests of what was named.
   *
   * @param problems told of files and documents that cannot be read
   * @throws ManifestException where something that was named is not there
   */
  List<Manifest> read(List<String> named, Consumer<ManifestException> problems) {
    List<Manifest> manifests = new ArrayList<>();
    for (String name : named) {
      if (name.equals("-")) {
        manifests.addAll(Manifests.read("-", in, problems));
        continue;
      }
      Path path = Path.of(name);
      if (!Files.exists(path)) {
        throw new ManifestException(name, 0, "there is no such file");
      }
      List<Path> files = Files.isDirectory(path) ? filesOf(path, problems) : List.of(path);
      files.forEach(file -> manifests.addAll(Manifests.read(file, problems)));
    }
    return manifests;
  }

  private static List<Path> filesOf(Path folder, Consumer<ManifestException> problems) {
    SortedSet<Path> files = new TreeSet<>();
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new Visitor(folder, files, problems));
    } catch (IOException e) {
      problems.accept(unreadable(folder, e));
    }
    return List.copyOf(files);
  }

  private static ManifestException unreadable(Path path, IOException e) {
    return new ManifestException(
        path.toString(), 0, "cannot be read (" + e.getClass().getSimpleName() + ")");
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Path root;
    private final SortedSet<Path> files;
    private final Consumer<ManifestException> problems;

    Visitor(Path root, SortedSet<Path> files, Consumer<ManifestException> problems) {
      this.root = root;
      this.files = files;
      this.problems = problems;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return isHidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!isHidden(file) && ENDINGS.stream().anyMatch(file.toString()::endsWith)) {
        files.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      if (!isHidden(file)) {
        problems.accept(unreadable(file, e));
      }
      return FileVisitResult.CONTINUE;
    }

    private boolean isHidden(Path path) {
      Path name = path.getFileName();
      return !path.equals(root) && name != null && name.toString().startsWith(".");
    }
  }
}
