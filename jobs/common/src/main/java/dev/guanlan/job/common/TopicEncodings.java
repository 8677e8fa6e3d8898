package dev.guanlan.job.common;

import dev.guanlan.model.Encoding;
import dev.guanlan.model.Topics;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says how records are encoded that have no header for it, by their topic.
 *
 * <p>A name that ends in a dot stands for all topics that begin with it. A topic's own name counts
 * before such a prefix, and a longer prefix before a shorter.
 *
 * @param byTopic the encoding by topic or prefix
 */
record TopicEncodings(Map<String, String> byTopic) implements Serializable {

  private static final String PREFIX_END = ".";

  private static final Map<String, String> PLATFORM =
      Map.ofEntries(
          Map.entry(Topics.OTLP_METRICS, Encoding.OTLP_PROTO),
          Map.entry(Topics.OTLP_LOGS, Encoding.OTLP_PROTO),
          Map.entry(Topics.OTLP_SPANS, Encoding.OTLP_PROTO),
          Map.entry(Topics.PROMETHEUS_REMOTE_WRITE, Encoding.PROMETHEUS_REMOTE_WRITE),
          Map.entry(Topics.RECORDED_METRICS, Encoding.PROMETHEUS_REMOTE_WRITE),
          Map.entry(Topics.LOKI_PUSH, Encoding.LOKI_PROTO),
          Map.entry(Topics.ZIPKIN_SPANS, Encoding.ZIPKIN_JSON),
          Map.entry(Topics.TELEMETRY, Encoding.AVRO),
          Map.entry(Topics.DEEPFLOW_PREFIX, Encoding.DEEPFLOW_JSON),
          Map.entry(Topics.CLOUDQUERY_PREFIX, Encoding.CLOUDQUERY_NDJSON));

  /** Returns the platform's own, with those of a user in front. */
  static TopicEncodings with(Map<String, String> chosen) {
    Map<String, String> all = new HashMap<>(PLATFORM);
    all.putAll(chosen);
    return new TopicEncodings(all);
  }

  /** Returns the encoding of a topic's records, or null if nothing says it. */
  @Nullable String of(String topic) {
    String encoding = byTopic.get(topic);
    int dot = topic.length();
    while (encoding == null && (dot = topic.lastIndexOf('.', dot - 1)) >= 0) {
      encoding = byTopic.get(topic.substring(0, dot + 1));
    }
    return encoding;
  }

  /**
   * Returns whether steps of several kinds read a topic, each taking its own out of every record.
   * All of them have to agree on what can be read, or a record that one has stored would become a
   * dead letter of another, and be stored twice when that is replayed.
   */
  static boolean isShared(String topic) {
    return topic.equals(Topics.TELEMETRY) || topic.startsWith(Topics.DEEPFLOW_PREFIX);
  }

  /** Returns whether a name stands for more than one topic. */
  static boolean isPrefix(String name) {
    return name.endsWith(PREFIX_END);
  }

  /** Returns the pattern of the topics that names and prefixes stand for. */
  static Pattern pattern(String... names) {
    return Pattern.compile(
        Stream.of(names)
            .map(name -> Pattern.quote(name) + (isPrefix(name) ? ".+" : ""))
            .collect(Collectors.joining("|")));
  }
}
