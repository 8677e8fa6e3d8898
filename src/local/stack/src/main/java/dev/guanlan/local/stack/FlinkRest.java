package dev.guanlan.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Talks to a Flink cluster's REST interface. Every method throws an {@link IOException} whose
 * message carries Flink's own reason. Safe for use from any thread.
 */
public final class FlinkRest {

  /** A jar's main method runs inside this request. */
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final int MAX_REASON = 2_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final String url;

  /** Creates a client of the cluster at {@code url}, such as {@code http://127.0.0.1:8081}. */
  public FlinkRest(String url) {
    this.url = url;
  }

  /**
   * Is a job as the cluster lists it.
   *
   * @param id hexadecimal job id
   * @param name the job's name
   * @param state Flink's word, such as {@code RUNNING}
   * @param tasks how many tasks it has
   * @param runningTasks how many of them run
   * @param startMillis when it was submitted, milliseconds since the epoch
   */
  public record Job(
      String id, String name, String state, int tasks, int runningTasks, long startMillis) {

    private static final Set<String> TERMINAL = Set.of("FAILED", "CANCELED", "FINISHED");

    /** Tells whether it is over for good. */
    public boolean over() {
      return TERMINAL.contains(state);
    }

    /** Tells whether all of it runs. */
    public boolean fullyRunning() {
      return state.equals("RUNNING") && tasks > 0 && runningTasks == tasks;
    }
  }

  /**
   * Sums up a job's checkpoints.
   *
   * @param completed how many completed since it was submitted
   * @param failed how many failed
   * @param latestMillis when the newest completed one was triggered, milliseconds since the epoch;
   *     0 if none
   * @param latestDurationMillis how long that one took
   * @param latestBytes how big its state is
   * @param latestPath where it lies; empty if none
   */
  public record Checkpoints(
      long completed,
      long failed,
      long latestMillis,
      long latestDurationMillis,
      long latestBytes,
      String latestPath) {}

  /** Returns the version of the cluster. */
  public String version() throws IOException {
    return get("/config").path("flink-version").asText();
  }

  /** Returns the ids of the registered TaskManagers. */
  public Set<String> taskManagers() throws IOException {
    Set<String> ids = new TreeSet<>();
    get("/taskmanagers").path("taskmanagers").forEach(each -> ids.add(each.path("id").asText()));
    return ids;
  }

  /** Returns all jobs that the cluster knows, those that are over too. */
  public List<Job> jobs() throws IOException {
    List<Job> jobs = new ArrayList<>();
    for (JsonNode each : get("/jobs/overview").path("jobs")) {
      JsonNode tasks = each.path("tasks");
      jobs.add(
          new Job(
              each.path("jid").asText(),
              each.path("name").asText(),
              each.path("state").asText(),
              tasks.path("total").asInt(),
              tasks.path("running").asInt(),
              each.path("start-time").asLong()));
    }
    return jobs;
  }

  /** Returns the newest job of that name that is not over. */
  public Optional<Job> job(String name) throws IOException {
    return jobs().stream()
        .filter(job -> job.name().equals(name) && !job.over())
        .max((a, b) -> Long.compare(a.startMillis(), b.startMillis()));
  }

  /** Returns the stack that the job failed with last; empty if it never did. */
  public Optional<String> rootException(String jobId) throws IOException {
    JsonNode entries = get("/jobs/" + jobId + "/exceptions").path("exceptionHistory");
    JsonNode first = entries.path("entries").path(0).path("stacktrace");
    return first.isTextual() ? Optional.of(first.asText()) : Optional.empty();
  }

  /** Returns the whole answer of a GET, for what has no method here. */
  public JsonNode get(String path) throws IOException {
    return send(request(path).GET().build());
  }

