package io.vgpusteward.agent.sysfs;

import io.vgpusteward.vgpu.PciId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A PCI function's folder in sysfs. */
record PciFunction(Path folder) {
  /** A domain has four digits or, behind some bridges, more. */
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");

  private static final String NVIDIA = "0x10de";
  private static final String DISPLAY = "0x03";

  static boolean isAddress(String name) {
    return ADDRESS.matcher(name).matches();
  }

  /** The names in a folder, in no order. */
  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  String address() {
    return folder.getFileName().toString();
  }

  boolean isThere() {
    return Files.exists(folder);
  }

  boolean has(String name) {
    return Files.exists(folder.resolve(name));
  }

  /** Whether an error says that the function, or this attribute of it, is gone. */
  static boolean isGone(IOException e) {
    return e instanceof NoSuchFileException || Refusal.errno(e) == RefusedException.Errno.ENODEV;
  }

  boolean isVirtual() {
    return has("physfn");
  }

  String read(String attribute) throws IOException {
    return Attribute.read(folder.resolve(attribute)).strip();
  }

  /** What a link of it leads to, by its last name; empty where there is none. */
  Optional<String> link(String name) {
    try {
      return Optional.of(Files.readSymbolicLink(folder.resolve(name)).getFileName().toString());
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  boolean isOfNvidia() throws IOException {
    return read("vendor").equals(NVIDIA);
  }

  /** Whether it is a display controller: VGA or 3D, and no audio function or bridge. */
  boolean isDisplay() throws IOException {
    return read("class").startsWith(DISPLAY);
  }

  /** Vendor and device; empty where they are not four digits each. */
  Optional<PciId> pciId() throws IOException {
    return PciId.parse(withoutPrefix(read("vendor")) + ":" + withoutPrefix(read("device")));
  }

  private static String withoutPrefix(String hex) {
    return hex.startsWith("0x") ? hex.substring(2) : hex;
  }
}
