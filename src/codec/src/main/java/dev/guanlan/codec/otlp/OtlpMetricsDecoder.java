package dev.guanlan.codec.otlp;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.codec.series.SeriesMemory;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Decodes OTLP metrics requests into Prometheus series, as Prometheus' OTLP receiver translates
 * them with its default settings: units and types become suffixes, explicit histograms {@code
 * _bucket}, {@code _sum} and {@code _count}, exponential ones native histograms, and what a
 * resource says besides its identity {@code target_info}. Scopes are no labels, as there.
 *
 * <p>Series of delta temporality are marked as such: their samples are changes, to be added up. A
 * point without a time has the time its request was received at; one flagged as having no recorded
 * value becomes a staleness marker. A series that came before costs no labels, see {@link
 * PointSeries}.
 *
 * <p>Points without a value, of sums and histograms without a temporality, and of exponential
 * histograms with a scale below -4 mean nothing in Prometheus; they are passed over and counted.
 */
public final class OtlpMetricsDecoder implements Decoder<SampleBlock> {

  private static final int NAME = 1 << 3 | 2;
  private static final int DESCRIPTION = 2 << 3 | 2;
  private static final int UNIT = 3 << 3 | 2;
  private static final int GAUGE = 5 << 3 | 2;
  private static final int SUM = 7 << 3 | 2;
  private static final int HISTOGRAM = 9 << 3 | 2;
  private static final int EXPONENTIAL_HISTOGRAM = 10 << 3 | 2;
  private static final int SUMMARY = 11 << 3 | 2;
  private static final int POINTS = 1 << 3 | 2;
  private static final int TEMPORALITY = 2 << 3;
  private static final int IS_MONOTONIC = 3 << 3;
  private static final int DELTA = 1;
  private static final int CUMULATIVE = 2;

  /** How often {@code target_info} is told between the earliest and the latest sample. */
  private static final long INFO_INTERVAL_MILLIS = 150_000;

  /** How often at most: a point of 1970 would make millions of it. */
  private static final int MOST_INFOS = 100;

  private final OtlpInput input;
  private final ProtoReader in;
  private final AttributesReader attributes;
  private final RequestWalk walk;
  private final SeriesLabels labels;
  private final PointSeries series;
  private final PointReader points;
  private final ExponentialReader exponential;
  private final PointColumns columns;
  private final MetricNames names = new MetricNames();
  private final Set<MetricMetadata> metadata = new LinkedHashSet<>();
  private long unsupportedPoints;

  /** Makes a decoder that remembers a hundred thousand series. */
  public OtlpMetricsDecoder(DecoderLimits limits) {
    this(limits, new SeriesMemory(SeriesMemory.DEFAULT_SERIES));
  }

  /**
   * Makes a decoder.
   *
   * @param memory remembers the series; for this decoder's thread alone
   */
  public OtlpMetricsDecoder(DecoderLimits limits, SeriesMemory memory) {
    input = new OtlpInput(limits);
    in = input.in;
    attributes = new AttributesReader(input);
    walk = new RequestWalk(input, attributes);
    labels = new SeriesLabels(input);
    series = new PointSeries(input, attributes, labels, memory);
    ExemplarReader exemplars = new ExemplarReader(input);
    points = new PointReader(input, series, exemplars);
    exponential = new ExponentialReader(input, series, exemplars);
    columns = new PointColumns(input);
  }

  /** Returns how many data points of the payload decoded last have no translation. */
  @Override
  public long unsupported() {
    return unsupportedPoints;
  }

  @Override
  public SampleBlock decode(RawRecord raw) throws MalformedPayloadException {
    unsupportedPoints = 0;
    columns.start(raw.receivedAtMillis());
    try {
      input.open(raw);
      series.tenant(raw.tenant());
      walk.walk(new Metrics());
      for (MetricMetadata what : metadata) {
        columns.all().metadata(what);
      }
      return columns.all().block(raw.tenant(), raw.origin());
    } finally {
      input.close();
      attributes.clear();
      metadata.clear();
      columns.all().clear();
    }
  }

  private final class Metrics implements RequestWalk.Visitor {
    private Labels resource = Labels.EMPTY;

    @Override
    public void resource(Labels attributesOfResource) throws MalformedPayloadException {
      input.countEntry();
      resource = attributesOfResource;
      series.resource(resource);
      columns.startResource();
    }

