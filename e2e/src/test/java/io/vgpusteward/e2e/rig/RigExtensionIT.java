package io.vgpusteward.e2e.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherFactory;

/** Which clusters test classes get, and in what state. */
final class RigExtensionIT {
  private static final String LEFT = "left-behind";
  private static final List<String> SERVERS = new CopyOnWriteArrayList<>();

  /** Cleans nothing up. */
  @UseRig(Component.CONTROLLER_MANAGER)
  static final class Careless {
    @Test
    void leavesANamespaceAPodANodeAndAWebhook(Rig rig) {
      SERVERS.add(rig.server());
      Kubectl kubectl = rig.kubectl();
      kubectl.ok("create", "namespace", LEFT);
      Nodes.create(kubectl, LEFT, Map.of(), Map.of());
      Wait.until(
          "pods may be created",
          () -> kubectl.find("serviceaccount", "default", "-n", LEFT).isPresent());
      kubectl.apply(Resources.text("left-behind.yaml"));
    }
  }

  /** Comes after it. */
  @UseRig(Component.CONTROLLER_MANAGER)
  static final class Next {
    @Test
    void findsNothingOfIt(Rig rig) {
      SERVERS.add(rig.server());
      Kubectl kubectl = rig.kubectl();
      assertThat(kubectl.get("pods", "--all-namespaces").path("items")).isEmpty();
      assertThat(kubectl.find("node", LEFT)).isEmpty();
      assertThat(kubectl.find("mutatingwebhookconfiguration", LEFT)).isEmpty();
      Wait.until("the namespace is gone", () -> kubectl.find("namespace", LEFT).isEmpty());
    }
  }

  /** Names the same components, after others have got their cluster. */
  @UseRig(value = Component.CONTROLLER_MANAGER, own = true)
  static final class Particular {
    @Test
    void hasAClusterToItself(Rig rig) {
      SERVERS.add(rig.server());
    }
  }

  @Test
  void classes_shareAClusterWithoutTracesOrHaveTheirOwn() {
    Privileges.requireRoot();
    SERVERS.clear();

    Failures failures = run(Careless.class, Next.class, Particular.class);

    assertThat(failures.found).isEmpty();
    assertThat(SERVERS).hasSize(3);
    assertThat(SERVERS.get(1)).isEqualTo(SERVERS.get(0));
    assertThat(SERVERS.get(2)).isNotEqualTo(SERVERS.get(0));
  }

  private static Failures run(Class<?>... classes) {
    Failures failures = new Failures();
    var request = request();
    for (Class<?> one : classes) {
      request.selectors(selectClass(one));
    }
    LauncherFactory.create().execute(request.build(), failures);
    return failures;
  }

  private static final class Failures implements TestExecutionListener {
    private final List<Throwable> found = new CopyOnWriteArrayList<>();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      Optional<Throwable> failure = result.getThrowable();
      failure.ifPresent(found::add);
    }
  }
}
