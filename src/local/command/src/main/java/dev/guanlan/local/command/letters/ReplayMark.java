package dev.guanlan.local.command.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Remembers that a letter was replayed; stands on the topic of replays as JSON.
 *
 * @param jobs all jobs that it was replayed for until now
 * @param replayedAtMillis when it last was, in milliseconds since the epoch
 * @param repaired whether its payload was another then
 */
record ReplayMark(SortedSet<String> jobs, long replayedAtMillis, boolean repaired) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static byte[] key(String replayKey) {
    return replayKey.getBytes(UTF_8);
  }

  static String keyOf(byte[] key) {
    return new String(key, UTF_8);
  }

  byte[] encode() {
    ObjectNode mark = JSON.createObjectNode();
    jobs.forEach(mark.putArray("jobs")::add);
    mark.put("replayedAtMillis", replayedAtMillis);
    mark.put("repaired", repaired);
    try {
      return JSON.writeValueAsBytes(mark);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and numbers can always be written", e);
    }
  }

  /** Reads a mark; one that cannot be read is of no job, so that nothing is held to be replayed. */
  static ReplayMark decode(byte[] value) {
    TreeSet<String> jobs = new TreeSet<>();
    try {
      JsonNode mark = JSON.readTree(value);
      mark.path("jobs").forEach(job -> jobs.add(job.asText()));
      return new ReplayMark(
          jobs, mark.path("replayedAtMillis").asLong(), mark.path("repaired").asBoolean());
    } catch (IOException e) {
      return new ReplayMark(new TreeSet<>(), 0, false);
    }
  }
}
