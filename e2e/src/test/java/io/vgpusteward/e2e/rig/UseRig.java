package io.vgpusteward.e2e.rig;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class a cluster: a parameter of type {@link Rig} of its methods or its constructor.
 *
 * <p>Classes that name the same components share one cluster, which ends with the last test. What a
 * class made in it ends with the class: its namespaces with all that runs in them, its Node objects
 * and its webhooks; and the KubeVirt CR says again what it said before. The class itself puts back
 * what else is the whole cluster's.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RigExtension.class)
@Tag(UseRig.TAG)
public @interface UseRig {
  /** What such classes, and those that test the rig itself, are left out by. */
  String TAG = "rig";

  /** What the cluster has beside etcd and kube-apiserver. */
  Component[] value();

  /** Whether the class has a cluster to itself. */
  boolean own() default false;
}
