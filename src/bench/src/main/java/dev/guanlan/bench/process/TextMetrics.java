package dev.guanlan.bench.process;

/** Reads metrics in Prometheus' text format. */
public final class TextMetrics {

  private TextMetrics() {}

  /** Sums a counter's series, of those that contain {@code having}. */
  public static long sum(String metrics, String counter, String having) {
    double sum = 0;
    for (String line : metrics.split("\n", -1)) {
      boolean own =
          line.startsWith(counter)
              && line.length() > counter.length()
              && (line.charAt(counter.length()) == '{' || line.charAt(counter.length()) == ' ');
      if (own && line.contains(having)) {
        sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
      }
    }
    return Math.round(sum);
  }
}
