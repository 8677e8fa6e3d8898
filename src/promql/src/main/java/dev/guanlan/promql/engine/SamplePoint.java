package dev.guanlan.promql.engine;

/** Is one sample of a series: filled over and over by {@link StandingSeries}. */
final class SamplePoint {

  /** Its time, in milliseconds since the epoch. */
  long millis;

  double value;

  /** Its place among the samples of the series, of meaning only beside another one's. */
  long ordinal;

  void set(long sampleMillis, double sampleValue, long sampleOrdinal) {
    millis = sampleMillis;
    value = sampleValue;
    ordinal = sampleOrdinal;
  }
}
