package board

const (
	classVGA = 0x030000
	class3D  = 0x030200
)

const (
	sizes16   = "1:16 2:8 4:4 8:2 16:1"
	sizes24   = "1:24 2:12 3:8 4:6 6:4 8:3 12:2 24:1"
	sizes48   = "1:32 2:24 3:16 4:12 6:8 8:6 12:4 16:3 24:2 48:1"
	sizesDC   = "3:32 4:24 6:16 8:12 12:8 16:6 24:4 32:3 48:2 96:1"
	sizesH200 = "4:32 7:20 8:16 14:10 17:8 28:5 35:4 70:2 141:1"
)

// rows are NVIDIA's boards. Type ids of L40S, and those of the letter Q of RTX6000-Ada, were captured from drivers;
// the other boards' ids only have the same shape, for nothing may depend on them. The subsystem id tells an A2 from
// an A16, whose device id is the same.
var rows = []row{
	{name: "L4", prefix: "NVIDIA L4", device: 0x27b8, subsystem: 0x16ca, class: class3D, frameBuffer: 24, vfs: 32,
		sizes: sizes24, series: "BQAC", ids: 1040},
	{name: "L2", prefix: "NVIDIA L2", device: 0x27b6, subsystem: 0x1933, class: class3D, frameBuffer: 24, vfs: 32,
		sizes: sizes24, series: "BQAC", ids: 1230},
	{name: "A10", prefix: "NVIDIA A10", device: 0x2236, subsystem: 0x1482, class: class3D, frameBuffer: 24, vfs: 32,
		sizes: sizes24, series: "BQAC", ids: 588},
	{name: "L40", prefix: "NVIDIA L40", device: 0x26b5, subsystem: 0x169d, class: class3D, frameBuffer: 48, vfs: 32,
		sizes: sizes48, series: "BQAC", ids: 870},
	{name: "L40S", prefix: "NVIDIA L40S", device: 0x26b9, subsystem: 0x1851, class: class3D, frameBuffer: 48, vfs: 32,
		sizes: sizes48, series: "BQA", ids: 1145,
		more: []Type{{ID: 2164, Name: "NVIDIA L40S-3B", FrameBuffer: 3, Max: 16}}},
	{name: "L20", prefix: "NVIDIA L20", device: 0x26ba, subsystem: 0x1957, class: class3D, frameBuffer: 48, vfs: 32,
		sizes: sizes48, series: "BQAC", ids: 1270},
	{name: "A40", prefix: "NVIDIA A40", device: 0x2235, subsystem: 0x145a, class: class3D, frameBuffer: 48, vfs: 32,
		sizes: sizes48, series: "BQAC", ids: 557},
	{name: "RTX6000-Ada", prefix: "NVIDIA RTX6000-Ada", device: 0x26b1, subsystem: 0x16a1, class: classVGA,
		frameBuffer: 48, vfs: 32, sizes: sizes48, series: "BQAC", ids: 939},
	{name: "RTX5880-Ada", prefix: "NVIDIA RTX5880-Ada", device: 0x26b3, subsystem: 0x1934, class: classVGA,
		frameBuffer: 48, vfs: 32, sizes: sizes48, series: "BQAC", ids: 1310},
	{name: "RTX5000-Ada", prefix: "NVIDIA RTX5000-Ada", device: 0x26b2, subsystem: 0x17fa, class: classVGA,
		frameBuffer: 32, vfs: 32, sizes: "1:32 2:16 4:8 8:4 16:2 32:1", series: "BQAC", ids: 1350},
	{name: "A2", prefix: "NVIDIA A2", device: 0x25b6, subsystem: 0x157e, class: class3D, frameBuffer: 16, vfs: 16,
		sizes: sizes16, series: "BQAC", ids: 745},
	{name: "A16", prefix: "NVIDIA A16", device: 0x25b6, subsystem: 0x14a9, class: class3D, frameBuffer: 16, vfs: 16,
		sizes: sizes16, series: "BQAC", ids: 691},
	{name: "A30", prefix: "GRID A30", device: 0x20b7, subsystem: 0x1532, class: class3D, frameBuffer: 24, vfs: 16,
		sizes: "4:6 6:4 8:3 12:2 24:1", series: "C", ids: 629},
	{name: "A100", prefix: "GRID A100", device: 0x20f1, subsystem: 0x145f, class: class3D, frameBuffer: 40, vfs: 16,
		sizes: "4:10 5:8 8:5 10:4 20:2 40:1", series: "C", ids: 468},
	{name: "A100D", prefix: "GRID A100D", device: 0x20b5, subsystem: 0x1533, class: class3D, frameBuffer: 80, vfs: 20,
		sizes: "4:20 8:10 10:8 16:5 20:4 40:2 80:1", series: "C", ids: 503},
	{name: "H100", prefix: "NVIDIA H100", device: 0x2331, subsystem: 0x1626, class: class3D, frameBuffer: 80, vfs: 32,
		sizes: "4:20 5:16 8:10 10:8 16:5 20:4 40:2 80:1", series: "C", ids: 836},
	{name: "H200", prefix: "NVIDIA H200", device: 0x233b, subsystem: 0x1996, class: class3D, frameBuffer: 141, vfs: 32,
		sizes: sizesH200, series: "C", ids: 1400},
	{name: "H200X", prefix: "NVIDIA H200X", device: 0x2335, subsystem: 0x18be, class: class3D, frameBuffer: 141,
		vfs: 32, sizes: sizesH200, series: "C", ids: 1420},
	{name: "H20", prefix: "NVIDIA H20", device: 0x2329, subsystem: 0x198b, class: class3D, frameBuffer: 96, vfs: 32,
		sizes: "4:24 6:16 8:12 12:8 16:6 24:4 32:3 48:2 96:1", series: "C", ids: 1440},
	{name: "DC", prefix: "NVIDIA RTX Pro 6000 Blackwell DC", device: 0x2bb5, subsystem: 0x204e, class: class3D,
		frameBuffer: 96, vfs: 48, sizes: sizesDC, series: "QAC", ids: 1500,
		more: []Type{{ID: 1499, Name: "NVIDIA RTX Pro 6000 Blackwell DC-2B", FrameBuffer: 2, Max: 32}}},
	{name: "B200X", prefix: "NVIDIA B200X", device: 0x2901, subsystem: 0x1999, class: class3D, frameBuffer: 180,
		vfs: 32, sizes: "180:1", series: "C", ids: 1540},
	{name: "GB200", prefix: "NVIDIA GB200", device: 0x2941, subsystem: 0x2046, class: class3D, frameBuffer: 189,
		vfs: 32, sizes: "189:1", series: "C", ids: 1541},
	{name: "B300X", prefix: "NVIDIA B300X", device: 0x3182, subsystem: 0x20e6, class: class3D, frameBuffer: 269,
		vfs: 32, sizes: "269:1", series: "C", ids: 1542},
	// Before SR-IOV: mediated devices, or nothing.
	{name: "T4", prefix: "GRID T4", device: 0x1eb8, subsystem: 0x12a2, class: class3D, frameBuffer: 16,
		sizes: sizes16, series: "BQAC", ids: 222},
	{name: "P40", prefix: "GRID P40", device: 0x1b38, subsystem: 0x11d9, class: class3D, frameBuffer: 24,
		sizes: sizes24, series: "BQAC", ids: 46},
}
