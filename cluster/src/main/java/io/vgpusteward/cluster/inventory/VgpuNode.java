package io.vgpusteward.cluster.inventory;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import io.vgpusteward.cluster.Keys;
import org.jspecify.annotations.Nullable;

/**
 * The GPUs of one node, as the node's agent sees them. It has the node's name, and no spec: nobody
 * asks for anything with it.
 */
@Group(Keys.GROUP)
@Version("v1alpha1")
@Kind("VgpuNode")
@Plural("vgpunodes")
@Singular("vgpunode")
@ShortNames("vgpun")
@JsonClassDescription("The GPUs of the node with the same name, as the node's agent sees them.")
@AdditionalPrinterColumn(
    name = "GPUs",
    jsonPath = ".status.summary.gpus",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "VFs",
    jsonPath = ".status.summary.vfs",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Profiles", jsonPath = ".status.summary.profiles")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class VgpuNode extends CustomResource<Void, VgpuNodeStatus> {
  /** A record cannot be made empty, which is what happens otherwise. */
  @Override
  protected @Nullable VgpuNodeStatus initStatus() {
    return null;
  }
}
