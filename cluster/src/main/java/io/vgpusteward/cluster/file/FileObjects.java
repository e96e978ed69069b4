package io.vgpusteward.cluster.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.cluster.manifest.Manifest;
import java.nio.file.Path;
import java.util.List;

/**
 * The objects of a folder as they stand in its files, for those who need other kinds of them than a
 * {@link FileCluster} follows. For one thread.
 */
public final class FileObjects {
  private final Folder folder;

  private FileObjects(Path root) {
    folder = new Folder(root);
  }

  /**
   * Reads the folder.
   *
   * @throws io.vgpusteward.cluster.ClusterException when there is no such folder or a file of it is
   *     broken; the message names file and line
   */
  public static FileObjects open(Path root) {
    FileObjects objects = new FileObjects(root);
    objects.folder.open();
    return objects;
  }

  /** Looks at the files again; whether anything changed, as after two looks that agree. */
  public boolean scan() {
    return folder.scan();
  }

  /** All objects, in the order of the files' paths. What a file that broke held last stays. */
  public List<ObjectNode> all() {
    return folder.manifests().stream().map(Manifest::object).toList();
  }

  /** What of the folder cannot be used now. */
  public List<Problem> problems() {
    return folder.problems();
  }
}
