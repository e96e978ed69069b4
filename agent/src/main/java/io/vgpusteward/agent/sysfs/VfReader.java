package io.vgpusteward.agent.sysfs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads one virtual function. */
final class VfReader {
  static final String CURRENT = "nvidia/current_vgpu_type";

  private static final String CREATABLE = "nvidia/creatable_vgpu_types";
  private static final Predicate<String> IS_TYPE = Pattern.compile("\\d{1,10}").asMatchPredicate();
  private static final int MOST_QUOTED = 80;
  private static final int MOST_LINES = 3;

  private final PciFunction function;
  private final List<String> problems = new ArrayList<>();

  private VfReader(PciFunction function) {
    this.function = function;
  }

  /** What is there of it; empty where it is gone, or goes meanwhile. */
  static Optional<HostVf> read(PciFunction function) {
    HostVf vf = new VfReader(function).read();
    return vf.problem().isEmpty() || function.isThere() ? Optional.of(vf) : Optional.empty();
  }

  private HostVf read() {
    Optional<String> driver = function.link("driver");
    Optional<Long> type = Optional.empty();
    List<VgpuType> creatable = List.of();
    try {
      type = type(function.read(CURRENT));
      creatable = creatable();
    } catch (NoSuchFileException none) {
      problems.add(whyNone(driver));
    } catch (IOException e) {
      problems.add(unreadable(CURRENT, e));
    }
    return new HostVf(
        function.address(),
        driver,
        type,
        creatable,
        problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems)));
  }

  private static String unreadable(String attribute, IOException cause) {
    return "%s cannot be read: %s".formatted(attribute, Refusal.text(cause));
  }

  private Optional<Long> type(String text) {
    if (IS_TYPE.test(text)) {
      return Optional.of(Long.valueOf(text));
    }
    problems.add("%s is no number: \"%s\"".formatted(CURRENT, quoted(text)));
    return Optional.empty();
  }

  private List<VgpuType> creatable() {
    CreatableTypes types;
    try {
      types = CreatableTypes.parse(function.read(CREATABLE));
    } catch (IOException e) {
      problems.add(unreadable(CREATABLE, e));
      return List.of();
    }
    List<String> unknown = types.problems();
    if (!unknown.isEmpty()) {
      problems.add(
          "%s has %d lines that are no types, such as \"%s\""
              .formatted(
                  CREATABLE,
                  unknown.size(),
                  String.join(
                      "\", \"",
                      unknown.stream().limit(MOST_LINES).map(VfReader::quoted).toList())));
    }
    return types.types();
  }

  private static String quoted(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > MOST_QUOTED ? printable.substring(0, MOST_QUOTED) + "…" : printable;
  }

  private String whyNone(Optional<String> driver) {
    if (function.has("mdev_supported_types")) {
      return "its driver makes mediated devices, not vGPUs on virtual functions";
    }
    return driver
        .map(name ->
            name.equals("vfio-pci")
                ? "vfio-pci has it, under which it is no vGPU: give it back to the GPU's driver"
                : "its driver %s shows no %s: it makes no vGPUs, or not yet"
                    .formatted(name, CURRENT))
        .orElse("no driver has it: the vGPU manager is not ready, or has stopped");
  }
}
