package io.vgpusteward.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vgpusteward.cluster.file.FileCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidateTest {
  private static final String LEASE = "a-lease";

  @TempDir private Path folder;
  private final List<String> log = new ArrayList<>();

  /** A controller as they are: its term needs what the controller has set. */
  private final class Owner {
    private final Candidate<Candidate.Term> candidate;
    private final String set;

    Owner(Cluster cluster) {
      candidate = new Candidate<>(cluster, LEASE, this::begin);
      set = "set";
    }

    private Candidate.Term begin() {
      log.add("begin " + set);
      return () -> log.add("end");
    }
  }

  @Test
  void leaderFromTheStart_findsItsOwnerMade_andEndsOnce() {
    try (FileCluster cluster = FileCluster.open(folder)) {
      Owner owner = new Owner(cluster);
      assertThat(log).isEmpty();
      assertThat(owner.candidate.term()).isEmpty();

      owner.candidate.start();
      assertThat(log).containsExactly("begin set");
      assertThat(owner.candidate.term()).isPresent();

      owner.candidate.close();
      owner.candidate.close();
      assertThat(log).containsExactly("begin set", "end");
      assertThat(owner.candidate.term()).isEmpty();
    }
  }

  @Test
  void closedBeforeItStands_leavesItsSeat_andBeginsNothing() {
    try (FileCluster cluster = FileCluster.open(folder)) {
      Owner owner = new Owner(cluster);
      owner.candidate.close();
      owner.candidate.start();
      assertThat(log).isEmpty();
      assertThat(owner.candidate.term()).isEmpty();
    }
  }
}
