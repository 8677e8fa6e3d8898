package dev.guanlan.local.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The command rules status")
final class RulesStatusCommandTest {

  private static final String ANSWER =
      """
      {"status":"success","data":{"groups":[
        {"name":"well","file":"f.yaml","rules":[
          {"name":"a","health":"ok","lastEvaluation":"2026-11-28T10:00:00Z"}],"shards":0},
        {"name":"young","file":"f.yaml","rules":[
          {"name":"b","health":"ok","lastEvaluation":"2026-11-28T10:00:00Z"}],"shards":0,
         "missingHistory":"stored samples from before 10:00 are missing"},
        {"name":"strange","file":"f.yaml","rules":[
          {"name":"c","health":"err","lastError":"refused","lastEvaluation":"2026-11-28T10:00:00Z"}],
         "refused":"the version of now is refused: unknown\\u001b[31m function"}]},
       "warnings":["nothing was told\\u001b[31m since 10:00"]}
      """;

  private final TestingCommand rules = new TestingCommand(RulesCommand::new);
  private HttpServer gateway;

  @BeforeEach
  void start() throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/api/v1/rules",
        exchange -> {
          byte[] answer = ANSWER.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    gateway.start();
  }

  @AfterEach
  void stop() {
    gateway.stop(0);
  }

  private int status(String... more) {
    String[] arguments = new String[3 + more.length];
    arguments[0] = "status";
    arguments[1] = "--gateway";
    arguments[2] = "http://127.0.0.1:" + gateway.getAddress().getPort();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return rules.run(arguments);
  }

  @Test
  @DisplayName("says below the rules which groups are refused, or lack their history")
  void remarks() {
    assertThat(status()).as(rules.complaint()).isZero();
    assertThat(rules.printed().lines().skip(1))
        .satisfiesExactly(
            well -> assertThat(well).startsWith("f.yaml/well").contains("ok"),
            young -> assertThat(young).startsWith("f.yaml/young").contains("ok"),
            strange -> assertThat(strange).startsWith("f.yaml/strange").contains("err", "refused"),
            missing ->
                assertThat(missing)
                    .isEqualTo("f.yaml/young: stored samples from before 10:00 are missing"),
            refused ->
                assertThat(refused)
                    .isEqualTo(
                        "f.yaml/strange: the version of now is refused: unknown [31m function"));
  }

  @Test
  @DisplayName("says nothing of groups that were not asked for")
  void others() {
    assertThat(status("--group", "well")).isZero();
    assertThat(rules.printed().lines()).hasSize(2);
  }

  @Test
  @DisplayName("passes on what the gateway warns of, beside what programs read")
  void warnings() throws Exception {
    assertThat(status("--json", "--group", "well")).isZero();
    assertThat(rules.complaint()).isEqualTo("guanlan: nothing was told [31m since 10:00\n");
    assertThat(new ObjectMapper().readTree(rules.printed())).hasSize(1);
  }

  @Test
  @DisplayName("has it in its JSON as the gateway tells it")
  void json() throws Exception {
    assertThat(status("--json", "--group", "young")).isZero();
    JsonNode groups = new ObjectMapper().readTree(rules.printed());
    assertThat(groups.path(0).path("missingHistory").asText())
        .isEqualTo("stored samples from before 10:00 are missing");
  }
}
