package io.vgpusteward.e2e.rig;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts the clusters that {@link UseRig} asks for, and says where the logs of failures are. */
final class RigExtension implements ParameterResolver, TestWatcher {
  private static final Namespace NAMESPACE = Namespace.create(RigExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Rig.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return rig(context);
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    System.out.println(
        "rig: the logs of " + context.getDisplayName() + " are in " + rig(context).logs());
  }

  private static Rig rig(ExtensionContext context) {
    UseRig wish = wish(context);
    Set<Component> components = EnumSet.noneOf(Component.class);
    components.addAll(List.of(wish.value()));
    ExtensionContext keeper = wish.own() ? classOf(context) : context.getRoot();
    Store store = keeper.getStore(NAMESPACE);
    // The store closes it.
    return store.computeIfAbsent(components, Rig::start, Rig.class);
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
