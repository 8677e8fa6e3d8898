package dev.guanlan.bench.nodes;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Holds the series of one scraped node, and their values at the scrape that was made last. The same
 * seed and number give the same series and values.
 */
final class NodeSeries {

  /** Of all requests, this part ends in each bucket, smallest bound first. */
  private static final double[] SHARES = {
    0.18, 0.22, 0.2, 0.14, 0.1, 0.07, 0.04, 0.025, 0.012, 0.006, 0.004, 0.003
  };

  private final SplittableRandom random;
  private final List<Labels> labels = new ArrayList<>();
  private final List<ValueKind> kinds = new ArrayList<>();
  private final List<Double> scales = new ArrayList<>();
  private final List<Histogram> histograms = new ArrayList<>();
  private final double[] values;
  private final int plain;

  /** Is a histogram's place among the series: its buckets, then its sum and its count. */
  private record Histogram(int first, double requestsAScrape) {}

  /**
   * Makes the series of a node.
   *
   * @param seed of the whole fleet
   * @param number of the node
   * @param most how many series it may have at most
   */
  NodeSeries(long seed, int number, int most) {
    random = new SplittableRandom(seed * 1_000_003 + number);
    List<String> base = base(number, "node-exporter");
    for (Family family : Family.ofNode()) {
      for (String name : family.names()) {
        for (List<String> own : family.labels()) {
          labels.add(labels(base, name, own));
          kinds.add(family.kind());
          scales.add(family.scale() * (0.2 + 1.6 * random.nextDouble()));
        }
      }
    }
    plain = Math.min(most, labels.size());
    List<String> service = base(number, "shop-frontend");
    for (String handler : Family.handlers()) {
      histograms.add(new Histogram(labels.size(), 20 + random.nextInt(400)));
      List<String> own = List.of("handler", handler);
      for (String bound : Family.bounds()) {
        List<String> withBound = new ArrayList<>(own);
        withBound.addAll(List.of("le", bound));
        labels.add(labels(service, "http_request_duration_seconds_bucket", withBound));
      }
      labels.add(labels(service, "http_request_duration_seconds_sum", own));
      labels.add(labels(service, "http_request_duration_seconds_count", own));
    }
    values = new double[labels.size()];
    for (int i = 0; i < plain; i++) {
      values[i] = kinds.get(i).first(random, scales.get(i));
    }
    if (labels.size() > most) {
      labels.subList(most, labels.size()).clear();
    }
  }

  /** Returns how many series it has. */
  int size() {
    return labels.size();
  }

  /** Returns the labels of a series. */
  Labels labels(int series) {
    return labels.get(series);
  }

  /** Returns the value of a series at the newest scrape. */
  double value(int series) {
    return values[series];
  }

  /** Goes on to the next scrape. */
  void scrape() {
    for (int i = 0; i < plain; i++) {
      values[i] = kinds.get(i).next(values[i], scales.get(i), random);
    }
    for (Histogram histogram : histograms) {
      observe(histogram);
    }
  }

  /** Adds a scrape's requests to the buckets, each of which counts all that are faster too. */
  private void observe(Histogram histogram) {
    double requests = histogram.requestsAScrape() * (0.5 + random.nextDouble());
    double below = 0;
    double seconds = 0;
    int buckets = SHARES.length;
    for (int b = 0; b < buckets; b++) {
      double here = Math.rint(requests * SHARES[b] * (0.7 + 0.6 * random.nextDouble()));
      below += here;
      seconds += here * 0.004 * (1 << Math.min(b, 11)) * (0.5 + random.nextDouble() / 2);
      values[histogram.first() + b] += below;
    }
    values[histogram.first() + buckets] += seconds;
    values[histogram.first() + buckets + 1] += below;
  }

  private static List<String> base(int number, String job) {
    return List.of(
        "cluster",
        "production-eu-west-" + number % 3,
        "environment",
        "production",
        "instance",
        "10.12." + number / 250 + "." + number % 250 + ":9100",
        "job",
        job,
        "namespace",
        job.equals("node-exporter") ? "monitoring" : "shop",
        "node",
        "ip-10-12-" + number / 250 + "-" + number % 250 + ".eu-west-1.compute.internal",
        "pod",
        job + "-" + Integer.toHexString(Integer.reverse(number + 1) >>> 8),
        "region",
        "eu-west-1");
  }

  private static Labels labels(List<String> base, String name, List<String> own) {
    List<String> all = new ArrayList<>(base);
    all.addAll(List.of(Labels.METRIC_NAME, name));
    all.addAll(own);
    return Labels.of(all.toArray(String[]::new));
  }
}
