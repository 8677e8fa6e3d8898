package dev.guanlan.codec.remotewrite;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.codec.series.SampleColumns;
import dev.guanlan.codec.series.SeriesMemory;
import dev.guanlan.codec.snappy.SnappyBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;

/**
 * Decodes a remote-write 2.0 request straight into columns: no object a sample, and for a series
 * seen before none either. Values keep their bits, so staleness markers stay what they are.
 *
 * <p>Start times are read where the releases of the protocol had them: beside each sample (since
 * 2.0-rc.4), or once for a series (before).
 */
public final class RemoteWrite2Decoder implements Decoder<SampleBlock> {

  private static final int SYMBOLS = 4 << 3 | 2;
  private static final int TIMESERIES = 5 << 3 | 2;
  private static final int LABELS_REFS = 1 << 3;
  private static final int LABELS_REFS_PACKED = 1 << 3 | 2;
  private static final int SAMPLES = 2 << 3 | 2;
  private static final int HISTOGRAMS = 3 << 3 | 2;
  private static final int EXEMPLARS = 4 << 3 | 2;
  private static final int METADATA = 5 << 3 | 2;
  private static final int CREATED_TIMESTAMP = 6 << 3;

  private final DecoderLimits limits;
  private final SnappyBlock block;
  private final HeapBudget budget;
  private final Symbols symbols;
  private final LabelPairs pairs;
  private final HistogramReader histogramReader;
  private final SeriesMemory memory;
  private final SampleColumns columns;
  private final SymbolMetadata metadata;
  private final ProtoReader in = new ProtoReader();
  private final SymbolRefs refs;
  private final SymbolRefs exemplarRefs;
  private final SeriesMemory.Namer namer;
  private int seriesRead;
  private int staleHistograms;

  /** Makes a decoder that remembers a hundred thousand series. */
  public RemoteWrite2Decoder(DecoderLimits limits) {
    this(limits, SeriesMemory.DEFAULT_SERIES);
  }

  /**
   * Makes a decoder.
   *
   * @param rememberedSeries how many series to remember at least, if they come again
   */
  public RemoteWrite2Decoder(DecoderLimits limits, int rememberedSeries) {
    this(limits, new SeriesMemory(rememberedSeries));
  }

  /**
   * Makes a decoder.
   *
   * @param memory remembers the series; for this decoder's thread alone
   */
  public RemoteWrite2Decoder(DecoderLimits limits, SeriesMemory memory) {
    this.limits = limits;
    this.block =
        new SnappyBlock(
            limits,
            "io.prometheus.write.v2.Request",
            "send smaller batches (max_samples_per_send in Prometheus' queue_config)");
    this.budget = new HeapBudget(limits);
    this.histogramReader = new HistogramReader(budget);
    this.symbols = new Symbols(limits, budget, memory.texts());
    this.pairs = new LabelPairs(limits, budget);
    this.memory = memory;
    this.columns = new SampleColumns(limits, budget);
    this.metadata = new SymbolMetadata(symbols, budget, columns);
    this.namer = this::readLabels;
    this.refs = new SymbolRefs(limits.maxLabels());
    this.exemplarRefs = new SymbolRefs(limits.maxLabels());
  }

  @Override
  public SampleBlock decode(RawRecord raw) throws MalformedPayloadException {
    budget.reset();
    memory.tenant(raw.tenant());
    seriesRead = 0;
    staleHistograms = 0;
    try {
      block.decompress(raw.payload());
      readSymbols();
      metadata.start();
      in.reset(block.bytes(), 0, block.length());
      while (in.hasMore()) {
        int tag = in.tag();
        if (tag == TIMESERIES) {
          int outer = in.enter();
          readSeries();
          in.leave(outer);
        } else {
          in.skip(tag);
        }
      }
      memory.nameAll(columns, namer);
      staleHistograms = columns.staleHistograms();
      return columns.block(raw.tenant(), raw.origin());
    } finally {
      in.release();
      symbols.release();
      columns.clear();
    }
  }

  /**
   * Returns how many samples of the request decoded last are staleness markers that were sent as
   * histograms, which the block has as numbers.
   */
  public int staleHistograms() {
    return staleHistograms;
  }

