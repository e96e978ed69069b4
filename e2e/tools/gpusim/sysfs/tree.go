package sysfs

import (
	"fmt"
	"strconv"

	"vgpu-steward.io/e2e/tools/gpusim/gpu"
)

// Devices is where PCI functions are, below the tree's root.
const Devices = "bus/pci/devices"

// functions is the folder that the links in Devices lead to. It is not listed, and lies inside so that Devices can be
// mounted over the real one alone: in a real sysfs the links lead to ../../../devices/pci0000:00/....
const functions = ".functions"

// upToRoot leads from the folder of a function to the tree's root.
const upToRoot = "../../../../../"

// Tree is what /sys has of a host's PCI functions now. Call it, and use what it gives, with the host's lock held.
func Tree(host *gpu.Host) *Folder {
	links, real, drivers, groups, mdev := folder(), folder(), folder(), folder(), folder()
	add := func(device *gpu.Device, function *Folder) {
		address := device.Address.String()
		links.add(address, Link(functions+"/"+address))
		real.add(address, function)
		if device.Driver != "" {
			within(drivers, device.Driver).add(address, Link("../../devices/"+address))
		}
		group := within(groups, strconv.Itoa(device.Group))
		within(group, "devices").add(address, Link("../../../../"+Devices+"/"+address))
	}
	for _, card := range host.GPUs {
		add(&card.Device, physical(host, card))
		for _, vf := range card.VFs {
			if vf.Present() {
				add(&vf.Device, virtual(host, vf))
			}
		}
		for device := range mediated(card) {
			address := device.Address.String()
			mdev.add(address, Link("../../"+Devices+"/"+functions+"/"+address))
		}
	}
	for _, other := range host.Others {
		add(other, common(other))
	}
	links.hidden[functions] = real
	class := folder()
	if len(mdev.names) > 0 {
		class.add("mdev_bus", mdev)
	}
	pci := folder().add("devices", links).add("drivers", drivers)
	return folder().
		add("bus", folder().add("pci", pci)).
		add("class", class).
		add("kernel", folder().add("iommu_groups", groups))
}

func within(parent *Folder, name string) *Folder {
	if child, is := parent.entries[name].(*Folder); is {
		return child
	}
	child := folder()
	parent.add(name, child)
	return child
}

// common is what every PCI function has.
func common(device *gpu.Device) *Folder {
	vendor, id := hex(device.Vendor), hex(device.Device)
	f := folder().
		add("vendor", text(vendor)).
		add("device", text(id)).
		add("subsystem_vendor", text(hex(device.Vendor))).
		add("subsystem_device", text(hex(device.Subsystem))).
		add("class", text(fmt.Sprintf("0x%06x", device.Class))).
		add("revision", text("0xa1")).
		add("numa_node", text(strconv.Itoa(device.NUMANode))).
		add("driver_override", text("(null)")).
		add("modalias", text(modalias(device))).
		add("uevent", text(uevent(device))).
		add("subsystem", Link("../../../../pci")).
		add("iommu_group", Link(upToRoot+"kernel/iommu_groups/"+strconv.Itoa(device.Group)))
	if device.Driver != "" {
		f.add("driver", Link("../../../drivers/"+device.Driver))
	}
	return f
}

func hex(number uint16) string {
	return fmt.Sprintf("0x%04x", number)
}

func modalias(device *gpu.Device) string {
	return fmt.Sprintf("pci:v%08Xd%08Xsv%08Xsd%08Xbc%02Xsc%02Xi%02X", device.Vendor, device.Device, device.Vendor,
		device.Subsystem, device.Class>>16, device.Class>>8&0xff, device.Class&0xff)
}

func uevent(device *gpu.Device) string {
	event := ""
	if device.Driver != "" {
		event = "DRIVER=" + device.Driver + "\n"
	}
	return event + fmt.Sprintf("PCI_CLASS=%X\nPCI_ID=%04X:%04X\nPCI_SUBSYS_ID=%04X:%04X\nPCI_SLOT_NAME=%s\nMODALIAS=%s",
		device.Class, device.Vendor, device.Device, device.Vendor, device.Subsystem, device.Address, modalias(device))
}
