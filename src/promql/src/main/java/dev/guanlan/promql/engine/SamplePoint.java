package dev.guanlan.promql.engine;

import org.jspecify.annotations.Nullable;

/** Is one sample of a series: filled over and over by {@link StandingSeries}. */
final class SamplePoint {

  /** Its time, in milliseconds since the epoch. */
  long millis;

  double value;

  /** Its place among the samples of the series, of meaning only beside another one's. */
  long ordinal;

  /** The packed block that it is of, or null if it is of none. */
  byte @Nullable [] block;

  /** Its index in the block. */
  int index;

  /** What the block has for its value. */
  long number;

  /** The time after which it was looked for, in milliseconds. */
  long afterMillis;

  /** How many samples had been inserted into blocks then. */
  long insertions;

  /** Makes it a sample that is not packed. */
  void set(long sampleMillis, double sampleValue, long sampleOrdinal) {
    millis = sampleMillis;
    value = sampleValue;
    ordinal = sampleOrdinal;
    block = null;
  }

  /** Makes it a packed sample. */
  void set(long sampleMillis, double sampleValue, byte[] packed, int indexOf, long numberOf) {
    millis = sampleMillis;
    value = sampleValue;
    block = packed;
    index = indexOf;
    number = numberOf;
  }
}
