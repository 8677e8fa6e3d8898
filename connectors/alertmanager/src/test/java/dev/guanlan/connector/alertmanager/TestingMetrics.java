package dev.guanlan.connector.alertmanager;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.groups.GenericMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;

/** Shows the metrics that are registered with Flink now. */
final class TestingMetrics {

  private final Map<String, Metric> registered = new ConcurrentHashMap<>();
  private final MetricGroup group =
      new GenericMetricGroup(
          TestingMetricRegistry.builder()
              .setDelimiter('|')
              .setRegisterConsumer(
                  (metric, name, owner) ->
                      registered.put(
                          String.join("|", owner.getScopeComponents()) + "|" + name, metric))
              .setUnregisterConsumer(
                  (metric, name, owner) ->
                      registered.remove(
                          String.join("|", owner.getScopeComponents()) + "|" + name, metric))
              .build(),
          null,
          "sink");

  MetricGroup group() {
    return group;
  }

  /** Returns the names of the metrics that a peer has. */
  Set<String> namesOf(String peer) {
    Map<String, Metric> known = new TreeMap<>();
    String prefix = "sink|peer|" + peer + "|";
    registered.forEach(
        (name, metric) -> {
          if (name.startsWith(prefix)) {
            known.put(name.substring(prefix.length()), metric);
          }
        });
    return known.keySet();
  }

  long ofPeer(String peer, String name) {
    return of("sink|peer|" + peer + "|" + name);
  }

  long ofSink(String name) {
    return of("sink|" + name);
  }

  private long of(String name) {
    Metric metric = registered.get(name);
    if (metric instanceof Counter counter) {
      return counter.getCount();
    }
    if (metric instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number) {
      return number.longValue();
    }
    if (metric instanceof Histogram histogram) {
      return histogram.getCount();
    }
    throw new IllegalArgumentException(
        "no number is called " + name + " in " + registered.keySet());
  }
}
