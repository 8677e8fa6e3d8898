package dev.guanlan.codec.loki;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.LabelCollector;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogBlock.ResourceLogs;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the streams of one push after another. A stream's labels become its resource, structured
 * metadata its entries' attributes. Labels may come behind the entries, as both JSON and protobuf
 * allow.
 */
final class PushCollector {

  private static final int BYTES_AN_ENTRY = 128;
  private static final int REMEMBERED_STREAMS = 1024;

  /** Longer labels are read anew each time, so that what is remembered is bounded. */
  private static final int MAX_REMEMBERED_LENGTH = 2048;

  /** The last second that nanoseconds since the epoch can tell in 64 bits. */
  private static final long MAX_SECONDS = Long.MAX_VALUE / 1_000_000_000 - 1;

  /** Is a stream's labels and what they say of its entries. */
  private record Stream(Labels labels, Marks marks) {
    static final Stream UNKNOWN = new Stream(Labels.EMPTY, new Marks());
  }

  private final DecoderLimits limits;
  final HeapBudget budget;
  private final LabelCollector metadata;
  private final LabelCollector labels;
  private final LabelsText labelsText;
  private final Remembered remembered = new Remembered();
  private final Marks marks = new Marks();

  private RawRecord raw = NOTHING;
  private List<ResourceLogs> streams = new ArrayList<>();
  private List<LogEntry> entries = new ArrayList<>();
  private Stream stream = Stream.UNKNOWN;
  private boolean labelsCameLate;
  private int entryCount;

  private static final RawRecord NOTHING = new RawRecord("", "", 0, null, new byte[0], Origin.NONE);

  PushCollector(DecoderLimits limits) {
    this.limits = limits;
    this.budget = new HeapBudget(limits);
    this.metadata = new LabelCollector(limits, budget);
    this.labels = new LabelCollector(limits, budget);
    this.labelsText = new LabelsText(limits, labels);
  }

  /** Starts on a push. */
  void begin(RawRecord newRaw) {
    raw = newRaw;
    streams = new ArrayList<>();
    entryCount = 0;
    budget.reset();
    beginStream();
  }

  /** Starts on a stream. */
  void beginStream() {
    entries = new ArrayList<>();
    stream = Stream.UNKNOWN;
    labelsCameLate = false;
    labels.clear();
    beginEntry();
  }

  /** Says the stream's labels as LogQL writes them. */
  void labels(String text) throws MalformedPayloadException {
    budget.chargeText(text.length());
    Stream known = remembered.get(text);
    if (known == null) {
      Labels read = labelsText.read(text);
      known = new Stream(read, Marks.of(read));
      if (text.length() <= MAX_REMEMBERED_LENGTH) {
        remembered.put(text, known);
      }
    }
    stream(known);
  }

  /** Says one of the stream's labels. */
  void label(String name, String value) throws MalformedPayloadException {
    checkLength("name", name, limits.maxLabelNameBytes());
    checkLength("value", value, limits.maxLabelValueBytes());
    charge(name, value);
    labels.add(name, value);
  }

  /** Says that the stream's labels were all said. */
  void endLabels() throws MalformedPayloadException {
    Labels read = labels.take();
    stream(new Stream(read, Marks.of(read)));
  }

  private void stream(Stream known) {
    stream = known;
    labelsCameLate |= !entries.isEmpty();
  }

  /** Starts on an entry. */
  void beginEntry() {
    metadata.clear();
    marks.clear();
  }

  /** Says one of the entry's structured metadata. */
  void metadata(String name, String value) throws MalformedPayloadException {
    checkLength("name", name, limits.maxLabelNameBytes());
    charge(name, value);
    if (!marks.look(name, value)) {
      metadata.add(name, value);
    }
  }

  /** Ends an entry. Its time is in nanoseconds since the epoch; 0 if unknown. */
  void endEntry(long nanos, String line) throws MalformedPayloadException {
    if (++entryCount > limits.maxEntries()) {
      throw new PayloadTooLargeException(
          "the push has more than "
              + limits.maxEntries()
              + " entries, which is a fixed limit; send smaller batches");
    }
    budget.charge(BYTES_AN_ENTRY);
    budget.chargeText(line.length());
    long time = nanos == 0 ? raw.receivedAtMillis() * 1_000_000 : nanos;
    entries.add(marks.entry(time, line, metadata.take(), stream.marks));
  }

  /** Ends a stream. One without entries is none. */
  void endStream() throws MalformedPayloadException {
    if (entries.isEmpty()) {
      return;
    }
    if (stream.labels.size() == 0) {
      throw new MalformedPayloadException(
          "error at least one label pair is required per stream, and the one of "
              + Excerpt.of(entries.get(0).body())
              + " has none; label it at the sender");
    }
    if (labelsCameLate) {
      entries.replaceAll(stream.marks::complete);
    }
    streams.add(new ResourceLogs(stream.labels, "", List.copyOf(entries)));
  }

  /** Returns what was collected, and forgets it. */
  LogBlock end() {
    LogBlock block = new LogBlock(raw.tenant(), raw.origin(), List.copyOf(streams));
    clear();
    return block;
  }

  /** Forgets what was collected. */
  void clear() {
    raw = NOTHING;
    streams = new ArrayList<>();
    beginStream();
  }

  /**
   * Returns a time in nanoseconds since the epoch.
   *
   * @throws MalformedPayloadException if it is none between 1970 and 2262
   */
  static long nanos(long seconds, long nanos) throws MalformedPayloadException {
    if (seconds < 0 || seconds > MAX_SECONDS || nanos < 0 || nanos > 999_999_999) {
      throw new MalformedPayloadException(
          "an entry's time of "
              + seconds
              + " seconds and "
              + nanos
              + " nanoseconds lies before 1970 or after 2262; send nanoseconds since the epoch");
    }
    return seconds * 1_000_000_000 + nanos;
  }

  private void charge(String name, String value) throws MalformedPayloadException {
    budget.chargeText(name.length());
    budget.chargeText(value.length());
  }

  private static void checkLength(String what, String text, int max)
      throws MalformedPayloadException {
    if (text.length() > max) {
      throw new MalformedPayloadException(
          "a label's "
              + what
              + " has "
              + text.length()
              + " characters where "
              + max
              + " are allowed, which is a fixed limit: "
              + Excerpt.of(text)
              + "; shorten it at the sender");
    }
  }

  /** Remembers the streams that came last by the text of their labels. */
  private static final class Remembered extends LinkedHashMap<String, Stream> {

    private static final long serialVersionUID = 1;

    Remembered() {
      super(64, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Stream> eldest) {
      return size() > REMEMBERED_STREAMS;
    }
  }
}
