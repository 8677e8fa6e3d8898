package dev.guanlan.codec.remotewrite;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.codec.snappy.SnappyBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;

/**
 * Decodes a remote-write 1.0 request straight into columns: no object a sample, and for a series
 * seen before none either. Values keep their bits, so staleness markers stay what they are.
 *
 * <p>Native histograms, exemplars and metadata have no place in a {@link SampleBlock}; they are
 * passed over and counted.
 */
public final class RemoteWriteDecoder implements Decoder<SampleBlock> {

  private static final int TIMESERIES = 1 << 3 | 2;
  private static final int METADATA = 3 << 3 | 2;
  private static final int LABELS = LabelsReader.LABELS;
  private static final int SAMPLES = 2 << 3 | 2;
  private static final int EXEMPLARS = 3 << 3 | 2;
  private static final int HISTOGRAMS = 4 << 3 | 2;
  private static final int VALUE = 1 << 3 | 1;
  private static final int TIMESTAMP = 2 << 3;

  private static final int CACHED_SERIES = 1 << 18;
  private static final int BYTES_A_CACHED_SERIES = 512;
  private static final int BYTES_A_SERIES = 16;
  private static final int BYTES_A_SAMPLE = 32;

  private final DecoderLimits limits;
  private final SnappyBlock block;
  private final HeapBudget budget;
  private final LabelsReader labelsReader;
  private final SeriesCache cache;
  private final SampleColumns columns = new SampleColumns();
  private final ProtoReader in = new ProtoReader();
  private long unsupportedHistograms;
  private long unsupportedExemplars;
  private long unsupportedMetadata;
  private int seriesRead;

  /** Makes a decoder that remembers some hundred thousand series. */
  public RemoteWriteDecoder(DecoderLimits limits) {
    this(limits, CACHED_SERIES);
  }

  /**
   * Makes a decoder.
   *
   * @param cachedSeries how many series to remember at least, if they come again; up to twice as
   *     many are held, of about a kilobyte each
   */
  public RemoteWriteDecoder(DecoderLimits limits, int cachedSeries) {
    this.limits = limits;
    this.block =
        new SnappyBlock(
            limits.maxDecompressedBytes(),
            "WriteRequest",
            "send smaller batches (max_samples_per_send in Prometheus' queue_config)");
    this.budget = new HeapBudget(limits.maxDecodedBytes());
    this.labelsReader = new LabelsReader(limits, budget);
    this.cache = new SeriesCache(cachedSeries, (long) cachedSeries * BYTES_A_CACHED_SERIES);
  }

  /** Returns how many native histograms the payload decoded last had. */
  public long unsupportedHistograms() {
    return unsupportedHistograms;
  }

  /** Returns how many exemplars the payload decoded last had. */
  public long unsupportedExemplars() {
    return unsupportedExemplars;
  }

  /** Returns how many metadata entries the payload decoded last had. */
  public long unsupportedMetadata() {
    return unsupportedMetadata;
  }

  @Override
  public SampleBlock decode(RawRecord raw) throws MalformedPayloadException {
    budget.reset();
    unsupportedHistograms = 0;
    unsupportedExemplars = 0;
    unsupportedMetadata = 0;
    seriesRead = 0;
    try {
      block.decompress(raw.payload());
      in.reset(block.bytes(), 0, block.length());
      while (in.hasMore()) {
        int tag = in.tag();
        if (tag == TIMESERIES) {
          int outer = in.enter();
          readSeries(raw.tenant());
          in.leave(outer);
        } else {
          unsupportedMetadata += tag == METADATA ? 1 : 0;
          in.skip(tag);
        }
      }
      return columns.block(raw.tenant(), raw.origin());
    } finally {
      in.release();
      columns.clear();
    }
  }

  private void readSeries(String tenant) throws MalformedPayloadException {
    if (++seriesRead > limits.maxSeries()) {
      throw new PayloadTooLargeException(
          "the request has more than "
              + limits.maxSeries()
              + " series, which is the limit; send smaller batches");
    }
    int start = in.position();
    while (in.nextIs(LABELS)) {
      in.skip(in.tag());
    }
    int labelsEnd = in.position();
    int first = columns.samples();
    boolean labelsElsewhere = false;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case SAMPLES -> {
          int outer = in.enter();
          readSample();
          in.leave(outer);
        }
        case HISTOGRAMS -> {
          unsupportedHistograms++;
          in.skip(tag);
        }
        case EXEMPLARS -> {
          unsupportedExemplars++;
          in.skip(tag);
        }
        default -> {
          labelsElsewhere |= tag == LABELS;
          in.skip(tag);
        }
      }
    }
    int samples = columns.samples() - first;
    budget.charge(BYTES_A_SERIES + (long) BYTES_A_SAMPLE * samples);
    if (labelsElsewhere) {
      // Allowed by protobuf, done by nobody: not worth remembering.
      Labels labels = labelsReader.read(block.bytes(), start, in.position(), seriesRead);
      if (samples > 0) {
        columns.endSeries(labels, SeriesId.of(tenant, labels), first);
      }
      return;
    }
    byte[] bytes = block.bytes();
    long hash = cache.hash(tenant, bytes, start, labelsEnd);
    SeriesCache.Entry entry = cache.get(hash, tenant, bytes, start, labelsEnd);
    if (entry != null) {
      if (samples > 0) {
        columns.endSeries(entry.labels(), entry.id(), first);
      }
      return;
    }
    Labels labels = labelsReader.read(bytes, start, labelsEnd, seriesRead);
    SeriesId id = SeriesId.of(tenant, labels);
    cache.put(hash, tenant, bytes, start, labelsEnd, labels, id);
    if (samples > 0) {
      columns.endSeries(labels, id, first);
    }
  }

  private void readSample() throws MalformedPayloadException {
    long timestamp = 0;
    double value = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case VALUE -> value = in.float64();
        case TIMESTAMP -> timestamp = in.varint();
        default -> in.skip(tag);
      }
    }
    if (columns.samples() == limits.maxSamples()) {
      throw new PayloadTooLargeException(
          "the request has more than "
              + limits.maxSamples()
              + " samples, which is the limit; send smaller batches");
    }
    columns.sample(timestamp, value);
  }
}
