package dev.guanlan.job.alerting;

import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.RawRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Declares what a backtest is told besides the options of the alerting job. */
final class BacktestOptions {

  static final ConfigOption<String> RULES =
      ConfigOptions.key("backtest.rules")
          .stringType()
          .noDefaultValue()
          .withDescription("The rule file.");
  static final ConfigOption<String> NAMESPACE =
      ConfigOptions.key("backtest.namespace")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The namespace of its groups, which their ticks depend on; the file's name if"
                  + " unset.");
  static final ConfigOption<String> TENANT =
      ConfigOptions.key("backtest.tenant")
          .stringType()
          .defaultValue(RawRecord.ANONYMOUS)
          .withDescription("Whose samples the rules see.");
  static final ConfigOption<Long> FROM =
      ConfigOptions.key("backtest.from")
          .longType()
          .noDefaultValue()
          .withDescription("The first time that may be a tick, in milliseconds since the epoch.");
  static final ConfigOption<Long> TO =
      ConfigOptions.key("backtest.to")
          .longType()
          .noDefaultValue()
          .withDescription("The last time that may be a tick, in milliseconds since the epoch.");
  static final ConfigOption<Duration> SLICE =
      ConfigOptions.key("backtest.slice")
          .durationType()
          .defaultValue(Duration.ofMinutes(30))
          .withDescription(
              "How much time is read at once; less where it has more samples than"
                  + " backtest.slice-samples. 1 s to 1 day.");
  static final ConfigOption<Integer> SLICE_SAMPLES =
      ConfigOptions.key("backtest.slice-samples")
          .intType()
          .defaultValue(2_000_000)
          .withDescription(
              "How many samples are read at once: they are all in memory, 50 bytes each. 1 to"
                  + " 20000000.");
  static final ConfigOption<String> OUTPUT =
      ConfigOptions.key("backtest.output")
          .stringType()
          .noDefaultValue()
          .withDescription("The file that takes the lines; standard output if unset.");

  private BacktestOptions() {}

  static JobOptions parse(String... args) {
    List<ConfigOption<?>> all = new ArrayList<>(Arrays.asList(AlertingSettings.options()));
    all.addAll(List.of(RULES, NAMESPACE, TENANT, FROM, TO, SLICE, SLICE_SAMPLES, OUTPUT));
    return JobOptions.parse("backtest", args, all.toArray(ConfigOption<?>[]::new));
  }

  static int sliceSamples(JobOptions options) {
    int samples = options.get(SLICE_SAMPLES);
    if (samples < 1 || samples > 20_000_000) {
      throw new IllegalArgumentException(
          "the option --%s cannot be %d; give 1 to 20000000"
              .formatted(SLICE_SAMPLES.key(), samples));
    }
    return samples;
  }

  static BacktestRange range(JobOptions options) {
    Duration slice = options.get(SLICE);
    if (slice.compareTo(Duration.ofSeconds(1)) < 0 || slice.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "the option --%s cannot be %s; give 1 s to 1 day".formatted(SLICE.key(), slice));
    }
    return new BacktestRange(options.get(FROM), options.get(TO), slice.toMillis());
  }
}
