package dev.guanlan.job.alerting;

import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.apache.flink.runtime.metrics.scope.ScopeFormat;

/** Keeps a cluster's counters, also when the cluster is gone, which is as soon as its job ended. */
public final class KeptCounters implements MetricReporter {

  private static final Map<String, KeptCounters> ALL = new ConcurrentHashMap<>();
  private static final String ID = "id";

  private final Queue<Kept> counters = new ConcurrentLinkedQueue<>();

  private record Kept(String operator, String name, Counter counter) {}

  private KeptCounters() {}

  /** Makes a cluster of a configuration report here. */
  static KeptCounters of(Configuration configuration) {
    String id = UUID.randomUUID().toString();
    KeptCounters kept = new KeptCounters();
    ALL.put(id, kept);
    Configuration reporter = MetricOptions.forReporter(configuration, "kept_counters");
    reporter.set(MetricOptions.REPORTER_FACTORY_CLASS, Factory.class.getName());
    reporter.setString(ID, id);
    return kept;
  }

  /** Returns the sum of all counters of a name. */
  long sum(String name) {
    return sum(kept -> kept.name().equals(name));
  }

  /** Returns the sum of all counters of a name that belong to an operator of a name. */
  long sum(String operator, String name) {
    return sum(kept -> kept.name().equals(name) && kept.operator().equals(operator));
  }

  private long sum(Predicate<Kept> which) {
    return counters.stream().filter(which).mapToLong(kept -> kept.counter().getCount()).sum();
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    if (metric instanceof Counter counter) {
      String operator = group.getAllVariables().get(ScopeFormat.SCOPE_OPERATOR_NAME);
      counters.add(new Kept(Objects.requireNonNullElse(operator, ""), name, counter));
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}

  /** Finds the reporter of a configuration; Flink looks for it as a service. */
  public static final class Factory implements MetricReporterFactory {

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      String id = properties.getProperty(ID);
      KeptCounters kept = id == null ? null : ALL.remove(id);
      if (kept == null) {
        throw new IllegalArgumentException("no counters are kept under the id " + id);
      }
      return kept;
    }
  }
}
