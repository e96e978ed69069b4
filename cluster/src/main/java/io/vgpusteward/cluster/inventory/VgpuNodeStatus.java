package io.vgpusteward.cluster.inventory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.vgpusteward.vgpu.Gpu.Sizes;
import io.vgpusteward.vgpu.Vf.State;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code status} of a {@link VgpuNode}. What may be absent may be null. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VgpuNodeStatus(
    @JsonPropertyDescription("Whether all of this can be relied on (Ready), and the rest.")
        @Nullable List<StatusCondition> conditions,
    @JsonPropertyDescription("The node's GPUs, one for each physical function.") @Size(max = 64)
        @Nullable List<GpuStatus> gpus,
    @JsonPropertyDescription("The same in numbers, for tables.") @Nullable Summary summary) {
  private static final String BUS_ID = "^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]$";
  private static final String PROFILE = "^[A-Za-z0-9]([-A-Za-z0-9_]{0,61}[A-Za-z0-9])?$";

  /** A condition in the form that all Kubernetes objects have. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StatusCondition(
      @JsonPropertyDescription("Ready, ConfigValid or Advertised.")
          @Required
          @Size(min = 1, max = 316)
          String type,
      @Required @Pattern("^(True|False|Unknown)$") String status,
      @JsonPropertyDescription("One word for programs.") @Size(max = 1024) @Nullable String reason,
      @JsonPropertyDescription("A sentence for people.") @Size(max = 32768)
          @Nullable String message,
      @JsonPropertyDescription("When the status became what it is, in RFC 3339.")
          @Nullable String lastTransitionTime) {}

  /** A GPU. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record GpuStatus(
      @JsonPropertyDescription("Address of its physical function in sysfs, 0000:41:00.0.")
          @Required
          @Pattern(BUS_ID)
          String busId,
      @JsonPropertyDescription("PCI vendor and device, 10DE:26B9.")
          @Pattern("^[0-9A-F]{4}:[0-9A-F]{4}$")
          @Nullable String pciId,
      @JsonPropertyDescription("The token that its profiles begin with, L40S.") @Size(max = 63)
          @Nullable String board,
      @JsonPropertyDescription(
              "The driver of its physical function: nvidia, or vfio-pci where one virtual machine"
                  + " gets it whole.")
          @Size(max = 63)
          @Nullable String driver,
      @JsonPropertyDescription("Whether its vGPUs must have one size of frame buffer or may mix.")
          @Nullable Sizes sizes,
      @JsonPropertyDescription("All of its frame buffer, in GiB.") @Min(1) @Max(65536)
          @Nullable Integer frameBufferGib,
      @JsonPropertyDescription(
              "Every profile that the driver was ever seen to list for one of its virtual"
                  + " functions, with the number by which this driver knows it.")
          @Size(max = 512)
          @Nullable List<OfferedProfile> offered,
      @JsonPropertyDescription("Its virtual functions, in the order of the card.") @Size(max = 256)
          @Nullable List<VfStatus> vfs,
      @JsonPropertyDescription("Why the node agent leaves it alone, where it does.")
          @Size(max = 1024)
          @Nullable String message) {}

  /** A profile and what the driver calls it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OfferedProfile(
      @Required @Pattern(PROFILE) String profile,
      @JsonPropertyDescription("Other drivers and boards have other numbers.") @Min(1)
          @Nullable Long typeId) {}

  /** A virtual function. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record VfStatus(
      @JsonPropertyDescription("Its address in sysfs, 0000:41:00.4.") @Required @Pattern(BUS_ID)
          String busId,
      @JsonPropertyDescription("Its driver, nvidia unless something is wrong.") @Size(max = 63)
          @Nullable String driver,
      @JsonPropertyDescription("The profile that it carries; absent for none.") @Pattern(PROFILE)
          @Nullable String current,
      @JsonPropertyDescription(
              "The number of the type that it carries, 0 for none; also where its profile is not"
                  + " known.")
          @Min(0)
          @Nullable Long currentTypeId,
      @JsonPropertyDescription(
              "The profile that is configured for it, or none; absent where nothing is.")
          @Pattern(PROFILE)
          @Nullable String desired,
      @JsonPropertyDescription(
              "Settled: it carries what is configured. Changing: the node agent is about to write."
                  + " Pending: to be changed as soon as its holder lets go. Failed: what is"
                  + " configured cannot be had. Unknown: it cannot be read.")
          @Required
          State state,
      @JsonPropertyDescription("Why, in words.") @Size(max = 1024) @Nullable String message,
      @JsonPropertyDescription("Who has it now.") @Nullable HolderStatus holder,
      @JsonPropertyDescription("The profiles that the driver lists for it now.") @Size(max = 512)
          @Nullable List<@Pattern(PROFILE) String> creatable) {}

  /** Who has a virtual function. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record HolderStatus(
      @Required @Size(min = 1, max = 63) String namespace,
      @JsonPropertyDescription("The pod that the kubelet gave it to.")
          @Required
          @Size(min = 1, max = 253)
          String pod,
      @JsonPropertyDescription("The virtual machine that runs in the pod.") @Size(max = 253)
          @Nullable String virtualMachine) {}

  /** Numbers for tables. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Summary(
      @Min(0) @Nullable Integer gpus,
      @Min(0) @Nullable Integer vfs,
      @JsonPropertyDescription("How many virtual functions carry what: 2 L40S-24Q, 1 L40S-48Q.")
          @Size(max = 1024)
          @Nullable String profiles) {}
}
