package io.vgpusteward.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which module and which package may depend on which. */
final class ArchitectureTest {
  private static final String ROOT = "io.vgpusteward";

  /** Each module with the modules of ours that it may use. A new module gets a line here. */
  private static final Map<String, Set<String>> MODULES =
      new TreeMap<>(
          Map.of(
              "vgpu", Set.of(),
              "cluster", Set.of("vgpu"),
              "webhook", Set.of("vgpu", "cluster"),
              "extender", Set.of("vgpu", "cluster"),
              "certs", Set.of(),
              "agent", Set.of("vgpu"),
              "server", Set.of("vgpu", "cluster", "webhook", "extender", "certs", "agent")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPaths(MODULES.keySet().stream().map(ArchitectureTest::classesOf).toList());

  static Stream<String> modules() {
    return MODULES.keySet().stream();
  }

  @Test
  void everyModuleHasARule() throws IOException {
    // e2e has tests only, and bench is no part of the program: their POMs say what they use.
    String pom = Files.readString(Path.of("..", "pom.xml"));
    assertThat(
            Pattern.compile("<module>(.+?)</module>")
                .matcher(pom)
                .results()
                .map((MatchResult match) -> match.group(1))
                .filter(module -> !Set.of("e2e", "bench").contains(module)))
        .containsExactlyInAnyOrderElementsOf(MODULES.keySet());
  }

  @ParameterizedTest
  @MethodSource("modules")
  void module_staysInItsPackage(String module) {
    JavaClasses own = new ClassFileImporter().importPath(classesOf(module));
    classes().should().resideInAPackage(packageOf(module)).allowEmptyShould(false).check(own);
  }

  @ParameterizedTest
  @MethodSource("modules")
  void module_usesOnlyTheModulesThatItMay(String module) {
    moduleRule(module, MODULES.getOrDefault(module, Set.of())).check(CLASSES);
  }

  @Test
  void moduleRule_canFail() {
    assertThatThrownBy(() -> moduleRule("server", Set.of("vgpu")).check(CLASSES))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> moduleRule("nowhere", Set.of()).check(CLASSES))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void domain_isPureJava() {
    onlyThese("vgpu", "java.lang..", "java.util..", "java.math..", "java.time..", "org.jspecify..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(packageOf("vgpu"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..", "java.util.zip..", "java.util.jar..")
        .allowEmptyShould(false)
        .check(CLASSES);
    assertThatThrownBy(() -> onlyThese("server", "java.lang..").check(CLASSES))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void webServers_areForWebhookExtenderAndServer() {
    noClasses()
        .that()
        .resideOutsideOfPackages(packageOf("webhook"), packageOf("extender"), packageOf("server"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty..")
        .allowEmptyShould(false)
        .check(CLASSES);
  }

  @Test
  void kubernetesClient_isForTheCluster() {
    noClasses()
        .that()
        .resideOutsideOfPackage(packageOf("cluster"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8.kubernetes..")
        .allowEmptyShould(false)
        .check(CLASSES);
  }

  @Test
  void requests_readTheView_andNeverASecretOrTheApiServer() {
    eventLoopRule(
            "..webhook.admission..",
            "..webhook.check..",
            "..webhook.guard..",
            "..webhook.guest..",
            "..webhook.injection..",
            "..webhook.policy..",
            "..webhook.review..",
            "..webhook.vminstance..",
            "..extender.http..",
            "..extender.placement..",
            "..extender.pod..",
            "..extender.wire..")
        .check(CLASSES);
    assertThatThrownBy(() -> eventLoopRule("..nowhere..").check(CLASSES))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void packages_haveNoCycles() {
    slices().assignedFrom(new EachPackage()).should().beFreeOfCycles().check(CLASSES);
  }

  /** One slice for each package, parents and children apart. */
  private static final class EachPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      return SliceIdentifier.of(javaClass.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }

  private static ArchRule moduleRule(String module, Set<String> uses) {
    return noClasses()
        .that()
        .resideInAPackage(packageOf(module))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            MODULES.keySet().stream()
                .filter(other -> !other.equals(module) && !uses.contains(other))
                .map(ArchitectureTest::packageOf)
                .toArray(String[]::new))
        .allowEmptyShould(false);
  }

  private static ArchRule onlyThese(String module, String... packages) {
    return classes()
        .that()
        .resideInAPackage(packageOf(module))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            Stream.concat(Stream.of(packageOf(module)), Stream.of(packages)).toArray(String[]::new))
        .allowEmptyShould(false);
  }

  /** Code on an event loop computes from a view: what blocks or knows secrets is out of reach. */
  private static ArchRule eventLoopRule(String... packages) {
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            ROOT.replace(".", "\\.") + "\\.cluster\\.(Cluster|SecretStore|SecretObject|EventSink)")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..", "java.nio.file..", "java.nio.channels..")
        .allowEmptyShould(false);
  }

  private static String packageOf(String module) {
    return ROOT + "." + module + "..";
  }

  private static Path classesOf(String module) {
    return Path.of("..", module, "target", "classes");
  }
}
