package io.vgpusteward.e2e.rig;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Starts the clusters that {@link UseRig} asks for, takes away what a class leaves in a shared one,
 * and says where the logs of failures are.
 */
final class RigExtension implements ExecutionCondition, ParameterResolver, TestWatcher {
  private static final Namespace NAMESPACE = Namespace.create(RigExtension.class);

  /** A parameter that cannot be had fails a test; only a condition skips it. */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return Privileges.isLeftOut()
        ? ConditionEvaluationResult.disabled(Privileges.LEFT_OUT)
        : ConditionEvaluationResult.enabled("its cluster can be had");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Rig.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Set<Component> components = components(context);
    Rig rig =
        store(context)
            .computeIfAbsent(key(context), key -> Attempt.start(components), Attempt.class)
            .rig();
    if (!wish(context).own()) {
      // The store closes it after the class's last method.
      classOf(context)
          .getStore(NAMESPACE)
          .computeIfAbsent(
              Leftovers.class, key -> Leftovers.since(rig, components), Leftovers.class);
    }
    return rig;
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    Attempt attempt = store(context).get(key(context), Attempt.class);
    if (attempt != null && attempt.rig != null) {
      System.out.println(
          "rig: the logs of " + context.getDisplayName() + " are in " + attempt.rig.logs());
    }
  }

  /** A cluster, or why there is none: what could not start once is not tried for every test. */
  private static final class Attempt implements AutoCloseable {
    private final @Nullable Rig rig;
    private final @Nullable RuntimeException failure;

    private Attempt(@Nullable Rig rig, @Nullable RuntimeException failure) {
      this.rig = rig;
      this.failure = failure;
    }

    static Attempt start(Set<Component> components) {
      try {
        return new Attempt(Rig.start(components), null);
      } catch (RuntimeException e) {
        return new Attempt(null, e);
      }
    }

    Rig rig() {
      if (rig == null) {
        throw new IllegalStateException("the cluster could not start", failure);
      }
      return rig;
    }

    /** The store calls it. */
    @Override
    public void close() {
      if (rig != null) {
        rig.close();
      }
    }
  }

  private static Set<Component> components(ExtensionContext context) {
    Set<Component> components = EnumSet.noneOf(Component.class);
    components.addAll(List.of(wish(context).value()));
    return components;
  }

  /**
   * A class's store also shows what is in the root's: a shared cluster must not pass for its own.
   */
  private static Object key(ExtensionContext context) {
    return wish(context).own() ? context.getRequiredTestClass() : components(context);
  }

  private static Store store(ExtensionContext context) {
    return (wish(context).own() ? classOf(context) : context.getRoot()).getStore(NAMESPACE);
  }

  private static UseRig wish(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getRequiredTestClass(), UseRig.class)
        .orElseThrow();
  }

  private static ExtensionContext classOf(ExtensionContext context) {
    ExtensionContext found = context;
    while (found.getTestMethod().isPresent()) {
      found = found.getParent().orElseThrow();
    }
    return found;
  }
}
