package dev.guanlan.codec.deepflow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.model.RawRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads records: as JSON where that is what they are, else as a {@link BrokenObject}. */
final class RowReader {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(8).maxNumberLength(64).build())
          .build();

  private final DecoderLimits limits;

  RowReader(DecoderLimits limits) {
    this.limits = limits;
  }

  /** Reads the columns of a record. */
  Row read(RawRecord raw) throws MalformedPayloadException {
    byte[] payload = raw.payload();
    limits.checkLength("DeepFlow's record has", payload.length, "export fewer fields");
    // A column is a text and its name; the text is there twice while it is read.
    if (4L * payload.length > limits.maxDecodedBytes()) {
      throw new PayloadTooLargeException(
          "DeepFlow's record of %d bytes decodes to more than %d bytes, which is %s; export fewer fields"
              .formatted(payload.length, limits.maxDecodedBytes(), limits.decodedBytesName()));
    }
    try (JsonParser in = JSON.createParser(payload)) {
      return readJson(in);
    } catch (IOException notJson) {
      return new BrokenObject(new String(payload, StandardCharsets.UTF_8)).read();
    }
  }

  private static Row readJson(JsonParser in) throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw new IOException("it is no object");
    }
    Row row = new Row();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      switch (in.nextToken()) {
        case VALUE_STRING -> row.putText(name, in.getText());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> row.putNumber(name, in.getText());
        case VALUE_TRUE -> row.putNumber(name, "1");
        case VALUE_FALSE -> row.putNumber(name, "0");
        case VALUE_NULL -> {}
        case START_ARRAY -> row.putList(name, readList(in));
        default -> throw new IOException("a column is an object");
      }
    }
    if (in.nextToken() != null) {
      throw new IOException("something follows the object");
    }
    return row;
  }

  private static List<String> readList(JsonParser in) throws IOException {
    List<String> list = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (!in.currentToken().isScalarValue()) {
        throw new IOException("a list holds more than texts and numbers");
      }
      list.add(in.getText());
    }
    return list;
  }
}
