package dev.guanlan.codec.avro;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogBlock.ResourceLogs;
import dev.guanlan.model.RawRecord;
import dev.guanlan.schema.LogEntry;

/** Decodes {@code LogEntry} records. Entries of one resource that follow each other are a group. */
public final class AvroLogsDecoder implements Decoder<LogBlock> {

  private final RecordWalk walk;

  private AvroLogsDecoder(DecoderLimits limits, boolean only) {
    walk = new RecordWalk(limits, LogEntry.class, only);
  }

  /** Makes a decoder that passes over records of other types. */
  public static AvroLogsDecoder ofMixed(DecoderLimits limits) {
    return new AvroLogsDecoder(limits, false);
  }

  /** Makes a decoder that takes log entries only. */
  public static AvroLogsDecoder only(DecoderLimits limits) {
    return new AvroLogsDecoder(limits, true);
  }

  @Override
  public LogBlock decode(RawRecord raw) throws MalformedPayloadException {
    Groups<dev.guanlan.model.LogEntry> groups = new Groups<>();
    String tenant =
        walk.walk(
            raw,
            record -> {
              LogEntry entry = (LogEntry) record;
              groups.add(entry.getResource(), entry.getScope(), modelOf(entry));
            });
    return new LogBlock(tenant, raw.origin(), groups.map(ResourceLogs::new));
  }

  private static dev.guanlan.model.LogEntry modelOf(LogEntry entry) {
    return new dev.guanlan.model.LogEntry(
        entry.getTimestampNanos(),
        entry.getObservedNanos(),
        entry.getSeverityNumber(),
        entry.getSeverityText(),
        entry.getBody(),
        Labels.of(entry.getAttributes()),
        entry.getTraceId(),
        entry.getSpanId());
  }
}
