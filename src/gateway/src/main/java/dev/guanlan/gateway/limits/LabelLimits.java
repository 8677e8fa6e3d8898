package dev.guanlan.gateway.limits;

import dev.guanlan.codec.Excerpt;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Labels;
import java.nio.charset.StandardCharsets;

/** Checks how many labels a series has, and how long they are. */
final class LabelLimits {

  /** UTF-8 takes at most this many bytes for what a Java string has in one character. */
  private static final int BYTES_A_CHARACTER = 3;

  private final String tenant;
  private final TenantLimits limits;

  LabelLimits(String tenant, TenantLimits limits) {
    this.tenant = tenant;
    this.limits = limits;
  }

  /** Checks the labels of a series, or whatever {@code what} is. */
  void check(String what, Labels labels) throws Refusal {
    if (limits.maxLabels() > 0 && labels.size() > limits.maxLabels()) {
      throw LimitRefusal.of(
          tenant,
          "max_labels",
          limits.maxLabels(),
          "the " + what + " " + Excerpt.of(labels.toString()) + " has " + labels.size() + " labels",
          "drop some");
    }
    if (limits.maxLabelNameBytes() == 0 && limits.maxLabelValueBytes() == 0) {
      return;
    }
    for (int i = 0; i < labels.size(); i++) {
      if (isLonger(labels.name(i), limits.maxLabelNameBytes())) {
        throw LimitRefusal.of(
            tenant,
            "max_label_name_bytes",
            limits.maxLabelNameBytes(),
            "the "
                + what
                + " "
                + Excerpt.of(labels.toString())
                + " has a label whose name is "
                + Excerpt.of(labels.name(i)),
            "shorten it");
      }
      if (isLonger(labels.value(i), limits.maxLabelValueBytes())) {
        throw LimitRefusal.of(
            tenant,
            "max_label_value_bytes",
            limits.maxLabelValueBytes(),
            "the "
                + what
                + " "
                + Excerpt.of(labels.toString())
                + " has a label "
                + Excerpt.of(labels.name(i))
                + " whose value is "
                + Excerpt.of(labels.value(i)),
            "shorten it");
      }
    }
  }

  private static boolean isLonger(String text, int maxBytes) {
    return maxBytes > 0
        && text.length() * BYTES_A_CHARACTER > maxBytes
        && (text.length() > maxBytes || text.getBytes(StandardCharsets.UTF_8).length > maxBytes);
  }
}
