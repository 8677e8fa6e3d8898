package dev.guanlan.codec;

import com.google.protobuf.MessageLite;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import java.nio.charset.StandardCharsets;

/** Makes raw records for tests. */
public final class RawRecords {

  public static final long RECEIVED_AT = 1_700_000_000_123L;
  public static final Origin ORIGIN = new Origin("a_topic", 3, 42);

  private RawRecords() {}

  public static RawRecord remoteWrite(byte[] payload) {
    return of(Encoding.PROMETHEUS_REMOTE_WRITE, payload);
  }

  public static RawRecord otlp(byte[] payload) {
    return of(Encoding.OTLP_PROTO, payload);
  }

  public static RawRecord otlp(MessageLite request) {
    return otlp(request.toByteArray());
  }

  public static RawRecord of(String encoding, byte[] payload) {
    return new RawRecord("team-a", encoding, RECEIVED_AT, null, payload, ORIGIN);
  }

  public static RawRecord json(String encoding, String payload) {
    return of(encoding, payload.getBytes(StandardCharsets.UTF_8));
  }
}
