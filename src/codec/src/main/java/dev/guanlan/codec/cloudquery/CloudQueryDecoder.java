package dev.guanlan.codec.cloudquery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.Excerpt;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes rows of an inventory into the attributes of resources. The table is the topic without
 * {@link Topics#CLOUDQUERY_PREFIX}. Rows that name nothing, as those that bind two others, are
 * passed over and counted.
 */
public final class CloudQueryDecoder implements Decoder<List<Labels>> {

  private static final int BYTES_A_ROW = 512;

  /** What a column costs besides its text. */
  private static final int BYTES_A_COLUMN = 64;

  private static final int MAX_COLUMNS = 1_000;

  private final DecoderLimits limits;
  private final HeapBudget budget;
  private final JsonFactory json;
  private long nameless;

  /** Makes a decoder. */
  public CloudQueryDecoder(DecoderLimits limits) {
    this.limits = limits;
    this.budget = new HeapBudget(limits);
    this.json =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    // Columns of configuration nest deeply; they are passed over, not built.
                    .maxNestingDepth(200)
                    .maxNumberLength(100)
                    .maxStringLength(limits.maxDecompressedBytes())
                    .build())
            .build();
  }

  /** Returns how many rows of the payload decoded last named nothing. */
  public long namelessRows() {
    return nameless;
  }

  @Override
  public List<Labels> decode(RawRecord raw) throws MalformedPayloadException {
    byte[] payload = Gunzip.ifGzip(raw.payload(), limits);
    String table = table(raw.origin().topic());
    nameless = 0;
    budget.reset();
    List<Labels> resources = new ArrayList<>();
    int line = 0;
    try (JsonParser in = json.createParser(payload)) {
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        line = in.currentTokenLocation().getLineNr();
        if (token != JsonToken.START_OBJECT) {
          throw malformed(line, table, "a row is no JSON object", null);
        }
        if (resources.size() + nameless >= limits.maxEntries()) {
          throw new PayloadTooLargeException(
              "the payload has more than %d rows, which is a fixed limit; lower the destination's batch_size"
                  .formatted(limits.maxEntries()));
        }
        budget.charge(BYTES_A_ROW);
        Labels resource = CloudResources.of(table, row(in), limits.maxLabels());
        if (resource.size() == 0) {
          nameless++;
        } else {
          resources.add(resource);
        }
      }
    } catch (IOException e) {
      throw malformed(lineOf(e, line), table, "it is no JSON", e);
    }
    return List.copyOf(resources);
  }

  /** Returns the line where reading ended; that of the row begun last, if nothing says it. */
  private static int lineOf(IOException failure, int lastRow) {
    JsonLocation where =
        failure instanceof JsonProcessingException wrong ? wrong.getLocation() : null;
    return Math.max(1, where == null ? lastRow : where.getLineNr());
  }

  private static String table(String topic) {
    return topic.startsWith(Topics.CLOUDQUERY_PREFIX)
        ? topic.substring(Topics.CLOUDQUERY_PREFIX.length())
        : topic;
  }

  /**
   * Reads a row's texts and numbers by column, and the entries of its tags by {@code tags.} and
   * their key. Whatever else is structured is passed over.
   */
  private Map<String, String> row(JsonParser in) throws IOException, MalformedPayloadException {
    Map<String, String> row = new LinkedHashMap<>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String column = in.currentName();
      JsonToken value = in.nextToken();
      if (value == JsonToken.START_OBJECT && CloudResources.isTags(column)) {
        tags(in, row);
      } else if (value.isStructStart()) {
        in.skipChildren();
      } else if (value != JsonToken.VALUE_NULL) {
        put(row, column, in.getText());
      }
    }
    return row;
  }

  private void tags(JsonParser in, Map<String, String> row)
      throws IOException, MalformedPayloadException {
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      JsonToken value = in.nextToken();
      if (value.isStructStart()) {
        in.skipChildren();
      } else if (value != JsonToken.VALUE_NULL) {
        put(row, CloudResources.TAG + key, in.getText());
      }
    }
  }

  private void put(Map<String, String> row, String column, String text)
      throws MalformedPayloadException {
    budget.charge(BYTES_A_COLUMN + 2L * (column.length() + text.length()));
    if (row.size() < MAX_COLUMNS) {
      row.putIfAbsent(column, text);
    }
  }

  private static MalformedPayloadException malformed(
      int line, String table, String what, @Nullable IOException cause) {
    String message =
        "line %d of a payload of CloudQuery's table %s cannot be read: %s; set the destination's format to json"
            .formatted(line, Excerpt.of(table), what);
    return cause == null
        ? new MalformedPayloadException(message)
        : new MalformedPayloadException(message, cause);
  }
}