  /** Reads all symbols first, because protobuf lets them stand anywhere. */
  private void readSymbols() throws MalformedPayloadException {
    symbols.start(block.bytes());
    in.reset(block.bytes(), 0, block.length());
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == SYMBOLS) {
        symbols.add(in);
      } else {
        in.skip(tag);
      }
    }
  }

  // hot: a series seen before allocates nothing, and no text of it is looked at.
  private void readSeries() throws MalformedPayloadException {
    if (++seriesRead > limits.maxSeries()) {
      throw new PayloadTooLargeException(
          "the request has more than "
              + limits.maxSeries()
              + " series, which is a fixed limit; send smaller batches");
    }
    int start = in.position();
    int first = columns.samples();
    int firstExemplar = columns.exemplars();
    boolean described = false;
    long created = 0;
    refs.clear();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case LABELS_REFS_PACKED -> refs.readPacked(in, symbols.count(), seriesRead);
        case LABELS_REFS -> refs.read(in, symbols.count(), seriesRead);
        case SAMPLES -> readSample();
        case HISTOGRAMS -> {
          Histogram histogram = histogramReader.read(in, seriesRead);
          columns.histogram(histogramReader.timestamp(), histogram);
          columns.startTimestamp(histogramReader.startTimestamp());
        }
        case CREATED_TIMESTAMP -> created = in.varint();
        case METADATA -> {
          described = true;
          metadata.read(in);
        }
        case EXEMPLARS -> readExemplar();
        default -> in.skip(tag);
      }
    }
    columns.startTimestamps(first, created);
    columns.charge(first);
    refs.checkPairs(seriesRead);
    if (described) {
      metadata.describe(refs);
    }
    int end = in.position();
    if (columns.samples() == first && columns.exemplars() == firstExemplar) {
      // Checked all the same, as a sender of nonsense wants to know.
      labels(refs, seriesRead);
      return;
    }
    memory.note(symbols.highs(), symbols.lows(), refs.all(), refs.count(), start, end, seriesRead);
    columns.endSeries(first);
  }

  /** Reads the labels of the TimeSeries among {@code from} to {@code to}. */
  private Labels readLabels(int from, int to, int series) throws MalformedPayloadException {
    in.moveTo(from, to);
    refs.clear();
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case LABELS_REFS_PACKED -> refs.readPacked(in, symbols.count(), series);
        case LABELS_REFS -> refs.read(in, symbols.count(), series);
        default -> in.skip(tag);
      }
    }
    return labels(refs, series);
  }

  private Labels labels(SymbolRefs from, int series) throws MalformedPayloadException {
    pairs.start(series);
    addPairs(from);
    return pairs.series();
  }

  private void addPairs(SymbolRefs labels) throws MalformedPayloadException {
    for (int i = 0; i < labels.count(); i += 2) {
      String name = symbols.text(labels.get(i), "a label's name");
      if (symbols.bytes(labels.get(i)) > limits.maxLabelNameBytes()) {
        throw new MalformedPayloadException(
            "a label's name has more than "
                + limits.maxLabelNameBytes()
                + " bytes: "
                + Excerpt.of(name)
                + "; shorten it at the sender");
      }
      pairs.add(name, symbols.text(labels.get(i + 1), "a label's value"));
    }
  }

  private void readSample() throws MalformedPayloadException {
    int outer = in.enter();
    long timestamp = 0;
    long startTimestamp = 0;
    double value = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case 1 << 3 | 1 -> value = in.float64();
        case 2 << 3 -> timestamp = in.varint();
        case 3 << 3 -> startTimestamp = in.varint();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    columns.sample(timestamp, value);
    columns.startTimestamp(startTimestamp);
  }

  private void readExemplar() throws MalformedPayloadException {
    int outer = in.enter();
    exemplarRefs.clear();
    double value = 0;
    long timestamp = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case LABELS_REFS_PACKED -> exemplarRefs.readPacked(in, symbols.count(), seriesRead);
        case LABELS_REFS -> exemplarRefs.read(in, symbols.count(), seriesRead);
        case 2 << 3 | 1 -> value = in.float64();
        case 3 << 3 -> timestamp = in.varint();
        default -> in.skip(tag);
      }
    }
    in.leave(outer);
    exemplarRefs.checkPairs(seriesRead);
    pairs.start(seriesRead);
    addPairs(exemplarRefs);
    columns.exemplar(pairs.exemplar(), value, timestamp);
  }
}
