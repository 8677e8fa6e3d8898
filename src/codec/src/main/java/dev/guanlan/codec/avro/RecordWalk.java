package dev.guanlan.codec.avro;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.model.RawRecord;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the records of a payload, all of which it reads and checks, whichever are wanted: so
 * every job that reads a mixed topic refuses the same payloads.
 *
 * <p>The tenant of a payload is its header's; where that says {@link RawRecord#ANONYMOUS}, it is
 * the one that its records name. A payload has one tenant.
 */
final class RecordWalk {

  private static final int MARKER_FIRST = 0xC3;
  private static final int MARKER_SECOND = 0x01;
  private static final int BYTES_A_RECORD = 128;

  private final DecoderLimits limits;
  private final Class<? extends SpecificRecordBase> wanted;
  private final boolean only;
  private final HeapBudget budget;
  private final AvroBytes in;
  private final RecordTypes types = new RecordTypes();
  private final Checks checks;

  /**
   * Makes a walk.
   *
   * @param wanted the records that the visitor gets
   * @param only whether other records are an error; else they are passed over
   */
  RecordWalk(DecoderLimits limits, Class<? extends SpecificRecordBase> wanted, boolean only) {
    this.limits = limits;
    this.wanted = wanted;
    this.only = only;
    this.budget = new HeapBudget(limits);
    this.in = new AvroBytes(budget);
    this.checks = new Checks(limits);
  }

  /** Takes the records that are wanted, in the order sent. */
  interface Visitor {

    /** Takes a record of the wanted type, checked. */
    void visit(SpecificRecordBase record);
  }

  /** Reads all records of a payload and returns its tenant. */
  String walk(RawRecord raw, Visitor visitor) throws MalformedPayloadException {
    byte[] payload = raw.payload();
    limits.checkLength("the payload has", payload.length, "send fewer records at once");
    if (payload.length == 0) {
      throw new MalformedPayloadException(
          "the payload is empty; send records in Avro's single-object encoding");
    }
    budget.reset();
    in.reset(payload);
    String tenant = raw.tenant();
    try {
      for (int number = 1; in.hasMore(); number++) {
        int from = in.position();
        SpecificRecordBase record = read(number, from);
        try {
          tenant = checks.tenant(tenant, record);
          checks.check(record);
        } catch (IllegalArgumentException wrong) {
          throw malformed(number, from, String.valueOf(wrong.getMessage()), wrong);
        }
        if (wanted.isInstance(record)) {
          visitor.visit(record);
        } else if (only) {
          throw malformed(
              number,
              from,
              "it is a %s, where only %s are taken"
                  .formatted(record.getClass().getSimpleName(), wanted.getSimpleName()),
              null);
        }
      }
    } finally {
      in.reset(new byte[0]);
    }
    return tenant;
  }

  private SpecificRecordBase read(int number, int from) throws MalformedPayloadException {
    if (number > limits.maxEntries()) {
      throw new PayloadTooLargeException(
          "the payload has more than %d records, which is a fixed limit; send fewer at once"
              .formatted(limits.maxEntries()));
    }
    budget.charge(BYTES_A_RECORD);
    try {
      if (in.fixed8() != MARKER_FIRST || in.fixed8() != MARKER_SECOND) {
        throw malformed(
            number, from, "it does not begin with the marker C3 01 of a single object", null);
      }
      long fingerprint = in.fixed64();
      DatumReader<? extends SpecificRecordBase> reader = types.reader(fingerprint);
      if (reader == null) {
        throw malformed(
            number,
            from,
            "its schema has the fingerprint %016x, which no version of any record has"
                .formatted(fingerprint),
            null);
      }
      return reader.read(null, in);
    } catch (IOException e) {
      if (e.getCause() instanceof PayloadTooLargeException tooLarge) {
        throw tooLarge;
      }
      throw malformed(number, from, String.valueOf(e.getMessage()), e);
    } catch (AvroRuntimeException | IndexOutOfBoundsException | ClassCastException e) {
      throw malformed(number, from, String.valueOf(e.getMessage()), e);
    }
  }

  private static MalformedPayloadException malformed(
      int number, int from, String what, @Nullable Throwable cause) {
    String message =
        "record %d, at byte %d of the payload, cannot be read: %s; send it in Avro's single-object encoding under a schema of this project"
            .formatted(number, from, what.length() > 300 ? Excerpt.of(what) : what);
    return cause == null
        ? new MalformedPayloadException(message)
        : new MalformedPayloadException(message, cause);
  }
}
