package io.vgpusteward.e2e.product;

import io.vgpusteward.e2e.product.Inventory.Card;
import io.vgpusteward.e2e.product.Inventory.Function;
import io.vgpusteward.e2e.rig.SimulatedNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what the L40S of a simulated node carry from the node's {@code /sys}. */
final class SysfsInventory {
  private final Path devices;

  private SysfsInventory(Path devices) {
    this.devices = devices;
  }

  /** What a node carries now. */
  static Inventory of(SimulatedNode node) {
    Path devices = node.sysfs().resolve("bus/pci/devices");
    return new Inventory(node.name(), new SysfsInventory(devices).cards(), Optional.empty());
  }

  private List<Card> cards() {
    List<Card> cards = new ArrayList<>();
    for (Path device : entries(devices)) {
      // A virtual function leads to its physical one.
      if (!Files.exists(device.resolve("physfn"))) {
        cards.add(new Card(device.getFileName().toString(), driver(device), functions(device)));
      }
    }
    return cards;
  }

  private List<Function> functions(Path card) {
    List<Function> functions = new ArrayList<>();
    for (int i = 0; Files.exists(card.resolve("virtfn" + i)); i++) {
      String address = target(card.resolve("virtfn" + i));
      Path vgpu = devices.resolve(address).resolve("nvidia");
      int type = Integer.parseInt(text(vgpu.resolve("current_vgpu_type")).strip());
      functions.add(
          new Function(
              address,
              type == 0 ? Optional.empty() : Optional.of(name(type)),
              creatable(vgpu),
              driver(devices.resolve(address)),
              "Settled"));
    }
    return functions;
  }

  private static String name(int type) {
    return Optional.ofNullable(Inventory.TYPES.get(type))
        .orElseThrow(() -> new IllegalStateException("no name for type " + type));
  }

  /** Lines such as {@code 1155 : NVIDIA L40S-24Q}, below a header. */
  private static List<String> creatable(Path vgpu) {
    return text(vgpu.resolve("creatable_vgpu_types"))
        .lines()
        .filter(line -> line.matches("\\d+ .*"))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .toList();
  }

  private static String driver(Path device) {
    return Files.exists(device.resolve("driver")) ? target(device.resolve("driver")) : "";
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).getFileName().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