  /** Uploads a jar and returns the id to run it by. */
  public String upload(Path jar) throws IOException {
    String boundary = "guanlan-" + UUID.randomUUID();
    String head =
        "--%s\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"%s\"\r\nContent-Type: application/x-java-archive\r\n\r\n"
            .formatted(boundary, jar.getFileName());
    String end = "\r\n--%s--\r\n".formatted(boundary);
    HttpRequest request =
        request("/jars/upload")
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(
                HttpRequest.BodyPublishers.concat(
                    HttpRequest.BodyPublishers.ofString(head),
                    HttpRequest.BodyPublishers.ofFile(jar),
                    HttpRequest.BodyPublishers.ofString(end)))
            .build();
    String file = send(request).path("filename").asText();
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /**
   * Runs the main class of an uploaded jar and returns the job's id.
   *
   * @param arguments the program's
   * @param configuration Flink keys for this job
   * @param restorePoint savepoint or checkpoint to resume from, or null to start anew
   */
  public String run(
      String jarId,
      List<String> arguments,
      Map<String, String> configuration,
      @Nullable Path restorePoint)
      throws IOException {
    ObjectNode body = JSON.createObjectNode();
    body.set("programArgsList", JSON.valueToTree(arguments));
    body.set("flinkConfiguration", JSON.valueToTree(configuration));
    if (restorePoint != null) {
      body.put("savepointPath", restorePoint.toUri().toString());
      // What a restore reads stays whole: the next start may need it again.
      body.put("claimMode", "NO_CLAIM");
      body.put("allowNonRestoredState", false);
    }
    return post("/jars/" + jarId + "/run", body).path("jobid").asText();
  }

  /** Cancels a job and waits until it is over. */
  public void cancel(String jobId) throws IOException {
    send(
        request("/jobs/" + jobId + "?mode=cancel")
            .method("PATCH", HttpRequest.BodyPublishers.noBody())
            .build());
    while (jobs().stream().anyMatch(job -> job.id().equals(jobId) && !job.over())) {
      pause();
    }
  }

  /** Asks for a savepoint while the job goes on, and returns where it lies. */
  public Path savepoint(String jobId, Path folder) throws IOException {
    ObjectNode body = JSON.createObjectNode();
    body.put("target-directory", folder.toUri().toString());
    body.put("cancel-job", false);
    return await(jobId, trigger("/jobs/" + jobId + "/savepoints", body));
  }

  /** Stops a job with a savepoint and returns where it lies. */
  public Path stopWithSavepoint(String jobId, Path folder) throws IOException {
    return await(jobId, triggerStop(jobId, folder));
  }

  /** Asks a job to stop with a savepoint and returns the request's id for {@link #await}. */
  String triggerStop(String jobId, Path folder) throws IOException {
    ObjectNode body = JSON.createObjectNode();
    body.put("targetDirectory", folder.toUri().toString());
    body.put("drain", false);
    return trigger("/jobs/" + jobId + "/stop", body);
  }

  /** Waits for a savepoint that was asked for. */
  Path await(String jobId, String triggerId) throws IOException {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (System.nanoTime() < end) {
      JsonNode answer = get("/jobs/" + jobId + "/savepoints/" + triggerId);
      if (answer.path("status").path("id").asText().equals("COMPLETED")) {
        JsonNode operation = answer.path("operation");
        // "Completed" is said of failed ones too.
        if (operation.has("failure-cause")) {
          throw new IOException(
              "The savepoint of job %s failed: %s"
                  .formatted(
                      jobId,
                      shorten(operation.path("failure-cause").path("stack-trace").asText())));
        }
        return Path.of(URI.create(operation.path("location").asText()));
      }
      pause();
    }
    throw new IOException(
        "The savepoint of job %s did not complete within %d s."
            .formatted(jobId, LONGEST.toSeconds()));
  }

  /** Sums up a job's checkpoints. */
  public Checkpoints checkpoints(String jobId) throws IOException {
    JsonNode answer = get("/jobs/" + jobId + "/checkpoints");
    JsonNode counts = answer.path("counts");
    JsonNode latest = answer.path("latest").path("completed");
    return new Checkpoints(
        counts.path("completed").asLong(),
        counts.path("failed").asLong(),
        latest.path("trigger_timestamp").asLong(),
        latest.path("end_to_end_duration").asLong(),
        latest.path("state_size").asLong(),
        latest.path("external_path").asText(""));
  }

  private String trigger(String path, ObjectNode body) throws IOException {
    return post(path, body).path("request-id").asText();
  }

  private JsonNode post(String path, ObjectNode body) throws IOException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(LONGEST);
  }

  private static JsonNode send(HttpRequest request) throws IOException {
    try {
      HttpResponse<byte[]> response = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
      String text = new String(response.body(), StandardCharsets.UTF_8);
      if (response.statusCode() / 100 != 2) {
        throw new IOException(
            "Flink answered %d to %s %s: %s"
                .formatted(
                    response.statusCode(), request.method(), request.uri(), shorten(reason(text))));
      }
      return text.isEmpty() ? JSON.createObjectNode() : JSON.readTree(text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while Flink was asked for " + request.uri() + ".", e);
    }
  }

  private static String reason(String body) {
    try {
      StringBuilder reasons = new StringBuilder();
      JSON.readTree(body).path("errors").forEach(each -> reasons.append(each.asText()).append(' '));
      return reasons.isEmpty() ? body : reasons.toString().strip();
    } catch (IOException notJson) {
      return body;
    }
  }

  private static String shorten(String text) {
    // The cause that says what is wrong stands last in a Java stack.
    int cause = text.lastIndexOf("Caused by: ");
    String useful = cause < 0 ? text : text.substring(cause);
    return useful.length() > MAX_REASON ? useful.substring(0, MAX_REASON) + "…" : useful;
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for Flink.", e);
    }
  }
}
