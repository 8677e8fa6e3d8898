package dev.guanlan.codec.remotewrite;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.codec.series.SampleColumns;
import dev.guanlan.codec.series.SeriesMemory;
import dev.guanlan.codec.snappy.SnappyBlock;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;

/**
 * Decodes a remote-write 1.0 request straight into columns: no object a sample, and for a series
 * seen before none either. Values keep their bits, so staleness markers stay what they are.
 */
public final class RemoteWriteDecoder implements Decoder<SampleBlock> {

  private static final int TIMESERIES = 1 << 3 | 2;
  private static final int METADATA = 3 << 3 | 2;
  private static final int LABELS = LabelsReader.LABELS;
  private static final int SAMPLES = 2 << 3 | 2;
  private static final int EXEMPLARS = 3 << 3 | 2;
  private static final int HISTOGRAMS = 4 << 3 | 2;

  private final DecoderLimits limits;
  private final SnappyBlock block;
  private final HeapBudget budget;
  private final LabelPairs pairs;
  private final LabelsReader labelsReader;
  private final HistogramReader histogramReader;
  private final SeriesMemory memory;
  private final SampleColumns columns;
  private final ProtoReader in = new ProtoReader();
  private final SeriesMemory.Namer namer;
  private int seriesRead;

  /** Makes a decoder that remembers a hundred thousand series. */
  public RemoteWriteDecoder(DecoderLimits limits) {
    this(limits, SeriesMemory.DEFAULT_SERIES);
  }

  /**
   * Makes a decoder.
   *
   * @param rememberedSeries how many series to remember at least, if they come again
   */
  public RemoteWriteDecoder(DecoderLimits limits, int rememberedSeries) {
    this(limits, new SeriesMemory(rememberedSeries));
  }

  /**
   * Makes a decoder.
   *
   * @param memory remembers the series; for this decoder's thread alone
   */
  public RemoteWriteDecoder(DecoderLimits limits, SeriesMemory memory) {
    this.limits = limits;
    this.block =
        new SnappyBlock(
            limits,
            "WriteRequest",
            "send smaller batches (max_samples_per_send in Prometheus' queue_config)");
    this.budget = new HeapBudget(limits);
    this.histogramReader = new HistogramReader(budget);
    this.pairs = new LabelPairs(limits, budget);
    this.labelsReader = new LabelsReader(limits, pairs);
    this.memory = memory;
    this.columns = new SampleColumns(limits, budget);
    this.namer = (from, to, number) -> labelsReader.series(block.bytes(), from, to, number);
  }

  @Override
  public SampleBlock decode(RawRecord raw) throws MalformedPayloadException {
    budget.reset();
    memory.tenant(raw.tenant());
    seriesRead = 0;
    try {
      block.decompress(raw.payload());
      in.reset(block.bytes(), 0, block.length());
      while (in.hasMore()) {
        int tag = in.tag();
        switch (tag) {
          case TIMESERIES -> {
            int outer = in.enter();
            readSeries();
            in.leave(outer);
          }
          case METADATA -> readMetadata();
          default -> in.skip(tag);
        }
      }
      memory.nameAll(columns, namer);
      return columns.block(raw.tenant(), raw.origin());
    } finally {
      in.release();
      columns.clear();
      memory.release();
    }
  }

  // hot: a series seen before allocates nothing, and its labels are passed over as one.
  private void readSeries() throws MalformedPayloadException {
    if (++seriesRead > limits.maxSeries()) {
      throw new PayloadTooLargeException(
          "the request has more than "
              + limits.maxSeries()
              + " series, which is a fixed limit; send smaller batches");
    }
    int start = in.position();
    int labelsEnd = memory.expected(block.bytes(), start, in.limit());
    boolean named = labelsEnd >= 0;
    if (named) {
      in.moveTo(labelsEnd, in.limit());
    }
    if (!named || in.nextIs(LABELS)) {
      named = false;
      while (in.nextIs(LABELS)) {
        in.skip(in.tag());
      }
      labelsEnd = in.position();
    }
    int first = columns.samples();
    int firstExemplar = columns.exemplars();
    boolean labelsElsewhere = false;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case SAMPLES -> readSample();
        case HISTOGRAMS -> {
          Histogram histogram = histogramReader.read(in, seriesRead);
          columns.histogram(histogramReader.timestamp(), histogram);
          columns.startTimestamp(histogramReader.startTimestamp());
        }
        case EXEMPLARS -> readExemplar();
        default -> {
          labelsElsewhere |= tag == LABELS;
          in.skip(tag);
        }
      }
    }
    columns.charge(first);
    int end = in.position();
    if (columns.samples() == first && columns.exemplars() == firstExemplar) {
      // Checked all the same, as a sender of nonsense wants to know.
      labelsReader.series(block.bytes(), start, end, seriesRead);
      return;
    }
    if (labelsElsewhere) {
      // Allowed by protobuf, done by nobody: not worth remembering.
      memory.noteOdd(start, end, seriesRead);
      columns.endSeries(first);
    } else if (named || memory.nameOrNote(block.bytes(), start, labelsEnd, seriesRead)) {
      columns.endSeries(memory.labels(), memory.idHigh(), memory.idLow(), first);
    } else {
      columns.endSeries(first);
    }
  }

  private void readSample() throws MalformedPayloadException {
    int outer = in.enter();
    long timestamp = 0;
    double value = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case 1 << 3 | 1 -> value = in.float64();
        case 2 << 3 -> timestamp = in.varint();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    columns.sample(timestamp, value);
  }

  private void readExemplar() throws MalformedPayloadException {
    int outer = in.enter();
    pairs.start(seriesRead);
    double value = 0;
    long timestamp = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case LABELS -> labelsReader.label(in);
        case 2 << 3 | 1 -> value = in.float64();
        case 3 << 3 -> timestamp = in.varint();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    columns.exemplar(pairs.exemplar(), value, timestamp);
  }

  private void readMetadata() throws MalformedPayloadException {
    int outer = in.enter();
    long type = 0;
    String metric = "";
    String help = "";
    String unit = "";
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case 1 << 3 -> type = in.varint();
        case 2 << 3 | 2 -> metric = in.text("a metric's name", limits.maxLabelValueBytes());
        case 4 << 3 | 2 -> help = in.text("a metric's help", limits.maxLabelValueBytes());
        case 5 << 3 | 2 -> unit = in.text("a metric's unit", limits.maxLabelValueBytes());
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    if (!metric.isEmpty()) {
      budget.chargeText(metric.length() + help.length() + unit.length());
      columns.metadata(new MetricMetadata(metric, MetricTypes.of(type), help, unit));
    }
  }
}
