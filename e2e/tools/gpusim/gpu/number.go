package gpu

import (
	"errors"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// parseLong reads what the kernel's kstrtol reads in base 10: one trailing newline is fine, blanks are not.
func parseLong(text string) (int64, unix.Errno) {
	digits := strings.TrimSuffix(text, "\n")
	unsigned := strings.TrimPrefix(digits, "-")
	if unsigned == digits {
		unsigned = strings.TrimPrefix(digits, "+")
	}
	if !decimal(unsigned) {
		return 0, unix.EINVAL
	}
	number, err := strconv.ParseInt(digits, 10, 64)
	return number, numberErrno(err)
}

// parseUnsignedLong is kstrtoul: a sign must not be a minus.
func parseUnsignedLong(text string) (uint64, unix.Errno) {
	digits := strings.TrimPrefix(strings.TrimSuffix(text, "\n"), "+")
	if !decimal(digits) {
		return 0, unix.EINVAL
	}
	number, err := strconv.ParseUint(digits, 10, 64)
	return number, numberErrno(err)
}

func decimal(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

func numberErrno(err error) unix.Errno {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, strconv.ErrRange):
		return unix.ERANGE
	default:
		return unix.EINVAL
	}
}
