package dev.guanlan.codec.otlp;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.codec.series.Fingerprint;
import dev.guanlan.codec.series.SeriesMemory;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds the series of data points: one that came before by the fingerprint of its target, its
 * metric's name and the bytes of the point's attributes, without reading any of them.
 */
final class PointSeries {

  /** Says which of a point's series is meant. */
  enum Part {
    /** The series of the metric's own name. */
    VALUE("", ""),
    /** The sum of a histogram or summary. */
    SUM("_sum", ""),
    /** The count of a histogram or summary. */
    COUNT("_count", ""),
    /** A bucket of a histogram, by its upper bound. */
    BUCKET("_bucket", "le"),
    /** A quantile of a summary. */
    QUANTILE("", "quantile");

    private final String suffix;
    private final String label;

    Part(String suffix, String label) {
      this.suffix = suffix;
      this.label = label;
    }
  }

  private static final int MAX_REMEMBERED_NUMBERS = 4096;

  private final ProtoReader in;
  private final AttributesReader attributes;
  private final SeriesLabels labels;
  private final SeriesMemory memory;
  private final Fingerprint fingerprint;
  private final Map<Double, String> numbers = new HashMap<>();
  private String metric = "";
  private long targetHigh;
  private long targetLow;
  private long metricHigh;
  private long metricLow;
  private long pointHigh;
  private long pointLow;
  private boolean rememberable;
  private boolean attributesRead;
  private int attributesTag;
  private int attributesFrom;
  private int attributesTo;

  PointSeries(
      OtlpInput input, AttributesReader attributes, SeriesLabels labels, SeriesMemory memory) {
    this.in = input.in;
    this.attributes = attributes;
    this.labels = labels;
    this.memory = memory;
    this.fingerprint = memory.fingerprint();
  }

  void tenant(String tenant) {
    memory.tenant(tenant);
  }

  /** Says which resource the metrics that follow are of. */
  void resource(Labels resource) {
    labels.resource(resource);
    byte[] target = (labels.job() + '\n' + labels.instance()).getBytes(StandardCharsets.UTF_8);
    of(memory.tenantHigh(), memory.tenantLow(), target);
    targetHigh = fingerprint.high();
    targetLow = fingerprint.low();
  }

  /** Says which metric the points that follow are of, by its translated name. */
  void metric(String name) {
    metric = name;
    of(targetHigh, targetLow, name.getBytes(StandardCharsets.UTF_8));
    metricHigh = fingerprint.high();
    metricLow = fingerprint.low();
  }

  private void of(long ownerHigh, long ownerLow, byte[] text) {
    rememberable = text.length <= Fingerprint.MAX_BYTES;
    fingerprint.of(ownerHigh, ownerLow, text, 0, rememberable ? text.length : 0);
  }

  /**
   * Says which attributes the current point has: all fields {@code tag} among {@code from} to
   * {@code to}.
   *
   * @param alone whether there are no other fields among them
   */
  void point(int tag, int from, int to, boolean alone) {
    attributesTag = tag;
    attributesFrom = from;
    attributesTo = to;
    attributesRead = false;
    rememberable = alone && to - from <= Fingerprint.MAX_BYTES;
    if (rememberable) {
      fingerprint.of(metricHigh, metricLow, in.bytes(), from, to);
      pointHigh = fingerprint.high();
      pointLow = fingerprint.low();
    }
  }

  /**
   * Finds one of the point's series; {@link #labels} and {@link #idHigh} with {@link #idLow} are
   * its from then on.
   *
   * @param number the bucket's bound or the quantile; 0 for other parts
   */
  @SuppressWarnings("EnumOrdinal") // Within one process, and only in here.
  void find(Part part, double number) throws MalformedPayloadException {
    if (rememberable) {
      fingerprint.of(pointHigh, pointLow, part.ordinal(), Double.doubleToRawLongBits(number));
      if (memory.find(fingerprint.high(), fingerprint.low())) {
        return;
      }
    }
    if (!attributesRead) {
      readAttributes();
    }
    Labels made =
        part.label.isEmpty()
            ? labels.series(metric + part.suffix, null, "")
            : labels.series(metric + part.suffix, part.label, text(number));
    if (rememberable) {
      memory.put(fingerprint.high(), fingerprint.low(), made);
    } else {
      memory.take(made);
    }
  }

  private void readAttributes() throws MalformedPayloadException {
    int position = in.position();
    int limit = in.limit();
    attributes.clear();
    in.moveTo(attributesFrom, attributesTo);
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == attributesTag) {
        attributes.read();
      } else {
        in.skip(tag);
      }
    }
    in.moveTo(position, limit);
    labels.point(attributes);
    attributesRead = true;
  }

  Labels labels() {
    return memory.labels();
  }

  long idHigh() {
    return memory.idHigh();
  }

  long idLow() {
    return memory.idLow();
  }

  /** Returns the identity of a series that is not to be remembered. */
  SeriesId idOf(Labels series) {
    return memory.id(series);
  }

  private String text(double number) {
    if (numbers.size() >= MAX_REMEMBERED_NUMBERS) {
      numbers.clear();
    }
    return numbers.computeIfAbsent(number, Numbers::plain);
  }
}
