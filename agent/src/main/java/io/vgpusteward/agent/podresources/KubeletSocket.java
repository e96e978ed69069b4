package io.vgpusteward.agent.podresources;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.vgpusteward.agent.podresources.v1.AllocatableResourcesRequest;
import io.vgpusteward.agent.podresources.v1.ContainerDevices;
import io.vgpusteward.agent.podresources.v1.ListPodResourcesRequest;
import io.vgpusteward.agent.podresources.v1.PodResourcesListerGrpc;
import io.vgpusteward.agent.podresources.v1.PodResourcesListerGrpc.PodResourcesListerBlockingStub;
import io.vgpusteward.vgpu.ResourceName;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The kubelet's API PodResources v1, on its Unix socket. For one thread at a time.
 *
 * <p>Each call has a connection of its own: one that is kept would, after a restart of the kubelet,
 * wait out its backoff of up to two minutes. The JDK's own Unix sockets need no native library,
 * which a read-only container could not unpack.
 */
public final class KubeletSocket implements PodResources, AutoCloseable {
  /** Where the kubelet has it (kubelet.go, DefaultKubeletPodResourcesDirName). */
  public static final Path SOCKET = Path.of("/var/lib/kubelet/pod-resources/kubelet.sock");

  /** A node may run hundreds of pods; grpc's own limit of 4 MiB is what Go's clients take. */
  private static final int MOST_BYTES = 16 << 20;

  private final Path socket;
  private final Duration patience;
  private final EventLoopGroup loop =
      new NioEventLoopGroup(1, new DefaultThreadFactory("kubelet", true));

  /**
   * A client.
   *
   * @param patience how long one call may take, from connecting to the last byte
   */
  public KubeletSocket(Path socket, Duration patience) {
    this.socket = socket;
    this.patience = patience;
  }

  @Override
  public boolean isThere() {
    return Files.exists(socket);
  }

  @Override
  public List<PodDevices> pods() throws PodResourcesException {
    return call(stub ->
        stub.list(ListPodResourcesRequest.getDefaultInstance()).getPodResourcesList().stream()
            .map(pod ->
                new PodDevices(
                    pod.getNamespace(),
                    pod.getName(),
                    byResource(
                        pod.getContainersList().stream()
                            .flatMap(container -> container.getDevicesList().stream())
                            .toList())))
            .toList());
  }

  @Override
  public Map<ResourceName, Set<String>> devices() throws PodResourcesException {
    return call(stub ->
        byResource(
            stub.getAllocatableResources(AllocatableResourcesRequest.getDefaultInstance())
                .getDevicesList()));
  }

  private static Map<ResourceName, Set<String>> byResource(List<ContainerDevices> devices) {
    Map<ResourceName, Set<String>> ids = new HashMap<>();
    devices.forEach(device ->
        ids.computeIfAbsent(new ResourceName(device.getResourceName()), name -> new HashSet<>())
            .addAll(device.getDeviceIdsList()));
    return ids;
  }

  private <T> T call(Function<PodResourcesListerBlockingStub, T> question)
      throws PodResourcesException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(loop)
            // gRPC sets it, and Netty warns of it each time: a Unix socket has no such option.
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .directExecutor()
            .usePlaintext()
            .overrideAuthority("localhost")
            .maxInboundMessageSize(MOST_BYTES)
            .disableRetry()
            .build();
    try {
      return question.apply(
          PodResourcesListerGrpc.newBlockingStub(channel)
              .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (StatusRuntimeException refused) {
      throw new PodResourcesException(words(refused), refused);
    } finally {
      channel.shutdownNow();
    }
  }

  private String words(StatusRuntimeException refused) {
    return "the kubelet does not tell on "
        + socket
        + " who has which device ("
        + refused.getStatus().getCode()
        + "), so every pod that asks for one may have any; see the kubelet's log on this node";
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, patience.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(patience.toMillis());
  }
}
