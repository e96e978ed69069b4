package io.vgpusteward.agent.podresources;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.grpc.stub.StreamObserver;
import io.vgpusteward.agent.podresources.v1.AllocatableResourcesRequest;
import io.vgpusteward.agent.podresources.v1.AllocatableResourcesResponse;
import io.vgpusteward.agent.podresources.v1.ContainerDevices;
import io.vgpusteward.agent.podresources.v1.ListPodResourcesRequest;
import io.vgpusteward.agent.podresources.v1.ListPodResourcesResponse;
import io.vgpusteward.agent.podresources.v1.PodResourcesListerGrpc;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of the PodResources API on a Unix socket. */
public final class Kubelet extends PodResourcesListerGrpc.PodResourcesListerImplBase
    implements AutoCloseable {
  private final NioEventLoopGroup loop = new NioEventLoopGroup(1);
  private final Server server;
  private volatile ListPodResourcesResponse pods = ListPodResourcesResponse.getDefaultInstance();
  private volatile AllocatableResourcesResponse devices =
      AllocatableResourcesResponse.getDefaultInstance();
  private volatile Mood mood = Mood.TALKS;

  /** How it answers. */
  public enum Mood {
    TALKS,
    REFUSES,
    HANGS
  }

  public Kubelet(Path socket) throws IOException {
    server =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .directExecutor()
            .addService(this)
            .build()
            .start();
  }

  public void has(ContainerDevices... all) {
    devices = AllocatableResourcesResponse.newBuilder().addAllDevices(List.of(all)).build();
  }

  public void gave(ListPodResourcesResponse all) {
    pods = all;
  }

  public void is(Mood now) {
    mood = now;
  }

  @Override
  public void list(
      ListPodResourcesRequest request, StreamObserver<ListPodResourcesResponse> answer) {
    answer(pods, answer);
  }

  @Override
  public void getAllocatableResources(
      AllocatableResourcesRequest request, StreamObserver<AllocatableResourcesResponse> answer) {
    answer(devices, answer);
  }

  private <T> void answer(T message, StreamObserver<T> to) {
    switch (mood) {
      case TALKS -> {
        to.onNext(message);
        to.onCompleted();
      }
      case REFUSES -> to.onError(Status.INTERNAL.withDescription("no").asRuntimeException());
      case HANGS -> {}
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly(10_000);
  }
}
