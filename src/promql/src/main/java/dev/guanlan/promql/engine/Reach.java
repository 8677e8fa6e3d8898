package dev.guanlan.promql.engine;

import dev.guanlan.promql.Extension;

/**
 * Tells which samples a function over a range is shown.
 *
 * @param rangeMillis length of the range that ends at the step
 * @param extension how it looks beyond the range
 * @param beforeMillis how far before the range samples are shown, too
 * @param afterMillis how far behind the range samples are shown, too
 */
record Reach(long rangeMillis, Extension extension, long beforeMillis, long afterMillis) {

  static Reach of(long rangeMillis, Extension extension, long lookbackMillis) {
    return new Reach(
        rangeMillis,
        extension,
        extension == Extension.NONE ? 0 : lookbackMillis,
        extension == Extension.SMOOTHED ? lookbackMillis : 0);
  }
}
