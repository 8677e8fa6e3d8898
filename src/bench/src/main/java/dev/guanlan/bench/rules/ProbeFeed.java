package dev.guanlan.bench.rules;

import dev.guanlan.bench.send.Sender;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.promql.engine.StaleMarker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Sends probes, each a series of its own with one sample at the time it is sent, and ends the
 * series when its alert was accepted. {@link #send} is for one thread, {@link #accepted} for any.
 */
final class ProbeFeed {

  static final String METRIC = "probe_value";

  /** The label that tells probes apart. */
  static final String NUMBER = "probe";

  private static final String INTERVAL = "interval";
  private static final String GROUP = "group";

  /** How many groups of each interval there are, which tick at different moments. */
  private static final int GROUPS = 20;

  /** Between two probes; random, so that they come at all moments of an interval. */
  private static final int SHORTEST_PAUSE_MILLIS = 50;

  private static final int LONGEST_PAUSE_MILLIS = 150;

  private final List<String> intervals;
  private final Sender sender;
  private final SplittableRandom random;
  private final RemoteWriteEncoder encoder = new RemoteWriteEncoder();
  private final Map<Integer, Probe> sent = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Integer> accepted = new ConcurrentLinkedQueue<>();

  /**
   * Makes a feed.
   *
   * @param intervals of the groups that see probes, in turn
   */
  ProbeFeed(List<String> intervals, Sender sender, long seed) {
    this.intervals = intervals;
    this.sender = sender;
    random = new SplittableRandom(seed);
  }

  /** Returns a rule file with the groups that see the probes. */
  static String rules(List<String> intervals) {
    StringBuilder yaml = new StringBuilder("groups:\n");
    for (String interval : intervals) {
      for (int group = 0; group < GROUPS; group++) {
        yaml.append("  - name: probe-%s-%02d\n".formatted(interval, group))
            .append("    interval: ")
            .append(interval)
            .append("\n    rules:\n      - alert: Probe\n        expr: '")
            .append(METRIC)
            .append("{interval=\"%s\", group=\"%02d\"} > 0'\n".formatted(interval, group));
      }
    }
    return yaml.toString();
  }

  /** Sends probes until a time, in milliseconds since the epoch. */
  void send(long untilMillis) throws IOException, InterruptedException {
    int number = 0;
    while (System.currentTimeMillis() < untilMillis) {
      Thread.sleep(random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
      endAccepted();
      Probe probe = new Probe(intervals.get(number % intervals.size()), System.currentTimeMillis());
      sent.put(number, probe);
      sender.send(number, body(number, probe, probe.sampledMillis(), 1));
      sender.flush();
      probe.acknowledged(System.currentTimeMillis());
      number++;
    }
  }

  /** Tells of an alert that was accepted; later tidings of the same are left out. */
  void accepted(int number, long tickMillis) {
    Probe probe = sent.get(number);
    if (probe != null && probe.accepted(tickMillis, System.currentTimeMillis())) {
      accepted.add(number);
    }
  }

  /** Ends the series of what was accepted, which is of no more use. */
  private void endAccepted() throws IOException, InterruptedException {
    for (Integer number = accepted.poll(); number != null; number = accepted.poll()) {
      Probe probe = sent.get(number);
      if (probe != null) {
        sender.send(number, body(number, probe, System.currentTimeMillis(), StaleMarker.VALUE));
      }
    }
  }

  private byte[] body(int number, Probe probe, long timestampMillis, double value) {
    int group = number / intervals.size() % GROUPS;
    return encoder.encode(
        SampleBlock.builder("", Origin.NONE)
            .series(
                Labels.of(
                    Labels.METRIC_NAME,
                    METRIC,
                    INTERVAL,
                    probe.interval(),
                    GROUP,
                    "%02d".formatted(group),
                    NUMBER,
                    Integer.toString(number)))
            .sample(timestampMillis, value)
            .build());
  }

  /** Returns all probes that were sent. */
  List<Probe> probes() {
    return new ArrayList<>(sent.values());
  }
}
