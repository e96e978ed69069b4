package io.vgpusteward.vgpu.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.vgpu.NodeInventory;
import io.vgpusteward.vgpu.PermittedDevices;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One table for each verdict; {@link Written} says how the inputs read. */
class VerdictsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # permitted | GPUs | allocatable | request | sentence
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-24Q 0 | L40S-24Q=2 | L40S-24Q=1 | all 2 devices of nvidia.com/L40S-24Q carry L40S-24Q
          26B9=L40S-24Q | 26B9: L40S-24Q@team/one L40S-24Q@team/two | L40S-24Q=2 | L40S-24Q=2 | all 2 devices of nvidia.com/L40S-24Q carry L40S-24Q
          26B9=L40S-24Q | 26B9: L40S-12Q L40S-12Q | L40S-24Q=2 | L40S-24Q=1 as L40S-12Q | all 2 devices of nvidia.com/L40S-24Q carry L40S-12Q
          raw 10de:26b9=L40S-24Q | 26B9: L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | the 1 device of nvidia.com/L40S-24Q carries L40S-24Q
          # A VF that is to change once it is let go carries what it carries until then, and so does one that failed.
          26B9=L40S-24Q | 26B9: L40S-24Q~L40S-12Q@team/one L40S-24Q* | L40S-24Q=2 | L40S-24Q=1 | all 2 devices of nvidia.com/L40S-24Q carry L40S-24Q
          # Other boards are in nobody's way, passed through or not.
          26B9=L40S-24Q, 2236=A10-24Q | 26B9: L40S-24Q / 2236: A10-12Q / 2236: whole | L40S-24Q=1, A10-24Q=2 | L40S-24Q=1 | the 1 device of nvidia.com/L40S-24Q carries L40S-24Q
          26B9=L40S-24Q | 26B9: L40S-24Q / 2236: A10-24Q ? vfio 0! | L40S-24Q=1 | L40S-24Q=1 | the 1 device of nvidia.com/L40S-24Q carries L40S-24Q
          # Of entries with one id the last counts; that of another plugin does not.
          26B9=L40S-12Q, 26B9=L40S-24Q | 26B9: L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | the 1 device of nvidia.com/L40S-24Q carries L40S-24Q
          26B9=L40S-24Q, external 26B9=L40S-12Q | 26B9: L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | the 1 device of nvidia.com/L40S-24Q carries L40S-24Q
          # Two ids under one name.
          2331=H100-20C, 2330=H100-20C | 2331: H100-20C / 2330: H100-20C | H100-20C=2 | H100-20C=2 | all 2 devices of nvidia.com/H100-20C carry H100-20C
          # Harvester's spelling, and MIG-backed profiles.
          26B9=NVIDIA_L40S-24Q | 26B9: L40S-24Q | NVIDIA_L40S-24Q=1 | NVIDIA_L40S-24Q=1 | the 1 device of nvidia.com/NVIDIA_L40S-24Q carries L40S-24Q
          2BB5=DC-1-24QGFX | 2BB5: DC-1-24QGFX DC-1-24QGFX | DC-1-24QGFX=2 | DC-1-24QGFX=1 | all 2 devices of nvidia.com/DC-1-24QGFX carry DC-1-24QGFX
          # Several resources.
          26B9=L40S-24Q, 2236=A10-24Q | 26B9: L40S-24Q / 2236: A10-24Q | L40S-24Q=1, A10-24Q=1 | L40S-24Q=1, A10-24Q=1 | the 1 device of nvidia.com/A10-24Q carries A10-24Q; the 1 device of nvidia.com/L40S-24Q carries L40S-24Q
          # No profile named.
          26B9=vgpu | 26B9: L40S-24Q L40S-12Q ? | vgpu=3 | vgpu=2 | any of the 3 devices of nvidia.com/vgpu will do: no profile is named
          26B9=AD102GL | 26B9: whole / 26B9: whole | AD102GL=2 | AD102GL=2 | any of the 2 devices of nvidia.com/AD102GL will do: no profile is named
          22BA=sound | 26B9: L40S-24Q | sound=1 | sound=1 | the kubelet gives out 1 device of nvidia.com/sound, none of which is a GPU that the node agent knows; 1 is asked for
          # What others serve.
          external 26B9=L40S-24Q | 26B9: L40S-12Q | L40S-24Q=2 | L40S-24Q=2 | the kubelet gives out 2 devices of nvidia.com/L40S-24Q from another device plugin or mediated devices, which are what they are named; 2 are asked for
          mdev NVIDIA A10-12Q=A10-12Q | none | A10-12Q=1 | A10-12Q=1 | the kubelet gives out 1 device of nvidia.com/A10-12Q from another device plugin or mediated devices, which are what they are named; 1 is asked for
          mdev GRID V100D-8Q=V100D | none | V100D=1 | V100D=1 | the pod asks for no vGPU
          mdev nvidia-231=A10-12Q | none | A10-12Q=1 | A10-12Q=1 | the kubelet gives out 1 device of nvidia.com/A10-12Q from another device plugin or mediated devices, which are what they are named; 1 is asked for
          26B9=L40S-24Q, external 26B9=L40S-24Q | 2236: A10-12Q | L40S-24Q=1 | L40S-24Q=1 | the kubelet gives out 1 device of nvidia.com/L40S-24Q from another device plugin or mediated devices, which are what they are named; 1 is asked for
          # A GPU whose id is not known: its board tells, or it has nothing to give.
          26B9=L40S-24Q | ? L40S: L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | the 1 device of nvidia.com/L40S-24Q carries L40S-24Q
          26B9=L40S-24Q | 26B9: L40S-24Q / ? A10: A10-12Q ? | L40S-24Q=1 | L40S-24Q=1 | the 1 device of nvidia.com/L40S-24Q carries L40S-24Q
          26B9=L40S-24Q | 26B9: L40S-24Q / ?: 0 0 | L40S-24Q=1 | L40S-24Q=1 | the 1 device of nvidia.com/L40S-24Q carries L40S-24Q
          # Nothing that is our business.
          26B9=L40S-24Q | none | - | devices.kubevirt.io/kvm=1, vgpu-steward.io/framebuffer-gib=24 | the pod asks for no vGPU
          """)
  void fits(String permitted, String gpus, String allocatable, String request, String sentence) {
    check("Fits", permitted, gpus, allocatable, request, sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # permitted | GPUs | allocatable | request | sentence
          26B9=L40S-24Q | 26B9: L40S-12Q L40S-12Q@team/one | L40S-24Q=2 | L40S-24Q=1 | no VF of nvidia.com/L40S-24Q carries L40S-24Q, and 1 is asked for; 0000:01:00.4 carries L40S-12Q and 0000:01:00.5 carries L40S-12Q (virtual machine team/one); set more VFs to it in ConfigMap vgpu-profiles
          26B9=L40S-24Q | 26B9: L40S-24Q | L40S-24Q=1 | L40S-24Q=2 | 1 VF of nvidia.com/L40S-24Q carries L40S-24Q, and 2 are asked for; set more VFs to it in ConfigMap vgpu-profiles
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-24Q | L40S-24Q=2 | L40S-24Q=3 | 2 VFs of nvidia.com/L40S-24Q carry L40S-24Q, and 3 are asked for; set more VFs to it in ConfigMap vgpu-profiles
          # The same size is another profile with another letter.
          26B9=L40S-24Q | 26B9: L40S-24C | L40S-24Q=1 | L40S-24Q=1 | no VF of nvidia.com/L40S-24Q carries L40S-24Q, and 1 is asked for; 0000:01:00.4 carries L40S-24C; set more VFs to it in ConfigMap vgpu-profiles
          2BB5=DC-24Q | 2BB5: DC-1-24Q | DC-24Q=1 | DC-24Q=1 | no VF of nvidia.com/DC-24Q carries DC-24Q, and 1 is asked for; 0000:01:00.4 carries DC-1-24Q; set more VFs to it in ConfigMap vgpu-profiles
          # VFs that carry nothing, and could carry something else or too little of it.
          26B9=L40S-24Q | 26B9: 0 0{L40S-12Q} | - | L40S-24Q=1 | no VF of nvidia.com/L40S-24Q carries L40S-24Q, and 1 is asked for; set more VFs to it in ConfigMap vgpu-profiles
          26B9=L40S-24Q | 26B9: 0{L40S-24Q} 0 | - | L40S-24Q=2 | no VF of nvidia.com/L40S-24Q carries L40S-24Q, and 2 are asked for; set more VFs to it in ConfigMap vgpu-profiles
          26B9=L40S-24Q | 26B9: whole | L40S-24Q=1 | L40S-24Q=1 | no VF of nvidia.com/L40S-24Q carries L40S-24Q, and 1 is asked for; 0000:01:00.0 is passed through whole; no GPU of the node knows that profile
          26B9=L40S-24Q | 26B9 L40S: 0 | - | L40S-24Q=1 as A10-24Q | the pod is annotated with A10-24Q, and none of its devices brings that; correct the profile's annotation of its virtual machine, and restart that
          26B9=L40S-24Q | 26B9: L40S-24Q | L40S-24Q=1 | L40S-24Q=1 as L40S | the pod is annotated with "L40S", which is no profile; correct the profile's annotation of its virtual machine, and restart that
          2236=A10-24Q | 2236 A10: A10-12Q | A10-24Q=1 | A10-24Q=1 as A10-6Q | no VF of nvidia.com/A10-24Q carries A10-6Q, and 1 is asked for; 0000:01:00.4 carries A10-12Q; set more VFs to it in ConfigMap vgpu-profiles
          # Nothing of the kind.
          26B9=L40S-24Q | 2236: A10-12Q | - | L40S-24Q=1 | the node has no GPU that KubeVirt hands out as nvidia.com/L40S-24Q (10DE:26B9)
          26B9=L40S-24Q | none | L40S-24Q=4 | L40S-24Q=1 | the node has no GPU that KubeVirt hands out as nvidia.com/L40S-24Q (10DE:26B9)
          26B9=vgpu | 26B9: 0 0 | - | vgpu=1 | no VF of nvidia.com/vgpu carries a profile, and 1 is asked for; set more VFs to one in ConfigMap vgpu-profiles
          26B9=vgpu | none | - | vgpu=1 | the kubelet gives out 0 devices of nvidia.com/vgpu, none of which is a GPU that the node agent knows; 1 is asked for
          # Two boards with one id.
          25B6=A16-4Q | 25B6 A2: A2-4Q | A16-4Q=1 | A16-4Q=1 | no VF of nvidia.com/A16-4Q carries A16-4Q, and 1 is asked for; 0000:01:00.4 carries A2-4Q; no GPU of the node knows that profile
          # The permitted list.
          2236=A10-24Q | 26B9: L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | KubeVirt's permitted list has no nvidia.com/L40S-24Q, so no node hands it out; add an entry to permittedHostDevices.pciHostDevices of the KubeVirt CR
          none | 26B9: L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | KubeVirt's permitted list has no nvidia.com/L40S-24Q, so no node hands it out; add an entry to permittedHostDevices.pciHostDevices of the KubeVirt CR
          - | 26B9: L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | KubeVirt has no permitted list, so no node hands out nvidia.com/L40S-24Q; add an entry to permittedHostDevices.pciHostDevices of the KubeVirt CR
          26B9=L40S-24Q, 26B9=L40S-12Q | 26B9: L40S-24Q | L40S-12Q=1 | L40S-24Q=1 | KubeVirt gives what 10DE:26B9 selects to nvidia.com/L40S-12Q, the last entry with that selector, and nothing to nvidia.com/L40S-24Q; ask for nvidia.com/L40S-12Q, or keep one entry for the selector
          raw 10DE:26b9=L40S-24Q, raw 10de:26B9=L40S-12Q | 26B9: L40S-24Q | L40S-12Q=1 | L40S-24Q=1 | KubeVirt gives what 10DE:26b9 selects to nvidia.com/L40S-12Q, the last entry with that selector, and nothing to nvidia.com/L40S-24Q; ask for nvidia.com/L40S-12Q, or keep one entry for the selector
          mdev A10-4Q=A10-4Q, mdev A10-4Q=A10-8Q | none | A10-4Q=1 | A10-4Q=1 | KubeVirt gives what A10-4Q selects to nvidia.com/A10-8Q, the last entry with that selector, and nothing to nvidia.com/A10-4Q; ask for nvidia.com/A10-8Q, or keep one entry for the selector
          raw ' 10DE:26B9'=L40S-24Q | 26B9: L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | the entry of nvidia.com/L40S-24Q in KubeVirt's permitted list selects no device by " 10DE:26B9"; write vendor:device without spaces, such as 10DE:26B9
          # What others serve.
          external 26B9=L40S-24Q | 26B9: L40S-24Q L40S-24Q | L40S-24Q=1 | L40S-24Q=2 | the kubelet gives out 1 device of nvidia.com/L40S-24Q from another device plugin or mediated devices, which are what they are named; 2 are asked for
          external 26B9=L40S-24Q | 26B9: L40S-12Q | L40S-24Q=1 | L40S-24Q=1 as L40S-12Q | nvidia.com/L40S-24Q is served from devices that are L40S-24Q, and L40S-12Q is asked for; ask for a resource that is served as that alone
          mdev NVIDIA A10-4Q=A10-12Q | none | A10-12Q=1 | A10-12Q=1 | nvidia.com/A10-12Q is served from devices that are A10-4Q, and A10-12Q is asked for; ask for a resource that is served as that alone
          # Of several resources the one that is hardest to mend is told.
          26B9=L40S-24Q, 2236=A10-24Q | 26B9: L40S-24Q L40S-12Q / 2236: 0 | L40S-24Q=2 | L40S-24Q=1, A10-24Q=1 | no VF of nvidia.com/A10-24Q carries A10-24Q, and 1 is asked for; set more VFs to it in ConfigMap vgpu-profiles
          """)
  void lacks(String permitted, String gpus, String allocatable, String request, String sentence) {
    check("Lacks", permitted, gpus, allocatable, request, sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # permitted | GPUs | allocatable | request | sentence
          26B9=L40S-24Q | 26B9: 0{L40S-24Q,L40S-12Q} 0{L40S-24Q} 0 | - | L40S-24Q=1 | no VF of nvidia.com/L40S-24Q carries L40S-24Q, and 1 is asked for; 0000:01:00.4 and 0000:01:00.5 could, and carry nothing: set them in ConfigMap vgpu-profiles
          26B9=L40S-24Q | 26B9: L40S-24Q@team/one 0{L40S-24Q} | L40S-24Q=1 | L40S-24Q=2 | 1 VF of nvidia.com/L40S-24Q carries L40S-24Q, and 2 are asked for; 0000:01:00.5 could, and carries nothing: set it in ConfigMap vgpu-profiles
          26B9=L40S-24Q | 26B9: L40S-24C 0{L40S-24Q} | L40S-24Q=1 | L40S-24Q=1 | no VF of nvidia.com/L40S-24Q carries L40S-24Q, and 1 is asked for; 0000:01:00.5 could, and carries nothing: set it in ConfigMap vgpu-profiles
          # Stale devices make it no better and no worse.
          26B9=L40S-24Q | 26B9: 0{L40S-24Q} | L40S-24Q=1 | L40S-24Q=1 | no VF of nvidia.com/L40S-24Q carries L40S-24Q, and 1 is asked for; 0000:01:00.4 could, and carries nothing: set it in ConfigMap vgpu-profiles
          26B9=vgpu | 26B9: 0{L40S-24Q} | - | vgpu=1 | no VF of nvidia.com/vgpu carries a profile, and 1 is asked for; 0000:01:00.4 could, and carries nothing: set it in ConfigMap vgpu-profiles
          """)
  void couldCarry(
      String permitted, String gpus, String allocatable, String request, String sentence) {
    check("CouldCarry", permitted, gpus, allocatable, request, sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # permitted | GPUs | allocatable | request | sentence
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-12Q | L40S-24Q=2 | L40S-24Q=1 | the kubelet may pick a device without L40S-24Q for nvidia.com/L40S-24Q: 0000:01:00.5 carries L40S-12Q; have all of them carry it in ConfigMap vgpu-profiles
          # Held ones count: their holder may leave before the kubelet picks.
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-12Q@team/one | L40S-24Q=2 | L40S-24Q=1 | the kubelet may pick a device without L40S-24Q for nvidia.com/L40S-24Q: 0000:01:00.5 carries L40S-12Q (virtual machine team/one); have all of them carry it in ConfigMap vgpu-profiles
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-24C ? | L40S-24Q=3 | L40S-24Q=1 | the kubelet may pick a device without L40S-24Q for nvidia.com/L40S-24Q: 0000:01:00.5 carries L40S-24C and 0000:01:00.6 carries a type without a known name; have all of them carry it in ConfigMap vgpu-profiles
          26B9=L40S-24Q | 26B9: ? | L40S-24Q=1 | L40S-24Q=1 | the kubelet may pick a device without L40S-24Q for nvidia.com/L40S-24Q: 0000:01:00.4 carries a type without a known name; have all of them carry it in ConfigMap vgpu-profiles
          26B9=L40S-24Q | 26B9: L40S-24Q / 26B9: whole | L40S-24Q=2 | L40S-24Q=1 | the kubelet may pick a device without L40S-24Q for nvidia.com/L40S-24Q: 0000:02:00.0 is passed through whole; give what is passed through back to NVIDIA's driver
          26B9=L40S-24Q | 26B9: L40S-24Q vfio | L40S-24Q=2 | L40S-24Q=1 | the kubelet may pick a device without L40S-24Q for nvidia.com/L40S-24Q: 0000:01:00.5 is bound to vfio-pci; give what is passed through back to NVIDIA's driver
          26B9=vgpu | 26B9: L40S-24Q vfio | vgpu=2 | vgpu=1 | the kubelet may pick a device that is no vGPU for nvidia.com/vgpu: 0000:01:00.5 is bound to vfio-pci; give what is passed through back to NVIDIA's driver
          26B9=AD102GL | 26B9: L40S-24Q / 26B9: whole | AD102GL=2 | AD102GL=1 | the kubelet may pick a vGPU or a whole GPU for nvidia.com/AD102GL: 0000:02:00.0 is passed through whole; give what is passed through back to NVIDIA's driver
          25B6=A16-4Q | 25B6 A2: A2-4Q / 25B6 A16: A16-4Q | A16-4Q=2 | A16-4Q=1 | the kubelet may pick a device without A16-4Q for nvidia.com/A16-4Q: 0000:01:00.4 carries A2-4Q; have all of them carry it in ConfigMap vgpu-profiles
          2331=H100-20C, 2330=H100-20C | 2331: H100-20C / 2330: H100-10C | H100-20C=2 | H100-20C=1 | the kubelet may pick a device without H100-20C for nvidia.com/H100-20C: 0000:02:00.4 carries H100-10C; have all of them carry it in ConfigMap vgpu-profiles
          26B9=L40S-24Q | 26B9: L40S-24Q / ? L40S: L40S-12Q | L40S-24Q=2 | L40S-24Q=1 | the kubelet may pick a device without L40S-24Q for nvidia.com/L40S-24Q: 0000:02:00.4 carries L40S-12Q; have all of them carry it in ConfigMap vgpu-profiles
          # Cannot be read, set or not.
          26B9=L40S-24Q | 26B9: L40S-24Q 0! | L40S-24Q=1 | L40S-24Q=1 | what a VF carries cannot be read, and the kubelet may pick it: 0000:01:00.5 (EIO); see the node agent's log on n
          26B9=L40S-24Q | 26B9: L40S-24Q! | L40S-24Q=1 | L40S-24Q=1 | what a VF carries cannot be read, and the kubelet may pick it: 0000:01:00.4 (EIO); see the node agent's log on n
          26B9=L40S-24Q | 26B9: 0! | - | L40S-24Q=1 | what a VF carries cannot be read, and the kubelet may pick it: 0000:01:00.4 (EIO); see the node agent's log on n
          26B9=vgpu | 26B9: L40S-24Q 0! | vgpu=1 | vgpu=1 | what a VF carries cannot be read, and the kubelet may pick it: 0000:01:00.5 (EIO); see the node agent's log on n
          # Whose id is not known.
          26B9=L40S-24Q | 26B9: L40S-24Q / ?: L40S-24Q | L40S-24Q=2 | L40S-24Q=1 | the PCI id of 0000:02:00.0 is not known, so KubeVirt may hand out what is on it as nvidia.com/L40S-24Q; see the node agent's log on n
          2331=H100-20C | 2331: H100-20C / ? H100: H100-20C | H100-20C=2 | H100-20C=1 | the PCI id of 0000:02:00.0 is not known, so KubeVirt may hand out what is on it as nvidia.com/H100-20C; see the node agent's log on n
          # What the kubelet gives out.
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-24Q | - | L40S-24Q=1 | 2 functions are there to give, but the kubelet of n has no nvidia.com/L40S-24Q: not advertised; restart virt-handler on that node
          26B9=L40S-24Q | 26B9: L40S-24Q | L40S-24Q=0 | L40S-24Q=1 | 1 function is there to give, but the kubelet of n has no nvidia.com/L40S-24Q: not advertised; restart virt-handler on that node
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | 2 functions are there to give, but the kubelet of n gives out 1 of nvidia.com/L40S-24Q: stale; restart virt-handler on that node
          26B9=L40S-24Q | 26B9: L40S-24Q 0 | L40S-24Q=2 | L40S-24Q=1 | 1 function is there to give, but the kubelet of n gives out 2 of nvidia.com/L40S-24Q: stale; restart virt-handler on that node
          26B9=vgpu | 26B9: L40S-24Q 0 | vgpu=2 | vgpu=1 | 1 function is there to give, but the kubelet of n gives out 2 of nvidia.com/vgpu: stale; restart virt-handler on that node
          # Two plugins.
          26B9=L40S-24Q, external 26B5=L40S-24Q | 26B9: L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | KubeVirt and another device plugin both serve nvidia.com/L40S-24Q, and either may answer; take externalResourceProvider from the one entry, or give the other one a name of its own
          mdev NVIDIA A10-4Q=A10-4Q, mdev NVIDIA A10-8Q=A10-4Q | none | A10-4Q=1 | A10-4Q=1 | nvidia.com/A10-4Q is served from devices that are A10-4Q or A10-8Q, and A10-4Q is asked for; ask for a resource that is served as that alone
          # One of several resources is enough.
          26B9=L40S-24Q, 2236=A10-24Q | 26B9: L40S-24Q / 2236: A10-24Q A10-12Q | L40S-24Q=1, A10-24Q=2 | L40S-24Q=1, A10-24Q=1 | the kubelet may pick a device without A10-24Q for nvidia.com/A10-24Q: 0000:02:00.5 carries A10-12Q; have all of them carry it in ConfigMap vgpu-profiles
          """)
  void ambiguous(
      String permitted, String gpus, String allocatable, String request, String sentence) {
    check("Ambiguous", permitted, gpus, allocatable, request, sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # permitted | GPUs | allocatable | request | sentence
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-24Q>L40S-12Q | L40S-24Q=2 | L40S-24Q=1 | the node agent is about to change 0000:01:00.5 from L40S-24Q to L40S-12Q, under nvidia.com/L40S-24Q; the pod is tried again once that is done
          26B9=L40S-24Q | 26B9: L40S-24Q 0>L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | the node agent is about to change 0000:01:00.5 to L40S-24Q, under nvidia.com/L40S-24Q; the pod is tried again once that is done
          26B9=L40S-24Q | 26B9: L40S-24Q L40S-12Q>none | L40S-24Q=2 | L40S-24Q=1 | the node agent is about to change 0000:01:00.5 from L40S-12Q to nothing, under nvidia.com/L40S-24Q; the pod is tried again once that is done
          26B9=vgpu | 26B9: L40S-24Q L40S-24Q>L40S-12Q | vgpu=2 | vgpu=1 | the node agent is about to change 0000:01:00.5 from L40S-24Q to L40S-12Q, under nvidia.com/vgpu; the pod is tried again once that is done
          26B9=L40S-24Q | 26B9: ?>L40S-24Q vfio>L40S-24Q | L40S-24Q=2 | L40S-24Q=1 | the node agent is about to change 0000:01:00.4 to L40S-24Q and 0000:01:00.5 to L40S-24Q, under nvidia.com/L40S-24Q; the pod is tried again once that is done
          """)
  void changing(
      String permitted, String gpus, String allocatable, String request, String sentence) {
    check("Changing", permitted, gpus, allocatable, request, sentence);
  }

  @Test
  void unknown_saysWhereToLook() {
    PermittedDevices permitted = Written.permitted("26B9=L40S-24Q");
    NodeInventory good = Written.inventory("26B9: L40S-24Q");
    NodeInventory unready =
        new NodeInventory("n", false, Optional.of("the driver is gone"), good.gpus());

    assertThat(verdict(permitted, Optional.empty(), Freshness.fresh()))
        .isInstanceOf(Verdict.Unknown.class)
        .extracting(Verdict::sentence)
        .isEqualTo(
            "there is no VgpuNode n, so nothing is known of its GPUs; see whether the node agent"
                + " runs on that node");
    assertThat(verdict(permitted, Optional.of(unready), Freshness.fresh()))
        .isInstanceOf(Verdict.Unknown.class)
        .extracting(Verdict::sentence)
        .isEqualTo(
            "the node agent does not vouch for VgpuNode n (the driver is gone); see its condition"
                + " Ready and the node agent's log on that node");
    assertThat(verdict(permitted, Optional.of(good), Freshness.stale("no heartbeat for 7m")))
        .isInstanceOf(Verdict.Unknown.class)
        .extracting(Verdict::sentence)
        .isEqualTo(
            "VgpuNode n is not fresh (no heartbeat for 7m); see whether the node agent runs on that"
                + " node and reaches the API server");
  }

  /** Whoever lets pods onto unknown nodes must not let them onto one that is known not to do. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # permitted | allocatable | request | verdict
          26B9=L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | Unknown
          26B9=vgpu | vgpu=1 | vgpu=1 | Unknown
          2236=A10-24Q | L40S-24Q=1 | L40S-24Q=1 | Lacks
          26B9=L40S-24Q | L40S-24Q=1 | L40S-24Q=1 as A10-12Q | Lacks
          external 26B9=L40S-24Q | L40S-24Q=1 | L40S-24Q=1 | Fits
          external 26B9=L40S-24Q, 2236=A10-24Q | A10-24Q=1 | L40S-24Q=1, A10-24Q=1 | Lacks
          external 26B9=L40S-24Q, 2236=A10-24Q | L40S-24Q=1, A10-24Q=1 | L40S-24Q=1, A10-24Q=1 | Unknown
          26B9=L40S-24Q | L40S-24Q=1 | devices.kubevirt.io/kvm=1 | Fits
          """)
  void unknownNode_isUnknownForWhatItsInventoryWouldSay(
      String permitted, String allocatable, String request, String word) {
    PermittedDevices list = Written.permitted(permitted);
    NodeSupply supply = NodeSupply.of("n", Optional.empty(), Written.counts(allocatable), list);

    assertThat(Verdicts.of(Written.request(request, list), supply, Freshness.fresh()).word())
        .isEqualTo(word);
  }

  @Test
  void agentThatDeniesTheAdvertisedDevices_isBelieved() {
    PermittedDevices permitted = Written.permitted("26B9=L40S-24Q, external 2236=A10-24Q");
    NodeInventory inventory =
        new NodeInventory(
            "n",
            true,
            Optional.empty(),
            Optional.of("virt-handler was started\nbefore 2 VFs were set"),
            Written.inventory("26B9: L40S-24Q").gpus());
    NodeSupply supply =
        NodeSupply.of(
            "n", Optional.of(inventory), Written.counts("L40S-24Q=1, A10-24Q=1"), permitted);

    Verdict verdict =
        Verdicts.of(Written.request("L40S-24Q=1", permitted), supply, Freshness.fresh());

    assertThat(verdict).isInstanceOf(Verdict.Ambiguous.class);
    assertThat(verdict.sentence())
        .isEqualTo(
            "the kubelet of n does not give out just the VFs that carry a profile (virt-handler was"
                + " started before 2 VFs were set); restart virt-handler on that node");
    assertThat(
            Verdicts.of(Written.request("A10-24Q=1", permitted), supply, Freshness.fresh()).fits())
        .isTrue();
  }

  @Test
  void sentences_stayShort_howeverManyThereAre() {
    String holder = "@" + "n".repeat(60) + "/" + "v".repeat(60);
    String gpus =
        IntStream.range(0, 9)
            .mapToObj(card ->
                "26B1 RTX6000-Ada: "
                    + IntStream.range(0, 4)
                        .mapToObj(vf -> "RTX6000-Ada-1" + vf + "Q" + holder)
                        .collect(Collectors.joining(" ")))
            .collect(Collectors.joining(" / "));
    for (String asked : List.of("RTX6000-Ada-12Q", "RTX6000-Ada-24Q")) {
      Verdict verdict = verdict("26B1=RTX6000-Ada-24Q", gpus, "-", "RTX6000-Ada-24Q=1 as " + asked);

      assertThat(verdict.fits()).isFalse();
      assertThat(verdict.sentence()).hasSizeLessThan(400).contains(" more; ");
    }
  }

  /** Long lists are cut, and nodes with the same trouble say the same in brief. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # GPUs of one node | of another | allocatable of both | in brief
          26B9: L40S-24Q | 26B9: L40S-24Q | L40S-24Q=1 | all devices of nvidia.com/L40S-24Q carry L40S-24Q
          26B9: L40S-12Q | 26B9: 0 0 0 | L40S-24Q=1 | too few VFs of nvidia.com/L40S-24Q carry L40S-24Q
          26B9: 0{L40S-24Q} | 26B9: 0 0{L40S-24Q} | - | too few VFs of nvidia.com/L40S-24Q carry L40S-24Q, more could
          26B9: L40S-24Q L40S-12Q | 26B9: L40S-24Q L40S-8Q L40S-6Q | L40S-24Q=2 | some devices of nvidia.com/L40S-24Q do not carry L40S-24Q
          26B9: L40S-24Q 0! | 26B9: 0! 0 0 0! | L40S-24Q=1 | VFs of nvidia.com/L40S-24Q cannot be read
          26B9: L40S-24Q / ?: L40S-24Q | ?: L40S-24Q | L40S-24Q=2 | GPUs whose PCI id is not known may belong to nvidia.com/L40S-24Q
          26B9: L40S-24Q | 26B9: L40S-24Q L40S-24Q | - | nvidia.com/L40S-24Q is not advertised
          26B9: L40S-24Q | 26B9: L40S-24Q L40S-24Q | L40S-24Q=3 | stale devices of nvidia.com/L40S-24Q are advertised
          26B9: L40S-24Q>L40S-8Q | 26B9: 0>L40S-24Q 0 | L40S-24Q=1 | VFs under nvidia.com/L40S-24Q are being changed
          """)
  void brief_isOneForAllNodesWithTheSameTrouble(
      String one, String other, String allocatable, String brief) {
    assertThat(verdict("26B9=L40S-24Q", one, allocatable, "L40S-24Q=1").brief()).isEqualTo(brief);
    assertThat(verdict("26B9=L40S-24Q", other, allocatable, "L40S-24Q=1").brief()).isEqualTo(brief);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # permitted | GPUs | allocatable | request | in brief
          26B9=vgpu | 26B9: L40S-24Q | vgpu=1 | vgpu=1 | any device of nvidia.com/vgpu will do
          26B9=vgpu | 26B9: 0 | - | vgpu=1 | too few devices of nvidia.com/vgpu
          26B9=vgpu | 26B9: L40S-24Q vfio | vgpu=2 | vgpu=1 | some devices of nvidia.com/vgpu are no vGPU
          26B9=vgpu | none | vgpu=1 | vgpu=1 | enough devices of nvidia.com/vgpu
          external 26B9=A10-4Q | none | - | A10-4Q=1 | too few devices of nvidia.com/A10-4Q
          external 26B9=A10-4Q | none | A10-4Q=1 | A10-4Q=1 as A10-8Q | nvidia.com/A10-4Q is served as A10-4Q
          26B9=A10-4Q, external 2236=A10-4Q | 26B9: A10-4Q | A10-4Q=1 | A10-4Q=1 | two device plugins serve nvidia.com/A10-4Q
          26B9=L40S-24Q | none | - | cpu=1 | asks for no vGPU
          26B9=L40S-24Q, 2236=A10-24Q | 26B9: L40S-24Q / 2236: A10-24Q | L40S-24Q=1, A10-24Q=1 | L40S-24Q=1, A10-24Q=1 | all of it fits
          """)
  void brief_ofTheRest(
      String permitted, String gpus, String allocatable, String request, String brief) {
    assertThat(verdict(permitted, gpus, allocatable, request).brief()).isEqualTo(brief);
  }

  private static void check(
      String word,
      String permitted,
      String gpus,
      String allocatable,
      String request,
      String sentence) {
    Verdict verdict = verdict(permitted, gpus, allocatable, request);

    assertThat(verdict.word() + ": " + verdict.sentence()).isEqualTo(word + ": " + sentence);
    assertThat(verdict.fits()).isEqualTo(word.equals("Fits"));
    assertThat(verdict.sentence()).hasSizeLessThan(300);
  }

  private static Verdict verdict(
      String permitted, String gpus, String allocatable, String request) {
    PermittedDevices list = Written.permitted(permitted);
    NodeSupply supply =
        NodeSupply.of("n", Optional.of(Written.inventory(gpus)), Written.counts(allocatable), list);
    return Verdicts.of(Written.request(request, list), supply, Freshness.fresh());
  }

  private static Verdict verdict(
      PermittedDevices permitted, Optional<NodeInventory> inventory, Freshness freshness) {
    NodeSupply supply = NodeSupply.of("n", inventory, Written.counts("L40S-24Q=1"), permitted);
    return Verdicts.of(Written.request("L40S-24Q=1", permitted), supply, freshness);
  }
}
