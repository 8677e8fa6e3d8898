package dev.guanlan.bench.nodes;

import static dev.guanlan.codec.protobuf.ProtoWriter.fieldSize;
import static dev.guanlan.codec.protobuf.ProtoWriter.varintSize;

import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.model.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.xerial.snappy.Snappy;

/**
 * Makes remote-write 1.0 requests as a Prometheus that scrapes a fleet of nodes sends them: every
 * node every 15 s, each at its own moment of the interval, 2,000 samples of as many series a
 * request unless told otherwise, compressed by snappy. The same seed gives the same series and
 * values. For one thread.
 */
public final class NodeFleet {

  /** Between two scrapes of a node. */
  public static final int INTERVAL_MILLIS = 15_000;

  /** What Prometheus' queue sends at once, {@code max_samples_per_send}. */
  public static final int SAMPLES_A_REQUEST = 2_000;

  private static final int SERIES_A_NODE = 1_000;

  /** One scrape in so many starts a little late. */
  private static final int LATE_SCRAPES = 50;

  private static final int MOST_LATE_MILLIS = 40;

  private static final int TIMESERIES = 1 << 3 | 2;
  private static final int LABELS = 1 << 3 | 2;
  private static final int SAMPLES = 2 << 3 | 2;
  private static final int VALUE = 1 << 3 | 1;
  private static final int TIMESTAMP = 2 << 3;

  private final List<NodeSeries> nodes = new ArrayList<>();
  private final List<byte[][]> encodedLabels = new ArrayList<>();
  private final int[] moments;
  private final SplittableRandom random;
  private final int series;
  private final int samplesARequest;

  /** Milliseconds between the parts of a node that takes more than one request; 0 if none does. */
  private final int betweenParts;

  /** Takes the requests of a scrape, in the order in which they are sent. */
  @FunctionalInterface
  public interface Requests {

    /**
     * Takes a request.
     *
     * @param sender which sender it comes from: a series has the same one at every scrape
     * @param samples how many samples it carries
     * @param newestMillis the time of its newest sample, milliseconds since the epoch
     * @param body as sent
     */
    void add(int sender, int samples, long newestMillis, byte[] body)
        throws IOException, InterruptedException;
  }

  /** Takes the samples of a scrape. */
  @FunctionalInterface
  public interface Samples {

    /** Takes the sample of a series. */
    void add(Labels labels, long timestampMillis, double value);
  }

  /** Makes a fleet with so many series together. */
  public NodeFleet(int series, long seed) {
    this(series, seed, SAMPLES_A_REQUEST);
  }

  /**
   * Makes a fleet with so many series together, which sends so many samples at once. Nodes with
   * more than that send as several would, each at its own moment.
   */
  public NodeFleet(int series, long seed, int samplesARequest) {
    this.series = series;
    this.samplesARequest = samplesARequest;
    for (int left = series; left > 0; left -= nodes.get(nodes.size() - 1).size()) {
      NodeSeries node = new NodeSeries(seed, nodes.size(), Math.min(left, SERIES_A_NODE));
      nodes.add(node);
      byte[][] texts = new byte[node.size()][];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = encoded(node.labels(i));
      }
      encodedLabels.add(texts);
    }
    int parts = SERIES_A_NODE / samplesARequest;
    betweenParts = parts > 1 ? INTERVAL_MILLIS / nodes.size() / parts : 0;
    random = new SplittableRandom(seed);
    moments = new int[nodes.size()];
    for (int n = 0; n < moments.length; n++) {
      // Requests are sent in the order of their scrapes.
      moments[n] = (int) ((long) INTERVAL_MILLIS * n / moments.length) + random.nextInt(100);
    }
  }

  /** Returns how many series there are. */
  public int series() {
    return series;
  }

  /** Returns how many nodes there are. */
  public int nodes() {
    return nodes.size();
  }

  /** Hands over the labels of each series. */
  public void forEachSeries(Consumer<Labels> to) {
    for (NodeSeries node : nodes) {
      for (int i = 0; i < node.size(); i++) {
        to.accept(node.labels(i));
      }
    }
  }

  /**
   * Scrapes every node once more.
   *
   * @param beginMillis when the interval begins, milliseconds since the epoch
   * @param longestWait how many milliseconds the first sample of a request waits for the last at
   *     most; a node is never parted for it
   */
  public void scrape(long beginMillis, int longestWait, Requests to)
      throws IOException, InterruptedException {
    ProtoWriter request = new ProtoWriter();
    int sender = 0;
    int samples = 0;
    int firstMoment = 0;
    long newest = 0;
    for (int n = 0; n < nodes.size(); n++) {
      NodeSeries node = nodes.get(n);
      node.scrape();
      if (samples > 0 && moments[n] - firstMoment > longestWait) {
        to.add(sender++, samples, newest, compressed(request));
        request.reset();
        samples = 0;
      }
      long scraped = timestamp(beginMillis, n);
      for (int i = 0; i < node.size(); i++) {
        // One that sends in parts scrapes them one after the other.
        long timestamp = scraped + (long) (i / samplesARequest) * betweenParts;
        if (samples == 0) {
          firstMoment = moments[n];
          newest = timestamp;
        }
        append(request, encodedLabels.get(n)[i], node.value(i), timestamp);
        newest = Math.max(newest, timestamp);
        samples++;
        if (samples == samplesARequest) {
          to.add(sender++, samples, newest, compressed(request));
          request.reset();
          samples = 0;
        }
      }
    }
    if (samples > 0) {
      to.add(sender, samples, newest, compressed(request));
    }
  }

  /** Scrapes every node once more, and hands over the samples as they are. */
  public void scrape(long beginMillis, Samples to) {
    for (int n = 0; n < nodes.size(); n++) {
      NodeSeries node = nodes.get(n);
      node.scrape();
      long timestamp = timestamp(beginMillis, n);
      for (int i = 0; i < node.size(); i++) {
        to.add(node.labels(i), timestamp, node.value(i));
      }
    }
  }

  private long timestamp(long beginMillis, int node) {
    boolean late = random.nextInt(LATE_SCRAPES) == 0;
    return beginMillis + moments[node] + (late ? random.nextInt(MOST_LATE_MILLIS) : 0);
  }

  private static void append(ProtoWriter out, byte[] labels, double value, long timestamp) {
    int sampleSize = (value == 0 ? 0 : 9) + 1 + varintSize(timestamp);
    out.varint(TIMESERIES);
    out.varint(labels.length + fieldSize(sampleSize));
    out.raw(labels);
    out.varint(SAMPLES);
    out.varint(sampleSize);
    if (value != 0) {
      out.varint(VALUE);
      out.fixed64(Double.doubleToRawLongBits(value));
    }
    out.varint(TIMESTAMP);
    out.varint(timestamp);
  }

  private static byte[] encoded(Labels labels) {
    ProtoWriter out = new ProtoWriter();
    for (int i = 0; i < labels.size(); i++) {
      byte[] name = labels.name(i).getBytes(StandardCharsets.UTF_8);
      byte[] value = labels.value(i).getBytes(StandardCharsets.UTF_8);
      out.varint(LABELS);
      out.varint(fieldSize(name.length) + fieldSize(value.length));
      out.field(1 << 3 | 2, name);
      out.field(2 << 3 | 2, value);
    }
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private static byte[] compressed(ProtoWriter request) throws IOException {
    byte[] room = new byte[Snappy.maxCompressedLength(request.length())];
    int length = Snappy.compress(request.bytes(), 0, request.length(), room, 0);
    return Arrays.copyOf(room, length);
  }
}
