package dev.guanlan.bench.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.bench.send.Sender;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeFeedTest {

  /** Acknowledges everything, and has each probe's alert accepted at once. */
  private static final class AnsweringSender implements Sender {
    private final List<Integer> sent = new ArrayList<>();
    private ProbeFeed feed;

    @Override
    public void send(int sender, byte[] body) {
      sent.add(sender);
      if (feed != null) {
        feed.accepted(sender, System.currentTimeMillis());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void groupsOfEveryIntervalSeeProbes() throws Exception {
    List<RuleGroup> groups = RuleFiles.parse(ProbeFeed.rules(List.of("100ms", "15s")), "p.yaml");
    assertThat(groups).hasSize(40);
    assertThat(groups.stream().map(RuleGroup::intervalMillis).distinct())
        .containsExactly(100L, 15_000L);
    assertThat(groups.stream().map(group -> group.rules().get(0).expr()).distinct()).hasSize(40);
  }

  @Test
  void probesAreSentInTurnAndEndedOnceWhenTheirAlertsAreAccepted() throws Exception {
    AnsweringSender sender = new AnsweringSender();
    ProbeFeed feed = new ProbeFeed(List.of("1s", "15s"), sender, 1);
    sender.feed = feed;
    feed.send(System.currentTimeMillis() + 3_000);
    List<Probe> probes = feed.probes();
    assertThat(probes).hasSizeGreaterThan(2).allMatch(Probe::isOver);
    assertThat(probes.stream().map(Probe::interval)).contains("1s", "15s");
    // The last may not be ended yet.
    assertThat(sender.sent).containsOnlyOnce(probes.size() - 1);
    assertThat(sender.sent.stream().filter(number -> number == 0)).hasSize(2);
  }

  @Test
  void alertsOfNoProbeAreLeftOut() {
    ProbeFeed feed = new ProbeFeed(List.of("1s"), new AnsweringSender(), 1);
    feed.accepted(17, 0);
    assertThat(feed.probes()).isEmpty();
  }
}
