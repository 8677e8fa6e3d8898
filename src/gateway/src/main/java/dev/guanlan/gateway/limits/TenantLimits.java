package dev.guanlan.gateway.limits;

import dev.guanlan.gateway.file.Section;
import java.util.Set;

/**
 * Says what one tenant may push, and how many rules it may have. A limit of 0 is none.
 *
 * @param itemsPerSecond samples, log entries, spans and flows together
 * @param itemsBurst how many of them may come at once
 * @param bytesPerSecond bytes of bodies as sent
 * @param bytesBurst how many of them may come at once
 * @param maxBodyBytes a body as sent
 * @param maxDecompressedBytes a body decompressed
 * @param maxLabels labels of a series or log stream
 * @param maxLabelNameBytes a label's name, in bytes of UTF-8
 * @param maxLabelValueBytes a label's value, in bytes of UTF-8
 * @param maxAgeSeconds how old a sample, log entry, span or flow may be
 * @param maxFutureSeconds how far ahead of the gateway's clock it may be
 * @param maxActiveSeries different series within about half an hour, by this gateway's count
 * @param maxRuleGroups rule groups of all its namespaces
 * @param maxRulesPerGroup rules of one group
 */
record TenantLimits(
    long itemsPerSecond,
    long itemsBurst,
    long bytesPerSecond,
    long bytesBurst,
    int maxBodyBytes,
    int maxDecompressedBytes,
    int maxLabels,
    int maxLabelNameBytes,
    int maxLabelValueBytes,
    long maxAgeSeconds,
    long maxFutureSeconds,
    int maxActiveSeries,
    int maxRuleGroups,
    int maxRulesPerGroup) {

  static final TenantLimits NONE = new TenantLimits(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  static final Set<String> FIELDS =
      Set.of(
          "items_per_second",
          "items_burst",
          "bytes_per_second",
          "bytes_burst",
          "max_body_bytes",
          "max_decompressed_bytes",
          "max_labels",
          "max_label_name_bytes",
          "max_label_value_bytes",
          "max_age_seconds",
          "max_future_seconds",
          "max_active_series",
          "max_rule_groups",
          "max_rules_per_group");

  private static final long MOST = 1L << 40;
  private static final int MOST_SERIES = 50_000_000;

  /** How many seconds' worth a burst is, unless the file says. */
  private static final int BURST_SECONDS = 2;

  /** Reads the limits of a section; those that it does not name are {@code others}. */
  static TenantLimits parse(Section section, TenantLimits others) {
    section.only(FIELDS);
    long items = section.number("items_per_second", 0, MOST, others.itemsPerSecond);
    long bytes = section.number("bytes_per_second", 0, MOST, others.bytesPerSecond);
    boolean otherItems = section.has("items_per_second") || others.itemsBurst == 0;
    boolean otherBytes = section.has("bytes_per_second") || others.bytesBurst == 0;
    return new TenantLimits(
        items,
        section.number(
            "items_burst", 1, MOST, otherItems ? BURST_SECONDS * items : others.itemsBurst),
        bytes,
        section.number(
            "bytes_burst", 1, MOST, otherBytes ? BURST_SECONDS * bytes : others.bytesBurst),
        whole(section, "max_body_bytes", others.maxBodyBytes),
        whole(section, "max_decompressed_bytes", others.maxDecompressedBytes),
        whole(section, "max_labels", others.maxLabels),
        whole(section, "max_label_name_bytes", others.maxLabelNameBytes),
        whole(section, "max_label_value_bytes", others.maxLabelValueBytes),
        section.number("max_age_seconds", 0, MOST, others.maxAgeSeconds),
        section.number("max_future_seconds", 0, MOST, others.maxFutureSeconds),
        (int) section.number("max_active_series", 0, MOST_SERIES, others.maxActiveSeries),
        whole(section, "max_rule_groups", others.maxRuleGroups),
        whole(section, "max_rules_per_group", others.maxRulesPerGroup));
  }

  private static int whole(Section section, String name, int otherwise) {
    return (int) section.number(name, 0, Integer.MAX_VALUE, otherwise);
  }
}
