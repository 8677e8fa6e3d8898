package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.RecordEncoder;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RecordFormat;
import org.jspecify.annotations.Nullable;

/** Makes Kafka records of transitions: the fingerprint as key, so that an alert keeps its order. */
final class AlertEncoder implements RecordEncoder<AlertTransition> {

  private static final long serialVersionUID = 1;

  private transient @Nullable RecordFormat<AlertTransition> format;

  @Override
  public byte[] key(AlertTransition transition) {
    return RecordEncoder.utf8(transition.getFingerprint());
  }

  @Override
  public byte[] value(AlertTransition transition) {
    RecordFormat<AlertTransition> known = format;
    if (known == null) {
      known = RecordFormat.of(AlertTransition.class);
      format = known;
    }
    return known.encode(transition);
  }
}
