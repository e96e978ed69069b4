package io.vgpusteward.webhook.admission;

import io.vgpusteward.webhook.check.GuestChecks;
import io.vgpusteward.webhook.check.LicenseCheck;
import io.vgpusteward.webhook.guard.KubeVirtGuard;
import io.vgpusteward.webhook.injection.GuestMutation;
import io.vgpusteward.webhook.review.Endpoint;
import io.vgpusteward.webhook.review.Endpoint.Phase;
import io.vgpusteward.webhook.review.ReviewedKind;
import io.vgpusteward.webhook.vminstance.VmInstanceChecks;
import io.vgpusteward.webhook.vminstance.VmInstanceMutation;
import java.time.InstantSource;
import java.util.List;

/** All endpoints of the program, in the order in which the API server asks them. */
public final class Endpoints {
  private Endpoints() {}

  /**
   * The endpoints for what the operator has decided.
   *
   * @param releaseNamespace where the default licence is
   */
  public static List<Endpoint> of(AdmissionSettings settings, String releaseNamespace) {
    GuestMutation guests = new GuestMutation(settings.injection());
    GuestChecks checks =
        new GuestChecks(
            settings.injection(), settings.policy(), releaseNamespace, InstantSource.system());
    return List.of(
        new Endpoint(Phase.MUTATE, ReviewedKind.VIRTUAL_MACHINE, guests),
        new Endpoint(Phase.MUTATE, ReviewedKind.VIRTUAL_MACHINE_INSTANCE, guests),
        new Endpoint(Phase.MUTATE, ReviewedKind.VM_INSTANCE, new VmInstanceMutation()),
        new Endpoint(
            Phase.VALIDATE,
            ReviewedKind.VM_INSTANCE,
            new VmInstanceChecks(
                settings.policy(), new LicenseCheck(releaseNamespace, InstantSource.system()))),
        new Endpoint(Phase.VALIDATE, ReviewedKind.VIRTUAL_MACHINE, checks),
        new Endpoint(Phase.VALIDATE, ReviewedKind.VIRTUAL_MACHINE_INSTANCE, checks),
        new Endpoint(
            Phase.VALIDATE,
            ReviewedKind.KUBEVIRT,
            new KubeVirtGuard(settings.policy(), settings.guardTrusted())));
  }
}
