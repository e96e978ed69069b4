package control

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"vgpu-steward.io/e2e/tools/gpusim/gpu"
)

// command is a word of the protocol. Its result becomes JSON.
type command struct {
	name, arguments, does string
	least, most           int
	run                   func(host *gpu.Host, words []string) (any, error)
}

var commands = []command{
	{"state", "", "show every GPU, its VFs and what they carry", 0, 0,
		func(host *gpu.Host, _ []string) (any, error) { return state(host), nil }},
	{"journal", "", "show every write to an attribute since the start or the last forget", 0, 0,
		func(host *gpu.Host, _ []string) (any, error) { return append([]gpu.Write{}, host.Journal...), nil }},
	{"forget", "", "empty the journal", 0, 0,
		func(host *gpu.Host, _ []string) (any, error) { host.Journal = nil; return nil, nil }},
	{"hold", "VF", "a VM takes the VF: it cannot be reset", 1, 1, onVF((*gpu.VF).Hold)},
	{"release", "VF", "the VM ends, the VF keeps its type", 1, 1, onVF(func(vf *gpu.VF) error {
		vf.Release()
		return nil
	})},
	{"slow", "VF TIMES", "so many resets of the VF give EBUSY", 2, 2, times(func(vf *gpu.VF, n int) { vf.SlowFor = n })},
	{"ignore", "VF TIMES", "so many writes to the VF succeed and change nothing", 2, 2,
		times(func(vf *gpu.VF, n int) { vf.IgnoreFor = n })},
	{"fail", "VF ERRNO TIMES", "so many writes to the VF give that errno, for example EIO", 3, 3, fail},
	{"vanish", "VF", "the VF is gone", 1, 1, onVF(func(vf *gpu.VF) error { vf.Vanish(); return nil })},
	{"appear", "VF", "the VF is there again, without a type", 1, 1,
		onVF(func(vf *gpu.VF) error { vf.Vanished = false; return nil })},
	{"enable", "PF|ALL [COUNT]", "sriov-manage -e: VFs appear, all unless counted", 1, 2, enable},
	{"disable", "PF|ALL", "sriov-manage -d: VFs go, and their types", 1, 1, onGPUs(func(card *gpu.GPU) error {
		return card.EnableVFs(0)
	})},
	{"mixed", "PF|ALL on|off", "nvidia-smi vgpu -shm: sizes may mix", 2, 2, mixed},
	{"bind", "FUNCTION DRIVER|none", "another driver takes the function, for example vfio-pci", 2, 2, bind},
	{"reboot", "[without-vfs]", "every VM and every type is gone", 0, 1, reboot},
}

// Usage lists the commands.
func Usage() string {
	var usage strings.Builder
	for _, c := range commands {
		fmt.Fprintf(&usage, "  %-32s %s\n", strings.TrimSpace(c.name+" "+c.arguments), c.does)
	}
	return usage.String()
}

func run(host *gpu.Host, words []string) (any, error) {
	if len(words) == 0 {
		return nil, fmt.Errorf("a command is needed; there are\n%s", Usage())
	}
	for _, c := range commands {
		if c.name != words[0] {
			continue
		}
		arguments := words[1:]
		if len(arguments) < c.least || len(arguments) > c.most {
			return nil, fmt.Errorf("usage: %s %s", c.name, c.arguments)
		}
		host.Lock()
		defer host.Unlock()
		return c.run(host, arguments)
	}
	return nil, fmt.Errorf("there is no command %q; there are\n%s", words[0], Usage())
}

func onVF(act func(*gpu.VF) error) func(*gpu.Host, []string) (any, error) {
	return func(host *gpu.Host, words []string) (any, error) {
		vf, err := host.VF(words[0])
		if err != nil {
			return nil, err
		}
		return nil, act(vf)
	}
}

func onGPUs(act func(*gpu.GPU) error) func(*gpu.Host, []string) (any, error) {
	return func(host *gpu.Host, words []string) (any, error) {
		if words[0] != "ALL" {
			card, err := host.GPU(words[0])
			if err != nil {
				return nil, err
			}
			return nil, act(card)
		}
		for _, card := range host.GPUs {
			if card.Mode != gpu.SRIOV || card.Driver == gpu.VFIO {
				continue
			}
			if err := act(card); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
}

func times(set func(*gpu.VF, int)) func(*gpu.Host, []string) (any, error) {
	return func(host *gpu.Host, words []string) (any, error) {
		n, err := count(words[1])
		if err != nil {
			return nil, err
		}
		return onVF(func(vf *gpu.VF) error { set(vf, n); return nil })(host, words)
	}
}

func fail(host *gpu.Host, words []string) (any, error) {
	errno := unix.Errno(0)
	for number := unix.Errno(1); number < 134; number++ {
		if unix.ErrnoName(number) == words[1] {
			errno = number
		}
	}
	if errno == 0 {
		return nil, fmt.Errorf("%q is no errno such as EIO", words[1])
	}
	n, err := count(words[2])
	if err != nil {
		return nil, err
	}
	return onVF(func(vf *gpu.VF) error { vf.Fail(errno, n); return nil })(host, words)
}

func enable(host *gpu.Host, words []string) (any, error) {
	n := -1
	if len(words) == 2 {
		var err error
		if n, err = count(words[1]); err != nil {
			return nil, err
		}
	}
	return onGPUs(func(card *gpu.GPU) error {
		if n < 0 {
			return card.EnableVFs(len(card.VFs))
		}
		return card.EnableVFs(n)
	})(host, words)
}

func mixed(host *gpu.Host, words []string) (any, error) {
	if words[1] != "on" && words[1] != "off" {
		return nil, fmt.Errorf("%q is neither on nor off", words[1])
	}
	return onGPUs(func(card *gpu.GPU) error { return card.MixSizes(words[1] == "on") })(host, words)
}

func bind(host *gpu.Host, words []string) (any, error) {
	driver := words[1]
	if driver == "none" {
		driver = ""
	}
	return nil, host.Bind(words[0], driver)
}

func reboot(host *gpu.Host, words []string) (any, error) {
	if len(words) == 1 && words[0] != "without-vfs" {
		return nil, fmt.Errorf("%q is not without-vfs", words[0])
	}
	host.Reboot(len(words) == 0)
	return nil, nil
}

func count(word string) (int, error) {
	n, err := strconv.ParseUint(word, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%q is not a count", word)
	}
	return int(n), nil
}
