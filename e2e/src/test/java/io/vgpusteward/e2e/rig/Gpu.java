package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One simulated physical GPU, as {@code gpusim} is told of it. What is null is the board's own.
 *
 * @param board one of gpusim's boards, such as {@code L40S}
 * @param address of the physical function
 * @param mode {@code sriov}, {@code mdev} or {@code none}
 * @param boundTo the physical function's driver, {@code vfio-pci} where it is passed through whole
 * @param vfs how many virtual functions it can have
 * @param enabled how many of them are there at the start; all by default
 * @param types the vGPU types of the virtual functions at the start, in their order, 0 for none
 * @param mixed whether sizes may mix
 * @param firstType the smallest type id, where it shall differ from that of another card
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Gpu(
    String board,
    String address,
    @Nullable String mode,
    @Nullable String boundTo,
    @Nullable Integer vfs,
    @Nullable Integer enabled,
    List<Integer> types,
    boolean mixed,
    @Nullable Integer firstType) {
  public Gpu {
    types = List.copyOf(types);
  }

  /** With all of its virtual functions, none of which carries a type. */
  public static Gpu of(String board, String address) {
    return new Gpu(board, address, null, null, null, null, List.of(), false, null);
  }

  public Gpu withMode(String newMode) {
    return new Gpu(board, address, newMode, boundTo, vfs, enabled, types, mixed, firstType);
  }

  public Gpu withBoundTo(String driver) {
    return new Gpu(board, address, mode, driver, vfs, enabled, types, mixed, firstType);
  }

  public Gpu withVfs(int count) {
    return new Gpu(board, address, mode, boundTo, count, enabled, types, mixed, firstType);
  }

  public Gpu withEnabled(int count) {
    return new Gpu(board, address, mode, boundTo, vfs, count, types, mixed, firstType);
  }

  public Gpu withTypes(Integer... ids) {
    return new Gpu(
        board, address, mode, boundTo, vfs, enabled, Arrays.asList(ids), mixed, firstType);
  }

  public Gpu withMixedSizes() {
    return new Gpu(board, address, mode, boundTo, vfs, enabled, types, true, firstType);
  }

  public Gpu withFirstType(int id) {
    return new Gpu(board, address, mode, boundTo, vfs, enabled, types, mixed, id);
  }
}
