package gpu

import "fmt"

// Address is a function's place: domain, and bus, device and function in 16 bits.
type Address struct {
	Domain uint32
	ID     uint16
}

// firstVF is the distance of the first virtual function from its physical one: sriov_offset.
const firstVF = 4

// ParseAddress reads 0000:41:00.0.
func ParseAddress(text string) (Address, error) {
	var domain, bus, device, function uint32
	n, err := fmt.Sscanf(text, "%4x:%2x:%2x.%1x", &domain, &bus, &device, &function)
	if err != nil || n != 4 || device > 31 || function > 7 {
		return Address{}, fmt.Errorf("%q is not a PCI address such as 0000:41:00.0", text)
	}
	address := Address{Domain: domain, ID: uint16(bus<<8 | device<<3 | function)}
	if address.String() != text {
		return Address{}, fmt.Errorf("%q is not a PCI address as sysfs prints it: %s", text, address)
	}
	return address, nil
}

// Plus rolls over into the following devices and buses, as routing ids do.
func (a Address) Plus(functions int) Address {
	return Address{Domain: a.Domain, ID: a.ID + uint16(functions)}
}

func (a Address) String() string {
	return fmt.Sprintf("%04x:%02x:%02x.%d", a.Domain, a.ID>>8, a.ID>>3&31, a.ID&7)
}
