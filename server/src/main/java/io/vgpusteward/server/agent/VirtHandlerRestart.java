package io.vgpusteward.server.agent;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vgpusteward.agent.EventLog;
import io.vgpusteward.agent.UnavailableException;
import io.vgpusteward.agent.advertised.RestartPort;
import io.vgpusteward.agent.advertised.Restarted;
import io.vgpusteward.agent.advertised.VirtHandler;

/** Restarts virt-handler of a node by deleting its pod. */
final class VirtHandlerRestart implements RestartPort {
  private static final String REASON = "RestartedVirtHandler";

  private final ObjectStore store;
  private final EventLog events;
  private final String node;

  VirtHandlerRestart(ObjectStore store, EventLog events, String node) {
    this.store = store;
    this.events = events;
    this.node = node;
  }

  private interface Call<T> {
    T run() throws InterruptedException;
  }

  private static <T> T uninterrupted(Call<T> call) {
    try {
      return call.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while virt-handler was to be restarted");
    }
  }

  @Override
  public void remember(Restarted record) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch.putObject("metadata").putObject("annotations").put(Restarted.ANNOTATION, record.text());
    uninterrupted(() -> {
      store.merge(Place.node(node), patch);
      return true;
    });
  }

  @Override
  public boolean delete(VirtHandler pod) {
    return uninterrupted(() -> store.delete(Place.pod(pod.namespace(), pod.pod()), pod.uid()));
  }

  @Override
  public void say(String words) {
    uninterrupted(() -> {
      events.record(false, REASON, words);
      return true;
    });
  }
}
