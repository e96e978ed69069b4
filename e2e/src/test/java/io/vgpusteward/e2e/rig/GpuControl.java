package io.vgpusteward.e2e.rig;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes a node's simulated GPUs behind everybody's back. Functions are named by their PCI
 * addresses. Every method throws where the simulated hardware could not do it. Thread-safe.
 */
public final class GpuControl {
  /**
   * One write to an attribute.
   *
   * @param attribute below the function's folder, such as {@code current_vgpu_type}
   * @param error the name of the errno, such as {@code EPERM}; empty where it was accepted
   */
  public record Write(String address, String attribute, String value, String error) {}

  private final ControlSocket socket;

  GpuControl(Path socket) {
    this.socket = new ControlSocket(socket);
  }

  /** A VM takes a virtual function: it cannot be reset. */
  public void hold(String vf) {
    socket.ask("hold", vf);
  }

  /** That VM ends; the type stays. */
  public void release(String vf) {
    socket.ask("release", vf);
  }

  /** The next resets find the vGPU's process still there: EBUSY. */
  public void slow(String vf, int resets) {
    socket.ask("slow", vf, Integer.toString(resets));
  }

  /** The next writes succeed and change nothing. */
  public void ignore(String vf, int writes) {
    socket.ask("ignore", vf, Integer.toString(writes));
  }

  /** The next writes fail with an errno, such as {@code EIO}. */
  public void fail(String vf, String errno, int writes) {
    socket.ask("fail", vf, errno, Integer.toString(writes));
  }

  /** A virtual function is gone, and its type. */
  public void vanish(String vf) {
    socket.ask("vanish", vf);
  }

  /** A virtual function is back. */
  public void appear(String vf) {
    socket.ask("appear", vf);
  }

  /** All virtual functions of a physical one appear: {@code sriov-manage -e}. */
  public void enable(String pf) {
    socket.ask("enable", pf);
  }

  /** They go, and their types: {@code sriov-manage -d}. */
  public void disable(String pf) {
    socket.ask("disable", pf);
  }

  /** Sizes may mix, or not: {@code nvidia-smi vgpu -shm}. */
  public void mixedSizes(String pf, boolean on) {
    socket.ask("mixed", pf, on ? "on" : "off");
  }

  /** Another driver takes a function, {@code none} for no driver. */
  public void bind(String function, String driver) {
    socket.ask("bind", function, driver);
  }

  /** Every VM and every type is gone. */
  public void reboot() {
    socket.ask("reboot");
  }

  /** Every VM, every type and every virtual function is gone. */
  public void rebootWithoutVfs() {
    socket.ask("reboot", "without-vfs");
  }

  /** The vGPU types of a physical function's virtual functions, in their order, 0 for none. */
  public List<Integer> types(String pf) {
    List<Integer> types = new ArrayList<>();
    for (JsonNode gpu : socket.ask("state")) {
      if (gpu.path("address").asText().equals(pf)) {
        gpu.path("vfs").forEach(vf -> types.add(vf.path("type").asInt()));
      }
    }
    return types;
  }

  /** Every write to an attribute since the start or the last {@link #forget}. */
  public List<Write> journal() {
    List<Write> writes = new ArrayList<>();
    for (JsonNode write : socket.ask("journal")) {
      writes.add(
          new Write(
              write.path("address").asText(),
              write.path("attribute").asText(),
              write.path("value").asText(),
              write.path("error").asText()));
    }
    return writes;
  }

  /** Empties the journal. */
  public void forget() {
    socket.ask("forget");
  }
}
