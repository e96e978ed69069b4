package board

import "testing"

func TestEveryBoardIsConsistent(t *testing.T) {
	for _, name := range Names() {
		b, err := Find(name)
		if err != nil {
			t.Fatal(err)
		}
		ids := map[int]bool{}
		for _, vgpu := range b.Types {
			if ids[vgpu.ID] {
				t.Errorf("%s: two types have the id %d", name, vgpu.ID)
			}
			ids[vgpu.ID] = true
			if vgpu.Max > min(TimeSliced, b.FrameBuffer/vgpu.FrameBuffer) {
				t.Errorf("%s: %d instances of %s do not fit", name, vgpu.Max, vgpu.Name)
			}
		}
		if len(ids) == 0 {
			t.Errorf("%s has no types", name)
		}
	}
}

func TestL40SHasTheIdsThatWereCaptured(t *testing.T) {
	b, err := Find("L40S")
	if err != nil {
		t.Fatal(err)
	}
	captured := map[int]string{1145: "L40S-1B", 1146: "L40S-2B", 1147: "L40S-1Q", 1148: "L40S-2Q", 1149: "L40S-3Q",
		1150: "L40S-4Q", 1151: "L40S-6Q", 1152: "L40S-8Q", 1153: "L40S-12Q", 1154: "L40S-16Q", 1155: "L40S-24Q",
		1156: "L40S-48Q", 1157: "L40S-1A", 1166: "L40S-48A", 2164: "L40S-3B"}
	found := map[int]string{}
	for _, vgpu := range b.Types {
		found[vgpu.ID] = vgpu.Profile()
	}
	for id, profile := range captured {
		if found[id] != profile {
			t.Errorf("%d is %q, not %q", id, found[id], profile)
		}
	}
	if len(b.Types) != 23 {
		t.Errorf("%d types", len(b.Types))
	}
}

func TestRTX6000AdaHasTheIdsOfTheUpstreamDriversDocumentation(t *testing.T) {
	b, _ := Find("RTX6000-Ada")
	for _, vgpu := range b.Types {
		if vgpu.ID == 941 && vgpu.Profile() != "RTX6000-Ada-1Q" || vgpu.ID == 950 && vgpu.Profile() != "RTX6000-Ada-48Q" {
			t.Errorf("%d is %s", vgpu.ID, vgpu.Name)
		}
	}
}

func TestFind_unknownBoard(t *testing.T) {
	if _, err := Find("GeForce"); err == nil {
		t.Error("found")
	}
}
