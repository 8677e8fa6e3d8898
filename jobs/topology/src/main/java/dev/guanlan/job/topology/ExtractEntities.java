package dev.guanlan.job.topology;

import dev.guanlan.job.common.ResourceBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.ResourceEntities;
import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Extracts entities and relations from the resources of blocks.
 *
 * <p>A resource that told the same a moment ago is passed over: agents send it with every batch,
 * and each time would make a dozen changes that change nothing. What is remembered for that is
 * bounded, and lost with the task, which then tells everything once more.
 */
final class ExtractEntities<B> implements FlatMapFunction<B, Change> {

  private static final long serialVersionUID = 1;

  /** How long a resource that was told is passed over. */
  static final Duration QUIET = Duration.ofSeconds(10);

  /** How far ahead of the clock a time may be; what is later is held to be as late as this. */
  static final Duration MAX_AHEAD = Duration.ofMinutes(1);

  private static final int MAX_REMEMBERED = 100_000;

  private final SerializableFunction<B, String> tenant;
  private final SerializableFunction<B, List<Labels>> resources;
  private final SerializableToLong<B> timestamp;
  private final Clock clock;

  @SuppressWarnings("serial") // Serializable, though its interface does not say so.
  private final Remembered told = new Remembered();

  private ExtractEntities(
      SerializableFunction<B, String> tenant,
      SerializableFunction<B, List<Labels>> resources,
      SerializableToLong<B> timestamp,
      Clock clock) {
    this.tenant = tenant;
    this.resources = resources;
    this.timestamp = timestamp;
    this.clock = clock;
  }

  static ExtractEntities<ResourceBlock> ofMetrics(Clock clock) {
    return new ExtractEntities<>(
        ResourceBlock::tenant, ResourceBlock::resources, ResourceBlock::receivedAtMillis, clock);
  }

  static ExtractEntities<LogBlock> ofLogs(Clock clock) {
    return new ExtractEntities<>(
        LogBlock::tenant,
        block -> block.resources().stream().map(LogBlock.ResourceLogs::resource).toList(),
        LogBlock::latestTimestamp,
        clock);
  }

  static ExtractEntities<SpanBlock> ofSpans(Clock clock) {
    return new ExtractEntities<>(
        SpanBlock::tenant,
        block -> block.resources().stream().map(SpanBlock.ResourceSpans::resource).toList(),
        SpanBlock::latestTimestamp,
        clock);
  }

  @Override
  public void flatMap(B block, Collector<Change> out) {
    long seen = timestamp.applyAsLong(block);
    long now = clock.millis();
    long version = seen <= 0 ? now : Math.min(seen, now + MAX_AHEAD.toMillis());
    String owner = tenant.apply(block);
    for (Labels resource : resources.apply(block)) {
      SeriesId id = SeriesId.of(owner, resource);
      Long last = told.get(id);
      if (last == null || version >= last + QUIET.toMillis()) {
        told.put(id, version);
        ResourceEntities.extract(owner, resource, version, out::collect);
      }
    }
  }

  private interface SerializableFunction<A, R> extends Function<A, R>, Serializable {}

  private interface SerializableToLong<A> extends ToLongFunction<A>, Serializable {}

  /** Remembers when each resource told; forgets the one that was told longest ago first. */
  private static final class Remembered extends LinkedHashMap<SeriesId, Long> {

    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<SeriesId, Long> eldest) {
      return size() > MAX_REMEMBERED;
    }
  }
}
