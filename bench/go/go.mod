module vgpu-steward/bench

go 1.26
