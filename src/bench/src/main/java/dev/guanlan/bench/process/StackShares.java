package dev.guanlan.bench.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/** Counts the stacks of a Flight Recorder recording by stage of our path and by method on top. */
final class StackShares {

  private static final int MOST_METHODS = 15;
  private static final String OTHER = "other";

  /**
   * Names the stages by what a frame begins with. A stack belongs to the stage of its topmost frame
   * that has one: a decoder called by a source is decoding, not reading.
   */
  private static final Map<String, String> STAGES =
      Map.ofEntries(
          Map.entry("dev.guanlan.codec", "decode"),
          Map.entry("dev.guanlan.job.common.enrich", "enrich"),
          Map.entry("dev.guanlan.topology", "enrich"),
          Map.entry("dev.guanlan.job.ingest", "encode rows"),
          Map.entry("dev.guanlan.store", "encode rows"),
          Map.entry("dev.guanlan.connector.clickhouse", "ClickHouse sink"),
          Map.entry("dev.guanlan.job.common", "job"),
          Map.entry("dev.guanlan.job.common.BlockReader", "serializers"),
          Map.entry("dev.guanlan.job.common.BlockWriter", "serializers"),
          Map.entry("dev.guanlan.job.common.SampleBlockSerializer", "serializers"),
          Map.entry("dev.guanlan.job.alerting", "alerting job"),
          Map.entry("dev.guanlan.job.alerting.SelectSamples", "select samples"),
          Map.entry("dev.guanlan.job.alerting.RuleIndex", "select samples"),
          Map.entry("dev.guanlan.job.alerting.SelectedSamplesSerializer", "serializers"),
          Map.entry("dev.guanlan.job.alerting.LiveWindows", "windows"),
          Map.entry("dev.guanlan.job.alerting.RuleWindows", "windows"),
          Map.entry("dev.guanlan.job.alerting.StoredHistory", "windows"),
          Map.entry("dev.guanlan.job.alerting.LiveSelector", "select windows"),
          Map.entry("dev.guanlan.rules", "alerts, templates"),
          Map.entry("dev.guanlan.promql", "PromQL"),
          Map.entry("dev.guanlan.gateway.kafka", "gateway: produce"),
          Map.entry("dev.guanlan.gateway", "gateway: check"),
          Map.entry("org.apache.kafka.clients.producer", "Kafka producer"),
          Map.entry("org.apache.kafka.clients", "Kafka client"),
          Map.entry("org.apache.kafka", "Kafka"),
          Map.entry("kafka.", "Kafka"),
          Map.entry("org.apache.flink.runtime.checkpoint", "Flink checkpoints"),
          Map.entry("org.apache.flink.runtime.state", "Flink state"),
          Map.entry("org.apache.flink.connector", "Flink source"),
          Map.entry("org.apache.flink", "Flink"),
          Map.entry("com.linecorp.armeria", "HTTP server"),
          Map.entry("io.netty", "HTTP server"),
          Map.entry("jdk.internal.net.http", "HTTP client"));

  private final Map<String, Integer> stages = new HashMap<>();
  private final Map<String, Integer> methods = new HashMap<>();
  private int samples;
  private Duration collecting = Duration.ZERO;

  private StackShares() {}

  /** Counts a recording's stacks of running Java code; waiting threads have none. */
  static StackShares of(Path recording) throws IOException {
    StackShares shares = new StackShares();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        if (event.getEventType().getName().equals("jdk.GarbageCollection")) {
          shares.collecting = shares.collecting.plus(event.getDuration("sumOfPauses"));
        }
        boolean running = event.getEventType().getName().equals("jdk.ExecutionSample");
        RecordedStackTrace stack = event.getStackTrace();
        if (running && stack != null && !stack.getFrames().isEmpty()) {
          shares.add(
              stack.getFrames().stream()
                  .filter(RecordedFrame::isJavaFrame)
                  .map(StackShares::name)
                  .toList());
        }
      }
    }
    return shares;
  }

  /** Adds one stack, the topmost frame first, as {@code package.Type.method}. */
  void add(List<String> frames) {
    samples++;
    methods.merge(frames.isEmpty() ? OTHER : frames.get(0), 1, Integer::sum);
    stages.merge(stage(frames), 1, Integer::sum);
  }

  static String stage(List<String> frames) {
    for (String frame : frames) {
      String best = "";
      for (String prefix : STAGES.keySet()) {
        if (frame.startsWith(prefix) && prefix.length() > best.length()) {
          best = prefix;
        }
      }
      if (!best.isEmpty()) {
        return STAGES.get(best);
      }
    }
    return OTHER;
  }

  /** Returns shares in percent, the greatest first. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("  by stage, of " + samples + " stacks");
    lines.addAll(top(stages, Integer.MAX_VALUE));
    lines.add("  by method");
    lines.addAll(top(methods, MOST_METHODS));
    lines.add(
        String.format(
            Locale.ROOT, "  the collector paused it for %.1f s", collecting.toMillis() / 1e3));
    return lines;
  }

  private List<String> top(Map<String, Integer> counts, int most) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(most)
        .map(
            entry ->
                String.format(
                    Locale.ROOT,
                    "    %5.1f %%  %s",
                    100.0 * entry.getValue() / samples,
                    entry.getKey()))
        .toList();
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }
}
