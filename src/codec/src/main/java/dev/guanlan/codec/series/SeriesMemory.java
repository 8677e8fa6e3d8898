package dev.guanlan.codec.series;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Remembers the series of tenants by the fingerprints of what names them on the wire. For one
 * thread; several may share what they remember, each with a memory {@linkplain #beside beside} the
 * others'.
 *
 * <p>A decoder asks for one series after the other, or has those of a whole request named: the ones
 * that come in the order of before at once, the others, which it notes, together at the end. Both
 * are several times as fast where there are more series than a processor's cache holds.
 */
public final class SeriesMemory {

  /** How many series to remember unless told otherwise. */
  public static final int DEFAULT_SERIES = 1 << 18;

  /**
   * What a series takes at most on average, unless told otherwise; about as much as one of an
   * exporter.
   */
  private static final int BYTES_A_SERIES = 256;

  /** After so many series in turn that came in no known order, none is expected any more. */
  private static final int PATIENCE = 8;

  /** Arrays up to this length are kept from one request to the next. */
  private static final int KEPT = 1 << 17;

  private static final SeriesGeneration NONE = new SeriesGeneration(1);

  /** Reads the labels of a noted series that is new. */
  @FunctionalInterface
  public interface Namer {

    /**
     * Reads labels.
     *
     * @param from where what names the series begins, as noted
     * @param to the end of it
     * @param number the series' number in its request, as noted
     */
    Labels read(int from, int to, int number) throws MalformedPayloadException;
  }

  private final Fingerprint fingerprint;
  private final Fingerprint texts;

  /** Whose fingerprints these are, so that no two formats' are alike. */
  private final int format;

  /** What is remembered; locked where it is used, as others may share it. */
  private final SeriesTable table;

  /** Where the series of this request are looked for while it is read, without a lock. */
  private SeriesGeneration generation = NONE;

  /** How many series of it may be read. */
  private int known;

  /** The series of it that was named last, or -1 if the last one was noted. */
  private int last = -1;

  /** The one that was before the one that is asked for. */
  private int previous = -1;

  private int missed;

  private String tenant = "";
  private boolean tenantTooLong;
  private long tenantHigh;
  private long tenantLow;
  private Labels labels = Labels.EMPTY;
  private long idHigh;
  private long idLow;

  private long[] highs = new long[0];
  private long[] lows = new long[0];
  private int[] slots = new int[0];
  private int[] starts = new int[0];
  private int[] ends = new int[0];
  private int[] numbers = new int[0];
  private int[] lengths = new int[0];
  private boolean[] odd = new boolean[0];
  private int noted;

  /**
   * Makes a memory.
   *
   * @param series how many series to remember at least, if they come again; up to twice as many are
   *     held, of a quarter of a kilobyte each at most on average
   */
  public SeriesMemory(int series) {
    this(series, (long) series * BYTES_A_SERIES);
  }

  /**
   * Makes a memory.
   *
   * @param series how many series to remember at least, if they come again and fit
   * @param maxBytes what these may take on the heap; up to twice as much is held
   */
  public SeriesMemory(int series, long maxBytes) {
    this(new Fingerprint(), new Fingerprint(), new SeriesTable(series, maxBytes), 0);
  }

  private SeriesMemory(Fingerprint fingerprint, Fingerprint texts, SeriesTable table, int format) {
    this.fingerprint = fingerprint;
    this.texts = texts;
    this.table = table;
    this.format = format;
    takeTenant("");
  }

  /** Makes a memory for another thread, which shares what another one remembers. */
  public static SeriesMemory beside(SeriesMemory other) {
    return beside(other, other.format);
  }

  /**
   * Makes a memory for another thread, which shares the room of another one but finds only what was
   * remembered of its own format.
   *
   * @param format any number that stands for what names series on the wire
   */
  public static SeriesMemory beside(SeriesMemory other, int format) {
    return new SeriesMemory(
        new Fingerprint(other.fingerprint), new Fingerprint(other.texts), other.table, format);
  }

  /** Returns what computes the fingerprints of series, alike in all memories that share. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  /** Returns what computes the fingerprints of the texts that name series, of another key. */
  public Fingerprint texts() {
    return texts;
  }

  /** Says whose request begins. */
  public void tenant(String whose) {
    if (!whose.equals(tenant)) {
      takeTenant(whose);
    }
    if (highs.length > KEPT) {
      resize(0);
    }
    release();
  }

  /** Lets go of the request that was read last, and of those noted of it. */
  public void release() {
    noted = 0;
    // Not to be held while there is nothing to do: it may be forgotten, and is as great as a table.
    generation = NONE;
    known = 0;
    last = -1;
    missed = 0;
  }

  private void takeTenant(String whose) {
    byte[] name = whose.getBytes(StandardCharsets.UTF_8);
    tenant = whose;
    tenantTooLong = name.length > Fingerprint.MAX_BYTES;
    fingerprint.of(format, 0, name, 0, tenantTooLong ? 0 : name.length);
    tenantHigh = fingerprint.high();
    tenantLow = fingerprint.low();
  }

  /** Returns the first half of the tenant's fingerprint, which what names its series belongs to. */
  public long tenantHigh() {
    return tenantHigh;
  }

  /** Returns the other half. */
  public long tenantLow() {
    return tenantLow;
  }

  /**
   * Looks a series up; returns whether {@link #labels}, {@link #idHigh} and {@link #idLow} are its
   * now.
   */
  public boolean find(long high, long low) {
    if (tenantTooLong) {
      return false;
    }
    synchronized (table) {
      if (!table.find(high, low)) {
        return false;
      }
      labels = table.labels();
      idHigh = table.idHigh();
      idLow = table.idLow();
      return true;
    }
  }

  /** Remembers a series that was not found, which is the one found last from then on. */
  public void put(long high, long low, Labels seriesLabels) {
    put(high, low, seriesLabels, 0);
  }

  private void put(long high, long low, Labels seriesLabels, int length) {
    take(seriesLabels);
    if (!tenantTooLong) {
      synchronized (table) {
        labels = table.put(high, low, labels, idHigh, idLow, length);
      }
    }
  }

  /** Takes a series that cannot be remembered as the one found last. */
  public void take(Labels seriesLabels) {
    labels = seriesLabels;
    SeriesId id = id(seriesLabels);
    idHigh = id.high();
    idLow = id.low();
  }

  /** Computes the identity of a series of the tenant, which is not remembered. */
  public SeriesId id(Labels seriesLabels) {
    return SeriesId.of(tenant, seriesLabels);
  }

  /** Returns the labels of the series found last. */
  public Labels labels() {
    return labels;
  }

  /** Returns the first half of the identity of the series found last. */
  public long idHigh() {
    return idHigh;
  }

  /** Returns the other half. */
  public long idLow() {
    return idLow;
  }

  /**
   * Tells where the labels of a request's next series end, without reading them, if it is the one
   * that came after the last one before; {@link #labels}, {@link #idHigh} and {@link #idLow} are
   * its then. Where labels go on behind that, another series is meant, whose labels begin with
   * those of the expected one: {@link #nameOrNote} it, as where another was expected.
   *
   * @param from where the labels begin
   * @param limit where the series ends
   * @return the index behind the last label, or -1
   */
  // hot: one comparison for nearly every series there is.
  public int expected(byte[] bytes, int from, int limit) {
    previous = last;
    if (last < 0) {
      return -1;
    }
    int next = generation.after(last);
    if (next >= known) {
      return -1;
    }
    int length = generation.length(next);
    if (length == 0 || length > limit - from) {
      return -1;
    }
    fingerprint.of(tenantHigh, tenantLow, bytes, from, from + length);
    if (!generation.is(next, fingerprint.high(), fingerprint.low())) {
      return -1;
    }
    found(next);
    return from + length;
  }

  private void found(int series) {
    last = series;
    missed = 0;
    labels = generation.labels(series);
    idHigh = generation.idHigh(series);
    idLow = generation.idLow(series);
  }

  /**
   * Looks the next series of a request up, which was not {@link #expected} and which the very bytes
   * of its labels name, or notes it.
   *
   * @return whether {@link #labels}, {@link #idHigh} and {@link #idLow} are its now
   */
  public boolean nameOrNote(byte[] bytes, int from, int to, int number) {
    boolean fits = to - from <= Fingerprint.MAX_BYTES && !tenantTooLong;
    if (fits) {
      fingerprint.of(tenantHigh, tenantLow, bytes, from, to);
      if (missed < PATIENCE) {
        if (generation == NONE) {
          generation = table.young();
          known = generation.size();
        }
        int series = generation.find(fingerprint.high(), fingerprint.low(), known);
        if (series >= 0) {
          if (previous >= 0) {
            generation.comesAfter(previous, series);
          }
          found(series);
          return true;
        }
      }
    }
    last = -1;
    missed++;
    note(from, to, number, fits ? to - from : 0, !fits);
    return false;
  }

  /**
   * Notes the next series of a request, which some of the given fingerprints name.
   *
   * @param texts which of them, in order
   * @param from where in the request this is said
   */
  public void note(
      long[] textHighs, long[] textLows, int[] texts, int count, int from, int to, int number) {
    boolean fits = count <= Fingerprint.MAX_BYTES / 16 && !tenantTooLong;
    if (fits) {
      fingerprint.of(tenantHigh, tenantLow, textHighs, textLows, texts, count);
    }
    note(from, to, number, 0, !fits);
  }

  /** Notes the next series of a request, which is not to be remembered. */
  public void noteOdd(int from, int to, int number) {
    note(from, to, number, 0, true);
  }

  private void note(int from, int to, int number, int length, boolean isOdd) {
    if (noted == highs.length) {
      resize(Math.max(256, 2 * noted));
    }
    highs[noted] = isOdd ? 0 : fingerprint.high();
    lows[noted] = isOdd ? 0 : fingerprint.low();
    starts[noted] = from;
    ends[noted] = to;
    numbers[noted] = number;
    lengths[noted] = length;
    odd[noted] = isOdd;
    noted++;
  }

  private void resize(int length) {
    highs = Arrays.copyOf(highs, length);
    lows = Arrays.copyOf(lows, length);
    slots = Arrays.copyOf(slots, length);
    starts = Arrays.copyOf(starts, length);
    ends = Arrays.copyOf(ends, length);
    numbers = Arrays.copyOf(numbers, length);
    lengths = Arrays.copyOf(lengths, length);
    odd = Arrays.copyOf(odd, length);
  }

  /**
   * Names the series that were noted, which are those of the columns that have no labels yet.
   *
   * @param namer reads the labels of those that are new
   */
  public void nameAll(SampleColumns columns, Namer namer) throws MalformedPayloadException {
    SeriesGeneration young = table.young();
    int size = young.size();
    // hot: a look into a table greater than the caches takes as long as a hundred steps, and the
    // processor has several of them under way where nothing else stands between them.
    for (int i = 0; i < noted; i++) {
      slots[i] = odd[i] ? -1 : young.find(highs[i], lows[i], size);
    }
    int series = -1;
    for (int i = 0; i < noted; i++) {
      do {
        series++;
      } while (columns.isNamed(series));
      int slot = slots[i];
      if (slot >= 0) {
        columns.name(series, young.labels(slot), young.idHigh(slot), young.idLow(slot));
      } else {
        name(i, namer);
        columns.name(series, labels, idHigh, idLow);
      }
    }
  }

  private void name(int i, Namer namer) throws MalformedPayloadException {
    if (odd[i]) {
      take(namer.read(starts[i], ends[i], numbers[i]));
    } else if (!find(highs[i], lows[i])) {
      put(highs[i], lows[i], namer.read(starts[i], ends[i], numbers[i]), lengths[i]);
    }
  }
}
