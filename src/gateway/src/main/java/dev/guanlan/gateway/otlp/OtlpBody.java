package dev.guanlan.gateway.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.BodyKind;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.gateway.push.RpcStatus;
import dev.guanlan.model.Encoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Names the two forms of OTLP's bodies, and answers in the form that was asked in. */
enum OtlpBody {

  /** Is protobuf. */
  PROTOBUF {
    @Override
    Answer exported(Signal signal, long rejected, String message) {
      HttpData content =
          rejected == 0 ? HttpData.empty() : HttpData.wrap(partialSuccess(rejected, message));
      return Answer.of(200, BodyKind.PROTOBUF, content);
    }

    @Override
    Answer refused(Refusal refusal) {
      return Answer.of(
          refusal.reason().status(),
          BodyKind.PROTOBUF,
          HttpData.wrap(RpcStatus.of(refusal).encode()));
    }
  },

  /** Is protobuf's JSON mapping. */
  JSON {
    @Override
    Answer exported(Signal signal, long rejected, String message) {
      return json(
          200,
          out -> {
            if (rejected != 0) {
              out.writeObjectFieldStart("partialSuccess");
              // The mapping writes 64-bit numbers as strings.
              out.writeStringField(signal.rejectedName, Long.toString(rejected));
              out.writeStringField("errorMessage", message);
              out.writeEndObject();
            }
          });
    }

    @Override
    Answer refused(Refusal refusal) {
      RpcStatus status = RpcStatus.of(refusal);
      return json(
          refusal.reason().status(),
          out -> {
            out.writeNumberField("code", status.code());
            out.writeStringField("message", status.message());
          });
    }
  };

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int PARTIAL_SUCCESS = 1 << 3 | 2;
  private static final int REJECTED = 1 << 3;
  private static final int ERROR_MESSAGE = 2 << 3 | 2;

  /** Writes the fields of one JSON object. */
  private interface Fields {
    void write(JsonGenerator out) throws IOException;
  }

  /** Returns the form of a stored body. */
  static OtlpBody ofEncoding(String encoding) {
    return encoding.equals(Encoding.OTLP_JSON) ? JSON : PROTOBUF;
  }

  /** Returns the form to answer a request in, which may be of neither. */
  static OtlpBody ofRequest(RequestHeaders headers) {
    return BodyKind.isJson(headers) ? JSON : PROTOBUF;
  }

  /**
   * Makes the {@code Export*ServiceResponse} of what was taken.
   *
   * @param rejected how many of its parts will not be seen; 0 if all will
   * @param message why not
   */
  abstract Answer exported(Signal signal, long rejected, String message);

  /** Makes the {@code google.rpc.Status} that says a refusal. */
  abstract Answer refused(Refusal refusal);

  private static byte[] partialSuccess(long rejected, String message) {
    ProtoWriter inner = new ProtoWriter();
    inner.varint(REJECTED);
    inner.varint(rejected);
    inner.field(ERROR_MESSAGE, message.getBytes(StandardCharsets.UTF_8));
    ProtoWriter outer = new ProtoWriter();
    outer.field(PARTIAL_SUCCESS, Arrays.copyOf(inner.bytes(), inner.length()));
    return Arrays.copyOf(outer.bytes(), outer.length());
  }

  private static Answer json(int status, Fields fields) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (JsonGenerator out = FACTORY.createGenerator(content)) {
      out.writeStartObject();
      fields.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory cannot be written", e);
    }
    return Answer.of(status, MediaType.JSON, HttpData.wrap(content.toByteArray()));
  }
}
