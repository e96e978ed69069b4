package io.vgpusteward.cluster;

import io.vgpusteward.vgpu.PermittedDevices;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@link DeviceUsers} of one view after the other. A part whose sources are the same
 * objects as the last time is the same part, and each is made when it is first asked for. One
 * thread makes, any thread asks.
 */
public final class DeviceUsersMaker {
  private final Part guestsPart = new Part();
  private final Part podsPart = new Part();
  private final Part replicaSetsPart = new Part();
  private final Part poolsPart = new Part();
  private final Part instancetypesPart = new Part();

  /** All who ask for devices; the collections must not change any more. */
  public DeviceUsers make(
      PermittedDevices permitted,
      Instancetypes instancetypes,
      Guests guests,
      Collection<GuestTemplate> replicaSets,
      Collection<GuestTemplate> pools,
      Launchers launchers) {
    DeviceClaims claims = new DeviceClaims(permitted, instancetypes);
    Object current = instancetypes.current();
    Object revisions = instancetypes.revisions();
    return new DeviceUsers(
        List.of(
            guestsPart.from(
                () -> claims.ofGuests(guests.all().values()),
                guests,
                permitted,
                current,
                revisions),
            podsPart.from(() -> DeviceClaims.ofLaunchers(launchers), launchers),
            replicaSetsPart.from(
                () -> claims.ofTemplates(replicaSets), replicaSets, permitted, current, revisions),
            poolsPart.from(() -> claims.ofTemplates(pools), pools, permitted, current, revisions),
            instancetypesPart.from(claims::ofInstancetypes, current, revisions)));
  }

  private static final class Part {
    private List<Object> sources = List.of();
    private Supplier<DeviceIndex> made = () -> DeviceIndex.of(List.of());

    Supplier<DeviceIndex> from(Supplier<DeviceIndex> make, Object... now) {
      if (!isSame(now)) {
        sources = List.of(now);
        made = new Once(make);
      }
      return made;
    }

    @SuppressWarnings(
        "ReferenceEquality") // Equal ones would have to be walked to be known as such.
    private boolean isSame(Object... now) {
      if (sources.size() != now.length) {
        return false;
      }
      for (int i = 0; i < now.length; i++) {
        if (sources.get(i) != now[i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** Made at the first question, whatever the thread. */
  private static final class Once implements Supplier<DeviceIndex> {
    private final Supplier<DeviceIndex> make;
    private volatile @Nullable DeviceIndex made;

    Once(Supplier<DeviceIndex> make) {
      this.make = make;
    }

    @Override
    public DeviceIndex get() {
      DeviceIndex index = made;
      return index == null ? makeOnce() : index;
    }

    private synchronized DeviceIndex makeOnce() {
      DeviceIndex index = made;
      if (index == null) {
        index = make.get();
        made = index;
      }
      return index;
    }
  }
}
