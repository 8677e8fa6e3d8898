package dev.guanlan.codec.loki;

import com.fasterxml.jackson.core.JsonToken;
import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.json.JsonReader;
import dev.guanlan.codec.json.JsonSource;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.RawRecord;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Decodes Loki pushes in JSON: streams with {@code stream} and {@code values}, or as the older
 * {@code /api/prom/push} has them, with {@code labels} and {@code entries}.
 */
public final class LokiJsonDecoder implements Decoder<LogBlock> {

  /** A push itself nests six levels; the rest is for fields that nobody knows. */
  private static final int MAX_DEPTH = 32;

  private static final int LONGEST_TIME = 64;

  private final JsonSource source;
  private final PushCollector push;

  /** Makes a decoder. */
  public LokiJsonDecoder(DecoderLimits limits) {
    this.source = new JsonSource(limits, MAX_DEPTH);
    this.push = new PushCollector(limits);
  }

  @Override
  public LogBlock decode(RawRecord raw) throws MalformedPayloadException {
    push.begin(raw);
    try (JsonReader in = source.open(raw.payload())) {
      in.next();
      in.expectObject("a push");
      while (in.nextField()) {
        boolean streams = in.name().equals("streams");
        in.next();
        if (streams && !in.is(JsonToken.VALUE_NULL)) {
          readStreams(in);
        } else {
          in.skip();
        }
      }
      in.end();
      return push.end();
    } finally {
      push.clear();
    }
  }

  private void readStreams(JsonReader in) throws MalformedPayloadException {
    in.expectArray("streams");
    while (in.nextElement()) {
      in.expectObject("a stream");
      push.beginStream();
      while (in.nextField()) {
        String name = in.name();
        if (in.next() == JsonToken.VALUE_NULL) {
          continue;
        }
        switch (name) {
          case "stream" -> readLabels(in);
          case "labels" -> push.labels(in.text("a stream's labels"));
          case "values" -> readValues(in);
          case "entries" -> readEntries(in);
          default -> in.skip();
        }
      }
      push.endStream();
    }
  }

  private void readLabels(JsonReader in) throws MalformedPayloadException {
    in.expectObject("a stream's labels");
    while (in.nextField()) {
      String name = in.name();
      in.next();
      push.label(name, in.text("a label's value"));
    }
    push.endLabels();
  }

  private void readValues(JsonReader in) throws MalformedPayloadException {
    in.expectArray("values");
    while (in.nextElement()) {
      in.expectArray("a log entry");
      push.beginEntry();
      long nanos = 0;
      String line = "";
      int place = 0;
      for (; in.nextElement(); place++) {
        switch (place) {
          case 0 -> nanos = in.int64("an entry's time in nanoseconds");
          case 1 -> line = in.text("a log line");
          case 2 -> readMetadata(in);
          default -> in.skip();
        }
      }
      if (place < 2) {
        throw in.malformed("a log entry of " + place + " values instead of time and line");
      }
      if (nanos < 0) {
        throw in.malformed("an entry's time before 1970");
      }
      push.endEntry(nanos, line);
    }
  }

  private void readMetadata(JsonReader in) throws MalformedPayloadException {
    if (in.is(JsonToken.VALUE_NULL)) {
      return;
    }
    in.expectObject("structured metadata");
    while (in.nextField()) {
      String name = in.name();
      in.next();
      push.metadata(name, in.text("a structured metadata's value"));
    }
  }

  private void readEntries(JsonReader in) throws MalformedPayloadException {
    in.expectArray("entries");
    while (in.nextElement()) {
      in.expectObject("a log entry");
      push.beginEntry();
      long nanos = 0;
      String line = "";
      while (in.nextField()) {
        String name = in.name();
        in.next();
        switch (name) {
          case "ts", "timestamp" -> nanos = time(in.text("an entry's time"));
          case "line" -> line = in.text("a log line");
          case "structuredMetadata" -> readMetadata(in);
          default -> in.skip();
        }
      }
      push.endEntry(nanos, line);
    }
  }

  private static long time(String text) throws MalformedPayloadException {
    try {
      if (text.length() <= LONGEST_TIME) {
        Instant time = OffsetDateTime.parse(text).toInstant();
        return PushCollector.nanos(time.getEpochSecond(), time.getNano());
      }
    } catch (DateTimeException e) {
      throw new MalformedPayloadException(noTime(text), e);
    }
    throw new MalformedPayloadException(noTime(text));
  }

  private static String noTime(String text) {
    return "an entry's time is "
        + Excerpt.of(text)
        + "; write it as RFC 3339 does, 2026-01-02T15:04:05.123456789Z";
  }
}
