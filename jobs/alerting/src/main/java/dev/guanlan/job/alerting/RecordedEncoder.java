package dev.guanlan.job.alerting;

import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.connector.kafka.RecordEncoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.RawHeaders;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes Kafka records of recorded samples, as if an agent had written them: remote-write requests.
 * The group is the key, so that a group's samples keep their order.
 */
final class RecordedEncoder implements RecordEncoder<GroupSamples> {

  private static final long serialVersionUID = 1;

  private transient @Nullable RemoteWriteEncoder encoder;

  @Override
  public byte[] key(GroupSamples samples) {
    return RecordEncoder.utf8(samples.group());
  }

  @Override
  public byte[] value(GroupSamples samples) {
    RemoteWriteEncoder known = encoder;
    if (known == null) {
      known = new RemoteWriteEncoder();
      encoder = known;
    }
    return known.encode(samples.block());
  }

  @Override
  public void addHeaders(GroupSamples samples, Headers headers) {
    headers.add(RawHeaders.ENCODING, RecordEncoder.utf8(Encoding.PROMETHEUS_REMOTE_WRITE));
    headers.add(RawHeaders.TENANT, RecordEncoder.utf8(samples.block().tenant()));
    // The tick, so that a replay writes the very same record.
    headers.add(
        RawHeaders.RECEIVED_AT,
        RecordEncoder.utf8(Long.toString(samples.block().latestTimestamp())));
  }
}
