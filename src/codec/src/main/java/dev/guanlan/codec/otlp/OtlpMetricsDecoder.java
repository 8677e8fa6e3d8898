package dev.guanlan.codec.otlp;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;

/**
 * Decodes OTLP metrics requests into Prometheus series, as Prometheus' OTLP receiver translates
 * them: units and types become suffixes, explicit histograms {@code _bucket}, {@code _sum} and
 * {@code _count}, and what a resource says besides its identity {@code target_info}.
 *
 * <p>What has no cumulative meaning in Prometheus (sums and histograms of delta temporality) and
 * exponential histograms are passed over and counted. A point without a time has the time its
 * request was received at; one flagged as having no recorded value becomes a staleness marker.
 */
public final class OtlpMetricsDecoder implements Decoder<SampleBlock> {

  private static final int NAME = 1 << 3 | 2;
  private static final int UNIT = 3 << 3 | 2;
  private static final int GAUGE = 5 << 3 | 2;
  private static final int SUM = 7 << 3 | 2;
  private static final int HISTOGRAM = 9 << 3 | 2;
  private static final int EXPONENTIAL_HISTOGRAM = 10 << 3 | 2;
  private static final int SUMMARY = 11 << 3 | 2;
  private static final int POINTS = 1 << 3 | 2;
  private static final int TEMPORALITY = 2 << 3;
  private static final int IS_MONOTONIC = 3 << 3;
  private static final int CUMULATIVE = 2;

  private final OtlpInput input;
  private final ProtoReader in;
  private final AttributesReader attributes;
  private final RequestWalk walk;
  private final SeriesLabels labels;
  private final PointReader points;
  private final MetricNames names = new MetricNames();
  private long unsupportedPoints;

  /** Makes a decoder. */
  public OtlpMetricsDecoder(DecoderLimits limits) {
    input = new OtlpInput(limits);
    in = input.in;
    attributes = new AttributesReader(input);
    walk = new RequestWalk(input, attributes);
    labels = new SeriesLabels(input);
    points = new PointReader(input, attributes, labels);
  }

  /** Returns how many data points of the payload decoded last have no translation. */
  @Override
  public long unsupported() {
    return unsupportedPoints;
  }

  @Override
  public SampleBlock decode(RawRecord raw) throws MalformedPayloadException {
    unsupportedPoints = 0;
    SampleColumnsBuilder block =
        new SampleColumnsBuilder(
            input, SampleBlock.builder(raw.tenant(), raw.origin()), raw.receivedAtMillis());
    try {
      input.open(raw);
      walk.walk(new Metrics(block));
    } finally {
      input.close();
      attributes.clear();
    }
    return block.build();
  }

  private final class Metrics implements RequestWalk.Visitor {
    private final SampleColumnsBuilder block;
    private Labels resource = Labels.EMPTY;

    Metrics(SampleColumnsBuilder block) {
      this.block = block;
    }

    @Override
    public void resource(Labels attributesOfResource) throws MalformedPayloadException {
      input.countEntry();
      resource = attributesOfResource;
      labels.resource(resource);
      block.startResource();
    }

    @Override
    public void scope(String name) {}

    @Override
    public void item() throws MalformedPayloadException {
      readMetric(block);
    }

    @Override
    public void endScope() {}

    @Override
    public void endResource() throws MalformedPayloadException {
      if (block.hasSamplesOfResource()) {
        Labels info = labels.targetInfo(resource);
        if (info != null) {
          block.sample(info, block.latestOfResource(), 1);
        }
      }
    }
  }

  private void readMetric(SampleColumnsBuilder block) throws MalformedPayloadException {
    int start = in.position();
    String name = "";
    String unit = "";
    int data = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case NAME -> name = in.text("a metric's name", input.limits.maxLabelNameBytes());
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
        readData(data, name, unit, block);
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
  }

  private void readData(int data, String name, String unit, SampleColumnsBuilder block)
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
    boolean needsCumulative = data == SUM || data == HISTOGRAM;
    if (data == EXPONENTIAL_HISTOGRAM || (needsCumulative && temporality != CUMULATIVE)) {
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
    in.moveTo(start, in.limit());
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag != POINTS) {
        in.skip(tag);
        continue;
      }
      int outer = in.enter();
      switch (data) {
        case HISTOGRAM -> points.readHistogram(translated, block);
        case SUMMARY -> points.readSummary(translated, block);
        default -> unsupportedPoints += points.readNumber(translated, block) ? 0 : 1;
      }
      in.leave(outer);
    }
  }
}
