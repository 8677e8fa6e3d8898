package dev.guanlan.store;

import dev.guanlan.promql.Matcher;
import java.util.List;

/**
 * Says which samples to read.
 *
 * @param matchers all of which a series must satisfy
 * @param fromMillis after which time, in milliseconds since the epoch; a sample at that time is not
 *     read
 */
public record SampleSelection(List<Matcher> matchers, long fromMillis) {

  /** Makes a selection; the list is copied. */
  public SampleSelection {
    matchers = List.copyOf(matchers);
  }
}