    @Override
    public void scope(String name) {}

    @Override
    public void item() throws MalformedPayloadException {
      readMetric();
    }

    @Override
    public void endScope() {}

    @Override
    public void endResource() throws MalformedPayloadException {
      if (!columns.hasSamplesOfResource()) {
        return;
      }
      Labels info = labels.targetInfo(resource);
      if (info != null) {
        columns.info(info, series.idOf(info), INFO_INTERVAL_MILLIS, MOST_INFOS);
      }
    }
  }

  private void readMetric() throws MalformedPayloadException {
    int start = in.position();
    String name = "";
    String unit = "";
    String help = "";
    int data = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case NAME -> name = in.text("a metric's name", input.limits.maxLabelNameBytes());
        case DESCRIPTION ->
            help = in.text("a metric's description", input.limits.maxLabelValueBytes());
        case UNIT -> unit = in.text("a metric's unit", input.limits.maxLabelNameBytes());
        case GAUGE, SUM, HISTOGRAM, EXPONENTIAL_HISTOGRAM, SUMMARY -> {
          data = tag;
          in.skip(tag);
        }
        default -> in.skip(tag);
      }
    }
    if (data == 0) {
      return;
    }
    if (name.isEmpty()) {
      throw in.malformed("a metric without a name", start);
    }
    input.budget.chargeText(name.length() + unit.length());
    in.moveTo(start, in.limit());
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == data) {
        int outer = in.enter();
        readData(data, name, unit, help);
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
  }

  private void readData(int data, String name, String unit, String help)
      throws MalformedPayloadException {
    int start = in.position();
    long temporality = 0;
    boolean monotonic = false;
    long count = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case TEMPORALITY -> temporality = in.varint();
        case IS_MONOTONIC -> monotonic = in.varint() != 0;
        default -> {
          count += tag == POINTS ? 1 : 0;
          in.skip(tag);
        }
      }
    }
    boolean adds = data == SUM || data == HISTOGRAM || data == EXPONENTIAL_HISTOGRAM;
    if (adds && temporality != CUMULATIVE && temporality != DELTA) {
      unsupportedPoints += count;
      return;
    }
    MetricKind kind = MetricKind.OTHER;
    if (data == GAUGE) {
      kind = MetricKind.GAUGE;
    } else if (data == SUM && monotonic) {
      kind = MetricKind.COUNTER;
    }
    String translated = names.translate(name, unit, kind);
    if (translated.isEmpty()) {
      throw in.malformed(
          "a metric with the name "
              + Excerpt.of(name)
              + ", of which nothing is allowed in Prometheus,",
          start);
    }
    series.metric(translated);
    columns.delta(adds && temporality == DELTA);
    in.moveTo(start, in.limit());
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == POINTS) {
        int outer = in.enter();
        unsupportedPoints += readPoint(data) ? 0 : 1;
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
    if (count > 0) {
      describe(translated, type(data, monotonic), help, MetricNames.unit(unit));
    }
  }

  private boolean readPoint(int data) throws MalformedPayloadException {
    switch (data) {
      case HISTOGRAM -> points.readHistogram(columns);
      case SUMMARY -> points.readSummary(columns);
      case EXPONENTIAL_HISTOGRAM -> {
        return exponential.read(columns);
      }
      default -> {
        return points.readNumber(columns, data == SUM);
      }
    }
    return true;
  }

  private static MetricMetadata.Type type(int data, boolean monotonic) {
    return switch (data) {
      case SUM -> monotonic ? MetricMetadata.Type.COUNTER : MetricMetadata.Type.GAUGE;
      case HISTOGRAM, EXPONENTIAL_HISTOGRAM -> MetricMetadata.Type.HISTOGRAM;
      case SUMMARY -> MetricMetadata.Type.SUMMARY;
      default -> MetricMetadata.Type.GAUGE;
    };
  }

  /** Notes what is known of a metric, once for all resources of the request. */
  private void describe(String metric, MetricMetadata.Type type, String help, String unit)
      throws MalformedPayloadException {
    if (metadata.add(new MetricMetadata(metric, type, help, unit))) {
      input.budget.chargeText(metric.length() + help.length());
    }
  }
}
