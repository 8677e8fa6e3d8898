package dev.guanlan.local.command.look;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Asks Flink's REST interface how the jobs are. */
public final class JobLook {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final String url;

  /**
   * Tells how a job is.
   *
   * @param name the job's name
   * @param state Flink's word for its state, such as RUNNING
   * @param uptimeMillis for how long it has run since the last restart, milliseconds
   * @param restarts how often it restarted
   * @param checkpointMillis when the last checkpoint completed, milliseconds since the epoch; 0 if
   *     none has
   * @param checkpointTookMillis how long that took, milliseconds
   * @param checkpointBytes the size of the state it holds, bytes
   * @param checkpointsFailed how many failed since the job was submitted
   */
  public record JobStatus(
      String name,
      String state,
      long uptimeMillis,
      long restarts,
      long checkpointMillis,
      long checkpointTookMillis,
      long checkpointBytes,
      long checkpointsFailed) {

    /** Tells whether it runs. */
    public boolean running() {
      return state.equals("RUNNING");
    }
  }

  /** Prepares to ask the JobManager at an address. */
  public JobLook(String url) {
    this.url = url;
  }

  /** Returns every job that is not over, and of those that are the last of each name. */
  public List<JobStatus> jobs() throws LookException, InterruptedException {
    List<JobStatus> jobs = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    List<JsonNode> overview = new ArrayList<>();
    get("/jobs/overview").path("jobs").forEach(overview::add);
    overview.sort(
        Comparator.comparingLong((JsonNode job) -> job.path("start-time").asLong()).reversed());
    for (JsonNode job : overview) {
      String name = job.path("name").asText();
      if (!seen.contains(name)) {
        seen.add(name);
        jobs.add(status(job));
      }
    }
    jobs.sort(Comparator.comparing(JobStatus::name));
    return jobs;
  }

  private JobStatus status(JsonNode job) throws LookException, InterruptedException {
    String id = job.path("jid").asText();
    JsonNode checkpoints = get("/jobs/" + id + "/checkpoints");
    JsonNode latest = checkpoints.path("latest").path("completed");
    return new JobStatus(
        job.path("name").asText(),
        job.path("state").asText(),
        metric(id, "uptime", job.path("duration").asLong()),
        metric(id, "numRestarts", 0),
        latest.path("latest_ack_timestamp").asLong(),
        latest.path("end_to_end_duration").asLong(),
        latest.path("state_size").asLong(),
        checkpoints.path("counts").path("failed").asLong());
  }

  private long metric(String job, String name, long otherwise)
      throws LookException, InterruptedException {
    JsonNode values = get("/jobs/" + job + "/metrics?get=" + name);
    String text = values.path(0).path("value").asText();
    return text.matches("-?[0-9]{1,18}") ? Long.parseLong(text) : otherwise;
  }

  private JsonNode get(String path) throws LookException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT).build();
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new LookException("Flink answers " + answer.statusCode() + " to " + path, null);
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new LookException("Flink does not answer at " + url, e);
    }
  }
}
