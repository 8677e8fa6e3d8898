package dev.guanlan.bench.ingest;

import static dev.guanlan.codec.protobuf.ProtoWriter.fieldSize;
import static dev.guanlan.codec.protobuf.ProtoWriter.varintSize;

import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.model.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.xerial.snappy.Snappy;

/**
 * Writes remote-write 1.0 requests as a Prometheus that scrapes a fleet of nodes sends them: every
 * node every 15 s, each at its own moment of the interval, 2,000 samples of as many series a
 * request, compressed by snappy.
 */
final class SamplesFile {

  /** Between two scrapes of a node. */
  static final int INTERVAL_MILLIS = 15_000;

  /** What Prometheus' queue sends at once, {@code max_samples_per_send}. */
  static final int SAMPLES_A_REQUEST = 2_000;

  private static final int SERIES_A_NODE = 1_000;

  /** One scrape in so many starts a little late. */
  private static final int LATE_SCRAPES = 50;

  private static final int MOST_LATE_MILLIS = 40;

  private static final int TIMESERIES = 1 << 3 | 2;
  private static final int LABELS = 1 << 3 | 2;
  private static final int SAMPLES = 2 << 3 | 2;
  private static final int VALUE = 1 << 3 | 1;
  private static final int TIMESTAMP = 2 << 3;

  private final long seed;
  private final List<NodeSeries> nodes = new ArrayList<>();
  private final List<byte[][]> encodedLabels = new ArrayList<>();
  private final int series;

  /** Makes a fleet with so many series together. */
  SamplesFile(int series, long seed) {
    this.series = series;
    this.seed = seed;
    for (int left = series; left > 0; left -= nodes.get(nodes.size() - 1).size()) {
      NodeSeries node = new NodeSeries(seed, nodes.size(), Math.min(left, SERIES_A_NODE));
      nodes.add(node);
      byte[][] texts = new byte[node.size()][];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = encoded(node.labels(i));
      }
      encodedLabels.add(texts);
    }
  }

  /**
   * Writes whole scrapes of the fleet, at least so many samples.
   *
   * @param path the file
   * @param samples how many samples at least
   * @param endMillis when the newest scrape was
   */
  RequestFile write(Path path, long samples, long endMillis) throws IOException {
    int scrapes = Math.toIntExact((samples + series - 1) / series);
    SplittableRandom random = new SplittableRandom(seed);
    int[] moments = new int[nodes.size()];
    for (int n = 0; n < moments.length; n++) {
      // Requests are sent in the order of their scrapes.
      moments[n] = (int) ((long) INTERVAL_MILLIS * n / moments.length) + random.nextInt(100);
    }
    long begin = endMillis - (long) scrapes * INTERVAL_MILLIS;
    RequestFile.Writer writer = new RequestFile.Writer(path, Signal.METRICS);
    try (writer) {
      for (int scrape = 0; scrape < scrapes; scrape++) {
        write(writer, begin + (long) scrape * INTERVAL_MILLIS, moments, random);
      }
    }
    return writer.file();
  }

  private void write(RequestFile.Writer writer, long begin, int[] moments, SplittableRandom random)
      throws IOException {
    ProtoWriter request = new ProtoWriter();
    int sender = 0;
    int samples = 0;
    for (int n = 0; n < nodes.size(); n++) {
      NodeSeries node = nodes.get(n);
      node.scrape();
      boolean late = random.nextInt(LATE_SCRAPES) == 0;
      long timestamp = begin + moments[n] + (late ? random.nextInt(MOST_LATE_MILLIS) : 0);
      for (int i = 0; i < node.size(); i++) {
        append(request, encodedLabels.get(n)[i], node.value(i), timestamp);
        samples++;
        if (samples == SAMPLES_A_REQUEST) {
          writer.add(new RequestFile.Request(sender++, samples, compressed(request)));
          request.reset();
          samples = 0;
        }
      }
    }
    if (samples > 0) {
      writer.add(new RequestFile.Request(sender, samples, compressed(request)));
    }
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
